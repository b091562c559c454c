r"""RDF terms as their N-Triples text, and small graphs held as dictionaries.

A term is a `str`: `<https://e.example/d>`, `_:c14n0`, `"Luft"@de`,
`"4"^^<http://www.w3.org/2001/XMLSchema#integer>`, always in the canonical form of N-Quads
(RDFC-1.0, section "A Canonical form of N-Quads"): no `^^xsd:string`, only the escapes that it
asks for. Two terms are the same when their texts are, so a literal keeps its lexical form and its
datatype exactly as published.

>>> graph = Graph.from_lines('<urn:d> <urn:p> "Luft"@de .\n<urn:d> <urn:p> _:c14n0 .\n')
>>> graph.objects("<urn:d>", "<urn:p>")
['"Luft"@de', '_:c14n0']
>>> lexical('"a\\"b"@en'), language('"a"@en'), datatype('"a"@en')
('a"b', 'en', '<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>')
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, TypeAlias

Term: TypeAlias = str
Triple: TypeAlias = tuple[Term, Term, Term]


class Namespace(str):
    """A prefix of IRIs; indexing it gives a term.

    >>> DCT["title"]
    '<http://purl.org/dc/terms/title>'
    """

    __slots__ = ()

    def __getitem__(self, name: object) -> Term:
        return _named(self, name)

    def __str__(self) -> str:
        return str.__str__(self)


@lru_cache(maxsize=10_000)
def _named(space: Namespace, name: object) -> Term:
    return f"<{space!s}{name}>"


ADMS: Final = Namespace("http://www.w3.org/ns/adms#")
DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")
DCATAP: Final = Namespace("http://data.europa.eu/r5r/")
DCT: Final = Namespace("http://purl.org/dc/terms/")
DPROD: Final = Namespace("https://ekgf.github.io/dprod/")
DQV: Final = Namespace("http://www.w3.org/ns/dqv#")
ELI: Final = Namespace("http://data.europa.eu/eli/ontology#")
FOAF: Final = Namespace("http://xmlns.com/foaf/0.1/")
LOCN: Final = Namespace("http://www.w3.org/ns/locn#")
ODRL: Final = Namespace("http://www.w3.org/ns/odrl/2/")
OWL: Final = Namespace("http://www.w3.org/2002/07/owl#")
PROV: Final = Namespace("http://www.w3.org/ns/prov#")
RDF: Final = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS: Final = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SCHEMA: Final = Namespace("https://schema.org/")
SH: Final = Namespace("http://www.w3.org/ns/shacl#")
SKOS: Final = Namespace("http://www.w3.org/2004/02/skos/core#")
SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
TDS: Final = Namespace("https://w3id.org/hutong/tds#")
TIME: Final = Namespace("http://www.w3.org/2006/time#")
VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
XSD: Final = Namespace("http://www.w3.org/2001/XMLSchema#")

TYPE: Final = RDF["type"]
LANG_STRING: Final = RDF["langString"]
STRING: Final = XSD["string"]

_ESCAPED: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_MUST_ESCAPE: Final = re.compile('[\x00-\x1f"\\\\\x7f\ufffe\uffff]')
_SHORT: Final = {
    "t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\",
}  # fmt: skip
_LONG: Final = {
    "\t": "\\t", "\b": "\\b", "\n": "\\n", "\r": "\\r", "\f": "\\f", '"': '\\"', "\\": "\\\\",
}  # fmt: skip


def iri(text: str) -> Term:
    return f"<{text}>"


def literal(text: str, *, lang: str = "", datatype: Term = STRING) -> Term:
    r"""The term of a literal in canonical form.

    >>> literal("a\nb", lang="en")
    '"a\\nb"@en'
    """
    quoted = '"' + _MUST_ESCAPE.sub(_escape, text) + '"'
    if lang:
        return f"{quoted}@{lang}"
    return quoted if datatype == STRING else f"{quoted}^^{datatype}"


def is_iri(term: Term) -> bool:
    return term[0] == "<"


def is_blank(term: Term) -> bool:
    return term[0] == "_"


def is_literal(term: Term) -> bool:
    return term[0] == '"'


def plain(term: Term) -> str:
    """What a person reads: an IRI without its brackets, a literal's text, a blank node's label."""
    if term[0] == "<":
        return term[1:-1]
    return lexical(term) if term[0] == '"' else term


def lexical(term: Term) -> str:
    """The lexical form of a literal, its escapes undone."""
    text = term[1 : term.rindex('"')]
    return _ESCAPED.sub(_unescape, text) if "\\" in text else text


def language(term: Term) -> str:
    """The language tag of a literal as written; empty where there is none."""
    suffix = term[term.rindex('"') + 1 :]
    return suffix[1:] if suffix.startswith("@") else ""


def datatype(term: Term) -> Term:
    """The datatype of a literal: xsd:string and rdf:langString where it is not written."""
    suffix = term[term.rindex('"') + 1 :]
    if not suffix:
        return STRING
    return LANG_STRING if suffix[0] == "@" else suffix[2:]


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return _LONG.get(character) or f"\\u{ord(character):04X}"


def _unescape(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _SHORT.get(found[3], found[3])


class Graph:
    """A set of triples as `by_subject[subject][predicate] = [object, ...]`.

    Objects keep the order in which they were added; a triple is held once. `by_subject` is open to
    the hot loops of validation and indexing, which only read it.
    """

    __slots__ = ("_incoming", "by_subject")

    def __init__(self, triples: Iterable[Triple] = ()) -> None:
        self.by_subject: dict[Term, dict[Term, list[Term]]] = {}
        self._incoming: dict[Term, dict[Term, list[Term]]] | None = None
        for subject, predicate, object_ in triples:
            self.add(subject, predicate, object_)

    @classmethod
    def from_lines(cls, text: str) -> "Graph":
        """The graph of canonical N-Triples lines, as the record store and the reader write them.

        It is no parser of foreign input: each line must be `subject SP predicate SP object SP .`,
        and no line may come twice.
        """
        graph = cls()
        by_subject = graph.by_subject
        for line in text.split("\n"):
            if line:
                subject, predicate, object_ = line.split(" ", 2)
                by_subject.setdefault(subject, {}).setdefault(predicate, []).append(object_[:-2])
        return graph

    def add(self, subject: Term, predicate: Term, object_: Term) -> None:
        objects = self.by_subject.setdefault(subject, {}).setdefault(predicate, [])
        if object_ not in objects:
            objects.append(object_)
            self._incoming = None

    def objects(self, subject: Term, predicate: Term) -> list[Term]:
        return self.by_subject.get(subject, _NOTHING).get(predicate, [])

    def value(self, subject: Term, predicate: Term) -> Term | None:
        """The first object, or None."""
        return next(iter(self.objects(subject, predicate)), None)

    def subjects(self, predicate: Term, object_: Term) -> list[Term]:
        return self.incoming(object_).get(predicate, [])

    def incoming(self, object_: Term) -> dict[Term, list[Term]]:
        """What points at a term: predicate to subjects. The reverse index is made on first use."""
        if self._incoming is None:
            self._incoming = {}
            for subject, predicate, target in self.triples():
                self._incoming.setdefault(target, {}).setdefault(predicate, []).append(subject)
        return self._incoming.get(object_, _NOTHING)

    def types(self, subject: Term) -> list[Term]:
        return self.objects(subject, TYPE)

    def triples(self) -> Iterator[Triple]:
        for subject, predicates in self.by_subject.items():
            for predicate, objects in predicates.items():
                for object_ in objects:
                    yield subject, predicate, object_

    def lines(self) -> str:
        """Sorted N-Triples lines in code-point order: canonical when the labels are."""
        return "".join(sorted(f"{s} {p} {o} .\n" for s, p, o in self.triples()))

    def __len__(self) -> int:
        return sum(len(o) for predicates in self.by_subject.values() for o in predicates.values())

    def __contains__(self, triple: Triple) -> bool:
        return triple[2] in self.objects(triple[0], triple[1])


_NOTHING: Final[dict[Term, list[Term]]] = {}
