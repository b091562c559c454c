"""Parts put together: from each root outwards, level by level, for a whole batch at once."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from catalog.model import Part, Refusal
from catalog.sandbox.canonical import source_digest
from catalog.sandbox.lines import BadLine
from catalog.sandbox.splitting import (
    CONCEPT,
    GLIMPSED,
    NAMES,
    OWNED,
    RANKS,
    UNFOLLOWED,
    WALKED,
)
from catalog.sandbox.spool import Root, Spool, rank_of, types_in

LARGEST: Final = 20_000_000
"""Bytes of lines that a record may have."""

_LINK: Final = re.compile(rb" (<[^>]*+>) (<[^>]*+>|_:[^ ]++) \.\n")
_STATEMENT: Final = re.compile(rb"[^ ]++ (<[^>]*+>) [^\n]++\n")


@dataclass(slots=True)
class _Growing:
    """A part while it is put together: its lines so far, and where to look next."""

    root: Root
    pieces: list[bytes] = field(default_factory=list)
    seen: set[bytes] = field(default_factory=set)
    frontier: list[tuple[bytes, bytes]] = field(default_factory=list)
    size: int = 0
    bad: Refusal | None = None


def assemble(spool: Spool, roots: Sequence[Root]) -> Iterator[Part | Refusal]:
    """The part of each root, in their order; one that cannot be whole is a refusal."""
    growing = [_Growing(root, seen={root.subject}) for root in roots]
    for one in growing:
        one.frontier = [(b"", one.root.subject)]
    while any(one.frontier for one in growing):
        wanted = {subject for one in growing for _, subject in one.frontier}
        lines = spool.lines(wanted)
        bad = spool.bad_lines(wanted)
        for one in growing:
            frontier, one.frontier = one.frontier, []
            for predicate, subject in frontier:
                if subject in bad and one.bad is None:
                    one.bad = refused(bad[subject], one.root.subject)
                if subject in lines:
                    _grow(one, predicate, subject, lines[subject])
    for one in growing:
        yield _finish(one)


def refused(bad: BadLine, subject: bytes = b"") -> Refusal:
    """The refusal of what a bad line speaks of, or of the subject that it is a part of."""
    name = _name(subject or bad.subject)
    return Refusal(name, "unreadable", f"{bad.message}.", bad.raw, bad.line)


def _grow(one: _Growing, predicate: bytes, subject: bytes, lines: bytes) -> None:
    """Take in what a subject that was reached says, as far as it belongs here."""
    if subject != one.root.subject:
        types = types_in(lines)
        is_root = rank_of(types) is not None
        if is_root and predicate in GLIMPSED:
            lines = _names_only(lines)
        elif is_root and predicate not in WALKED:
            return
        elif CONCEPT in types:
            lines = _names_only(lines)
    one.pieces.append(lines)
    one.size += len(lines)
    if one.size > LARGEST:
        one.frontier.clear()
        message = f"It has more than {LARGEST:,} bytes of statements."
        one.bad = one.bad or Refusal(
            _name(one.root.subject), "too-large", message, line=one.root.line
        )
        return
    for link, target in _LINK.findall(lines):
        is_owned = link in OWNED or (target[:1] == b"_" and link not in UNFOLLOWED)
        if is_owned and target not in one.seen:
            one.seen.add(target)
            one.frontier.append((link, target))


def _names_only(lines: bytes) -> bytes:
    return b"".join(m[0] for m in _STATEMENT.finditer(lines) if m[1] in NAMES)


def _finish(one: _Growing) -> Part | Refusal:
    if one.bad is not None:
        return one.bad
    unique = set(b"".join(one.pieces).split(b"\n"))
    unique.discard(b"")
    text = b"\n".join(sorted(unique)) + b"\n"
    return Part(
        kind=RANKS[one.root.rank],
        iri=_name(one.root.subject),
        lines=text.decode(),
        digest=source_digest(text),
        line=one.root.line,
    )


def _name(subject: bytes) -> str:
    text = subject.decode()
    return text[1:-1] if text.startswith("<") else text
