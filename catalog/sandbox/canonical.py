"""The canonical form of a record's graph (RDFC-1.0), and what tells two graphs apart."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass

from catalog.sandbox.symmetry import Statement, canonical_labels


@dataclass(frozen=True, slots=True)
class Canonical:
    """Sorted canonical N-Quads lines, and the SHA-256 of that text in hex."""

    text: str
    hash: str


def canonicalise(lines: str) -> Canonical:
    r"""The canonical form of N-Triples lines in canonical escapes, whatever their order or labels.

    A graph without blank nodes is its own canonical form once sorted.

    >>> a = canonicalise('_:x <urn:p> "1" .\n<urn:s> <urn:p> _:x .\n')
    >>> b = canonicalise('<urn:s> <urn:p> _:y .\n_:y <urn:p> "1" .\n')
    >>> a == b, a.text.splitlines()[0]
    (True, '<urn:s> <urn:p> _:c14n0 .')

    Raises:
        TooMuch: its blank nodes look so much alike that telling them apart would take too long.
    """
    unique = set(lines.split("\n"))
    unique.discard("")
    moving = {line for line in unique if line.startswith("_:") or "> _:" in line}
    if moving:
        unique -= moving
        unique.update(_relabelled(moving))
    canonical = "\n".join(sorted(unique)) + "\n" if unique else ""
    return Canonical(canonical, hashlib.sha256(canonical.encode()).hexdigest())


def source_digest(lines: bytes) -> str:
    """SHA-256 of a part's sorted source lines: equal bytes need no second look."""
    return hashlib.sha256(lines).hexdigest()


def _relabelled(lines: set[str]) -> list[str]:
    """Lines with canonical labels; those without blank nodes play no part in choosing them.

    Nearly always the first-degree hashes (RDFC-1.0, section 4.6) differ, and that is all.

    Raises:
        TooMuch: the blank nodes look too much alike to be told apart.
    """
    statements = [_statement(line) for line in lines]
    names = canonical_labels(statements, _first_degree(statements))
    return [f"{names.get(s, s)} {p} {names.get(o, o)} ." for s, p, o in statements]


def _statement(line: str) -> Statement:
    subject, predicate, rest = line.split(" ", 2)
    return subject, predicate, rest[:-2]


def _first_degree(statements: list[Statement]) -> dict[str, str]:
    """The hash of what is said of each blank node, itself as `_:a` and any other as `_:z`."""
    said: dict[str, list[str]] = defaultdict(list)
    for subject, predicate, target in statements:
        is_to_blank = target.startswith("_:")
        if subject.startswith("_:"):
            seen = ("_:a" if target == subject else "_:z") if is_to_blank else target
            said[subject].append(f"_:a {predicate} {seen} .\n")
            subject = "_:z" if target != subject else ""  # noqa: PLW2901 - as the other sees it
        if is_to_blank and subject:
            said[target].append(f"{subject} {predicate} _:a .\n")
    return {
        node: hashlib.sha256("".join(sorted(own)).encode()).hexdigest()
        for node, own in said.items()
    }
