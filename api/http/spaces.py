"""`/spaces`, `/spaces/{id}`: the yards, their relations and what they offer."""

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.http.answering import Face, face_of
from api.http.searching import cards
from api.http.serialise import WRITERS
from api.web.spacemap import drawn
from catalog import finding, spaces
from catalog.model import Space
from catalog.search.ports import Choice, Question
from catalog.spaces import SpaceSummary
from vocabularies.rdf import DCAT, DCT, FOAF, TDS, TYPE, Graph, iri, literal

router = APIRouter()
FORMS = ("html", "jsonld", "ttl", "rdf", "nt", "json")
_PAGE = 20


@router.api_route("/spaces", methods=["GET", "HEAD"], include_in_schema=False)
def all_spaces(request: Request) -> Response:
    face = face_of(request)
    form = face.form(FORMS)
    found = spaces.overview(face.hub)
    if form == "html":
        names = {s.space.id: s.space for s in found}
        return face.page("spaces.html", here="spaces", spaces=found, names=names, map=drawn(found))
    if form == "json":
        return face.json(_objects(found))
    return face.rdf(WRITERS[form](_graph(face, (s.space for s in found))), form)


@router.api_route("/api/v1/spaces", methods=["GET", "HEAD"])
def spaces_json(request: Request) -> Response:
    face = face_of(request)
    return face.json(_objects(spaces.overview(face.hub)))


@router.api_route("/spaces/{space}", methods=["GET", "HEAD"], include_in_schema=False)
def one_space(request: Request, space: str) -> Response:
    face = face_of(request)
    name, _, suffix = space.partition(".")
    form = face.form(FORMS, suffix[:10])
    found = spaces.summary(face.hub, name)
    if form == "html":
        return _page(face, found)
    if form == "json":
        return face.json(_object(found))
    return face.rdf(WRITERS[form](_graph(face, (found.space,))), form)


@router.api_route("/api/v1/spaces/{space}", methods=["GET", "HEAD"])
def space_json(request: Request, space: str) -> Response:
    face = face_of(request)
    return face.json(_object(spaces.summary(face.hub, space)))


def _page(face: Face, found: SpaceSummary) -> Response:
    cursor = face.request.query_params.get("cursor", "")
    choices = {"space": Choice((found.space.id,))}
    asked = Question(
        choices=choices, sort="modified", limit=_PAGE, cursor=cursor, facets=(), lang=face.lang
    )
    answer = finding.ask(face.hub, asked)
    return face.page(
        "space.html",
        here="spaces",
        summary=found,
        space=found.space,
        names={s.space.id: s.space for s in spaces.overview(face.hub)},
        cards=cards(face, answer.hits),
        next=answer.next,
    )


def _objects(found: Iterable[SpaceSummary]) -> dict[str, Any]:
    return {"spaces": [_object(one) for one in found]}


def _object(found: SpaceSummary) -> dict[str, Any]:
    space = found.space
    return {
        "id": space.id,
        "kind": space.kind,
        "iri": space.iri,
        "title": space.title,
        "description": space.description,
        "operator": space.operator,
        "homepage": space.homepage,
        "profiles": space.profiles,
        "relations": space.relations,
        "offerings": found.offerings,
        "conforming": found.conforming,
        "by_kind": found.by_kind,
    }


def _graph(face: Face, found: Iterable[Space]) -> Graph:
    """Spaces as tds:DataSpace; a relation names the other space's own address."""
    graph = Graph()
    for space in found:
        node = iri(space.iri or face.url(f"/spaces/{space.id}"))
        for type_ in (DCAT["Catalog"], TDS["DataSpace"]):
            graph.add(node, TYPE, type_)
        for name, texts in (("title", space.title), ("description", space.description)):
            for lang, text in texts.items():
                graph.add(node, DCT[name], literal(text, lang=lang))
        kind = iri(f"https://w3id.org/hutong/space-kind/{space.kind}")
        graph.add(node, TDS["spaceKind"], kind)
        if space.homepage.startswith(("http://", "https://")):
            graph.add(node, FOAF["homepage"], iri(space.homepage))
        for relation in space.relations:
            graph.add(node, TDS[relation.kind], iri(face.url(f"/spaces/{relation.target}")))
    return graph
