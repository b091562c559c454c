"""What a reader sees of a hit: title and snippet in the best language, marked, and why."""

from typing import Final

import msgspec

from catalog.model import Texts
from catalog.search.analysis import is_cjk
from catalog.search.labels import in_language
from catalog.search.ports import Hit, Reason
from catalog.search.spotting import Looked, Marks, Spotter
from vocabularies.mentions import folded
from vocabularies.registry import Vocabularies

SNIPPET: Final = 220
"""Characters of a snippet."""

_MOST_REASONS: Final = 8


class _Stored(msgspec.Struct, gc=False):
    """Of what a document carries along, the part that is read here."""

    titles: Texts = {}
    descriptions: Texts = {}
    keywords: tuple[str, ...] = ()
    publisher: Texts = {}
    themes: tuple[str, ...] = ()


_DECODER: Final = msgspec.json.Decoder(_Stored)


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
        snippet, marks = _snippet(description, self._spotter.marks(description))
        return Hit(
            id=identity[0],
            iri=identity[1],
            space=identity[2],
            score=score,
            why=self._why(record),
            stored=stored,
            title=title,
            title_marks=self._spotter.marks(title),
            snippet=snippet,
            snippet_marks=marks,
        )

    def _why(self, record: _Stored) -> tuple[Reason, ...]:
        """The reasons for a hit, strongest first: exact, by field, through concepts."""
        looked = self._looked
        reasons: dict[tuple[str, str], Reason] = {}
        if looked.whole and looked.whole in map(folded, record.titles.values()):
            reasons["title", looked.whole] = Reason("title", looked.whole, "exact")
        for name, texts in (
            ("title", record.titles.values()),
            ("keyword", record.keywords),
            ("publisher", record.publisher.values()),
            ("description", record.descriptions.values()),
        ):
            for _, _, word, through in (s for text in texts for s in self._spotter.spots(text)):
                reasons.setdefault((name, word), Reason(name, word, through))
        for concept in self._concepts(record) if looked.concepts else ():
            if concept in looked.concepts:
                label = self._words.label(concept, looked.lang)
                word = looked.concepts[concept]
                reasons.setdefault(("concept", word), Reason(f"concept: {label}", word, "concept"))
        return tuple(reasons.values())[:_MOST_REASONS]

    def _concepts(self, record: _Stored) -> list[str]:
        """The concepts that a record declares as its themes or names in its titles."""
        titles = record.titles.values()
        named = [concept for title in titles for _, _, concept in self._words.mentions(title)]
        return [*record.themes, *named]


def _snippet(text: str, marks: Marks) -> tuple[str, Marks]:
    """The part of a text with the most marks, and the marks within it."""
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
