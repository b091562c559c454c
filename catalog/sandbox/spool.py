"""Where the statements of an input wait on disk, to be found again by their subject.

The lines lie in a file; an index of SQLite, which keeps to its cache and spills the rest by
itself, knows where the runs of each subject are. So an input of any size and order is read in
bounded memory. A large input has several segments, each filled by a worker of its own.
"""

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Final, NamedTuple, Self

from catalog.sandbox.lines import BadLine, Run
from catalog.sandbox.splitting import KINDS
from vocabularies.rdf import TYPE

_BUFFER: Final = 8_000_000
"""Bytes of lines that wait to be written."""

_IN: Final = 900
_GAP: Final = 32_768
_LATELY: Final = 500_000
_TYPE: Final = f" {TYPE} ".encode()
_SCHEMA: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE run (key INTEGER, offset INTEGER, length INTEGER);
CREATE TABLE root (
    number INTEGER PRIMARY KEY, subject BLOB UNIQUE, rank INTEGER, line INTEGER
);
CREATE TABLE bad (subject BLOB PRIMARY KEY, raw BLOB, line INTEGER, message TEXT) WITHOUT ROWID;
"""
_CACHE: Final = "PRAGMA cache_size = -65536"
_ADD_ROOT: Final = """
INSERT INTO root (subject, rank, line) VALUES (?, ?, ?)
ON CONFLICT (subject) DO UPDATE SET rank = min(rank, excluded.rank)
"""


class Root(NamedTuple):
    """A subject that is an offering or a catalogue; `rank` is the class that counts."""

    subject: bytes
    rank: int
    line: int


class Segment:
    """Runs go in, then `seal`; then the lines of subjects can be found in it.

    Without a folder it leaves nothing behind when it is closed, or when its process dies.
    """

    def __init__(self, file: IO[bytes], index: sqlite3.Connection) -> None:
        self._file = file
        self._index = index
        self._index.execute(_CACHE)
        self._texts: list[bytes] = []
        self._runs: list[tuple[int, int, int]] = []
        self._roots: list[tuple[bytes, int, int]] = []
        self._end = 0
        self._buffered = 0
        self._lately: set[bytes] = set()
        self.good = 0
        self.bad = 0

    @classmethod
    def new(cls, folder: Path | None = None, number: int = 0) -> Self:
        """An empty segment, in a folder where another process is to open it."""
        if folder is None:
            made = cls(tempfile.TemporaryFile(prefix="hutong-"), _connect(""))  # noqa: SIM115
        else:
            made = cls((folder / f"{number}.lines").open("wb+"), _connect(folder / f"{number}.db"))
        made._index.executescript(_SCHEMA)
        made._index.execute("BEGIN")
        return made

    @classmethod
    def sealed(cls, folder: Path, number: int) -> Self:
        """A segment that another process has filled and sealed."""
        made = cls((folder / f"{number}.lines").open("rb"), _connect(folder / f"{number}.db"))
        made.bad = made._index.execute("SELECT count(*) FROM bad").fetchone()[0]
        return made

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._index.close()
        self._file.close()

    def add(self, run: Run) -> None:
        """Take a run in; one that has been there lately, as a shared agent is, is known."""
        mark = _mark(run.lines)
        if mark in self._lately:
            return
        if len(self._lately) >= _LATELY:
            self._lately.clear()
        self._lately.add(mark)
        length = len(run.lines)
        self._texts.append(run.lines)
        self._runs.append((_key(run.subject), self._end, length))
        self._end += length
        self.good += 1
        rank = rank_of(types_in(run.lines))
        if rank is not None:
            self._roots.append((run.subject, rank, run.line))
        self._buffered += length
        if self._buffered >= _BUFFER:
            self._flush()

    def refuse(self, line: BadLine) -> None:
        self.bad += 1
        self._index.execute(
            "INSERT OR IGNORE INTO bad VALUES (?, ?, ?, ?)",
            (line.subject, line.raw, line.line, line.message),
        )

    def seal(self) -> None:
        """Everything is in: make what is needed to find it."""
        self._flush()
        self._index.execute("CREATE INDEX run_key ON run (key)")
        self._index.execute("COMMIT")
        self._file.flush()

    def roots(self, after: int, most: int) -> list[tuple[int, Root]]:
        """The next roots in the order of the input, each with its number."""
        found = self._index.execute(
            "SELECT number, subject, rank, line FROM root WHERE number > ? ORDER BY number LIMIT ?",
            (after, most),
        )
        return [(row[0], Root(*row[1:])) for row in found]

    def ranks(self, subjects: Sequence[bytes]) -> dict[bytes, int]:
        """The ranks that this segment gives to those of the subjects that are roots in it."""
        found: dict[bytes, int] = {}
        for start in range(0, len(subjects), _IN):
            some = subjects[start : start + _IN]
            query = f"SELECT subject, rank FROM root WHERE subject IN ({_marks(some)})"  # noqa: S608
            found.update(self._index.execute(query, some))
        return found

    def lines(self, subjects: Iterable[bytes]) -> dict[bytes, bytes]:
        """The lines of those of the subjects that the segment describes."""
        by_key = {_key(subject): subject for subject in subjects}
        places: list[tuple[int, int, int]] = []
        keys = list(by_key)
        for start in range(0, len(keys), _IN):
            some = keys[start : start + _IN]
            query = f"SELECT offset, length, key FROM run WHERE key IN ({_marks(some)})"  # noqa: S608
            places += self._index.execute(query, some)
        found: dict[bytes, bytes] = {}
        for key, text in self._read(sorted(places)):
            subject = by_key[key]
            found[subject] = found[subject] + text if subject in found else text
        return found

    def bad_lines(self, subjects: Iterable[bytes]) -> dict[bytes, BadLine]:
        """The bad lines of those subjects; the first of each."""
        if not self.bad:
            return {}
        found = {}
        for subject in subjects:
            row = self._index.execute(
                "SELECT raw, line, message FROM bad WHERE subject = ?", (subject,)
            ).fetchone()
            if row:
                found[subject] = BadLine(subject, row[0], row[1], 0, row[2])
        return found

    def all_bad_lines(self) -> Iterator[BadLine]:
        """The first bad line of every subject that has one, in the order of the input."""
        query = "SELECT subject, raw, line, message FROM bad ORDER BY line"
        for subject, raw, line, message in self._index.execute(query):
            yield BadLine(subject, raw, line, 0, message)

    def _flush(self) -> None:
        self._file.write(b"".join(self._texts))
        self._index.executemany("INSERT INTO run VALUES (?, ?, ?)", self._runs)
        self._index.executemany(_ADD_ROOT, self._roots)
        self._texts.clear()
        self._runs.clear()
        self._roots.clear()
        self._buffered = 0

    def _read(self, places: list[tuple[int, int, int]]) -> Iterator[tuple[int, bytes]]:
        """The runs at those places; neighbours are read at once."""
        descriptor = self._file.fileno()
        at = 0
        while at < len(places):
            last = at
            end = places[at][0] + places[at][1]
            while last + 1 < len(places) and places[last + 1][0] - end < _GAP:
                last += 1
                end = places[last][0] + places[last][1]
            start = places[at][0]
            text = os.pread(descriptor, end - start, start)
            for offset, length, key in places[at : last + 1]:
                yield key, text[offset - start : offset - start + length]
            at = last + 1


class Spool:
    """The sealed segments of an input as one; `bases` are the lines of the input before each."""

    def __init__(self, segments: Sequence[Segment], bases: Sequence[int] = (0,)) -> None:
        self._segments = segments
        self._bases = bases
        self.told: set[bytes] = set()
        """The subjects whose bad lines have been given."""

    def roots(self, batch: int, *, at: int = 0, of: int = 1) -> Iterator[list[Root]]:
        """The roots in the order of the input, by the batch; every `of`th batch from the `at`th."""
        number = 0
        for place, segment in enumerate(self._segments):
            after = 0
            while found := segment.roots(after, batch):
                after = found[-1][0]
                if number % of == at:
                    yield self._whole(place, [root for _, root in found])
                number += 1

    def _whole(self, place: int, roots: list[Root]) -> list[Root]:
        """The roots of a segment as the whole input has them; none that was in one before."""
        base = self._bases[place]
        if len(self._segments) == 1:
            return roots
        subjects = [root.subject for root in roots]
        ranks = [segment.ranks(subjects) for segment in self._segments]
        return [
            Root(root.subject, min(own[root.subject] for own in ranks if root.subject in own),
                 root.line + base)
            for root in roots
            if not any(root.subject in own for own in ranks[:place])
        ]  # fmt: skip

    def lines(self, subjects: Iterable[bytes]) -> dict[bytes, bytes]:
        """The lines of those of the subjects that the input describes."""
        wanted = list(subjects)
        found = self._segments[0].lines(wanted)
        for segment in self._segments[1:]:
            for subject, text in segment.lines(wanted).items():
                found[subject] = found[subject] + text if subject in found else text
        return found

    def bad_lines(self, subjects: Iterable[bytes]) -> dict[bytes, BadLine]:
        """The bad lines of those subjects; the first of each."""
        wanted = list(subjects)
        found: dict[bytes, BadLine] = {}
        for segment, base in zip(self._segments, self._bases, strict=True):
            for subject, bad in segment.bad_lines(wanted).items():
                found.setdefault(subject, _placed(bad, base))
        self.told.update(found)
        return found

    def strays(self) -> Iterator[BadLine]:
        """The bad lines that belong to no part, as nothing that could be read leads to them."""
        for segment, base in zip(self._segments, self._bases, strict=True):
            for bad in segment.all_bad_lines():
                if bad.subject not in self.told:
                    self.told.add(bad.subject)
                    yield _placed(bad, base)


def _placed(bad: BadLine, base: int) -> BadLine:
    line = bad.line + base if bad.line else 0
    return BadLine(bad.subject, bad.raw, line, bad.column, bad.message)


def rank_of(types: Iterable[bytes]) -> int | None:
    """The rank in KINDS of the most specific of the classes; None for no root."""
    ranks = [KINDS[kind][0] for kind in types if kind in KINDS]
    return min(ranks) if ranks else None


def types_in(lines: bytes) -> list[bytes]:
    """The classes that lines give; what a literal says of a class comes with its quotes."""
    found = []
    at = lines.find(_TYPE)
    while at >= 0:
        end = lines.find(b" .\n", at)
        found.append(lines[at + len(_TYPE) : end])
        at = lines.find(_TYPE, end)
    return found


def _mark(text: bytes) -> bytes:
    """Sixteen bytes that nobody can find a second text for."""
    return hashlib.blake2b(text, digest_size=16).digest()


def _key(subject: bytes) -> int:
    """Sixty-three bits of a hash that every process makes the same."""
    return int.from_bytes(hashlib.blake2b(subject, digest_size=8).digest()) >> 1


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _connect(place: Path | str) -> sqlite3.Connection:
    return sqlite3.connect(place, isolation_level=None)
