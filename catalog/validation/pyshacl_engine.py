"""The reference engine: pySHACL over a graph of rdflib, with every term as it was published.

The only module that imports pyshacl. Nothing is fetched: no owl:imports, no SHACL-JS, no advanced
features; SPARQL constraints are read by pySHACL itself, which refuses SERVICE.
"""

from collections.abc import Iterable
from typing import Any, Final

import pyshacl
import rdflib
from rdflib.namespace import SH as RSH

from catalog.model import Finding, Severity, Texts
from catalog.validation.compiled import slice_of
from catalog.validation.paths import read_path
from catalog.validation.shapes import TARGETS, targets
from vocabularies.errors import BrokenShapes
from vocabularies.rdf import (
    OWL,
    RDFS,
    TYPE,
    Graph,
    Term,
    Triple,
    datatype,
    is_blank,
    is_iri,
    language,
    lexical,
    literal,
)

rdflib.NORMALIZE_LITERALS = False

_SEVERITIES: Final = {str(RSH[severity.value]): severity for severity in Severity}
_TARGETS: Final = frozenset(TARGETS.values())
_CLASSES: Final = frozenset({RDFS["Class"], OWL["Class"]})
Node = rdflib.term.Node


class PyshaclEngine:
    """An `Engine` for any shapes that pySHACL takes."""

    name = "pyshacl"

    def __init__(self, shapes: Graph, background: Graph, *, only: Iterable[Term] = ()) -> None:
        wanted = set(only) or set(targets(shapes))
        self._shapes = _rdflib_graph(t for t in shapes.triples() if not _aims(t, wanted))
        self._background = background

    def validate(self, graph: Graph) -> tuple[Finding, ...]:
        """The findings on nodes that the record itself describes or names.

        Raises:
            BrokenShapes: pySHACL cannot use the shapes.
        """
        data = _rdflib_graph([*graph.triples(), *slice_of(graph, self._background)])
        try:
            _, report, _ = pyshacl.validate(
                data, shacl_graph=self._shapes, inplace=True, advanced=False, js=False,
                do_owl_imports=False, meta_shacl=False, abort_on_first=False,
            )  # fmt: skip
        except pyshacl.errors.ReportableRuntimeError as error:
            raise BrokenShapes(f"pySHACL cannot use these shapes: {error}") from error
        if not isinstance(report, rdflib.Graph):
            raise BrokenShapes(f"pySHACL could not check this: {report}")
        own, known = graph.by_subject, self._background.by_subject
        found = (_finding(report, result) for result in _results(report))
        shown = (f for f in found if f.focus in own or f.focus not in known)
        return tuple(sorted(shown, key=_order))


def _order(finding: Finding) -> tuple[str, ...]:
    """The same findings always come in the same order; pySHACL's own changes with the process."""
    value = finding.value or ""
    return (finding.focus, finding.path, finding.component, value, finding.shape, finding.severity)


def to_rdflib(term: Term) -> Any:  # noqa: ANN401 - rdflib's node types share no useful root
    """A term as rdflib has it, its lexical form untouched."""
    if is_iri(term):
        return rdflib.URIRef(term[1:-1])
    if is_blank(term):
        return rdflib.BNode(term[2:])
    tag = language(term)
    kind = None if tag or term.endswith('"') else rdflib.URIRef(datatype(term)[1:-1])
    return rdflib.Literal(lexical(term), lang=tag or None, datatype=kind, normalize=False)


def from_rdflib(node: Node) -> Term:
    """The term that a node of rdflib stands for."""
    if isinstance(node, rdflib.URIRef):
        return f"<{node}>"
    if isinstance(node, rdflib.BNode):
        return f"_:{node}"
    if not isinstance(node, rdflib.Literal):
        raise TypeError(node)
    if node.language:
        return literal(str(node), lang=node.language)
    return (
        literal(str(node), datatype=f"<{node.datatype}>") if node.datatype else literal(str(node))
    )


def _rdflib_graph(triples: Iterable[Triple]) -> rdflib.Graph:
    graph = rdflib.Graph(bind_namespaces="none")
    for subject, predicate, object_ in triples:
        graph.add((to_rdflib(subject), to_rdflib(predicate), to_rdflib(object_)))
    return graph


def _aims(triple: Triple, wanted: set[Term]) -> bool:
    """True for what makes a shape that is not wanted a target; as a part of others it stays."""
    subject, predicate, object_ = triple
    is_aim = predicate in _TARGETS or (predicate == TYPE and object_ in _CLASSES)
    return is_aim and subject not in wanted


def _results(report: rdflib.Graph) -> list[Node]:
    """The results of the report itself, without those that explain another (sh:detail)."""
    (root,) = report.subjects(rdflib.RDF.type, RSH.ValidationReport)
    return list(report.objects(root, RSH.result))


def _finding(report: rdflib.Graph, result: Node) -> Finding:
    def one(predicate: Node) -> Node | None:
        return report.value(result, predicate)

    path, value = one(RSH.resultPath), one(RSH.value)
    messages: Texts = {
        (m.language or "" if isinstance(m, rdflib.Literal) else ""): str(m)
        for m in report.objects(result, RSH.resultMessage)
    }
    focus, shape = one(RSH.focusNode), one(RSH.sourceShape)
    severity = str(one(RSH.resultSeverity))
    return Finding(
        severity=_SEVERITIES.get(severity, Severity.VIOLATION),
        focus=from_rdflib(focus) if focus is not None else "",
        path=_path_text(report, path) if path is not None else "",
        component=str(one(RSH.sourceConstraintComponent)),
        value=from_rdflib(value) if value is not None else None,
        shape=from_rdflib(shape) if shape is not None else "",
        messages=dict(sorted(messages.items())),
        own_severity="" if severity in _SEVERITIES else severity,
    )


def _path_text(report: rdflib.Graph, path: Node) -> str:
    if isinstance(path, rdflib.URIRef):
        return f"<{path}>"
    triples = ((from_rdflib(s), from_rdflib(p), from_rdflib(o)) for s, p, o in report)
    return read_path(Graph(triples), from_rdflib(path)).text
