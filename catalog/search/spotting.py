"""Where texts have what a question looked for: the ground of marks, snippets and reasons."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from catalog.search.analysis import asked_tokens, is_cjk, spans, stem, word_around, words
from catalog.search.plan import AllOf, AnyOf, Begins, Clause, Exactly, Has, Plan, Together, Unit
from vocabularies.mentions import folded

Marks = tuple[tuple[int, int], ...]

_LEAST: Final = 2
"""Letters of a clue; with shorter ones every word is looked at."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The words that a question looked for, ready to be spotted in texts."""

    tokens: Mapping[str, str]
    runs: tuple[str, ...]
    starts: tuple[str, ...]
    concepts: Mapping[str, str]
    whole: str
    corrections: Mapping[str, str]
    lang: str


def looked_for(plan: Plan, corrections: Mapping[str, str], lang: str) -> Looked:
    tokens: dict[str, str] = {}
    runs: dict[str, None] = {}
    starts: list[str] = []
    concepts: dict[str, str] = {}
    for clause in _flat((*plan.units, *plan.rest)):
        if isinstance(clause, Unit):
            concepts |= dict.fromkeys(clause.concepts, clause.text)
            for met in clause.words:
                if is_cjk(met.word):
                    runs[met.word] = None
                tokens |= {token.lstrip("~"): met.word for token in met.tokens}
        elif isinstance(clause, Together):
            runs |= {w: None for w in clause.words if is_cjk(w)}
            tokens |= {t.lstrip("~"): w for w in clause.words for t in asked_tokens(w, lang)}
        elif isinstance(clause, Begins):
            starts.append(clause.start)
    for wrong, right in corrections.items():
        tokens |= {token.lstrip("~"): wrong for token in asked_tokens(right, lang)}
    return Looked(tokens, tuple(runs), tuple(starts), concepts, plan.whole, corrections, lang)


class Spot(NamedTuple):
    """A place in a text where one of the question's words is met, and through what."""

    start: int
    end: int
    asked: str
    through: str


class Spotter:
    """Spots in texts what one question looked for.

    What costs is done once: a word is judged once for all the hits, and of a text in plain ASCII
    only the words that hold a clue are judged at all.
    """

    def __init__(self, looked: Looked) -> None:
        self._looked = looked
        self._clues = clues((*looked.tokens, *looked.starts))
        self._judged: dict[str, tuple[Spot, ...]] = {}
        self._spotted: dict[str, tuple[Spot, ...]] = {}

    def spots(self, text: str) -> tuple[Spot, ...]:
        """All that a text has of the question, in its order."""
        found = self._spotted.get(text)
        if found is None:
            found = self._spotted[text] = tuple(self._spot(text))
        return found

    def marks(self, text: str) -> Marks:
        """The ranges of a text that the question looked for."""
        return tuple(_joined((spot.start, spot.end) for spot in self.spots(text)))

    def _spot(self, text: str) -> Iterator[Spot]:
        for start, said in self._candidates(text):
            for spot in self._judge(said):
                yield Spot(start + spot.start, start + spot.end, spot.asked, spot.through)

    def _candidates(self, text: str) -> list[tuple[int, str]]:
        """The words that can be met, each with its place."""
        if not text.isascii() or self._clues is None:
            return spans(text)
        lower = text.lower()
        found: dict[int, str] = {}
        for clue in self._clues:
            at = lower.find(clue)
            while at >= 0:
                start, said = word_around(text, at)
                found[start] = said
                at = lower.find(clue, max(at + 1, start + len(said)))
        return sorted(found.items())

    def _judge(self, said: str) -> tuple[Spot, ...]:
        found = self._judged.get(said)
        if found is None:
            found = self._in_run(said) if is_cjk(said) else self._in_word(said)
            self._judged[said] = found
        return found

    def _in_run(self, said: str) -> tuple[Spot, ...]:
        """Chinese words within a run; folding keeps the length of simplified and traditional."""
        run = folded(said)
        if len(run) != len(said):
            return ()
        return tuple(
            Spot(m.start(), m.end(), word, "")
            for word in self._looked.runs
            for m in re.finditer(re.escape(word), run)
        )

    def _in_word(self, said: str) -> tuple[Spot, ...]:
        tokens = self._looked.tokens
        own, stems = forms(said, self._looked.lang)
        for form in (*own, *stems):
            if form in tokens:
                return (Spot(0, len(said), tokens[form], self._through(own, tokens[form])),)
        begun = next((word for word in own if word.startswith(self._looked.starts)), "")
        return (Spot(0, len(said), begun, "prefix"),) if begun else ()

    def _through(self, own: tuple[str, ...], asked: str) -> str:
        if asked in self._looked.corrections:
            return "typo"
        return "" if asked in own else "stem"


@lru_cache(maxsize=200_000)
def forms(said: str, lang: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The folded words in one that a text has, and their stems in a language and in English."""
    own = tuple(words(said))
    tongues = dict.fromkeys((lang.partition("-")[0], "en"))
    return own, tuple(stem(word, tongue) for word in own for tongue in tongues)


def clues(looked: Iterable[str]) -> tuple[str, ...] | None:
    """What every word that can be met has in it; None when that would be too little to go by.

    A stem is the beginning of its words but for its last letter ("batteri" of "battery").

    >>> clues(["batteries", "batteri", "water"])
    ('batter', 'wate')
    """
    short = {word[:-1] for word in looked if word.isascii()}
    if any(len(clue) < _LEAST for clue in short):
        return None
    return tuple(
        sorted(c for c in short if not any(other != c and c.startswith(other) for other in short))
    )


def _joined(marks: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, overlapping and touching ones made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _flat(clauses: Iterable[Clause]) -> Iterable[Clause]:
    for clause in clauses:
        if isinstance(clause, AnyOf | AllOf):
            yield from _flat(clause.clauses)
        elif isinstance(clause, Unit | Together | Begins | Has | Exactly):
            yield clause
