"""N-Triples and N-Quads as runs of canonical lines of one subject, at the speed of a regex.

A line that is canonical already is copied; any other is parsed and written again. A line that is
no RDF is told apart from its neighbours.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import pyoxigraph

from catalog.errors import TooMuch, UnreadableInput
from catalog.sandbox.gates import LITERAL, check_utf8, is_nested_too_deep
from vocabularies.rdf import XSD, literal

_IRI: Final = rb"<[A-Za-z][A-Za-z0-9+.-]*+:[^\x00-\x20<>\"{}|^`\\\x7f]*+>"
_BLANK: Final = rb"_:[A-Za-z0-9_:\x80-\xff][A-Za-z0-9_:.\-\x80-\xff]*+(?<!\.)"
_ESCAPE: Final = rb'\\(?:[tbnrf"\\]|u00(?:0[0-7BEF]|1[0-9A-F]|7F)|uFFF[EF])'
_TEXT: Final = rb'"[^"\\\x00-\x1f\x7f]*+(?:' + _ESCAPE + rb'[^"\\\x00-\x1f\x7f]*+)*+"'
_SUFFIX: Final = (
    rb"(?:@[a-z]{1,8}+(?:-[a-z0-9]{1,8}+)*+"
    rb"|\^\^(?!<http://www\.w3\.org/2001/XMLSchema#string>)" + _IRI + rb")?+"
)
_REST: Final = (
    rb" " + _IRI + rb" (?:" + _IRI + rb"|" + _BLANK + rb"|" + _TEXT + _SUFFIX + rb") \.\n"
)
_RUN: Final = re.compile(
    rb"(" + _IRI + rb"|" + _BLANK + rb")" + _REST + rb"(?:\1" + _REST + rb")*+"
)
_SUBJECT: Final = re.compile(rb"\s*+(?:<([^<>\n]*)>|(_:\S+))\s")
_EMPTY: Final = re.compile(rb"(?:[ \t]*+\n++)++")
_SCHEME: Final = re.compile("[A-Za-z][A-Za-z0-9+.-]*:")
_ILLEGAL: Final = re.compile('[\x00-\x20<>"{}|^`\\\\\x7f]')


class Run(NamedTuple):
    """Canonical lines of one subject, the first of them at `line` of the input."""

    subject: bytes
    lines: bytes
    line: int


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no RDF, and the subject that it speaks of as far as that can be told."""

    subject: bytes
    raw: bytes
    line: int
    column: int
    message: str


def runs(
    blocks: Iterable[bytes], place: str, parser: pyoxigraph.RdfFormat
) -> Iterator[Run | BadLine]:
    """The runs of a stream of blocks, in order, in memory bounded by the block and a line.

    Raises:
        UnreadableInput: the bytes are no UTF-8.
        TooMuch: a line, and so a literal, is longer than any that is taken.
    """
    line = 1
    for text in _whole_lines(blocks, place):
        check_utf8(text, place, line=line)
        if b"\xef\xbf" in text:
            text = _without_raw(text)  # noqa: PLW2901 - the same text in canonical escapes
        at = 0
        while at < len(text):
            found = _RUN.match(text, at)
            if found:
                yield Run(found[1], found[0], line)
                line += found[0].count(b"\n")
                at = found.end()
            elif found := _EMPTY.match(text, at):
                line += found[0].count(b"\n")
                at = found.end()
            else:
                end = text.index(b"\n", at) + 1
                yield from _slowly(text[at:end], line, parser)
                line += 1
                at = end


def _without_raw(text: bytes) -> bytes:
    """The text with the two characters escaped that are none in XML (canonical N-Quads)."""
    return text.replace(b"\xef\xbf\xbe", b"\\uFFFE").replace(b"\xef\xbf\xbf", b"\\uFFFF")


def _whole_lines(blocks: Iterable[bytes], place: str) -> Iterator[bytes]:
    """The blocks cut anew so that each ends with a line."""
    rest = b""
    is_first = True
    for block in blocks:
        text = block.removeprefix(b"\xef\xbb\xbf") if is_first else block
        is_first = False
        cut = text.rfind(b"\n") + 1
        if cut:
            whole = rest + text[:cut]
            yield whole.replace(b"\r\n", b"\n") if b"\r" in whole else whole
            rest = text[cut:]
        else:
            rest += text
            if len(rest) > LITERAL:
                raise TooMuch(
                    f"A line is longer than {LITERAL:,} bytes, so a literal is too.",
                    place=place,
                    hint="Put such values into a distribution, not into the catalogue.",
                )
    if rest:
        yield rest.replace(b"\r\n", b"\n") + b"\n"


def _slowly(raw: bytes, line: int, parser: pyoxigraph.RdfFormat) -> Iterator[Run | BadLine]:
    stripped = raw.strip()
    if not stripped or stripped.startswith(b"#"):
        return
    if is_nested_too_deep(raw):
        yield _bad(raw, line, 1, "The terms of this line are nested too deep")
        return
    try:
        for quad in pyoxigraph.parse(raw, format=parser, lenient=True):
            yield run_of(quad, line)
    except SyntaxError as error:
        words = f"This line is no RDF: {words_of(error)}"
        yield _bad(raw, line, int(error.offset or 1), words)
    except UnreadableInput as error:
        yield _bad(raw, line, 1, error.message)


def _bad(raw: bytes, line: int, column: int, message: str) -> BadLine:
    return BadLine(_subject_of_line(raw), raw[:65_536], line, column, message.rstrip("."))


def _subject_of_line(raw: bytes) -> bytes:
    """The subject that a line begins with, as a run would name it; empty where there is none."""
    found = _SUBJECT.match(raw)
    if found is None:
        return b""
    return found[2] or f"<{_ILLEGAL.sub(_encoded, found[1].decode())}>".encode()


def words_of(error: SyntaxError) -> str:
    """What a parser says is wrong, without the place, which is told in fields of its own."""
    message = str(error.msg).partition(" (line")[0]
    return message.partition(": ")[2] if message.startswith("Parser error") else message


def run_of(quad: pyoxigraph.Quad, line: int) -> Run:
    """A statement as a run of one canonical line; the name of its graph is dropped.

    Characters that no IRI may have are percent-encoded, as in RFC 3987, section 3.1, so that a link
    with a space still names what its publisher meant. An object that is no absolute IRI stays as a
    literal of xsd:anyURI: its text is kept, and checks point at it. Language tags are in lower
    case, and an underscore in one, which only XML and JSON let through, is a hyphen.

    Raises:
        UnreadableInput: a term cannot be written in canonical N-Triples even so: a relative IRI, a
            malformed language tag, a triple term of RDF 1.2.
    """
    subject, target = _term(quad.subject), _term(quad.object)
    if isinstance(quad.object, pyoxigraph.NamedNode) and not _SCHEME.match(quad.object.value):
        target = literal(quad.object.value, datatype=XSD["anyURI"])
    text = f"{subject} {_term(quad.predicate)} {target} .\n".encode()
    if not _RUN.fullmatch(text):
        raise UnreadableInput(f"{_why_not(quad)}: {text.decode()[:-3][:300]}")
    return Run(subject.encode(), text, line)


def subject_of(quad: pyoxigraph.Quad) -> bytes:
    """The subject of a statement as its run names it."""
    return _term(quad.subject).encode()


def _why_not(quad: pyoxigraph.Quad) -> str:
    """What keeps a statement from being one of RDF 1.1."""
    for node in (quad.subject, quad.predicate):
        if isinstance(node, pyoxigraph.NamedNode) and not _SCHEME.match(node.value):
            return f"The IRI <{node.value}> is relative, and the input names no base for it"
    if isinstance(quad.object, pyoxigraph.Literal) and quad.object.language:
        return f"{quad.object.language!r} is no language tag"
    return "This is no statement of RDF 1.1"


def _term(node: object) -> str:
    if isinstance(node, pyoxigraph.NamedNode):
        return f"<{_ILLEGAL.sub(_encoded, node.value)}>"
    if isinstance(node, pyoxigraph.Literal) and node.language:
        return literal(node.value, lang=node.language.lower().replace("_", "-"))
    if isinstance(node, pyoxigraph.Literal):
        kind = f"<{_ILLEGAL.sub(_encoded, node.datatype.value)}>"
        return literal(node.value, datatype=kind)
    return str(node)


def _encoded(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())
