"""Cheap checks of foreign bytes before a parser sees them: size, encoding, depth, entities.

Parsers crash, hang or fill the memory on what these refuse (docs/explanation/threat-model).
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from xml.parsers import expat

from catalog.errors import TooMuch, UnreadableInput

DEPTH: Final = 200
"""How deep brackets, blank nodes or elements may be nested."""

DOCUMENT: Final = 256_000_000
"""Bytes of a document that must be held whole: Turtle, TriG, JSON-LD, RDF/XML."""

LITERAL: Final = 16_000_000
"""Bytes of one literal, and so of one line of N-Triples."""

_JSON_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?+|[\[{]|[\]}]', re.DOTALL)
_TURTLE_TOKEN: Final = re.compile(
    rb'"""(?:[^"\\]++|\\.|"(?!""))*+(?:""")?+'
    rb"|'''(?:[^'\\]++|\\.|'(?!''))*+(?:''')?+"
    rb'|"(?:[^"\\]++|\\.)*+"?+'
    rb"|'(?:[^'\\]++|\\.)*+'?+"
    rb"|<<|>>|<[^>]*+>?+|\#[^\r\n]*+|\\.|[\[({]|[\])}]",
    re.DOTALL,
)
"""What the lenient parser takes: strings and IRIs over line ends, a lone CR ending a comment.

A stricter gate would lose its place where the parser does not. Each token is scanned once, also
one that never ends, so that the gate is linear.
"""

_SPACE: Final = 0x20
_WHITE: Final = b"\t\n\r\f"
_OPENING: Final = frozenset({b"[", b"(", b"{", b"<<"})
_CLOSING: Final = frozenset({b"]", b")", b"}", b">>"})
_BOMS: Final = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


def check_size(size: int, place: str) -> None:
    """Refuse a document that is too large to hold; line formats have no such limit."""
    if size > DOCUMENT:
        raise TooMuch(
            f"A document of this format may have {DOCUMENT:,} bytes at most.",
            place=place,
            hint="Convert it to N-Triples, which is read in bounded memory whatever its size.",
        )


def check_utf8(block: bytes, place: str, *, line: int = 1) -> None:
    """Refuse bytes that are not UTF-8 text; `line` is the number of the block's first line.

    Raises:
        UnreadableInput: names line, column and byte, and the encoding that it looks like.
    """
    try:
        block.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _no_utf8(block, error.start, place, line) from error
    if (at := block.find(b"\0")) >= 0:
        raise _no_utf8(block, at, place, line)


def _no_utf8(block: bytes, at: int, place: str, line: int) -> UnreadableInput:
    row, column = position(block, at)
    looks = _guess(block, at)
    return UnreadableInput(
        f"This is no UTF-8 text: byte 0x{block[at]:02X}.",
        place=place,
        hint=f"It looks like {looks}; save it as UTF-8."
        if looks
        else "It looks like binary data, such as an image or an archive; give the RDF itself.",
        line=line + row - 1,
        column=column,
    )


def check_json(document: bytes, place: str) -> None:
    """Refuse JSON that is nested too deep for a parser, or has a string that is too long."""
    _check_tokens(_JSON_TOKEN, document, place)


def check_turtle(document: bytes, place: str) -> None:
    """Refuse Turtle or TriG that is nested too deep for a parser, or has too long a literal."""
    _check_tokens(_TURTLE_TOKEN, document, place)


def check_xml(document: bytes, place: str) -> None:
    """Refuse XML with a DOCTYPE (so no entity is ever declared or fetched), or nested too deep.

    Raises:
        UnreadableInput: it has a DOCTYPE, or is not well-formed; names line and column.
        TooMuch: it is nested deeper than DEPTH.
    """
    _XmlGate(place).read(document)


def check_contexts(document: bytes, place: str, known: Mapping[str, Any]) -> None:
    """Refuse JSON-LD that names a context which is neither inline nor one of the `known`.

    Raises:
        UnreadableInput: it is no JSON, or names a context that would have to be fetched.
    """
    try:
        parsed = json.loads(document)
    except ValueError as error:
        line, column = getattr(error, "lineno", 0), getattr(error, "colno", 0)
        message = f"This is no JSON: {getattr(error, 'msg', error)}."
        raise UnreadableInput(message, place=place, line=line, column=column) from error
    waiting = [parsed]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            for key in ("@context", "@import"):
                _check_names(value.get(key), document, place, known)
            waiting += value.values()


def _check_names(context: object, document: bytes, place: str, known: Mapping[str, Any]) -> None:
    names = context if isinstance(context, list) else [context]
    for name in names:
        if isinstance(name, str) and name not in known:
            at = document.find(name.encode("utf-8", "surrogatepass"))
            line, column = position(document, at) if at >= 0 else (0, 0)
            raise UnreadableInput(
                f"The JSON-LD context {name!r} is not one that the hub knows, and none is fetched.",
                place=place,
                hint="Put the context into the document, or use one of: "
                + (", ".join(sorted(known)) or "none is bundled")
                + ".",
                line=line,
                column=column,
            )


def is_nested_too_deep(line: bytes) -> bool:
    """Whether a line of N-Triples has more triple terms in each other than a parser survives."""
    return line.count(b"<<") > DEPTH


def _check_tokens(token: re.Pattern[bytes], document: bytes, place: str) -> None:
    depth = 0
    for found in token.finditer(document):
        sign = found[0]
        if sign in _OPENING:
            depth += 1
            if depth > DEPTH:
                raise _too_deep(_where(document, found.start(), place))
        elif sign in _CLOSING:
            depth -= 1
        elif len(sign) > LITERAL:
            raise _too_long(_where(document, found.start(), place))


def _too_deep(place: str) -> TooMuch:
    return TooMuch(
        f"It is nested deeper than {DEPTH} levels.",
        place=place,
        hint="Give the inner nodes identifiers and describe them on their own.",
    )


def _too_long(place: str) -> TooMuch:
    return TooMuch(
        f"A literal is longer than {LITERAL:,} bytes.",
        place=place,
        hint="Put such values into a distribution, not into the catalogue.",
    )


class _XmlGate:
    """One pass of expat that sees every element and no entity."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._depth = 0
        self._last = 0
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self, document: bytes) -> None:
        try:
            self._parser.Parse(document, True)  # noqa: FBT003 - expat's own signature
        except expat.ExpatError as error:
            raise UnreadableInput(
                f"This is no well-formed XML: {expat.ErrorString(error.code)}.",
                place=self._place,
                line=error.lineno,
                column=error.offset + 1,
            ) from error

    def _doctype(self, *_: object) -> None:
        raise UnreadableInput(
            "XML with a DOCTYPE is not read: it could declare entities.",
            place=self._place,
            hint="Remove the DOCTYPE and write its entities out.",
            line=self._parser.CurrentLineNumber,
            column=self._parser.CurrentColumnNumber + 1,
        )

    def _start(self, *_: object) -> None:
        self._depth += 1
        if self._depth > DEPTH:
            raise _too_deep(self._where())
        self._measure()

    def _end(self, *_: object) -> None:
        self._depth -= 1
        self._measure()

    def _measure(self) -> None:
        """What lies between two tags, and a tag itself, is no longer than a literal may be."""
        at = self._parser.CurrentByteIndex
        if at - self._last > LITERAL:
            raise _too_long(self._where())
        self._last = at

    def _where(self) -> str:
        return f"{self._place}, line {self._parser.CurrentLineNumber}"


def _guess(block: bytes, at: int) -> str:
    """The encoding that bytes look like which are not UTF-8; empty for what is no text at all."""
    for bom, name in _BOMS.items():
        if block.startswith(bom):
            return name
    near = block[max(0, at - 2000) : at + 2000]
    if _is_every_other_byte_zero(near):
        return "UTF-16 without a mark"
    if sum(byte < _SPACE and byte not in _WHITE for byte in near):
        return ""
    try:
        text = near.decode("gb18030")
    except UnicodeDecodeError:
        return "Latin-1 or Windows-1252"
    han = sum("\u4e00" <= character <= "\u9fff" for character in text)
    return "GB18030" if han > len(text) / 50 else "Latin-1 or Windows-1252"


def _is_every_other_byte_zero(near: bytes) -> bool:
    """As in UTF-16 of texts that are mostly Latin, in either order."""
    zeros = (near[::2].count(0), near[1::2].count(0))
    return min(zeros) == 0 and max(zeros) > len(near) / 4


def _where(document: bytes, at: int, place: str) -> str:
    line, column = position(document, at)
    return f"{place}, line {line}, column {column}"


def position(document: bytes, at: int) -> tuple[int, int]:
    """Line and column (in bytes), both from 1."""
    return document.count(b"\n", 0, at) + 1, at - document.rfind(b"\n", 0, at)
