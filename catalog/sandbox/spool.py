"""Where the statements of an input wait on disk, to be found again by their subject.

The lines lie in a temporary file; an index of SQLite, which keeps to its cache and spills the
rest by itself, knows where the runs of each subject are. So an input of any size and order is read
in bounded memory.
"""

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, Self

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
PRAGMA cache_size = -65536;
CREATE TABLE run (key INTEGER, offset INTEGER, length INTEGER);
CREATE TABLE root (
    number INTEGER PRIMARY KEY, subject BLOB UNIQUE, rank INTEGER, line INTEGER
);
CREATE TABLE bad (subject BLOB PRIMARY KEY, raw BLOB, line INTEGER, message TEXT) WITHOUT ROWID;
"""
_ADD_ROOT: Final = """
INSERT INTO root (subject, rank, line) VALUES (?, ?, ?)
ON CONFLICT (subject) DO UPDATE SET rank = min(rank, excluded.rank)
"""


class Root(NamedTuple):
    """A subject that is an offering or a catalogue; `rank` is the class that counts."""

    subject: bytes
    rank: int
    line: int


class Spool:
    """Runs go in, then `seal`, then the lines of subjects come out."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="hutong-spool-")  # noqa: SIM115 - closed below
        self._index = sqlite3.connect("", isolation_level=None)
        self._index.executescript(_SCHEMA)
        self._index.execute("BEGIN")
        self._texts: list[bytes] = []
        self._runs: list[tuple[int, int, int]] = []
        self._roots: list[tuple[bytes, int, int]] = []
        self._end = 0
        self._buffered = 0
        self._lately: set[int] = set()
        self.good = 0
        self.bad = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._index.close()
        self._file.close()

    def add(self, run: Run) -> None:
        """Take a run in; one that has been there lately, as a shared agent is, is known."""
        length = len(run.lines)
        mark = hash(run.lines)
        if mark in self._lately:
            return
        if len(self._lately) >= _LATELY:
            self._lately.clear()
        self._lately.add(mark)
        self._texts.append(run.lines)
        self._runs.append((hash(run.subject), self._end, length))
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
        self._file.flush()

    def roots(self, batch: int) -> Iterator[list[Root]]:
        """The roots in the order of the input."""
        after = 0
        while True:
            found = self._index.execute(
                "SELECT number, subject, rank, line FROM root"
                " WHERE number > ? ORDER BY number LIMIT ?",
                (after, batch),
            ).fetchall()
            if not found:
                return
            after = found[-1][0]
            yield [Root(*row[1:]) for row in found]

    def lines(self, subjects: Iterable[bytes]) -> dict[bytes, bytes]:
        """The lines of those of the subjects that the input describes."""
        by_key: dict[int, bytes] = {hash(subject): subject for subject in subjects}
        places: list[tuple[int, int, int]] = []
        keys = list(by_key)
        for start in range(0, len(keys), _IN):
            some = keys[start : start + _IN]
            marks = ",".join("?" * len(some))
            places += self._index.execute(
                f"SELECT offset, length, key FROM run WHERE key IN ({marks})",  # noqa: S608
                some,
            )
        found: dict[bytes, bytes] = {}
        for key, text in self._read(sorted(places)):
            subject = by_key[key]
            if text.startswith(subject + b" "):
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

    def all_bad(self) -> Iterator[BadLine]:
        for row in self._index.execute("SELECT subject, raw, line, message FROM bad ORDER BY line"):
            yield BadLine(row[0], row[1], row[2], 0, row[3])

    def _flush(self) -> None:
        self._file.write(b"".join(self._texts))
        self._index.executemany("INSERT INTO run VALUES (?, ?, ?)", self._runs)
        self._index.executemany(_ADD_ROOT, self._roots)
        self._texts.clear()
        self._buffered = 0
        self._runs.clear()
        self._roots.clear()

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
