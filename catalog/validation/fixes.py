"""Patches for findings: what to add, or what to write instead, where that can be derived."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from catalog.model import Finding
from vocabularies.rdf import (
    ADMS,
    DCAT,
    DCATAP,
    DCT,
    DPROD,
    DQV,
    FOAF,
    LOCN,
    ODRL,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SH,
    SKOS,
    SPDX,
    TDS,
    TIME,
    VCARD,
    XSD,
    Graph,
    Term,
    iri,
    is_iri,
    is_literal,
    lexical,
    literal,
    plain,
)  # fmt: skip

HINT: Final = "<https://w3id.org/hutong/hint#add>"
"""On a shape: an object in Turtle that would satisfy it, as an example."""

WRAP: Final = "<https://w3id.org/hutong/hint#wrap>"
"""On a shape that asks for a node: Turtle of one, with `{}` where a text that was given goes."""

PREFIXES: Final = {
    "adms": ADMS, "dcat": DCAT, "dcatap": DCATAP, "dct": DCT, "dprod": DPROD, "dqv": DQV,
    "foaf": FOAF, "locn": LOCN, "odrl": ODRL, "prov": PROV, "rdf": RDF, "rdfs": RDFS,
    "schema": SCHEMA, "sh": SH, "skos": SKOS, "spdx": SPDX, "tds": TDS, "time": TIME,
    "vcard": VCARD, "xsd": XSD,
}  # fmt: skip
"""The prefixes that patches and texts are written with."""

_FIRST: Final = re.compile(r"(?<!\^)<([^>]+)>")
_DATES: Final = (
    (re.compile(r"(\d{4})"), "{0}", "gYear"),
    (re.compile(r"(\d{4})-(\d{2})"), "{0}-{1}", "gYearMonth"),
    (re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"), "{0}-{1:0>2}-{2:0>2}", "date"),
    (re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})"), "{2}-{1:0>2}-{0:0>2}", "date"),
    (
        re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:\d{2})?"),
        "{0}T{1}{2}",
        "dateTime",
    ),
)
_NUMBERS: Final = {
    XSD["nonNegativeInteger"]: re.compile(r"\d+"),
    XSD["integer"]: re.compile(r"[+-]?\d+"),
    XSD["decimal"]: re.compile(r"[+-]?\d+(\.\d+)?"),
    XSD["hexBinary"]: re.compile(r"(?:[0-9A-Fa-f]{2})+"),
    XSD["duration"]: re.compile(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?"),
}
_MAIL: Final = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[A-Za-z]{2,}")
_LINK: Final = re.compile(r"(?:https?|ftp|urn|mailto):[^\s<>\"{}|\\^`]+")


@dataclass(frozen=True, slots=True)
class Fix:
    """A patch: the Turtle to add, or the term to write instead of `old`."""

    action: Literal["add", "replace"]
    turtle: str
    old: Term | None = None


def fix_of(finding: Finding, shapes: Graph, background: Graph | None = None) -> Fix | None:
    """The patch of a finding, or None where only its author can know."""
    if finding.value is None or not finding.path:
        return _addition(finding, shapes)
    value = finding.value
    better = next(_better(finding, value, shapes, background or Graph()), None)
    if better:
        return Fix("replace", short(better), value)
    wrap = shapes.value(finding.shape, WRAP)
    if wrap and is_literal(value):
        return Fix("replace", lexical(wrap).replace("{}", short(value)), value)
    return None


def short(term: Term) -> str:
    """A term with one of the known prefixes where its IRI has one.

    >>> short("<http://purl.org/dc/terms/title>"), short("<urn:x>")
    ('dct:title', '<urn:x>')
    >>> short('"1"^^<http://www.w3.org/2001/XMLSchema#integer>')
    '"1"^^xsd:integer'
    """
    if is_literal(term):
        head, mark, kind = term.rpartition("^^<")
        return f"{head}^^{short('<' + kind)}" if mark and kind.endswith(">") else term
    if is_iri(term):
        for prefix, base in PREFIXES.items():
            local = term[1:-1].removeprefix(str(base))
            if local != term[1:-1] and re.fullmatch(r"[A-Za-z_][\w-]*", local):
                return f"{prefix}:{local}"
    return term


def _addition(finding: Finding, shapes: Graph) -> Fix | None:
    hint = shapes.value(finding.shape, HINT)
    if hint is None:
        return None
    first = _FIRST.search(finding.path)
    predicate = f"{short(iri(first[1]))} " if first else ""
    return Fix("add", f"{short(finding.focus)} {predicate}{lexical(hint)} .")


def _better(finding: Finding, value: Term, shapes: Graph, background: Graph) -> Iterator[Term]:
    """Candidates for a wrong value, the most certain first."""
    kind = shapes.value(finding.shape, SH["datatype"])
    if is_literal(value) and kind in _NUMBERS and _NUMBERS[kind].fullmatch(lexical(value).strip()):
        yield literal(lexical(value).strip(), datatype=kind)
    if is_literal(value) and _takes_dates(shapes, finding.shape):
        yield from _as_date(lexical(value).strip())
    yield from _from_vocabulary(finding.shape, value, shapes, background)
    if is_literal(value) and finding.component.endswith("NodeKindConstraintComponent"):
        yield from _as_link(lexical(value).strip())


def _as_date(text: str) -> Iterator[Term]:
    for pattern, form, kind in _DATES:
        found = pattern.fullmatch(text)
        if found:
            written = form.format(*(piece or "" for piece in found.groups()))
            if _is_sound(written):
                yield literal(written, datatype=XSD[kind])


def _is_sound(written: str) -> bool:
    _, *rest = written[:10].split("-")
    return all(0 < int(piece) <= most for piece, most in zip(rest, (12, 31), strict=False))


def _as_link(text: str) -> Iterator[Term]:
    if _LINK.fullmatch(text):
        yield iri(text)
    elif _MAIL.fullmatch(text):
        yield iri(f"mailto:{text}")
    elif re.fullmatch(r"www\.[^\s<>\"{}|\\^`]+", text):
        yield iri(f"https://{text}")


def _takes_dates(shapes: Graph, shape: Term) -> bool:
    kinds = {kind for term in _members(shapes, shape, SH["or"])
             for kind in shapes.objects(term, SH["datatype"])}  # fmt: skip
    return XSD["date"] in kinds | set(shapes.objects(shape, SH["datatype"]))


def _members(shapes: Graph, shape: Term, predicate: Term) -> Iterator[Term]:
    node = shapes.value(shape, predicate)
    while node is not None and node != RDF["nil"]:
        yield from shapes.objects(node, RDF["first"])
        node = shapes.value(node, RDF["rest"])


def _from_vocabulary(shape: Term, value: Term, shapes: Graph, background: Graph) -> Iterator[Term]:
    """The nearest term of the list that the shape names, or of the scheme of its example."""
    terms = list(_members(shapes, shape, SH["in"]))
    if not terms and shapes.value(shape, SH["pattern"]):
        terms = _siblings(shapes.value(shape, HINT), background)
    codes = {_tail(term): term for term in terms}
    asked = _tail(value)
    near = difflib.get_close_matches(asked, codes, n=1, cutoff=0.6)
    yield from (codes[code] for code in near)


def _siblings(hint: Term | None, background: Graph) -> list[Term]:
    """The concepts of the scheme that the example comes from."""
    example = lexical(hint) if hint else ""
    base = example.rpartition("/")[0]
    if not example.startswith("<") or not base:
        return []
    return [term for term in background.by_subject if term.startswith(f"{base}/")]


def _tail(term: Term) -> str:
    text = plain(term).rstrip("/")
    return re.split(r"[/#]", text)[-1].upper() if is_iri(term) else text.upper()
