"""The RDF formats that are read: their names, media types and endings, and how to tell them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pyoxigraph

from catalog.errors import UnreadableInput


@dataclass(frozen=True, slots=True)
class Format:
    """An RDF format. A line format is read in bounded memory, the others are held whole."""

    name: str
    media_types: tuple[str, ...]
    endings: tuple[str, ...]
    parser: pyoxigraph.RdfFormat
    is_lines: bool = False


FORMATS: Final = (
    Format(
        "turtle",
        ("text/turtle", "application/x-turtle", "text/n3"),
        (".ttl", ".turtle"),
        pyoxigraph.RdfFormat.TURTLE,
    ),
    Format(
        "json-ld",
        ("application/ld+json", "application/json"),
        (".jsonld", ".json"),
        pyoxigraph.RdfFormat.JSON_LD,
    ),
    Format(
        "rdf-xml",
        ("application/rdf+xml", "application/xml", "text/xml"),
        (".rdf", ".xml", ".owl"),
        pyoxigraph.RdfFormat.RDF_XML,
    ),
    Format(
        "n-triples",
        ("application/n-triples", "text/plain"),
        (".nt",),
        pyoxigraph.RdfFormat.N_TRIPLES,
        is_lines=True,
    ),
    Format(
        "n-quads",
        ("application/n-quads",),
        (".nq",),
        pyoxigraph.RdfFormat.N_QUADS,
        is_lines=True,
    ),
    Format("trig", ("application/trig",), (".trig",), pyoxigraph.RdfFormat.TRIG),
)

_PACKED: Final = (".gz", ".zst", ".zstd")
_NAMES: Final = {"ttl": "turtle", "jsonld": "json-ld", "rdfxml": "rdf-xml", "xml": "rdf-xml"}
_COMMENTS: Final = rb"(?:\s|\#[^\n]*(?:\n|\Z))*+"
_HTML: Final = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!DOCTYPE\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_TRIG: Final = re.compile(
    rb"(?:^|[.}\s])(?:GRAPH\s+(?:<[^<>\s]*>|[\w-]*:[\w-]*)|<[^<>\s]*>|[\w-]*:[\w-]+)\s*\{"
    rb"|\A" + _COMMENTS + rb"\{\s*[^\s\"}]",
    re.IGNORECASE,
)
_IRI: Final = rb"<[^<>\s]*>"
_NODE: Final = rb"(?:" + _IRI + rb"|_:\S+)"
_TEXT: Final = rb'"(?:[^"\\]|\\.)*+(?:\Z|"[^\s;,.]*)'
_LOOKS: Final = (
    ("json-ld", re.compile(rb'\s*(?:\{\s*["}]|\[\s*(?:[\[{"]|\]\s*\Z))')),
    (
        "rdf-xml",
        re.compile(rb"\s*<(?:\?xml|!--|!DOCTYPE|[A-Za-z_][\w.-]*:?[\w.-]*\s[^<>]*?\bxmlns)"),
    ),
    (
        "n-quads",
        re.compile(
            _COMMENTS + _NODE + rb"\s+" + _IRI + rb"\s+(?:" + _NODE + rb"|" + _TEXT + rb")"
            rb"(?:\s*" + _NODE + rb")?\s*(?:\.\s|\.?\Z)",
            re.DOTALL,
        ),
    ),
    (
        "turtle",
        re.compile(
            _COMMENTS + rb"(?:@?(?:prefix|base)\b|(?:\[|" + _NODE + rb"|\[\s*\])\s+(?:a\b|<))",
            re.IGNORECASE,
        ),
    ),
)
"""What the first bytes of a format look like. N-Quads includes N-Triples; Turtle may be TriG."""

_SAID: Final = re.compile(rb'"[^"\n]*"|\'[^\'\n]*\'|\#[^\n]*')
"""Texts and comments, in which anything may stand."""

_LINES: Final = frozenset({"n-triples", "n-quads"})


def format_of(name: str, media_type: str, path: str, start: bytes) -> Format:
    """The format that was named, else that of the media type, the file's name, or its first bytes.

    Where the first bytes are plainly those of another format, they are believed: names and types
    lie, and a server sends a page where data was asked for.

    Raises:
        UnreadableInput: it is an HTML page, or nothing tells; says what was looked at.
    """
    if name:
        return _by_name(name)
    if _HTML.match(start.removeprefix(b"\xef\xbb\xbf")):
        raise UnreadableInput(
            "This is an HTML page, not RDF.",
            place=path,
            hint="Fetch or save the data itself, not the page about it.",
            line=1,
            column=1,
        )
    kind = media_type.partition(";")[0].strip().lower()
    by_type = next((f for f in FORMATS if kind in f.media_types), None)
    is_sure = by_type is not None and kind not in {"text/plain", "application/json", "text/xml"}
    claimed = by_type if is_sure else _by_path(path) or by_type
    return _agreed(claimed, _sniffed(start)) or _untold(path, kind)


def _agreed(claimed: Format | None, seen: Format | None) -> Format | None:
    """The format that is claimed, unless the first bytes are those of a family of another kind."""
    if claimed is None or seen is None:
        return claimed or seen
    if seen.name == "turtle" and claimed.name not in {*_LINES, "json-ld", "rdf-xml"}:
        return claimed
    if seen.name in _LINES and claimed.name not in {"json-ld", "rdf-xml", "n-triples"}:
        return claimed
    return seen


def _by_name(name: str) -> Format:
    wanted = _NAMES.get(name.lower().replace("_", "-"), name.lower().replace("_", "-"))
    found = next(
        (f for f in FORMATS if f.name in {wanted, wanted.replace("ntriples", "n-triples")}), None
    )
    if found is None:
        known = ", ".join(f.name for f in FORMATS)
        raise UnreadableInput(f"There is no RDF format {name!r}.", hint=f"Use one of: {known}.")
    return found


def _by_path(path: str) -> Format | None:
    name = path.lower()
    for ending in _PACKED:
        name = name.removesuffix(ending)
    return next((f for f in FORMATS if _ends(name, f.endings)), None)


def _ends(name: str, endings: Iterable[str]) -> bool:
    return any(name.endswith(ending) for ending in endings)


def _sniffed(start: bytes) -> Format | None:
    """The format that the first bytes look like."""
    head = start.removeprefix(b"\xef\xbb\xbf")
    name = next((name for name, looks in _LOOKS if looks.match(head)), "")
    if name in {"", "turtle"} and _TRIG.search(_SAID.sub(b"", head)):
        name = "trig"
    return next((f for f in FORMATS if f.name == name), None)


def _untold(path: str, kind: str) -> Format:
    raise UnreadableInput(
        f"What format this is could not be told from its name, its type {kind or '(none)'} "
        "or its first bytes.",
        place=path,
        hint="Say it with --format, or in the Content-Type.",
    )
