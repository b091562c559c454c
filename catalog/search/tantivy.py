"""The embedded search backend: an index of Tantivy in the data folder.

One process writes at a time, any number read. A writer keeps the lock until it is released: the
segments of many commits are merged by the writer that made them, and are thrown away with it when
it goes too early. The last change that the index has seen lies in a
file beside it, written after the documents that it speaks of: a crash between the two makes the
view replay changes that it has, which does no harm. The index itself holds records and nothing
else, so that no score tells how often it was committed, and for whom.

A record that is removed leaves its words in the statistics of its segment until that is merged.
Suggestions and corrections therefore count only documents that are there; what the scores of a
small index still tell is found by `traces`.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import tantivy
from tantivy import Occur, Query

from catalog.errors import Busy
from catalog.model import Texts
from catalog.search import cursors
from catalog.search.corrections import correction
from catalog.search.cursors import Cursor
from catalog.search.plan import Plan, Unit, met, plan
from catalog.search.ports import Answer, Document, FacetValue, Hit, Question
from catalog.search.showing import Shown
from catalog.search.spotting import looked_for
from catalog.search.tantivy_queries import BOOSTS, Queries, bounded
from catalog.search.tantivy_schema import VERSION, packed, schema, tokenizer
from vocabularies.mentions import folded
from vocabularies.registry import Vocabularies

DEEPEST: Final = 1000
"""Results that paging by relevance reaches; the other orders go on without end."""

SMALL: Final = 1000
"""Documents of an index that is written anew when something was taken out of it."""

_FEW: Final = 3
_MOST_NAMES: Final = 12
_BEGUN: Final = 4
"""Letters of a beginning whose completions are kept until the index changes."""
_MOST_BEGUN: Final = 5000
_MOST_BROWSED: Final = 200
_HEAP: Final = 200_000_000
_CJK_ENOUGH: Final = 0.6


K = TypeVar("K")
V = TypeVar("V")


class Kept(dict[K, V]):
    """What was found out about one state of the index; emptied when it has grown too large."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: K, value: V) -> None:
        if len(self) >= self._most:
            self.clear()
        super().__setitem__(key, value)


@dataclass(frozen=True, slots=True)
class _State:
    """The index between two changes: a searcher, and what is asked again and again.

    `removed` is how many documents were removed that the statistics still know. `begun` has the
    completions of few letters, `browsed` the first pages of questions without words, which match
    all there is and so cost most.
    """

    stamp: tuple[int, int]
    searcher: tantivy.Searcher
    removed: int
    begun: Kept[tuple[str, int], list[tuple[str, int]]]
    browsed: Kept[bytes, Answer]


@dataclass(frozen=True, slots=True)
class _Found:
    """A document as the index holds it, with its score or sort key."""

    key: int | float
    id: str
    iri: str
    space: str
    stored: bytes


class TantivyIndex:
    """A `SearchIndex` in a folder."""

    def __init__(self, folder: Path, vocabularies: Vocabularies) -> None:
        self._folder = folder
        self._words = vocabularies
        self._schema = schema()
        self._index = self._open()
        self._writer: tantivy.IndexWriter | None = None
        self._last: _State | None = None

    # writing

    def put(self, documents: Iterable[Document]) -> None:
        """Add the documents; one already there under the same id is replaced.

        Raises:
            Busy: another process is writing.
        """
        for document in documents:
            writer = self._writing()
            writer.delete_documents_by_term("id", document.id)
            writer.add_document(packed(document))

    def remove(self, ids: Iterable[str]) -> None:
        for record in ids:
            self._writing().delete_documents_by_term("id", record)

    def commit(self, sequence: int) -> None:
        self._writing().commit()
        self._mark(sequence)
        self._reload()

    def release(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.wait_merging_threads()
            self._reload()

    def sequence(self) -> int:
        mark = self._folder / "sequence"
        return int(mark.read_text()) if mark.is_file() else 0

    def traces(self) -> tuple[str, ...]:
        searcher = self._searcher()
        if searcher.num_docs > SMALL or not self._removed():
            return ()
        hits = searcher.search(Query.all_query(), SMALL, count=False).hits
        return tuple(searcher.doc(address)["id"][0] for _, address in hits)

    def clear(self) -> None:
        writer = self._writing()
        self._mark(0)
        writer.delete_all_documents()
        writer.commit()
        self._reload()

    def close(self) -> None:
        """Let go of the lock at once; what was not committed is dropped, and so is a merge."""
        self._writer = None

    # reading

    def search(self, question: Question) -> Answer:
        """The results of a question, best first.

        Raises:
            BadRequest: the cursor is not one of this question.
        """
        cursor = cursors.read(question)
        state = self._state()
        if question.text.strip() or cursor:
            return self._search(question, cursor, state)
        asked = msgspec.json.encode(question)
        answer = state.browsed.get(asked)
        if answer is None:
            answer = state.browsed[asked] = self._search(question, cursor, state)
        return answer

    def _search(self, question: Question, cursor: Cursor | None, state: "_State") -> Answer:
        searcher = state.searcher
        queries = Queries(self._schema, searcher, state.removed)
        asked, corrections = self._corrected(question, queries, searcher)
        least = None
        query = queries.whole(asked, queries.filters(question))
        found, total, more = self._page(searcher, query, question, cursor)
        if total < _FEW and len(asked.units) > 1:
            least = self._least(asked, question, queries, searcher)
            query = queries.whole(asked, queries.filters(question), least=least)
            found, total, more = self._page(searcher, query, question, cursor)
        shown = Shown(looked_for(asked, corrections, question.lang), self._words)
        return Answer(
            total=total,
            hits=tuple(_hit(one, shown, is_ranked=question.sort == "relevance") for one in found),
            facets=self._facets(searcher, queries, asked, question, least),
            next=self._next(question, found, cursor) if more else "",
            corrections=corrections,
            expansions=asked.expansions,
            dropped=self._dropped(asked, queries) if least is not None else (),
        )

    def suggest(self, prefix: str, *, lang: str, limit: int = 8) -> tuple[str, ...]:
        del lang
        start = folded(prefix).strip()
        if not start:
            return ()
        terms = self._suggested(start[:60], limit * 4)
        best: dict[str, str] = {}
        for term, _ in terms:
            key, _, said = term.partition("\x1f")
            best.setdefault(key, said)
        return tuple(best.values())[:limit]

    def _suggested(self, start: str, limit: int) -> list[tuple[str, int]]:
        """Terms of documents that are there; those of few letters are many, so they are kept."""
        state = self._state()
        kept = state.begun.get((start, limit))
        if kept is not None:
            return kept
        terms = state.searcher.terms_with_prefix("suggest", start, limit=limit)
        queries = Queries(self._schema, state.searcher, state.removed)
        if not all(queries.is_there("suggest", term) for term, _ in terms):
            terms = state.searcher.terms_with_prefix("suggest", start, Query.all_query(), limit)
        if len(start) <= _BEGUN:
            state.begun[start, limit] = terms
        return terms

    def names_of(self, iri: str) -> Texts:
        start, there = f"{iri}\x1f", Query.all_query()
        found: Texts = {}
        for term, _ in self._searcher().terms_with_prefix("named", start, there, _MOST_NAMES):
            lang, _, text = term.removeprefix(start).partition("\x1f")
            found.setdefault(lang, text)
        return found

    def similar(self, record: str, *, lang: str, limit: int = 5) -> tuple[Hit, ...]:
        state = self._state()
        searcher = state.searcher
        hits = searcher.search(self._by_id(record), 1).hits
        if not hits:
            return ()
        stored = json.loads(bytes(searcher.doc(hits[0][1])["stored"][0]))
        queries = Queries(self._schema, searcher, state.removed)
        query = self._like(stored, record, queries, lang)
        shown = Shown(looked_for(plan("", lang, self._words), {}, lang), self._words)
        found = searcher.search(query, limit, count=False).hits
        return tuple(_hit(_read(score, searcher.doc(address)), shown) for score, address in found)

    def _by_id(self, record: str) -> Query:
        return Query.term_query(self._schema, "id", record, "basic")

    def _like(self, stored: Mapping[str, Any], record: str, queries: Queries, lang: str) -> Query:
        """Records that share words of the titles, keywords and themes of one."""
        said = [*stored.get("titles", {}).values(), *stored.get("keywords", ())]
        asked = plan(" ".join(said)[:400], lang, self._words)
        units = [(Occur.Should, queries.unit(unit)) for unit in asked.units[:12]]
        if not units:
            return Query.empty_query()
        either = Query.boolean_query(units, min(2, len(units)))
        return Query.boolean_query([(Occur.Must, either), (Occur.MustNot, self._by_id(record))])

    def _corrected(
        self, question: Question, queries: Queries, searcher: tantivy.Searcher
    ) -> tuple[Plan, dict[str, str]]:
        """The plan, with words that nothing has put right as far as something near is known."""
        asked = plan(question.text, question.lang, self._words)
        corrections: dict[str, str] = {}
        units = []
        for unit in asked.units:
            wrong = [w for w in unit.words if not unit.concepts and queries.is_unknown(w)]
            right = {w.word: correction(w.word, lambda s: _known(searcher, s)) for w in wrong}
            corrections |= {word: better for word, better in right.items() if better}
            better_words = tuple(
                met(right[w.word], question.lang) if right.get(w.word) else w for w in unit.words
            )
            units.append(Unit(better_words, unit.concepts, unit.text))
        whole = Plan(tuple(units), asked.rest, asked.whole, asked.expansions)
        return (whole if corrections else asked), corrections

    def _least(
        self, asked: Plan, question: Question, queries: Queries, searcher: tantivy.Searcher
    ) -> int:
        """How many units are enough where hardly anything has them all."""
        count = len(asked.units)
        for least in range(count - 1, 0, -1):
            query = queries.whole(asked, queries.filters(question), least=least)
            if _count(searcher, query) >= _FEW or least <= count * _CJK_ENOUGH:
                return least
        return 1

    def _dropped(self, asked: Plan, queries: Queries) -> tuple[str, ...]:
        return tuple(
            unit.text
            for unit in asked.units
            if not unit.concepts and any(queries.is_unknown(word) for word in unit.words)
        )

    def _page(
        self, searcher: tantivy.Searcher, query: Query, question: Question, cursor: Cursor | None
    ) -> tuple[list[_Found], int, bool]:
        """One page, the number of all results, and whether there is another page."""
        if question.limit == 0:
            return [], _count(searcher, query), False
        if question.sort == "relevance":
            return self._page_by_score(searcher, query, question.limit, cursor)
        field = f"s_{question.sort}"
        window = bounded(self._schema, query, field, int(cursor.key)) if cursor else query
        hits = searcher.search(window, question.limit + 1, count=False, order_by_field=field).hits
        found = [_read(key, searcher.doc(address)) for key, address in hits]
        more = len(found) > question.limit
        return found[: question.limit], _count(searcher, query), more

    def _page_by_score(
        self, searcher: tantivy.Searcher, query: Query, limit: int, cursor: Cursor | None
    ) -> tuple[list[_Found], int, bool]:
        seen = cursor.seen if cursor else 0
        deep = min(seen + limit + 1 + (8 if cursor else 0), DEEPEST + 1)
        result = searcher.search(query, deep, count=True, weight_by_field="weight")
        hits = result.hits[max(0, seen - 8) :] if cursor else result.hits
        found = [_read(score, searcher.doc(address)) for score, address in hits]
        found.sort(key=lambda one: (-one.key, one.id))
        if cursor:
            found = [one for one in found if (-one.key, one.id) > (-cursor.key, cursor.id)]
        more = len(found) > limit and seen + limit < DEEPEST
        return found[:limit], result.count or 0, more  # type: ignore[attr-defined]

    def _next(self, question: Question, found: Sequence[_Found], cursor: Cursor | None) -> str:
        seen = (cursor.seen if cursor else 0) + len(found)
        last = found[-1]
        key = last.key
        return cursors.written(Cursor(cursors.mark_of(question), key, last.id, seen))

    def _facets(
        self,
        searcher: tantivy.Searcher,
        queries: Queries,
        asked: Plan,
        question: Question,
        least: int | None,
    ) -> dict[str, tuple[FacetValue, ...]]:
        """Counts by facet; a facet with a choice is counted as if it had none."""
        chosen = [name for name in question.facets if name in question.choices]
        others = [name for name in question.facets if name not in question.choices]
        query = queries.whole(asked, queries.filters(question), least=least)
        counts = _aggregated(searcher, query, others, question.facet_size)
        for name in chosen:
            own = queries.filters(question, without=name)
            query = queries.whole(asked, own, least=least)
            counts |= _aggregated(searcher, query, [name], question.facet_size)
            choice = question.choices[name]
            for value in (*choice.any_of, *choice.all_of, *choice.none_of):
                if value not in counts[name]:
                    with_it = queries.whole(asked, [*own, queries.has(name, (value,))], least=least)
                    counts[name][value] = _count(searcher, with_it)
        return {
            name: tuple(
                FacetValue(value, value, count)
                for value, count in sorted(counts[name].items(), key=lambda v: (-v[1], v[0]))
            )
            for name in question.facets
        }

    # the folder

    def _open(self) -> tantivy.Index:
        self._folder.mkdir(parents=True, exist_ok=True)
        mark = self._folder / "schema-version"
        if mark.is_file() and mark.read_text() != VERSION:
            self._clear()
        try:
            index = tantivy.Index(self._schema, path=str(self._folder), reuse=True)
        except ValueError as error:
            if "corrupt" not in str(error):
                raise
            self._clear()  # a view is made anew from the log
            index = tantivy.Index(self._schema, path=str(self._folder), reuse=True)
        mark.write_text(VERSION)
        index.register_tokenizer("words", tokenizer())
        return index

    def _clear(self) -> None:
        for file in self._folder.iterdir():
            file.unlink()

    def _mark(self, sequence: int) -> None:
        """Remember the last change, whole or not at all."""
        mark = self._folder / "sequence"
        fresh = self._folder / "sequence.new"
        with fresh.open("w") as file:
            file.write(str(sequence))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(mark)

    def _writing(self) -> tantivy.IndexWriter:
        if self._writer is None:
            try:
                self._writer = self._index.writer(_HEAP, 1)
            except ValueError as error:
                raise Busy(
                    "Another process is writing the search view.",
                    place=str(self._folder),
                    hint="It will catch up by itself.",
                ) from error
        return self._writer

    def _searcher(self) -> tantivy.Searcher:
        return self._state().searcher

    def _state(self) -> "_State":
        """The index as it was last written, or as it has become since."""
        stamp = self._stamp()
        if self._last is None or self._last.stamp != stamp:
            removed = self._removed()
            self._reload()
            self._last = _State(
                stamp, self._index.searcher(), max(removed, self._removed()),
                begun=Kept(_MOST_BEGUN), browsed=Kept(_MOST_BROWSED),
            )  # fmt: skip
        return self._last

    def _stamp(self) -> tuple[int, int]:
        file = (self._folder / "meta.json").stat()
        return file.st_mtime_ns, file.st_ino

    def _removed(self) -> int:
        """How many removed documents the segments still hold."""
        segments = json.loads((self._folder / "meta.json").read_text())["segments"]
        return sum((segment["deletes"] or {}).get("num_deleted_docs", 0) for segment in segments)

    def _reload(self) -> None:
        self._index.reload()


def _read(key: float, document: tantivy.Document) -> _Found:
    return _Found(
        key,
        document["id"][0],
        document["iri"][0],
        document["space"][0],
        bytes(document["stored"][0]),
    )


def _hit(found: _Found, shown: Shown, *, is_ranked: bool = True) -> Hit:
    """A hit; its score is 0 in the orders that do not rank."""
    score = found.key if is_ranked else 0.0
    return shown.hit((found.id, found.iri, found.space), score, found.stored)


def _count(searcher: tantivy.Searcher, query: Query) -> int:
    return searcher.search(query, 1, count=True).count or 0  # type: ignore[attr-defined]


def _known(searcher: tantivy.Searcher, start: str) -> list[tuple[str, int]]:
    there = Query.all_query()
    return [pair for field in BOOSTS for pair in searcher.terms_with_prefix(field, start, there)]


def _aggregated(
    searcher: tantivy.Searcher, query: Query, names: Sequence[str], size: int
) -> dict[str, dict[str, int]]:
    if not names:
        return {}
    asked = {name: {"terms": {"field": f"f_{name}", "size": size}} for name in names}
    answer = searcher.aggregate(query, asked)
    return {
        name: {bucket["key"]: bucket["doc_count"] for bucket in answer[name]["buckets"]}
        for name in names
    }
