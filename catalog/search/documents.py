"""From a record's graph to a search document: which statement feeds which field, said once."""

import html
import math
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

import msgspec

from catalog.model import OfferingKind, Score, Space, Texts, record_id
from catalog.search.analysis import net, tokens
from catalog.search.filters import OPEN_END, day_of
from catalog.search.labels import VOCABULARIES
from catalog.search.ports import Document
from vocabularies.concepts import Concept
from vocabularies.mentions import folded
from vocabularies.rdf import (
    ADMS,
    DCAT,
    DCT,
    FOAF,
    ODRL,
    RDFS,
    SCHEMA,
    SKOS,
    TDS,
    Graph,
    Term,
    is_iri,
    is_literal,
    language,
    lexical,
    plain,
)
from vocabularies.registry import Vocabularies

LONGEST: Final = 600
"""Characters of a description that a result carries along, in each language."""

_LONGEST_TEXT: Final = 20_000
_SHORT: Final = 60
"""Characters up to which a text is likely to come again: a keyword, a publisher, "CSV file"."""

_FIRST_DAY: Final = 14_610
"""2010-01-01; freshness counts from here on over twenty years."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a record beside its graph."""

    iri: str
    kind: OfferingKind
    space: Space
    score: Score


_NAMES: Final = (DCT["title"], FOAF["name"], SKOS["prefLabel"], RDFS["label"])
_LABELS: Final = (RDFS["label"], *_NAMES)
_TEXTS: Final = (DCT["description"], TDS["collectionMethod"], TDS["uncertainty"])
_PUBLISHERS: Final = (DCT["publisher"], TDS["provider"], DCT["creator"])
_CONCEPTS: Final = {
    "theme": (DCAT["theme"],),
    "industry": (TDS["industry"],),
    "access": (DCT["accessRights"],),
    "language": (DCT["language"],),
}
_OTHER_CONCEPTS: Final = (DCT["spatial"], DCT["type"], TDS["deliveryMethod"], DCT["subject"])
_DATES: Final = (DCT["modified"], DCT["issued"])
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,500}>")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")


def document(facts: Facts, graph: Graph, *, vocabularies: Vocabularies) -> Document:
    """The document of a record: tokens ready for any backend, and all that a result shows."""
    return _Projection(facts, graph, vocabularies).document()


class _Projection:
    """One record on its way into the search view."""

    def __init__(self, facts: Facts, graph: Graph, vocabularies: Vocabularies) -> None:
        self.facts = facts
        self.graph = graph
        self.words = vocabularies
        self.root: Term = f"<{facts.iri}>"
        self.own = graph.by_subject.get(self.root, {})
        self.carriers = [
            *self.own.get(DCAT["distribution"], ()),
            self.root,
        ]
        self.titles = self._first(_NAMES)
        self.texts = [pair for p in _TEXTS for pair in self._literals(self.root, p)]
        self.keywords = list(self._literals(self.root, DCAT["keyword"]))
        self.publisher = self._publisher()

    def document(self) -> Document:
        concepts = self._concepts()
        modified = self._modified()
        quality = self.facts.score.total
        return Document(
            id=record_id(self.facts.space.id, self.facts.iri),
            iri=self.facts.iri,
            space=self.facts.space.id,
            tokens=self._tokens(concepts),
            facets=self._facets(concepts),
            stored=msgspec.json.encode(self._stored(concepts, modified)),
            exact=self._exact(),
            modified=max(0, modified) * 86_400 if modified is not None else 0,
            quality=quality,
            title_words=min((_word_count(t) for t in self.titles.values()), default=0),
            box=self._box(),
            period=self._period(),
            suggestions=self._suggestions(),
            names=self._names(concepts),
        )

    # texts

    def _tokens(self, concepts: dict[str, list[str]]) -> dict[str, str]:
        labels = [*self.keywords, *self.publisher.items()]
        for carrier in self.carriers[:-1]:
            labels += self._literals(carrier, DCT["title"])
        shown = [*self.titles.items(), *self.keywords]
        return {
            "title": _all_tokens(self.titles.items()),
            "label": _all_tokens(labels),
            "text": _all_tokens(self.texts),
            "net": " ".join(net(text for _, text in (*shown, *labels, *self.texts))),
            "concept": " ".join(self._wide(concepts, shown)),
        }

    def _wide(self, concepts: dict[str, list[str]], shown: list[tuple[str, str]]) -> list[str]:
        """The concepts that the record declares or names, and all that is broader."""
        named = {
            concept
            for _, text in shown
            for _, _, concept in self.words.mentions(text[:_LONGEST_TEXT])
        }
        waiting = [*named, *(iri for iris in concepts.values() for iri in iris)]
        found: dict[str, None] = {}
        while waiting:
            one = waiting.pop()
            if one not in found and " " not in one:
                found[one] = None
                known = self.words.concept(one)
                waiting += known.broader if known else ()
        return sorted(found)

    def _first(self, predicates: Iterable[Term], subject: Term = "") -> Texts:
        for predicate in predicates:
            texts = dict(reversed(list(self._literals(subject or self.root, predicate))))
            if texts:
                return texts
        return {}

    def _literals(self, subject: Term, predicate: Term) -> Iterator[tuple[str, str]]:
        for term in self.graph.objects(subject, predicate):
            if is_literal(term):
                yield language(term), readable(lexical(term)[:_LONGEST_TEXT])

    def _publisher(self) -> Texts:
        for predicate in _PUBLISHERS:
            for agent in self.own.get(predicate, ()):
                names = {
                    lang: text for name in _NAMES for lang, text in self._literals(agent, name)
                }
                if names:
                    return names
        return {}

    # concepts and facets

    def _concepts(self) -> dict[str, list[str]]:
        found = {
            name: self._resolved((term for p in predicates for term in self.own.get(p, ())), name)
            for name, predicates in _CONCEPTS.items()
        }
        found["format"] = self._formats()
        licences = (x for c in self.carriers for x in self.graph.objects(c, DCT["license"]))
        found["licence"] = self._resolved(licences, "licence")
        found["other"] = self._resolved(
            term for p in _OTHER_CONCEPTS for term in self.own.get(p, ()) if is_iri(term)
        )
        return found

    def _resolved(self, terms: Iterable[Term], facet: str = "") -> list[str]:
        """The IRIs of known concepts, and whatever else is said, as plain text."""
        found: dict[str, None] = {}
        for term in terms:
            if term[0] == "_":
                continue
            text = plain(term)
            known = self.words.resolve(text) or self._named(text, facet)
            found[known.iri if known else text[:200]] = None
        return list(found)

    def _named(self, text: str, facet: str) -> Concept | None:
        """The concept that a literal calls by its name, as a filter would."""
        return next(iter(self.words.meant(text[:100], *VOCABULARIES.get(facet, ()))), None)

    def _names(self, concepts: dict[str, list[str]]) -> dict[str, Texts]:
        """The names that the record gives to what no vocabulary has."""
        unknown = {i for iris in concepts.values() for i in iris if not self.words.concept(i)}
        named = {i: self._first(_LABELS, f"<{i}>") for i in sorted(unknown) if "/" in i}
        return {iri: texts for iri, texts in named.items() if texts}

    def _formats(self) -> list[str]:
        found: dict[str, None] = {}
        for carrier in self.carriers:
            said = self.graph.objects(carrier, DCT["format"])
            for term in said or self.graph.objects(carrier, DCAT["mediaType"]):
                if term[0] == "_":
                    continue
                known = self.words.resolve(plain(term)) or self._named(plain(term), "format")
                if known is not None:
                    found[known.file_type or known.iri] = None
                else:
                    found[plain(term)[:100]] = None
        return list(found)

    def _facets(self, concepts: dict[str, list[str]]) -> dict[str, list[str]]:
        facts = self.facts
        own = {name: iris for name, iris in concepts.items() if name != "other"}
        publisher = self.publisher.get("en") or next(iter(self.publisher.values()), "")
        return own | {
            "space": [facts.space.id],
            "space_kind": [facts.space.kind.value],
            "kind": [facts.kind.value],
            "publisher": [publisher] if publisher else [],
            "quality": [facts.score.band],
            "offer": ["yes" if self._has_offer() else "no"],
            "year": self._years(),
        }

    def _has_offer(self) -> bool:
        return any(self.graph.objects(carrier, ODRL["hasPolicy"]) for carrier in self.carriers)

    # time and place

    def _modified(self) -> int | None:
        for predicate in _DATES:
            for term in self.own.get(predicate, ()):
                day = _day(term, is_end=False)
                if day is not None:
                    return day
        return None

    def _years(self) -> list[str]:
        """The year of the last change, and those that the data covers, as far as twenty reach."""
        found = []
        modified = self._modified()
        if modified is not None:
            found.append(_year(modified))
        period = self._period()
        if period and period[0] > -OPEN_END and period[1] < OPEN_END:
            first, last = int(_year(period[0])), int(_year(period[1]))
            found += [str(year) for year in range(max(first, last - 20), last + 1)]
        return list(dict.fromkeys(found))

    def _period(self) -> tuple[int, int] | None:
        for term in self.own.get(DCT["temporal"], ()):
            start = self.graph.value(term, DCAT["startDate"])
            end = self.graph.value(term, DCAT["endDate"])
            first = _day(start, is_end=False) if start else None
            last = _day(end, is_end=True) if end else None
            if first is not None or last is not None:
                return (
                    first if first is not None else -OPEN_END,
                    last if last is not None else OPEN_END,
                )
        return None

    def _box(self) -> tuple[float, float, float, float] | None:
        """The box around the first dcat:bbox, dcat:centroid or locn:geometry that has numbers."""
        for place in self.own.get(DCT["spatial"], ()):
            for predicate in (DCAT["bbox"], DCAT["centroid"]):
                for term in self.graph.objects(place, predicate):
                    box = _box_of(lexical(term)) if is_literal(term) else None
                    if box:
                        return box
        return None

    # what a result shows

    def _stored(self, concepts: dict[str, list[str]], modified: int | None) -> dict[str, Any]:
        score = self.facts.score
        price = self._price()
        shown = {
            "titles": self.titles,
            "descriptions": {
                lang: text[:LONGEST]
                for lang, text in reversed(list(self._literals(self.root, DCT["description"])))
            },
            "keywords": [text for _, text in self.keywords][:20],
            "publisher": self.publisher,
            "kind": self.facts.kind.value,
            "formats": concepts["format"][:12],
            "licences": concepts["licence"][:3],
            "access": concepts["access"][:1],
            "themes": concepts["theme"][:6],
            "offer": self._has_offer(),
            "admission": self._local(TDS["admissionState"]),
            "security": self._local(TDS["securityLevel"]),
            "frequency": self._local(DCT["accrualPeriodicity"], whole=True),
            "modified": _date_text(modified),
            "quality": score.total,
            "band": score.band,
            "models": [plain(t) for t in self.own.get(DCT["conformsTo"], ()) if is_iri(t)][:6],
        }
        if price:
            shown["price"] = price
        return {name: value for name, value in shown.items() if value not in ("", [], {}, None)}

    def _local(self, predicate: Term, *, whole: bool = False) -> str:
        for term in self.own.get(predicate, ()):
            if is_iri(term):
                return plain(term) if whole else plain(term).rpartition("/")[2]
        return ""

    def _price(self) -> dict[str, str]:
        for offer in self.own.get(SCHEMA["offers"], ()):
            price = self.graph.value(offer, SCHEMA["price"])
            if price:
                currency = self.graph.value(offer, SCHEMA["priceCurrency"])
                unit = self.graph.value(offer, SCHEMA["unitText"])
                return {
                    "amount": plain(price),
                    "currency": plain(currency) if currency else "",
                    "unit": plain(unit) if unit else "",
                }
        return {}

    def _exact(self) -> list[str]:
        said = [
            self.facts.iri,
            *(
                plain(t)
                for p in (DCT["identifier"], ADMS["identifier"])
                for t in self.own.get(p, ())
            ),
            *self.titles.values(),
        ]
        return list(dict.fromkeys(folded(text)[:500] for text in said if text[:2] != "_:"))

    def _suggestions(self) -> list[str]:
        """Whole titles and keywords; a backend offers them as one types."""
        said = [*self.titles.values(), *(text for _, text in self.keywords)]
        return list(dict.fromkeys(text.strip()[:80] for text in said if text.strip()))


def readable(text: str) -> str:
    """A text without the HTML that some catalogues put into descriptions.

    >>> readable("<p>Luft &amp; L\u00e4rm</p><p>t\u00e4glich</p>")
    'Luft & L\u00e4rm t\u00e4glich'
    """
    if "<" not in text and "&" not in text:
        return text
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


def weight(document_: Document) -> float:
    """By how much a result is lifted: 1 to 1.65, the same for every backend.

    Quality lifts most, then freshness, then a short title, which has been met whole more likely.
    A thousandth depends on the id, so that results that are equally good stand in one order,
    whenever they came into the index.
    """
    quality = document_.quality / 405
    days = document_.modified / 86_400 - _FIRST_DAY
    freshness = min(1.0, max(0.0, days / 7305)) if document_.modified else 0.0
    brevity = min(1.0, 3 / document_.title_words) if document_.title_words else 0.0
    order = zlib.crc32(document_.id.encode()) / 2**42
    return 1 + 0.3 * quality + 0.2 * freshness + 0.15 * brevity + order


def _word_count(text: str) -> int:
    """About how many words a text has; two Chinese characters are one."""
    signs = sum(character > "\u2e80" for character in text)
    return text.count(" ") + (signs + 1) // 2 + (signs == 0)


def _all_tokens(texts: Iterable[tuple[str, str]]) -> str:
    return " ".join(
        _short_tokens(text, lang) if len(text) <= _SHORT else " ".join(tokens(text, lang))
        for lang, text in texts
    )


@lru_cache(maxsize=50_000)
def _short_tokens(text: str, lang: str) -> str:
    return " ".join(tokens(text, lang))


def _day(term: Term, *, is_end: bool) -> int | None:
    if not is_literal(term):
        return None
    try:
        return day_of(lexical(term), is_end=is_end)
    except ValueError:
        return None


@lru_cache(maxsize=20_000)
def _date_text(day: int | None) -> str:
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat() if day is not None else ""


def _year(day: int) -> str:
    return _date_text(day)[:4]


def _box_of(text: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north of the numbers in a WKT or GeoJSON text, taken in pairs."""
    start = text.find("coordinates") if text.lstrip().startswith("{") else text.find("(")
    numbers = [float(n) for n in _NUMBER.findall(text[max(start, 0) :])][:20_000]
    if len(numbers) < 2 or len(numbers) % 2:  # noqa: PLR2004 - pairs
        return None
    east, north = numbers[0::2], numbers[1::2]
    if not all(math.isfinite(n) for n in numbers):
        return None
    if max(map(abs, east)) > 180 or max(map(abs, north)) > 90:  # noqa: PLR2004 - degrees
        return None
    return min(east), min(north), max(east), max(north)
