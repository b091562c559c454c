"""Shapes looked over before they are used: what would make a check silently incomplete."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from catalog.model import Severity
from catalog.validation.paths import read_path
from catalog.validation.shapes import CORE, SILENT
from vocabularies.errors import BrokenShapes
from vocabularies.rdf import OWL, SH, Graph, Term, is_literal, lexical

_SHACL: Final = "<http://www.w3.org/ns/shacl#"
_SHAPE_LINKS: Final = (SH["property"], SH["node"], SH["not"], SH["qualifiedValueShape"])
_COUNTS: Final = (
    "minCount", "maxCount", "minLength", "maxLength", "qualifiedMinCount", "qualifiedMaxCount",
)  # fmt: skip
_BEYOND: Final = frozenset(
    SH[name]
    for name in (
        "sparql", "select", "ask", "construct", "prefixes", "declare", "prefix", "namespace",
        "target", "rule", "condition", "expression", "js", "jsLibrary", "jsFunctionName",
        "parameter", "optional", "labelTemplate", "validator", "nodeValidator",
        "propertyValidator", "shapesGraph", "entailment", "suggestedShapesGraph", "returnType",
        "inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath",
        "subject", "predicate", "object", "values", "this", "filterShape", "nodes", "intersection",
        "union", "codeIdentifier", "editor", "viewer", "shape", "conforms", "result",
        "focusNode", "resultPath", "resultSeverity", "sourceConstraintComponent", "sourceShape",
        "value", "resultMessage", "detail", "sourceConstraint", "update",
    )
) - {SH["shape"]}  # fmt: skip
_KNOWN: Final = CORE | SILENT | _BEYOND


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a shape: an error makes its checks incomplete, a warning may."""

    severity: Severity
    place: Term
    message: str


def check_shapes(shapes: Graph) -> tuple[Problem, ...]:
    """The warnings about the shapes.

    Raises:
        BrokenShapes: there is an error; names the first and how many more there are.
    """
    problems = lint(shapes)
    errors = [p for p in problems if p.severity is Severity.VIOLATION]
    if errors:
        more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
        raise BrokenShapes(
            f"{errors[0].message}{more}",
            place=errors[0].place,
            hint="Mend the shapes; until then nothing is checked against them.",
        )
    return tuple(problems)


def lint(shapes: Graph) -> list[Problem]:
    """Everything that is wrong with the shapes, in the order of the file."""
    return [
        problem
        for node, facts in shapes.by_subject.items()
        for problem in _problems(shapes, node, facts)
    ]


def _problems(shapes: Graph, node: Term, facts: dict[Term, list[Term]]) -> Iterator[Problem]:
    for predicate, objects in facts.items():
        if predicate.startswith(_SHACL) and predicate not in _KNOWN:
            yield Problem(Severity.VIOLATION, node, f"SHACL has no term {predicate}.")
        missing = [o for o in objects if o not in shapes.by_subject]
        if predicate in _SHAPE_LINKS:
            for object_ in missing:
                message = f"{predicate} leads to {object_}, which the shapes do not define."
                yield Problem(Severity.VIOLATION, node, message)
        if predicate == OWL["imports"]:
            for object_ in missing:
                message = f"{object_} is imported but not here; imports are never fetched."
                yield Problem(Severity.WARNING, node, message)
    yield from _values(shapes, node, facts)


def _values(shapes: Graph, node: Term, facts: dict[Term, list[Term]]) -> Iterator[Problem]:
    for name in _COUNTS:
        for term in facts.get(SH[name], ()):
            if not is_literal(term) or not lexical(term).isdigit():
                yield Problem(Severity.VIOLATION, node, f"sh:{name} is no whole number: {term}.")
    for term in facts.get(SH["pattern"], ()):
        try:
            re.compile(lexical(term))
        except re.error as error:
            message = f"sh:pattern is no regular expression: {error}."
            yield Problem(Severity.VIOLATION, node, message)
    for term in facts.get(SH["path"], ()):
        try:
            read_path(shapes, term)
        except BrokenShapes as error:
            yield Problem(Severity.VIOLATION, node, error.message)
