"""The canonical form of a record's graph (RDFC-1.0), and what tells two graphs apart."""

import hashlib
from dataclasses import dataclass
from typing import Final

import pyoxigraph

_FORM: Final = pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0
_LINES: Final = pyoxigraph.RdfFormat.N_TRIPLES
_QUADS: Final = pyoxigraph.RdfFormat.N_QUADS


@dataclass(frozen=True, slots=True)
class Canonical:
    """Sorted canonical N-Quads lines, and the SHA-256 of that text in hex."""

    text: str
    hash: str


def canonicalise(lines: str) -> Canonical:
    r"""The canonical form of N-Triples lines in canonical escapes, whatever their order or labels.

    A graph without blank nodes is its own canonical form once sorted. Poisonous graphs take for
    ever (RDFC-1.0, section 7.1): the worker's deadline is the limit.

    >>> a = canonicalise('_:x <urn:p> "1" .\n<urn:s> <urn:p> _:x .\n')
    >>> b = canonicalise('<urn:s> <urn:p> _:y .\n_:y <urn:p> "1" .\n')
    >>> a == b, a.text.splitlines()[0]
    (True, '<urn:s> <urn:p> _:c14n0 .')
    """
    unique = set(lines.split("\n"))
    unique.discard("")
    moving = {line for line in unique if line.startswith("_:") or "> _:" in line}
    if moving:
        unique -= moving
        unique.update(_told_apart_at_once(moving) or _relabelled(moving))
    canonical = "\n".join(sorted(unique)) + "\n" if unique else ""
    return Canonical(canonical, hashlib.sha256(canonical.encode()).hexdigest())


def source_digest(lines: bytes) -> str:
    """SHA-256 of a part's sorted source lines: equal bytes need no second look."""
    return hashlib.sha256(lines).hexdigest()


def _told_apart_at_once(lines: set[str]) -> list[str]:
    """Lines with canonical labels where the first-degree hashes differ, which is nearly always.

    RDFC-1.0, section 4.4.3, steps 3 to 4 with 4.6; empty where two blank nodes have the same
    hash, so that more is needed to tell them apart.
    """
    statements = [line.split(" ", 2) for line in lines]
    nodes: dict[str, list[str]] = {}
    for subject, predicate, rest in statements:
        target = rest[:-2] if rest.startswith("_:") else ""
        is_moving = subject.startswith("_:")
        for node in {subject, target} if is_moving else {target}:
            if node:
                first = ("_:a" if subject == node else "_:z") if is_moving else subject
                last = ("_:a" if target == node else "_:z") + " ." if target else rest
                nodes.setdefault(node, []).append(f"{first} {predicate} {last}\n")
    marks = {_first_degree(own): node for node, own in nodes.items()}
    if len(marks) < len(nodes):
        return []
    names = {marks[mark]: f"_:c14n{at}" for at, mark in enumerate(sorted(marks))}
    return [
        f"{names.get(subject, subject)} {predicate} {names.get(rest[:-2], rest[:-2])} ."
        for subject, predicate, rest in statements
    ]


def _first_degree(lines: list[str]) -> str:
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def _relabelled(lines: set[str]) -> list[str]:
    """Lines with canonical labels. Those without blank nodes play no part in choosing them."""
    text = "\n".join(sorted(lines))
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(text, format=_LINES))
    dataset.canonicalize(_FORM)
    quads = pyoxigraph.serialize(dataset, format=_QUADS) or b""
    return quads.decode().split("\n")[:-1]
