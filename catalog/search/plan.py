"""What a question looks for, said so that any backend can carry it out.

The bare words of a query become units: a word, or the words that together name a concept, which
may then also be met through the concept, in whatever language a record names it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from catalog.search import grammar
from catalog.search.analysis import STOP, asked_tokens, bigrams, is_cjk, words
from catalog.search.grammar import All, Either, Field, Not, Part, Phrase, Prefix, Word
from catalog.search.labels import VOCABULARIES, code_of
from catalog.search.ports import FACETS, Choice, Question
from vocabularies.mentions import folded
from vocabularies.registry import Vocabularies

MOST_UNITS: Final = 16
_LABELS: Final = 6


@dataclass(frozen=True, slots=True)
class Met:
    """One word: any of its tokens in any text field, or all of its pairs in the net."""

    word: str
    tokens: tuple[str, ...]
    pairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """Words that must all be met, or one of the concepts that they name."""

    words: tuple[Met, ...]
    concepts: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Begins:
    """Any word that begins so."""

    start: str


@dataclass(frozen=True, slots=True)
class Together:
    """Words next to each other, in one text field or, where one is named, in it."""

    words: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Has:
    """A facet has one of these values."""

    facet: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exactly:
    """The whole identifier, IRI or title."""

    text: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these."""

    clauses: tuple["Clause", ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of these."""

    clauses: tuple["Clause", ...]


@dataclass(frozen=True, slots=True)
class Without:
    """None of this."""

    clause: "Clause"


Clause = Unit | Begins | Together | Has | Exactly | AnyOf | AllOf | Without


@dataclass(frozen=True, slots=True)
class Plan:
    """The units, which may be given up one by one when nothing has them all, and the rest."""

    units: tuple[Unit, ...]
    rest: tuple[Clause, ...]
    whole: str
    expansions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_everything(self) -> bool:
        return not self.units and not self.rest


def plan(text: str, lang: str, vocabularies: Vocabularies) -> Plan:
    """The plan of a query; it never raises, whatever the text."""
    query = grammar.parse(text)
    bare = [part.text for part in query.parts if isinstance(part, Word)]
    rest = [
        clause
        for part in query.parts
        if not isinstance(part, Word)
        for clause in _clauses(part, lang, vocabularies)
    ]
    expansions: dict[str, tuple[str, ...]] = {}
    units = _units(" ".join(bare), lang, vocabularies, expansions)
    return Plan(tuple(units), tuple(rest), folded(text).strip(), expansions)


def met(word: str, lang: str) -> Met:
    """How one folded word is looked for."""
    if is_cjk(word):
        pairs = bigrams(word) if len(word) > 1 else []
        return Met(word, (word,), tuple(pairs))
    return Met(word, tuple(asked_tokens(word, lang)))


def _units(
    text: str, lang: str, vocabularies: Vocabularies, expansions: dict[str, tuple[str, ...]]
) -> list[Unit]:
    searched = folded(text)
    units: list[Unit] = []
    at = 0
    for start, end, concepts in _named(searched, vocabularies):
        units += _plain_units(searched[at:start], lang)
        units.append(_unit(searched[start:end], lang, concepts))
        _note(searched[start:end], concepts, vocabularies, expansions)
        at = end
    units += _plain_units(searched[at:], lang)
    deciding = [unit for unit in units if unit.text not in STOP]
    return (deciding or units)[:MOST_UNITS]


def _named(text: str, vocabularies: Vocabularies) -> list[tuple[int, int, tuple[str, ...]]]:
    """Where the text names concepts, with all that each stands for."""
    spans: dict[tuple[int, int], dict[str, None]] = {}
    for start, end, concept in vocabularies.mentions(text):
        wide = spans.setdefault((start, end), {})
        wide |= dict.fromkeys(sorted(vocabularies.widen(concept)))
    return [(start, end, tuple(wide)) for (start, end), wide in spans.items()]


def _unit(text: str, lang: str, concepts: Sequence[str]) -> Unit:
    return Unit(tuple(met(word, lang) for word in _segmented(text)), tuple(concepts), text)


def _plain_units(text: str, lang: str) -> list[Unit]:
    return [Unit((met(word, lang),), (), word) for word in _segmented(text)]


def _segmented(text: str) -> list[str]:
    """The words of a question; of overlapping Chinese words the longer ones."""
    found = list(dict.fromkeys(words(text)))
    return [w for w in found if not (is_cjk(w) and any(w != o and w in o for o in found))]


def _note(
    text: str,
    concepts: Sequence[str],
    vocabularies: Vocabularies,
    expansions: dict[str, tuple[str, ...]],
) -> None:
    """Say which other names were searched beside a word."""
    names = (
        name
        for concept in concepts
        if (known := vocabularies.concept(concept))
        for lang, name in known.labels.items()
        if lang in {"en", "zh"}
    )
    others = [name for name in dict.fromkeys(names) if folded(name) != text]
    if others:
        expansions[text] = tuple(others[:_LABELS])


def _clauses(part: Part, lang: str, vocabularies: Vocabularies) -> list[Clause]:
    if isinstance(part, Word):
        return list(_units(part.text, lang, vocabularies, {}))
    if isinstance(part, Field):
        return _field_clauses(part, vocabularies)
    if isinstance(part, Prefix | Phrase):
        return _literal_clauses(part)
    return _joined_clauses(part, lang, vocabularies)


def _literal_clauses(part: Prefix | Phrase) -> list[Clause]:
    found = tuple(words(part.text))
    if isinstance(part, Prefix):
        return [Begins(word) for word in found[-1:]]
    return [Together(found)] if found else []


def _joined_clauses(
    part: Not | Either | All, lang: str, vocabularies: Vocabularies
) -> list[Clause]:
    if isinstance(part, Not):
        inner = _clauses(part.part, lang, vocabularies)
        return [Without(_all(inner))] if inner else []
    if isinstance(part, Either):
        options = [_all(found) for p in part.parts if (found := _clauses(p, lang, vocabularies))]
        return [AnyOf(tuple(options))] if options else []
    inner = [clause for p in part.parts for clause in _clauses(p, lang, vocabularies)]
    return [_all(inner)] if inner else []


def _all(clauses: list[Clause]) -> Clause:
    return clauses[0] if len(clauses) == 1 else AllOf(tuple(clauses))


def _field_clauses(part: Field, vocabularies: Vocabularies) -> list[Clause]:
    if part.name == "id":
        return [Exactly(folded(part.value))]
    if part.name in FACETS and part.name != "publisher":
        return [Has(part.name, facet_values(part.name, part.value, vocabularies))]
    together = tuple(words(part.value))
    return [Together(together, part.name)] if together else []


def resolved(question: Question, vocabularies: Vocabularies) -> Question:
    """The question with its filters as the index holds them, however the reader wrote them.

    Where a name means several concepts, `any_of` and `none_of` take them all, `all_of` the first.
    """

    def meant(facet: str, written: Sequence[str], most: int | None = None) -> tuple[str, ...]:
        each = (facet_values(facet, value, vocabularies)[:most] for value in written)
        return tuple(dict.fromkeys(value for values in each for value in values))

    choices = {
        facet: Choice(
            meant(facet, c.any_of), meant(facet, c.all_of, most=1), meant(facet, c.none_of)
        )
        for facet, c in question.choices.items()
    }
    return replace(question, choices=choices)


def facet_values(facet: str, value: str, vocabularies: Vocabularies) -> tuple[str, ...]:
    """The values of a facet that a reader means by an IRI, a code or a name; else as written."""
    known = vocabularies.meant(value, *VOCABULARIES.get(facet, ()))
    return tuple(dict.fromkeys(c.file_type or c.iri for c in known)) or (code_of(facet, value),)
