"""From foreign bytes to parts: told apart, unpacked, gated, parsed, spooled, put together.

Runs inside a sandbox worker. Nothing is given before the whole input has been read once, so an
input that is cut off or broken leaves nothing half taken.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import pyoxigraph

from catalog.errors import UnreadableInput
from catalog.model import OfferingKind, Part, Refusal
from catalog.sandbox import gates
from catalog.sandbox.assembly import assemble, refused
from catalog.sandbox.contexts import CONTEXTS, inlined
from catalog.sandbox.decompression import blocks
from catalog.sandbox.failing import place_of_failure
from catalog.sandbox.formats import Format, format_of
from catalog.sandbox.lines import BadLine, Run, run_of, runs, subject_of, words_of
from catalog.sandbox.splitting import RANKS
from catalog.sandbox.spool import Root, Segment, Spool

_SIGN_OF_LIFE: Final = 20_000
"""Subjects of a line format after which an empty batch is given, about each second or two."""

_CATALOG_RANKS: Final = frozenset(r for r, k in RANKS.items() if k is OfferingKind.CATALOG)


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """What to read: a local file, and what is known of it.

    `with_catalogs` asks for the catalogues' own descriptions too; `keep_anonymous` for offerings
    without an IRI, which otherwise are refused.
    """

    path: str
    format: str = ""
    media_type: str = ""
    name: str = ""
    base: str = ""
    batch: int = 200
    with_catalogs: bool = False
    keep_anonymous: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Parts in the order of the input, and what could not become one."""

    parts: tuple[Part, ...]
    refusals: tuple[Refusal, ...] = ()


def read_parts(request: ReadRequest) -> Iterator[Batch]:
    """The parts of an input, `batch` roots at a time.

    While a long input is read, empty batches tell that it goes on: a deadline counts for each.

    Raises:
        UnreadableInput: the input as a whole is not what it claims to be; with line and column.
        TooMuch: it met a limit of size, depth or ratio.
    """
    with Segment.new() as segment:
        yield from _fill(segment, request)
        segment.seal()
        spool = Spool((segment,))
        for roots in spool.roots(request.batch):
            yield batch_of(spool, roots, request)
        yield from strays_of(spool, request)


def batch_of(spool: Spool, roots: list[Root], request: ReadRequest) -> Batch:
    """The parts of some roots, and what could not become one."""
    parts: list[Part] = []
    refusals: list[Refusal] = []
    wanted = [r for r in roots if request.with_catalogs or r.rank not in _CATALOG_RANKS]
    for one in assemble(spool, wanted):
        if isinstance(one, Refusal):
            refusals.append(one)
        elif one.iri.startswith("_:") and not request.keep_anonymous:
            refusals.append(_nameless(one))
        else:
            parts.append(one)
    return Batch(tuple(parts), tuple(refusals))


def strays_of(spool: Spool, request: ReadRequest) -> Iterator[Batch]:
    """What could not be read and belongs to no part is told too, so that nothing vanishes."""
    strays = spool.strays()
    while refusals := tuple(refused(bad) for bad in islice(strays, request.batch)):
        yield Batch((), refusals)


def _nameless(part: Part) -> Refusal:
    message = (
        "It has no IRI, so that it could not be told from others when it comes again. Give it one."
    )
    return Refusal(part.iri, "no-iri", message, part.lines.encode(), part.line)


def _fill(segment: Segment, request: ReadRequest) -> Iterator[Batch]:
    path = Path(request.path)
    place = request.name or path.name
    stream = blocks(path)
    first = next(stream, b"")
    if not first:
        raise UnreadableInput(
            "It is empty.", place=place, hint="Look whether it was saved or fetched in full."
        )
    form = format_of(request.format, request.media_type, place, first[:65_536])
    if form.is_lines:
        first_bad = yield from fill_from_lines(segment, _chain(first, stream), place, form)
        if first_bad is not None and not segment.good:
            raise unreadable(first_bad, place)
    else:
        document = _whole(first, stream, place)
        for one in _parsed(document, form, request.base, place):
            if isinstance(one, Run):
                segment.add(one)
            else:
                segment.refuse(one)


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def fill_from_lines(
    segment: Segment, stream: Iterator[bytes], place: str, form: Format
) -> Generator[Batch, None, BadLine | None]:
    """Take every line in; a bad one is kept for its record, and ends the input if it has none.

    Gives signs of life, then the first bad line.
    """
    first_bad: BadLine | None = None
    for count, one in enumerate(runs(stream, place, form.parser), 1):
        if count % _SIGN_OF_LIFE == 0:
            yield Batch(())
        if isinstance(one, Run):
            segment.add(one)
            continue
        first_bad = first_bad or one
        if not one.subject:
            raise unreadable(one, place)
        segment.refuse(one)
    return first_bad


def unreadable(bad: BadLine, place: str) -> UnreadableInput:
    return UnreadableInput(
        f"{bad.message}.",
        place=place,
        hint="Mend it there and try again; nothing of it was taken.",
        line=bad.line,
        column=bad.column,
    )


def _whole(first: bytes, rest: Iterator[bytes], place: str) -> bytes:
    held = [first]
    size = len(first)
    for block in rest:
        size += len(block)
        gates.check_size(size, place)
        held.append(block)
    document = b"".join(held).removeprefix(b"\xef\xbb\xbf")
    gates.check_utf8(document, place)
    return document


def gated(document: bytes, form: Format, place: str) -> bytes:
    """The document once it has passed the gates of its format, bundled contexts put in.

    Raises:
        UnreadableInput: it names a foreign context or has a DOCTYPE.
        TooMuch: it is nested too deep.
    """
    if form.name == "json-ld":
        gates.check_json(document, place)
        gates.check_contexts(document, place, CONTEXTS)
        return inlined(document)
    if form.name == "rdf-xml":
        gates.check_xml(document, place)
        return document.replace(b"\r\n", b"\n").replace(b"\r", b"\n")  # XML 1.0, section 2.11
    gates.check_turtle(document, place)
    return document


def _parsed(document: bytes, form: Format, base: str, place: str) -> Iterator[Run | BadLine]:
    """The statements as runs of one subject, blank nodes named in the order of appearance."""
    labels: dict[str, pyoxigraph.BlankNode] = {}
    subject = b""
    held: list[bytes] = []
    for quad in _quads(gated(document, form, place), form, base, place):
        if form.name == "json-ld" and ":" not in quad.predicate.value:
            continue  # a key that its context does not map says nothing (JSON-LD 1.1 API, 5.1)
        named = _renamed(quad, labels)
        try:
            run = run_of(named, 0)
        except UnreadableInput as error:
            yield BadLine(subject_of(named), str(quad).encode(), 0, 0, error.message)
            continue
        if run.subject != subject and held:
            yield Run(subject, b"".join(held), 0)
            held = []
        subject = run.subject
        held.append(run.lines)
    if held:
        yield Run(subject, b"".join(held), 0)


def _quads(document: bytes, form: Format, base: str, place: str) -> Iterator[pyoxigraph.Quad]:
    try:
        yield from pyoxigraph.parse(
            document, format=form.parser, base_iri=base or None, lenient=True
        )
    except SyntaxError as error:
        at = (int(error.lineno or 0), int(error.offset or 0))
        if not at[0]:
            at = place_of_failure(document, form, base, str(error.msg))
        raise _syntax_error(error, place, at) from error


def _renamed(quad: pyoxigraph.Quad, labels: dict[str, pyoxigraph.BlankNode]) -> pyoxigraph.Quad:
    subject, target = quad.subject, quad.object
    if isinstance(subject, pyoxigraph.BlankNode):
        subject = labels.setdefault(subject.value, pyoxigraph.BlankNode(f"b{len(labels)}"))
    if isinstance(target, pyoxigraph.BlankNode):
        target = labels.setdefault(target.value, pyoxigraph.BlankNode(f"b{len(labels)}"))
    return pyoxigraph.Quad(subject, quad.predicate, target)


def _syntax_error(error: SyntaxError, place: str, at: tuple[int, int]) -> UnreadableInput:
    words = words_of(error).rstrip(".")
    if words.startswith("XML namespaces are required"):
        words = "this XML is no RDF/XML, as it has names in no namespace"
    return UnreadableInput(
        f"It could not be parsed: {words}.",
        place=place,
        hint="Mend it there and try again; nothing of it was taken.",
        line=at[0],
        column=at[1],
    )
