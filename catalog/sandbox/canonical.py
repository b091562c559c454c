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
        unique.update(_relabelled(moving))
    canonical = "\n".join(sorted(unique)) + "\n" if unique else ""
    return Canonical(canonical, hashlib.sha256(canonical.encode()).hexdigest())


def source_digest(lines: bytes) -> str:
    """SHA-256 of a part's sorted source lines: equal bytes need no second look."""
    return hashlib.sha256(lines).hexdigest()


def _relabelled(lines: set[str]) -> list[str]:
    """Lines with canonical labels. Those without blank nodes play no part in choosing them."""
    text = "\n".join(sorted(lines))
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(text, format=_LINES))
    dataset.canonicalize(_FORM)
    quads = pyoxigraph.serialize(dataset, format=_QUADS) or b""
    return quads.decode().split("\n")[:-1]
