"""SHACL Core's constraint components (section 4), each compiled to a closure.

A `Check` looks at one focus node. A `Test` looks at its value nodes; `Compiler` makes both, and
refuses what is beyond Core so that nothing is passed over in silence.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from catalog.model import Finding
from catalog.validation import values as about_values
from catalog.validation.paths import Data
from catalog.validation.shapes import Shape, items, read_shape
from vocabularies.errors import BrokenShapes
from vocabularies.rdf import SH, Graph, Term, is_iri

SHACL: Final = "http://www.w3.org/ns/shacl#"


class Classes(Protocol):
    """What checks ask of the class hierarchy."""

    def above(self, kind: Term) -> tuple[Term, ...]: ...


@dataclass(frozen=True, slots=True)
class Scope:
    """One check under way: what it walks over, and where its findings go."""

    data: Data
    classes: Classes
    out: list[Finding]

    def aside(self) -> "Scope":
        """The same with an empty list of findings, for shapes that only ask "does it conform?"."""
        return Scope(self.data, self.classes, [])


Check = Callable[[Scope, Term], None]
Report = Callable[[Scope, Term, Term | None], None]
Test = Callable[[Scope, Term, list[Term]], None]


class BeyondCore(Exception):
    """The shape says something that only a full SHACL engine can check."""


class Compiler:
    """Turns the shapes of one graph into checks; a shape that is used twice is made once."""

    def __init__(self, shapes: Graph) -> None:
        self._shapes = shapes
        self._made: dict[Term, Check] = {}
        self._making: set[Term] = set()

    def compile(self, shape: Shape) -> Check:
        """The check of a shape.

        Raises:
            BeyondCore: the shape, or one that it leads to, has more than SHACL Core, or leads
                into itself.
            BrokenShapes: a parameter has a value that it cannot have.
        """
        if shape.node in self._made:
            return self._made[shape.node]
        if shape.node in self._making:
            raise BeyondCore(f"{shape.node} leads into itself")
        if shape.beyond_core:
            raise BeyondCore(f"{shape.node} has {shape.beyond_core[0]}")
        self._making.add(shape.node)
        check = self._property(shape) if shape.path else self._node(shape)
        self._making.remove(shape.node)
        self._made[shape.node] = check
        return check

    def at(self, node: Term) -> Check:
        """The check of the shape that a node of the shapes graph describes."""
        return self.compile(read_shape(self._shapes, node))

    def reporter(self, shape: Shape, component: str) -> Report:
        """Writes findings of one component of a shape."""
        path = shape.path.text if shape.path else ""
        name = f"{SHACL}{component}ConstraintComponent"
        severity, node, messages = shape.severity, shape.node, shape.messages
        own = shape.own_severity

        def report(scope: Scope, focus: Term, value: Term | None) -> None:
            scope.out.append(Finding(severity, focus, path, name, value, node, messages, own))

        return report

    def reporter_at(
        self, shape: Shape, component: str
    ) -> Callable[[Scope, Term, Term, Term | None], None]:
        """Writes findings whose path is a predicate of the data (sh:closed, section 4.8.1)."""
        name = f"{SHACL}{component}ConstraintComponent"
        severity, node, messages = shape.severity, shape.node, shape.messages
        own = shape.own_severity

        def report(scope: Scope, focus: Term, path: Term, value: Term | None) -> None:
            scope.out.append(Finding(severity, focus, path, name, value, node, messages, own))

        return report

    def paths_of(self, shape: Shape) -> set[Term]:
        """The properties that a shape's property shapes speak of."""
        nodes = shape.values("property")
        paths = (self._shapes.value(node, SH["path"]) for node in nodes)
        return {path for path in paths if path is not None and is_iri(path)}

    def list_of(self, node: Term) -> list[Term]:
        return items(self._shapes, node)

    def siblings(self, shape: Shape) -> list[Check]:
        """Qualified shapes of the property shapes beside this one (section 4.7.3)."""
        own = set(shape.values("qualifiedValueShape"))
        parents = self._shapes.subjects(SH["property"], shape.node)
        beside = [
            value
            for parent in parents
            for other in self._shapes.objects(parent, SH["property"])
            for value in self._shapes.objects(other, SH["qualifiedValueShape"])
        ]
        return [self.at(value) for value in dict.fromkeys(beside) if value not in own]

    def _node(self, shape: Shape) -> Check:
        if not shape.is_active:
            return _pass
        tests = self._tests(shape)
        simple, others = self._split(shape)

        def check(scope: Scope, focus: Term) -> None:
            for test in tests:
                test(scope, focus, [focus])
            for predicate in scope.data.facts.get(focus, ()):
                for run in simple.get(predicate, ()):
                    run(scope, focus)
            for run in others:
                run(scope, focus)

        return check

    def _split(self, shape: Shape) -> tuple[dict[Term, list[Check]], list[Check]]:
        """Property shapes by predicate, as far as they have nothing to say of absent values."""
        simple: dict[Term, list[Check]] = {}
        others: list[Check] = []
        for node in shape.values("property"):
            inner = read_shape(self._shapes, node)
            if inner.path is None:
                raise BrokenShapes("sh:property leads to a shape without sh:path.", place=node)
            check = self.compile(inner)
            predicate = inner.path.predicate
            if predicate and not _minds_absence(inner):
                simple.setdefault(predicate, []).append(check)
            else:
                others.append(check)
        return simple, others

    def _property(self, shape: Shape) -> Check:
        if not shape.is_active or shape.path is None:
            return _pass
        tests = self._tests(shape)
        inner = [self.at(node) for node in shape.values("property")]
        walk = shape.path.walk
        minds = _minds_absence(shape)

        def check(scope: Scope, focus: Term) -> None:
            values = walk(scope.data, focus)
            if not values and not minds:
                return
            for test in tests:
                test(scope, focus, values)
            for run in inner:
                for value in values:
                    run(scope, value)

        return check

    def _tests(self, shape: Shape) -> list[Test]:
        return [test for name in about_values.MAKERS for test in self._make(name, shape)]

    def _make(self, name: str, shape: Shape) -> list[Test]:
        if SH[name] not in shape.parameters:
            return []
        try:
            return about_values.MAKERS[name](self, shape)
        except (ValueError, IndexError) as error:
            raise BrokenShapes(
                f"sh:{name} has a value that it cannot have.", place=shape.node
            ) from error


def _minds_absence(shape: Shape) -> bool:
    """True when a shape may have a finding where there is no value."""
    return any(shape.values(name) for name in _MINDING)


_MINDING: Final = (
    "minCount", "hasValue", "equals", "qualifiedMinCount", "qualifiedValueShape", "closed",
)  # fmt: skip


def _pass(_scope: Scope, _focus: Term) -> None:
    """A deactivated shape: it has nothing to say."""
