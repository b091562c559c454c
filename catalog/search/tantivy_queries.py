"""Plans and filters as queries of Tantivy."""

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import tantivy
from tantivy import Occur, Query

from catalog.search.plan import (
    AllOf,
    AnyOf,
    Begins,
    Clause,
    Exactly,
    Has,
    Met,
    Plan,
    Together,
    Unit,
    Without,
)
from catalog.search.ports import Choice, Question

BOOSTS: Final = {"title": 6.0, "label": 3.0, "text": 1.0}
"""The text fields and what a word in them is worth.

A word in a title is worth the same in every title (its rarity times the boost): a title in many
languages is a long field, and BM25 would count its length against it.
"""

_STEM: Final = 0.6
_NET: Final = 0.3
_CONCEPT: Final = 2.0
_EXACT: Final = 50.0
_TOGETHER: Final = 0.3
"""What words add that stand together in a title, as a share of what they are worth there."""
_MOST_TOGETHER: Final = 6
_GAP: Final = 1
_NAMED: Final = {"title": "title", "keyword": "label", "publisher": "label", "description": "text"}
_MOST_EXPANDED: Final = 50

Clauses = list[tuple[Occur, Query]]


class Queries:
    """Makes queries for one state of the index, so that words it does not have cost nothing."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher, removed: int) -> None:
        self._schema = schema
        self._searcher = searcher
        self._removed = removed
        self._makers: dict[type, Callable[..., Query]] = {
            Unit: self.unit,
            Begins: self._begins,
            Together: self._together,
            Has: lambda clause: self.has(clause.facet, clause.values),
            Exactly: lambda clause: self._term("exact", clause.text),
            AnyOf: lambda clause: _any(self.clause(c) for c in clause.clauses),
            AllOf: lambda clause: _every(self.clause(c) for c in clause.clauses),
            Without: lambda clause: self._without(clause.clause),
        }

    def clause(self, clause: Clause) -> Query:
        return self._makers[type(clause)](clause)

    def whole(self, plan: Plan, filters: Iterable[Query], *, least: int | None = None) -> Query:
        """Everything that a plan asks for; with `least`, so many of its units are enough.

        Filters do not rank, unless there is nothing else: then each result is worth the same, and
        quality and freshness decide.
        """
        narrow = list(filters)
        worth = 1.0 / len(narrow) if plan.is_everything and narrow else 0.0
        must: Clauses = [(Occur.Must, Query.const_score_query(q, worth)) for q in narrow]
        units = [self.unit(unit) for unit in plan.units]
        if least is not None and len(units) > 1:
            either: Clauses = [(Occur.Should, q) for q in units]
            must.append((Occur.Must, Query.boolean_query(either, least)))
        else:
            must += [(Occur.Must, q) for q in units]
        must += [(Occur.Must, self.clause(c)) for c in plan.rest]
        if plan.units and plan.whole:
            exact = Query.const_score_query(self._term("exact", plan.whole), _EXACT)
            must.append((Occur.Should, exact))
            must += [(Occur.Should, query) for query in self._side_by_side(plan)]
        if not must:
            must.append((Occur.Must, Query.all_query()))
        return Query.boolean_query(must)

    def unit(self, unit: Unit) -> Query:
        """All of the unit's words, or what its concepts mark."""
        words = _every(self._met(word) for word in unit.words)
        concepts = [c for c in unit.concepts if self._searcher.doc_freq("concept", c)]
        if not concepts:
            return words
        marked = Query.term_set_query(self._schema, "concept", concepts)
        return _any((words, Query.const_score_query(marked, _CONCEPT)))

    def is_unknown(self, word: Met) -> bool:
        """True when no document has the word in any form."""
        if word.pairs:
            return not all(self.is_there("net", pair) for pair in word.pairs)
        return not any(self.is_there(f, t) for f in BOOSTS for t in word.tokens)

    def is_there(self, field: str, token: str) -> bool:
        """True when a document has it that has not been removed; the frequency counts those too."""
        counted = self._searcher.doc_freq(field, token)
        if not counted or counted > self._removed:
            return bool(counted)
        return bool(self._searcher.search(self._term(field, token), 1, count=False).hits)

    def filters(self, question: Question, *, without: str = "") -> list[Query]:
        """The filters of a question, those of one facet left out."""
        found = [
            query
            for facet, choice in question.choices.items()
            if facet != without
            for query in self._choice(facet, choice)
        ]
        if question.box:
            found += self._box(question.box)
        if question.period:
            found += self._period(question.period)
        return found

    def has(self, facet: str, values: Iterable[str]) -> Query:
        return Query.term_set_query(self._schema, f"f_{facet}", list(values))

    def _choice(self, facet: str, choice: Choice) -> list[Query]:
        found = [self.has(facet, choice.any_of)] if choice.any_of else []
        found += [self.has(facet, (value,)) for value in choice.all_of]
        if choice.none_of:
            found.append(self._without_query(self.has(facet, choice.none_of)))
        return found

    def _box(self, box: tuple[float, float, float, float]) -> list[Query]:
        """Boxes that touch this one; one that crosses the date line is two."""
        west, south, east, north = box
        within = [self._range("south", None, north), self._range("north", south, None)]
        if west <= east:
            sides = [self._range("west", None, east), self._range("east", west, None)]
        else:
            sides = [_any((self._range("east", west, None), self._range("west", None, east)))]
        return [*within, *sides]

    def _range(self, field: str, least: float | None, most: float | None) -> Query:
        kind = tantivy.FieldType.Float
        return Query.range_query(self._schema, field, kind, least, most)

    def _period(self, period: tuple[int, int]) -> list[Query]:
        kind = tantivy.FieldType.Integer
        return [
            Query.range_query(self._schema, "starts", kind, None, period[1]),
            Query.range_query(self._schema, "ends", kind, period[0], None),
        ]

    def _met(self, word: Met) -> Query:
        found: list[Query] = []
        for field, boost in BOOSTS.items():
            for at, token in enumerate(word.tokens):
                if not self._searcher.doc_freq(field, token):
                    continue
                share = 1.0 if at == 0 else _STEM
                if field == "title":
                    worth = share * self._worth(token)
                    found.append(Query.const_score_query(self._term(field, token), worth))
                else:
                    found.append(Query.boost_query(self._term(field, token), boost * share))
        if word.pairs:
            pairs = _every(self._term("net", pair) for pair in word.pairs)
            found.append(Query.const_score_query(pairs, _NET))
        return Query.disjunction_max_query(found, 0.2) if found else Query.empty_query()

    def _worth(self, token: str) -> float:
        """What a token in a title is worth: its rarity, as BM25 has it, times the boost."""
        there = self._searcher.doc_freq("title", token)
        rarity = math.log(1 + (self._searcher.num_docs - there + 0.5) / (there + 0.5))
        return BOOSTS["title"] * max(rarity, 0.0)

    def _side_by_side(self, plan: Plan) -> Iterator[Query]:
        """The plain words of a question next to each other in a title, in its order."""
        words = [met.word for unit in plan.units for met in unit.words]
        known = all(self._searcher.doc_freq("title", word) for word in words)
        if known and 1 < len(words) <= _MOST_TOGETHER:
            worth = _TOGETHER * sum(map(self._worth, words))
            phrase = Query.phrase_query(self._schema, "title", [*words], _GAP)
            yield Query.const_score_query(phrase, worth)

    def _begins(self, clause: Begins) -> Query:
        found = [
            Query.boost_query(Query.term_set_query(self._schema, field, terms), boost)
            for field, boost in BOOSTS.items()
            if (terms := self._expanded(field, clause.start))
        ]
        return _any(found)

    def _expanded(self, field: str, start: str) -> list[str]:
        there = Query.all_query()
        found = self._searcher.terms_with_prefix(field, start, there, _MOST_EXPANDED)
        return [term for term, _ in found]

    def _together(self, clause: Together) -> Query:
        fields = (_NAMED[clause.name],) if clause.name in _NAMED else tuple(BOOSTS)
        return _any(
            Query.boost_query(self._sequence(field, clause.words), BOOSTS[field])
            for field in fields
        )

    def _sequence(self, field: str, words: tuple[str, ...]) -> Query:
        if len(words) == 1:
            return self._term(field, words[0])
        return Query.phrase_query(self._schema, field, list(words))

    def _without(self, clause: Clause) -> Query:
        return self._without_query(self.clause(clause))

    def _without_query(self, query: Query) -> Query:
        return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, query)])

    def _term(self, field: str, token: str) -> Query:
        return Query.term_query(self._schema, field, token, "freq" if field in BOOSTS else "basic")


def _any(queries: Iterable[Query]) -> Query:
    found = [(Occur.Should, query) for query in queries]
    return Query.boolean_query(found) if found else Query.empty_query()


def _every(queries: Iterable[Query]) -> Query:
    found = [(Occur.Must, query) for query in queries]
    return Query.boolean_query(found) if found else Query.empty_query()


def bounded(schema: tantivy.Schema, query: Query, field: str, most: int) -> Query:
    """A query for what comes after a sort key in falling order."""
    after = Query.range_query(
        schema, field, tantivy.FieldType.Unsigned, None, most, include_upper=False
    )
    return Query.boolean_query(
        [(Occur.Must, query), (Occur.Must, Query.const_score_query(after, 0.0))]
    )
