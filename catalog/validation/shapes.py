"""Shapes as they are read from their graph: what each says, before anything is compiled."""

from dataclasses import dataclass, field
from typing import Final

from catalog.model import Severity, Texts
from catalog.validation.paths import Path, list_items, read_path
from vocabularies.rdf import OWL, RDFS, SH, TYPE, Graph, Term, is_literal, language, lexical, plain

LISTS: Final = {
    SH["and"], SH["or"], SH["xone"], SH["in"], SH["languageIn"], SH["ignoredProperties"],
}  # fmt: skip
"""Parameters whose value is an RDF list."""

TARGETS: Final = {
    "class": SH["targetClass"],
    "node": SH["targetNode"],
    "subjects": SH["targetSubjectsOf"],
    "objects": SH["targetObjectsOf"],
}

CORE: Final = frozenset(
    SH[name]
    for name in (
        "class", "datatype", "nodeKind", "minCount", "maxCount", "minExclusive", "minInclusive",
        "maxExclusive", "maxInclusive", "minLength", "maxLength", "pattern", "flags", "languageIn",
        "uniqueLang", "equals", "disjoint", "lessThan", "lessThanOrEquals", "not", "and", "or",
        "xone", "node", "property", "qualifiedValueShape", "qualifiedValueShapesDisjoint",
        "qualifiedMinCount", "qualifiedMaxCount", "closed", "ignoredProperties", "hasValue", "in",
    )
)  # fmt: skip
"""The parameters of SHACL Core (section 4)."""

SILENT: Final = frozenset(
    SH[name]
    for name in (
        "path", "severity", "message", "deactivated", "name", "description", "order", "group",
        "defaultValue", "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf",
    )
)  # fmt: skip
"""What a shape says that is no constraint."""

_SEVERITIES: Final = {SH[severity.value]: severity for severity in Severity}


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape: its targets, its path if it is a property shape, and its parameters."""

    node: Term
    path: Path | None
    severity: Severity
    messages: Texts
    is_active: bool
    own_severity: str = ""
    parameters: dict[Term, list[Term]] = field(default_factory=dict)
    beyond_core: tuple[Term, ...] = ()

    def values(self, name: str) -> list[Term]:
        """The values of a parameter, in the order of the file; lists are unpacked by `items`."""
        return self.parameters.get(SH[name], [])


def read_shape(shapes: Graph, node: Term) -> Shape:
    """The shape that a node of the shapes graph describes.

    Raises:
        BrokenShapes: its path is none.
    """
    facts = shapes.by_subject.get(node, {})
    path = shapes.value(node, SH["path"])
    severity = shapes.value(node, SH["severity"])
    deactivated = shapes.value(node, SH["deactivated"])
    beyond = tuple(p for p in facts if _is_shacl(p) and p not in CORE and p not in SILENT)
    return Shape(
        node=node,
        path=read_path(shapes, path) if path is not None else None,
        severity=_SEVERITIES.get(severity or "", Severity.VIOLATION),
        messages=_messages(shapes, node),
        own_severity="" if severity is None or severity in _SEVERITIES else plain(severity),
        is_active=not (deactivated and lexical(deactivated) in {"true", "1"}),
        parameters={p: list(objects) for p, objects in facts.items() if p in CORE},
        beyond_core=beyond,
    )


def targets(shapes: Graph) -> dict[Term, dict[str, list[Term]]]:
    """Every shape with a target: the kinds of target and their values (section 2.1.3)."""
    found: dict[Term, dict[str, list[Term]]] = {}
    for node, facts in shapes.by_subject.items():
        own = {kind: list(facts[p]) for kind, p in TARGETS.items() if p in facts}
        types = facts.get(TYPE, [])
        is_shape = SH["NodeShape"] in types or SH["PropertyShape"] in types
        if is_shape and (RDFS["Class"] in types or OWL["Class"] in types):
            own.setdefault("class", []).append(node)
        if own:
            found[node] = own
    return found


def items(shapes: Graph, node: Term) -> list[Term]:
    return list_items(shapes, node)


def _is_shacl(predicate: Term) -> bool:
    return predicate.startswith("<http://www.w3.org/ns/shacl#")


def _messages(shapes: Graph, node: Term) -> Texts:
    return {language(o): lexical(o) for o in shapes.objects(node, SH["message"]) if is_literal(o)}
