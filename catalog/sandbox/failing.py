"""Where a parser gave up that does not tell itself."""

import io
import re
from typing import Final

import pyoxigraph

from catalog.sandbox.formats import Format
from catalog.sandbox.gates import position

_LARGEST: Final = 20_000_000
"""Bytes up to which XML is read a second time for the place of its first mistake."""

_TAG: Final = re.compile(rb"[^>]*+>?")
_KEYWORD: Final = re.compile(r"@[a-z]+", re.IGNORECASE)


def place_of_failure(document: bytes, form: Format, base: str, words: str) -> tuple[int, int]:
    """Line and column (in bytes) of what the parser's words are about; (0, 0) if unknown."""
    if form.name == "rdf-xml" and len(document) <= _LARGEST:
        return _place_in_xml(document, form, base)
    keyword = _KEYWORD.search(words)
    if form.name == "json-ld" and keyword:
        misused = re.search(rb'"%b"\s*:\s*+(?!["\[])' % keyword[0].encode(), document)
        return position(document, misused.start()) if misused else (0, 0)
    return 0, 0


def _place_in_xml(document: bytes, form: Format, base: str) -> tuple[int, int]:
    """The place of the tag at which the parser fails when it is fed tag by tag."""
    tags = _Tags(document)
    try:
        for _ in pyoxigraph.parse(tags, format=form.parser, base_iri=base or None, lenient=True):
            pass
    except SyntaxError:
        return position(document, tags.last)
    return 0, 0


class _Tags(io.BytesIO):
    """A stream that gives a tag at a time, and knows where the last one began."""

    def __init__(self, document: bytes) -> None:
        super().__init__()
        self._document = document
        self._at = 0
        self.last = 0

    def read(self, size: int | None = -1, /) -> bytes:
        found = _TAG.match(self._document, self._at)
        piece = found[0] if found else b""
        piece = piece[:size] if size is not None and size >= 0 else piece
        if piece.strip():
            self.last = self._at + len(piece) - len(piece.lstrip())
        self._at += len(piece)
        return piece
