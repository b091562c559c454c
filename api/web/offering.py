"""A record as a reader wants it: what it is, may I use it, how do I get it, what are its facts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from api.web.links import Link, link, tidy
from api.web.policy import Usage, usage_of
from catalog.model import Record, Texts
from catalog.search.labels import readable_iri
from vocabularies.rdf import (
    DCAT,
    DCT,
    FOAF,
    RDFS,
    SCHEMA,
    SKOS,
    TDS,
    TYPE,
    VCARD,
    Graph,
    Term,
    iri,
    is_iri,
    is_literal,
    language,
    lexical,
    plain,
)  # fmt: skip
from vocabularies.registry import Vocabularies

_NAMES: Final = (
    DCT["title"], FOAF["name"], RDFS["label"], SKOS["prefLabel"], VCARD["fn"],
    VCARD["organization-name"],
)  # fmt: skip
_FACTS: Final = (
    ("provider", TDS["provider"]), ("publisher", DCT["publisher"]), ("creator", DCT["creator"]),
    ("theme", DCAT["theme"]), ("industry", TDS["industry"]), ("keyword", DCAT["keyword"]),
    ("spatial", DCT["spatial"]), ("frequency", DCT["accrualPeriodicity"]),
    ("language", DCT["language"]), ("issued", DCT["issued"]), ("modified", DCT["modified"]),
    ("version", DCAT["version"]), ("model", DCT["conformsTo"]), ("access", DCT["accessRights"]),
    ("licence", DCT["license"]), ("security", TDS["securityLevel"]),
    ("delivery", TDS["deliveryMethod"]), ("admission", TDS["admissionState"]),
    ("collection", TDS["collectionMethod"]), ("uncertainty", TDS["uncertainty"]),
    ("vocabulary", TDS["usesVocabulary"]), ("series", DCAT["inSeries"]),
    ("serves", DCAT["servesDataset"]), ("landing", DCAT["landingPage"]),
    ("identifier", DCT["identifier"]),
)  # fmt: skip
_TRANSLATED: Final = {"keyword", "collection", "uncertainty"}
_ACCESS: Final = "http://publications.europa.eu/resource/authority/access-right/"


@dataclass(frozen=True, slots=True)
class Said:
    """A value in words, its language when it is not the reader's, and a link where it has one."""

    text: str
    lang: str = ""
    link: Link | None = None
    concept: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to get an offering: a distribution or a service."""

    name: Said
    formats: tuple[str, ...]
    size: str
    sort: str
    target: Link | None
    licence: Said | None


@dataclass(frozen=True, slots=True)
class Use:
    """May I use it: `sort` is open, terms, members, closed or unknown; `marks` name conditions."""

    sort: str
    licence: str
    usage: Usage

    @property
    def tone(self) -> str:
        return {"open": "yes", "closed": "no", "unknown": "plain"}.get(self.sort, "ask")


@dataclass(frozen=True, slots=True)
class Known:
    """What has a name outside the record: concepts, spaces, and records by their IRI."""

    vocabularies: Vocabularies
    spaces: Mapping[str, Texts]
    neighbours: Mapping[str, Record]


class Offering:
    """A record's graph, read in one language."""

    def __init__(self, record: Record, known: Known, lang: str) -> None:
        self.record = record
        self.graph = Graph.from_lines(record.graph)
        self.root = iri(record.iri)
        self.known = known
        self.words = known.vocabularies
        self.lang = lang

    @property
    def title(self) -> Said:
        return self._best(self._texts(self.root)) or Said(tidy(self.record.iri))

    @property
    def other_title(self) -> Said | None:
        """The title in another language, shown beneath."""
        own = self.title.text
        texts = {lang: text for lang, text in self._texts(self.root).items() if text != own}
        for lang in ("en", "zh", *texts):
            for tag, text in texts.items():
                if tag == lang or tag.partition("-")[0] == lang:
                    return Said(text, tag)
        return None

    @property
    def description(self) -> Said | None:
        return self._best(self._texts(self.root, (DCT["description"],)))

    @property
    def carriers(self) -> tuple[Term, ...]:
        """The offering and its distributions: each may carry a licence, a policy, a right."""
        return (self.root, *self.graph.objects(self.root, DCAT["distribution"]))

    @property
    def publisher(self) -> Said | None:
        for predicate in (TDS["provider"], DCT["publisher"], DCT["creator"]):
            for agent in self.graph.objects(self.root, predicate):
                return self._say(agent)
        return None

    @property
    def changed(self) -> str:
        """The day of the publisher's last change, empty where it gives none."""
        for predicate in (DCT["modified"], DCT["issued"]):
            for term in self.graph.objects(self.root, predicate):
                return tidy(plain(term))[:10]
        return ""

    def use(self) -> Use:
        told = (self.words, self.known.spaces)
        usage = usage_of(self.graph, self.carriers, told, self.lang)
        licences = [x for c in self.carriers for x in self.graph.objects(c, DCT["license"])]
        right = self._right()
        is_open = any(self.words.is_open(plain(x)) for x in licences)
        name = self._licence(licences[0]).text if licences else ""
        return Use(self._sort(right, usage, is_open=is_open, has_licence=bool(name)), name, usage)

    def _right(self) -> str:
        for carrier in self.carriers:
            for right in self.graph.objects(carrier, DCT["accessRights"]):
                return plain(right).removeprefix(_ACCESS)
        return ""

    @staticmethod
    def _sort(right: str, usage: Usage, *, is_open: bool, has_licence: bool) -> str:
        if right in {"NON_PUBLIC", "CONFIDENTIAL", "SENSITIVE"}:
            return "closed"
        if right == "RESTRICTED" or "members_only" in usage.marks:
            return "members"
        if is_open and not usage.rules:
            return "open"
        return "terms" if usage.rules or has_licence else "unknown"

    def ways(self) -> Iterator[Way]:
        for distribution in self.graph.objects(self.root, DCAT["distribution"]):
            yield self._way(distribution)
        if self.graph.objects(self.root, DCAT["endpointURL"]):
            yield self._way(self.root)

    def _way(self, node: Term) -> Way:
        sort, target = self._target(node)
        licence = self.graph.value(node, DCT["license"])
        name = self._best(self._texts(node)) or Said(target.text if target else "–")
        return Way(
            name, self.formats(node), _size(self.graph.value(node, DCAT["byteSize"])), sort, target,
            self._licence(licence) if licence else None,
        )  # fmt: skip

    def _target(self, node: Term) -> tuple[str, Link | None]:
        for name, sort in (
            ("downloadURL", "download"), ("endpointURL", "endpoint"), ("accessURL", "access"),
            ("endpointDescription", "api_docs"),
        ):  # fmt: skip
            found = self.graph.value(node, DCAT[name])
            if found:
                return sort, link(plain(found))
        return "access", None

    def formats(self, *nodes: Term) -> tuple[str, ...]:
        """The names of formats, at most one a distribution: its format, else its media type."""
        found: dict[str, None] = {}
        for node in nodes or self.carriers:
            for predicate in (DCT["format"], DCAT["mediaType"]):
                terms = self.graph.objects(node, predicate)
                if terms:
                    found |= {self._code(term): None for term in terms}
                    break
        return tuple(found)

    def _code(self, term: Term) -> str:
        concept = self.words.resolve(plain(term))
        if concept is not None and concept.scheme == "file-type":
            return (concept.notation or concept.code).replace("_", "-")
        return tidy(plain(term).rpartition("/")[2])[:40]

    def facts(self) -> Iterator[tuple[str, tuple[Said, ...]]]:
        for name, predicate in _FACTS:
            terms = self.graph.objects(self.root, predicate)
            said = self._translated(terms) if name in _TRANSLATED else map(self._say, terms)
            found = tuple(dict.fromkeys(said))
            if found:
                yield name, found
        yield from self._periods()
        yield from self._contacts()
        yield from self._prices()

    def _translated(self, terms: Iterable[Term]) -> Iterator[Said]:
        """Texts in the reader's language where there are any, else all of them."""
        texts = [t for t in terms if is_literal(t)]
        own = [t for t in texts if language(t).partition("-")[0] == self.lang]
        return (self._say(t) for t in own or texts)

    def _periods(self) -> Iterator[tuple[str, tuple[Said, ...]]]:
        periods = []
        for period in self.graph.objects(self.root, DCT["temporal"]):
            ends = [self.graph.value(period, DCAT[name]) for name in ("startDate", "endDate")]
            start, end = (_day(term) if term else "" for term in ends)
            if start or end:
                periods.append(Said(f"{start or '…'} – {end or '…'}"))
        if periods:
            yield "temporal", tuple(periods)

    def _contacts(self) -> Iterator[tuple[str, tuple[Said, ...]]]:
        contacts = []
        for node in self.graph.objects(self.root, DCAT["contactPoint"]):
            name = self._best(self._texts(node))
            mail = self.graph.value(node, VCARD["hasEmail"]) or self.graph.value(
                node, VCARD["hasURL"]
            )
            text = name.text if name else (plain(mail) if mail else "")
            if text:
                contacts.append(Said(tidy(text), link=link(plain(mail)) if mail else None))
        if contacts:
            yield "contact", tuple(contacts)

    def _prices(self) -> Iterator[tuple[str, tuple[Said, ...]]]:
        prices = []
        for offer in self.graph.objects(self.root, SCHEMA["offers"]):
            price = self.graph.value(offer, SCHEMA["price"])
            if price:
                money = self.graph.value(offer, SCHEMA["priceCurrency"])
                unit = self._best(self._texts(offer, (SCHEMA["unitText"],)))
                parts = [plain(price), plain(money) if money else "", unit.text if unit else ""]
                prices.append(Said(tidy(" ".join(p for p in parts if p))))
        if prices:
            yield "price", tuple(prices)

    def _say(self, term: Term) -> Said:
        if is_literal(term):
            tag = language(term)
            return Said(tidy(_day(term)), tag if tag.partition("-")[0] != self.lang else "")
        concept = self.words.resolve(plain(term)) if is_iri(term) else None
        if concept is not None:
            return Said(concept.label(self.lang), concept=f"{concept.scheme}/{concept.code}")
        name = self._best(self._texts(term))
        neighbour = self.known.neighbours.get(plain(term))
        if neighbour:
            said = name or self._best(neighbour.title) or Said(tidy(plain(term)))
            return replace(said, record=neighbour.id)
        address = link(plain(term)) if is_iri(term) else None
        if name:
            return Said(name.text, name.lang, address)
        return Said(address.text if address else self._inside(term), link=address)

    def _licence(self, term: Term) -> Said:
        """A licence by its name, by the end of its IRI where nobody gives it one."""
        said = self._say(term)
        return replace(said, text=readable_iri(said.text)) if said.link else said

    def _inside(self, node: Term) -> str:
        """What a nameless blank node says of itself, so that nothing is hidden."""
        told = self.graph.by_subject.get(node, {})
        texts = [plain(o) for p, objects in told.items() if p != TYPE for o in objects]
        return tidy("; ".join(texts)[:300]) or "–"

    def _texts(self, node: Term, predicates: Iterable[Term] = _NAMES) -> Mapping[str, str]:
        for predicate in predicates:
            found = {
                language(o): tidy(lexical(o))
                for o in reversed(self.graph.objects(node, predicate))
                if is_literal(o)
            }
            if found:
                return found
        return {}

    def _best(self, texts: Mapping[str, str]) -> Said | None:
        """The text in the reader's language, else English, Chinese, any; with its tag if other."""
        for wanted in (self.lang, "", "en", "zh"):
            for tag, text in texts.items():
                if tag == wanted or (wanted and tag.partition("-")[0] == wanted):
                    return Said(text, "" if wanted == self.lang else tag)
        return next((Said(text, tag) for tag, text in texts.items()), None)


def _day(term: Term) -> str:
    text = lexical(term) if is_literal(term) else plain(term)
    is_moment = is_literal(term) and term.endswith("#dateTime>")
    return text[:10] if is_moment else text


def _size(term: Term | None) -> str:
    """Bytes for people: 18.4 GB."""
    try:
        size = float(plain(term)) if term else 0.0
    except ValueError:
        return ""
    if not 0 < size < float("inf"):
        return ""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 1000:  # noqa: PLR2004 - SI
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} PB"
