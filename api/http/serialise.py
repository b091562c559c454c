"""A graph as Turtle, JSON-LD, RDF/XML or N-Triples, written from our own terms without a parser.

Output is deterministic: subjects, predicates and objects are sorted, blank nodes keep their
canonical labels, so that equal graphs give equal bytes and equal ETags.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from vocabularies import rdf
from vocabularies.rdf import TYPE, Graph, Term

PREFIXES: Final = {
    name.lower(): str(getattr(rdf, name))
    for name in (
        "ADMS", "DCAT", "DCATAP", "DCT", "DPROD", "DQV", "ELI", "FOAF", "LOCN", "ODRL", "OWL",
        "PROV", "RDF", "RDFS", "SCHEMA", "SH", "SKOS", "SPDX", "TDS", "TIME", "VCARD", "XSD",
    )
}  # fmt: skip
_LOCAL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_XML_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_NOT_XML: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def n_triples(graph: Graph) -> str:
    return graph.lines()


def turtle(graph: Graph) -> str:
    """Turtle with the prefixes that it uses; a blank node that is named once stands in brackets."""
    writer = _Turtle(graph)
    body = "\n".join(writer.block(subject) for subject in writer.roots())
    prefixes = "".join(f"@prefix {p}: <{PREFIXES[p]}> .\n" for p in sorted(writer.used))
    return f"{prefixes}\n{body}"


class _Turtle:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.used: set[str] = set()
        self.inline = _inlined(graph)

    def roots(self) -> list[Term]:
        subjects = [s for s in self.graph.by_subject if s not in self.inline]
        return sorted(subjects, key=lambda s: (s[0] == "_", s))

    def block(self, subject: Term) -> str:
        return f"{self.term(subject)} {self._predicates(subject, 1)} .\n"

    def term(self, term: Term) -> str:
        if term[0] == "<":
            return self._short(term) or term
        if term[0] == '"' and term.endswith(">"):
            text, _, kind = term.rpartition("^^")
            return f"{text}^^{self._short(kind) or kind}"
        return term

    def _predicates(self, subject: Term, depth: int) -> str:
        indent = "  " * depth
        told = self.graph.by_subject.get(subject, {})
        lines = [
            f"{'a' if predicate == TYPE else self.term(predicate)} "
            + ", ".join(self._object(o, depth) for o in sorted(told[predicate]))
            for predicate in sorted(told, key=lambda p: (p != TYPE, p))
        ]
        return f" ;\n{indent}".join(lines)

    def _object(self, term: Term, depth: int) -> str:
        if term not in self.inline:
            return self.term(term)
        indent = "  " * (depth + 1)
        return f"[\n{indent}{self._predicates(term, depth + 1)}\n{'  ' * depth}]"

    def _short(self, term: Term) -> str:
        found = _split(term)
        if found is None:
            return ""
        self.used.add(found[0])
        return f"{found[0]}:{found[1]}"


def _inlined(graph: Graph) -> set[Term]:
    """Blank nodes that are the object of one triple, stand in no circle and nest at most 8 deep."""
    parents: dict[Term, list[Term]] = defaultdict(list)
    for subject, _, object_ in graph.triples():
        if object_[0] == "_":
            parents[object_].append(subject)
    single = {node: above[0] for node, above in parents.items() if len(above) == 1}
    return {node for node in single if node in graph.by_subject and _is_shallow(node, single)}


def _is_shallow(node: Term, parents: dict[Term, Term]) -> bool:
    for _ in range(8):
        if node[0] != "_":
            return True
        if node not in parents:
            return True
        node = parents[node]
    return False


def _split(term: Term) -> tuple[str, str] | None:
    iri = term[1:-1]
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    prefix = _BY_IRI.get(iri[:cut])
    return (prefix, iri[cut:]) if prefix and _LOCAL.match(iri[cut:]) else None


_BY_IRI: Final = {iri: prefix for prefix, iri in PREFIXES.items()}


def json_ld(graph: Graph) -> str:
    """Flat JSON-LD 1.1 with the context in the document itself: nothing to fetch."""
    used: set[str] = set()
    nodes = [_node(graph, subject, used) for subject in sorted(graph.by_subject)]
    context = {prefix: PREFIXES[prefix] for prefix in sorted(used)}
    document = {"@context": context, "@graph": nodes}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _node(graph: Graph, subject: Term, used: set[str]) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": rdf.plain(subject)}
    told = graph.by_subject[subject]
    for predicate in sorted(told, key=lambda p: (p != TYPE, p)):
        objects = sorted(told[predicate])
        if predicate == TYPE and all(o[0] != '"' for o in objects):
            node["@type"] = [_compact(o, used) for o in objects]
        else:
            node[_compact(predicate, used)] = [_value(o, used) for o in objects]
    return node


def _value(term: Term, used: set[str]) -> dict[str, str]:
    if term[0] != '"':
        return {"@id": rdf.plain(term)}
    said = {"@value": rdf.lexical(term)}
    if rdf.language(term):
        return said | {"@language": rdf.language(term)}
    kind = rdf.datatype(term)
    return said if kind == rdf.STRING else said | {"@type": _compact(kind, used)}


def _compact(term: Term, used: set[str]) -> str:
    found = _split(term)
    if found is None:
        return rdf.plain(term)
    used.add(found[0])
    return f"{found[0]}:{found[1]}"


def rdf_xml(graph: Graph) -> str:
    """RDF/XML, one rdf:Description a subject.

    What XML cannot hold is left out: control characters, and predicates whose IRI has no local name
    (RDF 1.1 XML Syntax, section 2.4); the other forms carry them.
    """
    spaces: dict[str, str] = {PREFIXES["rdf"]: "rdf"}
    bodies = [_description(graph, s, spaces) for s in sorted(graph.by_subject)]
    declared = "".join(f" xmlns:{prefix}={quoteattr(iri)}" for iri, prefix in spaces.items())
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{declared}>\n'
    return f"{head}{''.join(bodies)}</rdf:RDF>\n"


def _description(graph: Graph, subject: Term, spaces: dict[str, str]) -> str:
    told = graph.by_subject[subject]
    lines = [
        line
        for predicate in sorted(told)
        for line in _elements(predicate, sorted(told[predicate]), spaces)
    ]
    about = _reference(subject, "rdf:about")
    return f"  <rdf:Description {about}>\n{''.join(lines)}  </rdf:Description>\n"


def _elements(predicate: Term, objects: Iterable[Term], spaces: dict[str, str]) -> list[str]:
    iri = predicate[1:-1]
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    if not _XML_NAME.match(iri[cut:]):
        return []
    prefix = spaces.setdefault(iri[:cut], _BY_IRI.get(iri[:cut], f"ns{len(spaces)}"))
    return [_element(f"{prefix}:{iri[cut:]}", o) for o in objects]


def _element(name: str, term: Term) -> str:
    if term[0] != '"':
        return f"    <{name} {_reference(term, 'rdf:resource')}/>\n"
    text = escape(_NOT_XML.sub("", rdf.lexical(term)))
    attribute = ""
    if rdf.language(term):
        attribute = f" xml:lang={quoteattr(rdf.language(term))}"
    elif rdf.datatype(term) != rdf.STRING:
        attribute = f" rdf:datatype={quoteattr(rdf.plain(rdf.datatype(term)))}"
    return f"    <{name}{attribute}>{text}</{name}>\n"


def _reference(term: Term, name: str) -> str:
    if term[0] == "_":
        return f"rdf:nodeID={quoteattr(term[2:])}"
    return f"{name}={quoteattr(_NOT_XML.sub('', term[1:-1]))}"


WRITERS: Final[dict[str, Callable[[Graph], str]]] = {
    "ttl": turtle,
    "jsonld": json_ld,
    "rdf": rdf_xml,
    "nt": n_triples,
}
"""What writes each RDF form."""
