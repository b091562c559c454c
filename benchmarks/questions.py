"""The questions of a benchmark of search: a fixed mix, drawn with a seed from the same texts."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import rjieba

from benchmarks.recombine import EU, sources
from catalog.search.analysis import STOP, words

MIX: Final = {
    "one frequent word": 14,
    "one rare word": 14,
    "two words": 18,
    "three words": 14,
    "phrase": 8,
    "words and a filter": 12,
    "Chinese": 12,
    "typo": 5,
    "no words": 3,
}
"""The classes of questions, and how many of a hundred are of each."""

_FREQUENT: Final = slice(3, 60)
_RARE: Final = range(2, 6)
_LEAST: Final = 3
_LONG: Final = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as a reader would send it."""

    kind: str
    text: str
    filters: tuple[tuple[str, str], ...] = ()


def questions(count: int, seed: int = 1) -> list[Asked]:
    """So many questions in the shares of MIX, none twice but those without words."""
    made = _Maker(random.Random(seed))
    kinds = made.rng.choices(list(MIX), list(MIX.values()), k=count)
    return [made.one(kind) for kind in kinds]


class _Maker:
    """Draws questions from the titles and the words of the portals."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.titles = [t["en"][0] for s in sources() for t in s.offers if "en" in t]
        self.chinese = [t["zh"][0] for s in sources() for t in s.offers if "zh" in t]
        said = (t["en"] for s in sources() for t in s.offers if "en" in t)
        counts = Counter(w for pair in said for w in set(words(" ".join(pair))))
        usable = [(w, n) for w, n in counts.most_common() if w.isalpha() and w not in STOP]
        self.frequent = [w for w, _ in usable if len(w) >= _LEAST][_FREQUENT]
        self.rare = [w for w, n in usable if n in _RARE and len(w) >= _LEAST]
        self._given: set[Asked] = set()
        self._makers: dict[str, Callable[[str], Asked]] = {
            "one frequent word": lambda kind: Asked(kind, rng.choice(self.frequent)),
            "one rare word": lambda kind: Asked(kind, rng.choice(self.rare)),
            "two words": lambda kind: Asked(kind, " ".join(self._of_a_title(2))),
            "three words": lambda kind: Asked(kind, " ".join(self._of_a_title(3))),
            "phrase": lambda kind: Asked(kind, f'"{self._neighbours()}"'),
            "words and a filter": self._filtered,
            "Chinese": lambda kind: Asked(kind, self._chinese()),
            "typo": lambda kind: Asked(kind, self._mistyped()),
            "no words": lambda kind: Asked(kind, ""),
        }

    def one(self, kind: str) -> Asked:
        """A question that was not given yet, as far as there are enough of its kind."""
        asked = self._makers[kind](kind)
        for _ in range(20):
            if asked not in self._given:
                break
            asked = self._makers[kind](kind)
        self._given.add(asked)
        return asked

    def _of_a_title(self, count: int) -> list[str]:
        for title in self._drawn(self.titles):
            usable = [w for w in dict.fromkeys(words(title)) if w.isalpha() and w not in STOP]
            if len(usable) >= count:
                return self.rng.sample(usable, count)
        raise AssertionError

    def _neighbours(self) -> str:
        for title in self._drawn(self.titles):
            said = [w for w in title.split() if w.isalpha()]
            if len(said) >= _LEAST:
                at = self.rng.randrange(len(said) - 1)
                return " ".join(said[at : at + 2])
        raise AssertionError

    def _filtered(self, kind: str) -> Asked:
        value = self.rng.choice(
            [
                ("theme", f"{EU}/data-theme/ECON"),
                ("theme", f"{EU}/data-theme/ENVI"),
                ("format", f"{EU}/file-type/CSV"),
                ("format", f"{EU}/file-type/JSON"),
                ("kind", "dataset"),
                ("quality", "good"),
            ]
        )
        return Asked(kind, " ".join(self._of_a_title(self.rng.choice((1, 2)))), (value,))

    def _chinese(self) -> str:
        for title in self._drawn(self.chinese):
            said = [w for w in rjieba.cut(title) if len(w) > 1]
            if said:
                at = self.rng.randrange(len(said))
                return "".join(said[at : at + self.rng.choice((1, 1, 2))])
        raise AssertionError

    def _mistyped(self) -> str:
        for title in self._drawn(self.titles):
            long = [w for w in words(title) if w.isalpha() and w.isascii() and len(w) >= _LONG]
            if long:
                word = self.rng.choice(long)
                at = self.rng.randrange(2, len(word) - 1)
                return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
        raise AssertionError

    def _drawn(self, titles: list[str]) -> Iterator[str]:
        while True:
            yield self.rng.choice(titles)
