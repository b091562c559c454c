"""A large input in a line format, read on every core.

Each worker fills a segment of the spool from its stretch of the file; once all are sealed, each
puts together its share of the parts. What comes out is what `read_parts` gives for the whole.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalog.errors import UnreadableInput
from catalog.sandbox.decompression import blocks, is_packed, stretch
from catalog.sandbox.formats import Format, format_of
from catalog.sandbox.lines import BadLine
from catalog.sandbox.reading import (
    Batch,
    ReadRequest,
    batch_of,
    fill_from_lines,
    read_parts,
    strays_of,
    unreadable,
)
from catalog.sandbox.scratch import scratch
from catalog.sandbox.spool import Segment, Spool
from catalog.sandbox.workers import Workers

LARGE: Final = 16_000_000
"""Bytes of a file from which on it is worth while to share."""

_LONGEST: Final = 1_000_000
"""Bytes within which a line must end for the file to be cut there."""

_SEEN: Final = 65_536


@dataclass(frozen=True, slots=True)
class Cut:
    """An input to be cut into so many stretches."""

    request: ReadRequest
    count: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """The bytes from `start` to `end` of an input, and the segment that they fill."""

    request: ReadRequest
    folder: str
    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Filled:
    """A sign of life, and at the end what a stretch held: its lines, and the first bad one."""

    is_done: bool = False
    lines: int = 0
    good: int = 0
    bad: BadLine | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Every `of`th batch from the `at`th of the sealed segments in a folder."""

    request: ReadRequest
    folder: str
    bases: tuple[int, ...]
    at: int
    of: int


def read_shared(workers: Workers, request: ReadRequest) -> Iterator[Batch]:
    """The parts of an input as `read_parts` gives them, apart from the order of the batches.

    Raises:
        UnreadableInput: the input as a whole is not what it claims to be; with line and column.
        TooMuch: it met a limit of size, depth or ratio.
    """
    starts: tuple[int, ...] = ()
    if workers.count > 1 and Path(request.path).stat().st_size >= LARGE:
        starts = workers.run(cuts, Cut(request, workers.count))
    if len(starts) < 2:  # noqa: PLR2004 - nothing to share
        yield from workers.stream(read_parts, request)
        return
    with scratch() as scratched:
        folder = str(scratched)
        ends = (*starts[1:], Path(request.path).stat().st_size)
        stretches = [
            Stretch(request, folder, number, start, end)
            for number, (start, end) in enumerate(zip(starts, ends, strict=True))
        ]
        filled: list[Filled] = []
        for _ in _fill_all(workers, stretches, filled):
            yield Batch(())
        bases = tuple(sum(one.lines for one in filled[:number]) for number in range(len(filled)))
        _check(filled, bases, request)
        shares = [
            Share(request, folder, bases, number, len(starts)) for number in range(len(starts))
        ]
        with ExitStack() as stack:
            streams = [
                stack.enter_context(closing(workers.stream(put_together, share)))
                for share in shares
            ]
            yield from _in_turn(streams)
        if any(one.bad for one in filled):
            yield from workers.stream(left_over, shares[0])


def cuts(cut: Cut) -> tuple[int, ...]:
    """Where the stretches of an input begin, each at a line; none where it cannot be cut."""
    path = Path(cut.request.path)
    if is_packed(path) or not _form(cut.request).is_lines:
        return ()
    size = path.stat().st_size
    found = [0]
    with path.open("rb") as file:
        for number in range(1, cut.count):
            file.seek(size * number // cut.count)
            if file.readline(_LONGEST).endswith(b"\n") and found[-1] < file.tell() < size:
                found.append(file.tell())
    return tuple(found)


def fill(one: Stretch) -> Iterator[Filled]:
    """Fill a segment from a stretch; gives signs of life, and at the end what it held.

    Raises:
        UnreadableInput: as `read_parts`; lines are counted from the start of the stretch.
        TooMuch: as `read_parts`.
    """
    request = one.request
    place = request.name or Path(request.path).name
    counter = _Counter()
    with Segment.new(Path(one.folder), one.number) as segment:
        stream = counter.count(stretch(Path(request.path), one.start, one.end))
        filling = fill_from_lines(segment, stream, place, _form(request))
        while True:
            try:
                next(filling)
            except StopIteration as end:
                segment.seal()
                yield Filled(True, counter.lines, segment.good, end.value)  # noqa: FBT003
                return
            yield Filled()


def put_together(share: Share) -> Iterator[Batch]:
    """The parts of a share of the roots."""
    folder = Path(share.folder)
    with ExitStack() as stack:
        spool = Spool(_segments(stack, share), share.bases)
        for roots in spool.roots(share.request.batch, at=share.at, of=share.of):
            yield batch_of(spool, roots, share.request)
        _told(folder, share.at).write_bytes(b"\n".join(spool.told))


def left_over(share: Share) -> Iterator[Batch]:
    """What could not be read and belongs to no part, once every share has been put together."""
    folder = Path(share.folder)
    with ExitStack() as stack:
        spool = Spool(_segments(stack, share), share.bases)
        for at in range(share.of):
            spool.told.update(_told(folder, at).read_bytes().split(b"\n"))
        yield from strays_of(spool, share.request)


def _segments(stack: ExitStack, share: Share) -> list[Segment]:
    folder = Path(share.folder)
    return [
        stack.enter_context(Segment.sealed(folder, number)) for number in range(len(share.bases))
    ]


def _told(folder: Path, at: int) -> Path:
    """Where a share keeps the subjects whose bad lines it has told of."""
    return folder / f"{at}.told"


class _Counter:
    """Counts the lines that go by."""

    def __init__(self) -> None:
        self.lines = 0

    def count(self, stream: Iterator[bytes]) -> Iterator[bytes]:
        for block in stream:
            self.lines += block.count(b"\n")
            yield block


def _form(request: ReadRequest) -> Format:
    place = request.name or Path(request.path).name
    first = next(blocks(Path(request.path)), b"")
    return format_of(request.format, request.media_type, place, first[:_SEEN])


def _fill_all(
    workers: Workers, stretches: Sequence[Stretch], filled: list[Filled]
) -> Iterator[None]:
    """Fill every segment at once; what each held is put into `filled` in order.

    Raises:
        UnreadableInput: the one of the first stretch that has one, at its line of the input.
    """
    held: dict[int, Filled] = {}
    failed: dict[int, UnreadableInput] = {}
    with ExitStack() as stack:
        waiting = {
            one.number: stack.enter_context(closing(workers.stream(fill, one))) for one in stretches
        }
        while waiting:
            for number, stream in tuple(waiting.items()):
                try:
                    one = next(stream, None)
                except UnreadableInput as error:
                    failed[number] = error
                    waiting = {n: s for n, s in waiting.items() if n < number}
                    break
                if one is None:
                    del waiting[number]
                elif one.is_done:
                    held[number] = one
                yield
    for number in sorted(failed):
        first = failed[number]
        first.line += sum(held[before].lines for before in range(number)) if first.line else 0
        raise first
    filled += (held[number] for number in sorted(held))


def _check(filled: Sequence[Filled], bases: Sequence[int], request: ReadRequest) -> None:
    """Refuse an input that has bad lines only."""
    if any(one.good for one in filled):
        return
    for one, base in zip(filled, bases, strict=True):
        if one.bad is not None:
            bad = BadLine(
                one.bad.subject, one.bad.raw, one.bad.line + base, one.bad.column, one.bad.message
            )
            raise unreadable(bad, request.name or Path(request.path).name)


def _in_turn(streams: Sequence[Iterator[Batch]]) -> Iterator[Batch]:
    """A batch of each stream in turn, until all have ended."""
    waiting = list(streams)
    while waiting:
        for stream in tuple(waiting):
            batch = next(stream, None)
            if batch is None:
                waiting.remove(stream)
            else:
                yield batch
