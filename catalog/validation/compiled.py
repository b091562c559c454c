"""A SHACL Core engine of our own: shapes become closures over the record's dictionaries.

What a record says is visited once: for each of its nodes, the shapes of its classes; for each
shape, the predicates that the node really has. Constraints that care about absent values are kept
apart, so that three hundred property shapes cost little on a node with twelve properties.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from catalog.model import Finding
from catalog.validation.constraints import Check, Compiler, Scope
from catalog.validation.paths import Data
from catalog.validation.shapes import read_shape, targets
from vocabularies.rdf import RDFS, TYPE, Graph, Term

_SUBCLASS: Final = RDFS["subClassOf"]


@dataclass(slots=True)
class _Plan:
    """The compiled shapes by what brings them into play."""

    by_class: dict[Term, list[Check]] = field(default_factory=dict)
    by_node: dict[Term, list[Check]] = field(default_factory=dict)
    by_subject_of: dict[Term, list[Check]] = field(default_factory=dict)
    by_object_of: dict[Term, list[Check]] = field(default_factory=dict)


class CompiledEngine:
    """An `Engine` for those shapes of a graph that are SHACL Core throughout."""

    name = "compiled"

    def __init__(self, shapes: Graph, background: Graph, *, only: Iterable[Term] = ()) -> None:
        self._background = background
        self._classes = Classes((shapes, background))
        self._plan = _Plan()
        wanted = set(only)
        compiler = Compiler(shapes)
        kinds = (
            ("class", self._plan.by_class),
            ("node", self._plan.by_node),
            ("subjects", self._plan.by_subject_of),
            ("objects", self._plan.by_object_of),
        )
        for node, own in targets(shapes).items():
            if wanted and node not in wanted:
                continue
            check = compiler.compile(read_shape(shapes, node))
            for kind, plan in kinds:
                for target in own.get(kind, ()):
                    plan.setdefault(target, []).append(check)

    def validate(self, graph: Graph) -> tuple[Finding, ...]:
        """The findings on nodes that the record itself describes or names."""
        background = self._background.by_subject
        data = _sliced(graph, background)
        classes = self._classes.with_axioms_of(graph)
        out: list[Finding] = []
        scope = Scope(data, classes, out)
        for check, nodes in self._focus_nodes(graph, classes):
            for node in nodes:
                check(scope, node)
        own = graph.by_subject
        return tuple(f for f in out if f.focus in own or f.focus not in background)

    def _focus_nodes(
        self, graph: Graph, classes: "Classes"
    ) -> Iterable[tuple[Check, Iterable[Term]]]:
        """Each shape with its focus nodes, each node once (section 2.1.3)."""
        plan = self._plan
        found: dict[Check, dict[Term, None]] = {}
        for node, facts in graph.by_subject.items():
            for kind in facts.get(TYPE, ()):
                for wider in classes.above(kind):
                    for check in plan.by_class.get(wider, ()):
                        found.setdefault(check, {})[node] = None
        for node, checks in plan.by_node.items():
            for check in checks:
                found.setdefault(check, {})[node] = None
        if plan.by_subject_of or plan.by_object_of:
            self._linked(graph, found)
        return ((check, nodes) for check, nodes in found.items())

    def _linked(self, graph: Graph, found: dict[Check, dict[Term, None]]) -> None:
        for subject, facts in graph.by_subject.items():
            for predicate, objects in facts.items():
                for check in self._plan.by_subject_of.get(predicate, ()):
                    found.setdefault(check, {})[subject] = None
                for check in self._plan.by_object_of.get(predicate, ()):
                    found.setdefault(check, {}).update(dict.fromkeys(objects))


class Classes:
    """The class hierarchy: what stands above a class, itself included."""

    def __init__(self, graphs: Iterable[Graph]) -> None:
        self._direct: dict[Term, set[Term]] = {}
        for graph in graphs:
            self._add(graph)
        self._above: dict[Term, tuple[Term, ...]] = {}

    def above(self, kind: Term) -> tuple[Term, ...]:
        known = self._above.get(kind)
        if known is None:
            known = self._above[kind] = self._climb(kind)
        return known

    def with_axioms_of(self, graph: Graph) -> "Classes":
        """This hierarchy, or one with the record's own rdfs:subClassOf when it has any."""
        if not any(_SUBCLASS in facts for facts in graph.by_subject.values()):
            return self
        extended = Classes((graph,))
        for kind, direct in self._direct.items():
            extended._direct.setdefault(kind, set()).update(direct)
        return extended

    def _add(self, graph: Graph) -> None:
        for kind, facts in graph.by_subject.items():
            if _SUBCLASS in facts:
                self._direct.setdefault(kind, set()).update(facts[_SUBCLASS])

    def _climb(self, kind: Term) -> tuple[Term, ...]:
        found = {kind: None}
        waiting = [kind]
        while waiting:
            for wider in sorted(self._direct.get(waiting.pop(), ())):
                if wider not in found:
                    found[wider] = None
                    waiting.append(wider)
        return tuple(found)


def _sliced(graph: Graph, background: dict[Term, dict[Term, list[Term]]]) -> Data:
    """The record with what the background says of the nodes that the record names."""
    own = graph.by_subject
    merged: dict[Term, dict[Term, list[Term]]] | None = None
    for facts in own.values():
        for objects in facts.values():
            for node in objects:
                if node in background and (merged is None or node not in merged or node in own):
                    if merged is None:
                        merged = dict(own)
                    merged[node] = _united(own.get(node), background[node])
    return Data(merged if merged is not None else own, graph.incoming)


def _united(
    own: dict[Term, list[Term]] | None, known: dict[Term, list[Term]]
) -> dict[Term, list[Term]]:
    if own is None:
        return known
    united = dict(own)
    for predicate, objects in known.items():
        there = united.get(predicate, [])
        united[predicate] = [*there, *(o for o in objects if o not in there)]
    return united


def slice_of(graph: Graph, background: Graph) -> list[tuple[Term, Term, Term]]:
    """What the background says of the nodes that the record names as objects, and its axioms."""
    named = {
        o for facts in graph.by_subject.values() for objects in facts.values() for o in objects
    }
    known = background.by_subject
    found = [
        (node, predicate, object_)
        for node in named
        if node in known
        for predicate, objects in known[node].items()
        for object_ in objects
    ]
    axioms = [
        (kind, _SUBCLASS, wider)
        for kind, facts in known.items()
        for wider in facts.get(_SUBCLASS, ())
    ]
    return found + axioms
