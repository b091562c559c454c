"""Typos: the word that a reader most likely meant, among those that the index has."""

from collections.abc import Callable, Iterable
from typing import Final

Known = Callable[[str], Iterable[tuple[str, int]]]
"""The words that begin with some letters, and how many documents have each."""

_SHORTEST: Final = 4
_LONG: Final = 8


def correction(word: str, known: Known) -> str:
    """The nearest known word; empty where none is near enough.

    One slip is forgiven from four letters on, two from eight. Of equally near words the commoner
    wins. The first letter is taken as right, unless nothing else is found.

    >>> words = [("passport", 9), ("password", 3)]
    >>> correction("pasport", lambda start: [w for w in words if w[0].startswith(start)])
    'passport'
    """
    if len(word) < _SHORTEST or not word.isalpha() or not word.isascii():
        return ""
    allowed = 2 if len(word) >= _LONG else 1
    letters = set(word)
    for start in (word[:2], word[:1]):
        near = [
            (gap, -count, candidate)
            for candidate, count in known(start)
            if not candidate.startswith("~")
            and abs(len(candidate) - len(word)) <= allowed
            and len(letters.symmetric_difference(candidate)) <= 2 * allowed
            and (gap := distance(word, candidate, allowed)) <= allowed
        ]
        if near:
            return min(near)[2]
    return ""


def distance(a: str, b: str, most: int) -> int:
    """The edit distance with transpositions (optimal string alignment); `most` + 1 when above.

    >>> distance("recieve", "receive", 2), distance("abc", "xyz", 2)
    (1, 3)
    """
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
