"""`/`, `/search`, `/api/v1/search`, `/api/v1/suggest`: finding offerings."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from api.http.answering import VARY, Face, face_of
from api.http.negotiation import media_type
from api.http.questions import question_of
from api.web.offering import Offering
from api.web.rendering import with_query
from catalog import finding, spaces
from catalog.search.plan import facet_values, resolved
from catalog.search.ports import SORTS, Answer, FacetValue, Hit, Question
from catalog.validation.reports import defused

router = APIRouter()
EXPORTED: Final = 10_000
"""Rows of a CSV export; a larger result is cut there and the last line says so."""
FIRST_FACETS: Final = ("space", "space_kind", "kind", "offer", "theme", "format", "year")
"""The facets that the page shows at once; the others are folded together."""
EXTENTS: Final = ("period", "bbox")
"""What narrows by time and place."""
_COLUMNS: Final = ("id", "iri", "space", "kind", "title", "publisher", "formats", "quality", "url")
_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Card:
    """A hit and what its card says."""

    hit: Hit
    offering: Offering


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter that is set, and the address without it."""

    facet: str
    label: str
    without: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A year of the histogram; `is_on` when it is among the chosen."""

    year: str
    count: int
    height: int
    is_on: bool


@router.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
def home(request: Request) -> Response:
    face = face_of(request)
    return face.page("home.html", here="", spaces=spaces.overview(face.hub))


@router.api_route("/search", methods=["GET", "HEAD"], include_in_schema=False)
def search(request: Request) -> Response:
    face = face_of(request)
    form = face.form(("html", "json", "csv"))
    if form == "html":
        return _page(face)
    return _csv(face) if form == "csv" else _json(face)


@router.api_route("/api/v1/search", methods=["GET", "HEAD"])
def search_json(request: Request) -> Response:
    face = face_of(request)
    return _csv(face) if face.form(("json", "csv")) == "csv" else _json(face)


@router.api_route("/api/v1/suggest", methods=["GET", "HEAD"])
def suggest(request: Request) -> Response:
    face = face_of(request)
    start = request.query_params.get("q", "")[:100]
    found = face.hub.search.suggest(start, lang=face.lang) if start.strip() else ()
    return face.json({"suggestions": found})


def _question(face: Face) -> Question:
    asked = question_of(face.request.query_params.multi_items(), lang=face.lang)
    return resolved(asked, face.hub.vocabularies)


def _json(face: Face) -> Response:
    answer = finding.ask(face.hub, _question(face))
    return face.json(finding.answer_json(answer), links=_next(face, answer))


def _next(face: Face, answer: Answer) -> tuple[str, ...]:
    if not answer.next:
        return ()
    query = face.request.query_params.multi_items()
    path = with_query(face.request.url.path, query, cursor=answer.next)
    return (f'<{face.url("")}{path}>; rel="next"',)


def _page(face: Face) -> Response:
    question = _question(face)
    answer = finding.ask(face.hub, question)
    query = [(k, v) for k, v in face.request.query_params.multi_items() if k != "cursor" and v]
    return face.page(
        "search.html",
        here="search",
        question=question,
        answer=answer,
        cards=cards(face, answer.hits),
        spaces={s.space.id: s.space for s in spaces.overview(face.hub)},
        chosen=_chosen(face, question, answer, query),
        bars=_bars(answer.facets.get("year", ()), question),
        sorts=SORTS,
        first_facets=FIRST_FACETS,
        extents=EXTENTS,
        search_query=query,
        near=() if answer.total else _near(face, question),
    )


def cards(face: Face, hits: Sequence[Hit]) -> tuple[Card, ...]:
    """The hits with their records, which say what a card needs; one query for all."""
    found = face.hub.store.records([hit.id for hit in hits])
    shown = [hit for hit in hits if hit.id in found]
    offerings = face.offerings(*(found[hit.id] for hit in shown))
    return tuple(Card(hit, offering) for hit, offering in zip(shown, offerings, strict=True))


def _chosen(
    face: Face, question: Question, answer: Answer, query: Sequence[tuple[str, str]]
) -> tuple[Chosen, ...]:
    labels = {(n, v.value): v.label for n, values in answer.facets.items() for v in values}
    found = []
    for name, value in query:
        facet, _, suffix = name.replace("-", "_").partition(".")
        if facet not in question.choices and facet not in EXTENTS:
            continue
        left = [pair for pair in query if pair != (name, value)]
        meant = facet_values(facet, value, face.hub.vocabularies)
        label = next((labels[facet, m] for m in meant if (facet, m) in labels), value)
        without = "− " if suffix == "not" else ""
        found.append(Chosen(facet, f"{without}{label}", with_query("/search", left)))
    return tuple(found)


def _bars(years: Sequence[FacetValue], question: Question) -> tuple[Bar, ...]:
    """The years as bars, in their order; the highest is 40 units high."""
    chosen = question.choices.get("year")
    most = max((year.count for year in years), default=1)
    return tuple(
        Bar(y.value, y.count, max(2, round(40 * y.count / most)), _is_on(y.value, chosen))
        for y in sorted(years, key=lambda y: y.value)
    )


def _is_on(year: str, chosen: object) -> bool:
    return chosen is None or year in getattr(chosen, "any_of", ())


def _near(face: Face, question: Question) -> tuple[Hit, ...]:
    """When nothing fits: what the words find without filters, else what was changed last."""
    wide = replace(question, choices={}, box=None, period=None, cursor="", limit=3, facets=())
    found = finding.ask(face.hub, wide).hits
    if found:
        return found
    return finding.ask(face.hub, replace(wide, text="", sort="modified")).hits


def _csv(face: Face) -> Response:
    headers = {"vary": VARY, "content-disposition": 'attachment; filename="hutong.csv"'}
    pages = _rows(face, replace(_question(face), facets=(), limit=_PAGE))
    first = next(pages)
    return StreamingResponse(_chain(first, pages), headers=headers, media_type=media_type("csv"))


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _rows(face: Face, question: Question) -> Iterator[str]:
    """All hits, page by page; the first page is read before the headers leave, so errors show."""
    answer = finding.ask(face.hub, question)
    text = "\ufeff" + _line(_COLUMNS)
    given = 0
    while True:
        text += "".join(_line(_cells(face, card)) for card in cards(face, answer.hits))
        given += len(answer.hits)
        yield text
        if not answer.next or given >= EXPORTED:
            break
        text = ""
        answer = finding.ask(face.hub, replace(question, cursor=answer.next))
    if answer.next:
        yield _line((f"cut at {EXPORTED} of {answer.total}",))


def _cells(face: Face, card: Card) -> tuple[str, ...]:
    offering = card.offering
    publisher = offering.publisher
    record = offering.record
    return (
        record.id, record.iri, record.space, record.kind.value, offering.title.text,
        publisher.text if publisher else "", " ".join(offering.formats()),
        str(record.score.total), face.url(f"/records/{record.id}"),
    )  # fmt: skip


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([defused(cell) for cell in cells])
    return out.getvalue()
