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
_NT_LINE: Final = re.compile(rb"\s*(?:#[^\n]*\n\s*)*(?:<[^<>\s]+>|_:\S+)\s+<[^<>\s]+>\s+[<_\"]")
_TRIG: Final = re.compile(rb"(?:\bGRAPH\b|(?:>|[\w-]*:[\w-]+)\s*\{)", re.IGNORECASE)


def format_of(name: str, media_type: str, path: str, start: bytes) -> Format:
    """The format that was named, else that of the media type, the file's name, or its first bytes.

    Raises:
        UnreadableInput: none of them tells; says what was looked at.
    """
    if name:
        return _by_name(name)
    kind = media_type.partition(";")[0].strip().lower()
    by_type = next((f for f in FORMATS if kind in f.media_types), None)
    if by_type is not None and kind not in {"text/plain", "application/json", "text/xml"}:
        return by_type
    by_path = _by_path(path)
    return by_path or by_type or _sniffed(path, kind, start)


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


def _sniffed(path: str, kind: str, start: bytes) -> Format:
    head = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    names = {f.name: f for f in FORMATS}
    if head[:1] in {b"{", b"["}:
        return names["json-ld"]
    if head.startswith((b"<?xml", b"<rdf:")):
        return names["rdf-xml"]
    if _NT_LINE.match(head):
        return names["n-quads"]
    if b"@prefix" in head or re.search(rb"(?i)^\s*prefix\s", head, re.MULTILINE):
        return names["trig" if _TRIG.search(head) else "turtle"]
    raise UnreadableInput(
        f"What format this is could not be told from its name, its type {kind or '(none)'} "
        "or its first bytes.",
        place=path,
        hint="Say it with --format, or in the Content-Type.",
    )
