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
        self._of_values: dict[Term, list[Test]] = {}

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
        plan = self._planned(shape)
        runs = [_of_focus(test) for test in self._tests(shape)]
        if plan.present:
            runs.append(_by_predicate(plan))
        runs += plan.others
        return runs[0] if len(runs) == 1 else _all_of(runs)

    def _planned(self, shape: Shape) -> "_Plan":
        """The property shapes of a shape, by what calls for them."""
        plan = _Plan({}, {}, [])
        for node in shape.values("property"):
            inner = read_shape(self._shapes, node)
            if inner.path is None:
                raise BrokenShapes("sh:property leads to a shape without sh:path.", place=node)
            check = self.compile(inner)
            predicate = inner.path.predicate
            if not predicate:
                plan.others.append(check)
                continue
            plan.present.setdefault(predicate, []).extend(self._of_values[node])
            if _minds_absence(inner):
                plan.absent.setdefault(predicate, []).extend(self._of_values[node])
        return plan

    def _property(self, shape: Shape) -> Check:
        self._of_values[shape.node] = []
        if not shape.is_active or shape.path is None:
            return _pass
        tests = self._tests(shape)
        tests += [_each_value(self.at(node)) for node in shape.values("property")]
        self._of_values[shape.node] = tests
        walk = shape.path.walk
        minds = _minds_absence(shape)

        def check(scope: Scope, focus: Term) -> None:
            values = walk(scope.data, focus)
            if values or minds:
                for test in tests:
                    test(scope, focus, values)

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


@dataclass(frozen=True, slots=True)
class _Plan:
    """When the property shapes of a node shape are run.

    `present` where the predicate is there, `absent` where it is not, `others` along their paths.
    """

    present: dict[Term, list[Test]]
    absent: dict[Term, list[Test]]
    others: list[Check]


_NO_FACTS: Final[dict[Term, list[Term]]] = {}
_NO_VALUES: Final[list[Term]] = []


def _of_focus(test: Test) -> Check:
    """A node shape's own constraint: the focus node is the value node (section 2.2)."""
    return lambda scope, focus: test(scope, focus, [focus])


def _all_of(runs: list[Check]) -> Check:
    def check(scope: Scope, focus: Term) -> None:
        for run in runs:
            run(scope, focus)

    return check


def _by_predicate(plan: _Plan) -> Check:
    """The property shapes of single predicates, run for what is there and what is missed."""
    present = plan.present
    absent = list(plan.absent.items())

    def check(scope: Scope, focus: Term) -> None:
        facts = scope.data.facts.get(focus, _NO_FACTS)
        for predicate in facts if len(facts) < len(present) else present:
            if predicate in facts and predicate in present:
                for test in present[predicate]:
                    test(scope, focus, facts[predicate])
        for predicate, tests in absent:
            if predicate not in facts:
                for test in tests:
                    test(scope, focus, _NO_VALUES)

    return check


def _each_value(check: Check) -> Test:
    """A nested property shape: each value is its focus (section 4.7.2)."""

    def test(scope: Scope, _focus: Term, values: list[Term]) -> None:
        for value in values:
            check(scope, value)

    return test


def _pass(_scope: Scope, _focus: Term) -> None:
    """A deactivated shape: it has nothing to say."""
