"""Blank nodes that look alike, told apart by what lies around them (RDFC-1.0, sections 4.7, 4.8).

The work that this takes can grow beyond any bound (section 7.1), so that it is counted: a graph
that needs more than any honest record does is refused at once, whatever the machine.
"""

import hashlib
from collections.abc import Iterable, Mapping
from itertools import permutations
from typing import Final

from catalog.errors import TooMuch

Statement = tuple[str, str, str]
Labels = dict[str, str]
"""Labels by node, in the order in which they were given."""

_STEPS: Final = 200_000
"""Nodes that may be visited, about a second; the suite of the W3C needs a few thousand."""

_DEPTH: Final = 300
"""Nodes that may be labelled on one way, which is how deep the search goes."""


def canonical_labels(statements: Iterable[Statement], marks: Mapping[str, str]) -> Labels:
    """The canonical labels of the blank nodes in the statements, given their first-degree hashes.

    Section 4.4.3, steps 3 to 5.

    Raises:
        TooMuch: so many of them look alike that telling them apart would take too long.
    """
    groups: dict[str, list[str]] = {}
    for node, mark in marks.items():
        groups.setdefault(mark, []).append(node)
    issued: Labels = {}
    for mark in sorted(groups):
        if len(groups[mark]) == 1:
            _issue(issued, groups[mark][0], "c14n")
    if len(issued) == len(marks):
        return issued
    search = _Search(statements, marks, issued)
    for mark in sorted(groups):
        waiting = [node for node in groups[mark] if node not in issued]
        found = [search.around(node, {node: "_:b0"}) for node in waiting]
        for _, labels in sorted(found, key=lambda one: one[0]):
            for node in labels:
                _issue(issued, node, "c14n")
    return issued


class _Search:
    """The hashes of nodes by their surroundings, while canonical labels are being issued."""

    def __init__(
        self, statements: Iterable[Statement], marks: Mapping[str, str], issued: Labels
    ) -> None:
        self._neighbours: dict[str, list[tuple[str, str]]] = {node: [] for node in marks}
        for subject, predicate, target in statements:
            if subject in marks and target in marks and subject != target:
                self._neighbours[subject].append((f"o{predicate}", target))
                self._neighbours[target].append((f"s{predicate}", subject))
        self._marks = marks
        self._issued = issued
        self._steps = _STEPS

    def around(self, node: str, labels: Labels) -> tuple[str, Labels]:
        """The hash of what lies around a node, and the labels given on the way (section 4.8)."""
        related: dict[str, list[str]] = {}
        for way, other in self._neighbours[node]:
            known = self._issued.get(other) or labels.get(other) or self._marks[other]
            related.setdefault(_hash(way + known), []).append(other)
        told = []
        for mark in sorted(related):
            path, labels = self._least_path(related[mark], labels)
            told += [mark, path]
        return _hash("".join(told)), labels

    def _least_path(self, nodes: list[str], labels: Labels) -> tuple[str, Labels]:
        """The least of the paths through the nodes, over every order of them (step 5)."""
        least, chosen = "", labels
        for order in permutations(nodes):
            copy = dict(labels)
            path, waiting = self._names(order, copy)
            for node in waiting:
                if least and len(path) >= len(least) and path > least:
                    break
                mark, copy = self.around(node, copy)
                path += f"{_issue(copy, node, 'b')}<{mark}>"
            if not least or path < least:
                least, chosen = path, copy
        return least, chosen

    def _names(self, order: tuple[str, ...], labels: Labels) -> tuple[str, list[str]]:
        """The labels of the nodes in that order, and which of them had none before."""
        self._steps -= len(order)
        if self._steps < 0 or len(labels) > _DEPTH:
            raise TooMuch(
                "Too many of its blank nodes look alike to be told apart.",
                hint="Give the nodes IRIs, or say of each what the others do not say.",
            )
        path, waiting = [], []
        for node in order:
            if node not in self._issued and node not in labels:
                waiting.append(node)
            path.append(self._issued.get(node) or _issue(labels, node, "b"))
        return "".join(path), waiting


def _issue(labels: Labels, node: str, prefix: str) -> str:
    return labels.setdefault(node, f"_:{prefix}{len(labels)}")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
