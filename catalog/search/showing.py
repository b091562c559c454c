"""What a reader sees of a hit: title and snippet in the best language, marked, and why."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import msgspec

from catalog.model import Texts
from catalog.search.analysis import asked_tokens, is_cjk, said_words, spans, stem, words
from catalog.search.plan import AllOf, AnyOf, Begins, Clause, Exactly, Has, Plan, Together, Unit
from catalog.search.ports import Hit, Reason
from vocabularies.mentions import folded
from vocabularies.registry import Vocabularies

SNIPPET: Final = 220
"""Characters of a snippet."""

Marks = tuple[tuple[int, int], ...]


class Spot(NamedTuple):
    """Where in a word, or a run of Chinese, one of the question's words is met, through what."""

    start: int
    end: int
    asked: str
    through: str


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


class _Stored(msgspec.Struct, gc=False):
    """Of what a document carries along, the part that is read here."""

    titles: Texts = {}
    descriptions: Texts = {}
    keywords: tuple[str, ...] = ()
    publisher: Texts = {}
    themes: tuple[str, ...] = ()


_DECODER: Final = msgspec.json.Decoder(_Stored)


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


class Shown:
    """Makes the hits of one question as a reader sees them."""

    def __init__(self, looked: Looked, vocabularies: Vocabularies) -> None:
        self._looked = looked
        self._words = vocabularies
        self._spotter = Spotter(looked)

    def hit(self, identity: tuple[str, str, str], score: float, stored: bytes) -> Hit:
        """The hit; `identity` is its id, IRI and space."""
        record = _DECODER.decode(stored)
        title = in_language(record.titles, self._looked.lang)
        description = in_language(record.descriptions, self._looked.lang)
        snippet, marks = _snippet(description, self._spotter)
        return Hit(
            id=identity[0],
            iri=identity[1],
            space=identity[2],
            score=score,
            why=_why(record, self._looked, self._spotter, self._words),
            stored=stored,
            title=title,
            title_marks=self._spotter.marks(title),
            snippet=snippet,
            snippet_marks=marks,
        )


def in_language(texts: Texts, lang: str) -> str:
    """The text in that language, else in its base language, English, Chinese, or any."""
    for wanted in (lang, lang.partition("-")[0], "en", "zh", ""):
        if texts.get(wanted):
            return texts[wanted]
    return next(iter(texts.values()), "")


class Spotter:
    """Finds in texts what a question looked for; each word is judged once for all the hits."""

    def __init__(self, looked: Looked) -> None:
        self._looked = looked
        self._tongues = tuple(dict.fromkeys((looked.lang.partition("-")[0], "en")))
        self._judged: dict[str, tuple[Spot, ...]] = {}

    def met(self, text: str) -> list[Spot]:
        """What a text has of the question, each word once, in the order of the text."""
        return [spot for said in dict.fromkeys(said_words(text)) for spot in self._spots(said)]

    def marks(self, text: str) -> Marks:
        """The ranges of a text that the question looked for."""
        if not any(map(self._spots, said_words(text))):
            return ()
        return tuple(
            _joined(
                (start + spot.start, start + spot.end)
                for start, said in spans(text)
                for spot in self._spots(said)
            )
        )

    def _spots(self, said: str) -> tuple[Spot, ...]:
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
            Spot(m.start(), m.end(), word, "typo" if word in self._looked.corrections else "")
            for word in self._looked.runs
            for m in re.finditer(re.escape(word), run)
        )

    def _in_word(self, said: str) -> tuple[Spot, ...]:
        for word in words(said):
            asked = self._asked(word)
            if asked is not None:
                return (Spot(0, len(said), *asked),)
        return ()

    def _asked(self, word: str) -> tuple[str, str] | None:
        """The word of the question that this one answers, and through what; None for no such."""
        looked = self._looked
        if word in looked.tokens:
            return looked.tokens[word], self._through(word, looked.tokens[word])
        if word.startswith(looked.starts):
            return word, "prefix"
        stems = (stem(word, tongue) for tongue in self._tongues)
        asked = next((looked.tokens[s] for s in stems if s in looked.tokens), None)
        return None if asked is None else (asked, self._through(word, asked))

    def _through(self, word: str, asked: str) -> str:
        if asked in self._looked.corrections:
            return "typo"
        return "" if word == asked else "stem"


def _joined(marks: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, overlapping and touching ones made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _snippet(text: str, spotter: Spotter) -> tuple[str, Marks]:
    """The part of a text with the most marks, and the marks within it."""
    marks = spotter.marks(text)
    if len(text) <= SNIPPET:
        return text, marks
    starts = [0, *(max(0, start - 30) for start, _ in marks)]
    best = max(starts, key=lambda at: sum(at <= s and e <= at + SNIPPET for s, e in marks))
    if best and not is_cjk(text[best]):
        space = text.find(" ", best, best + 30)
        best = space + 1 if space >= 0 else best
    cut = text[best : best + SNIPPET]
    before, after = "…" if best else "", "…" if best + SNIPPET < len(text) else ""
    shift = len(before) - best
    inside = [(s + shift, e + shift) for s, e in marks if best <= s and e <= best + SNIPPET]
    return f"{before}{cut}{after}", tuple(inside)


def _why(
    record: _Stored, looked: Looked, spotter: Spotter, vocabularies: Vocabularies
) -> tuple[Reason, ...]:
    """The reasons for a hit, strongest first: exact, by field, through concepts."""
    reasons: dict[tuple[str, str], Reason] = {}
    if looked.whole and looked.whole in {folded(title) for title in record.titles.values()}:
        reasons["title", looked.whole] = Reason("title", looked.whole, "exact")
    for name, said in (
        ("title", record.titles.values()),
        ("keyword", record.keywords),
        ("publisher", record.publisher.values()),
        ("description", record.descriptions.values()),
    ):
        for text in said:
            for spot in spotter.met(text):
                reasons.setdefault((name, spot.asked), Reason(name, spot.asked, spot.through))
    for concept in _declared(record, vocabularies) if looked.concepts else ():
        if concept in looked.concepts:
            label = vocabularies.label(concept, looked.lang)
            word = looked.concepts[concept]
            reasons.setdefault(("concept", word), Reason(f"concept: {label}", word, "concept"))
    return tuple(reasons.values())[:8]


def _declared(record: _Stored, vocabularies: Vocabularies) -> list[str]:
    """The concepts that a record declares as its themes or names in its titles."""
    named = [c for title in record.titles.values() for _, _, c in vocabularies.mentions(title)]
    return [*record.themes, *named]


def _flat(clauses: Iterable[Clause]) -> Iterable[Clause]:
    for clause in clauses:
        if isinstance(clause, AnyOf | AllOf):
            yield from _flat(clause.clauses)
        elif isinstance(clause, Unit | Together | Begins | Has | Exactly):
            yield clause
