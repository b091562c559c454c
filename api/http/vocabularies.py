"""`/vocabularies`, one vocabulary, one concept: the words that spaces share."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.http.answering import Face, face_of
from api.http.serialise import WRITERS
from catalog.errors import NotThere
from vocabularies.concepts import Concept
from vocabularies.scheme import Scheme

router = APIRouter()
FORMS = ("html", "jsonld", "ttl", "rdf", "nt", "json")
_FACETS = {
    "data-theme": "theme", "file-type": "format", "licence": "licence", "access-right": "access",
    "language": "language", "industry-gbt4754": "industry", "space-kind": "space_kind",
}  # fmt: skip


@router.api_route("/vocabularies", methods=["GET", "HEAD"], include_in_schema=False)
def all_vocabularies(request: Request) -> Response:
    face = face_of(request)
    found = face.hub.vocabularies.schemes()
    if face.form(("html", "json")) == "json":
        return face.json({"vocabularies": [_scheme(s) for s in found]})
    return face.page("vocabularies.html", here="vocabularies", schemes=found)


@router.api_route("/api/v1/vocabularies", methods=["GET", "HEAD"])
def vocabularies_json(request: Request) -> Response:
    face = face_of(request)
    return face.json({"vocabularies": [_scheme(s) for s in face.hub.vocabularies.schemes()]})


@router.api_route("/vocabularies/{name}", methods=["GET", "HEAD"], include_in_schema=False)
def vocabulary(request: Request, name: str) -> Response:
    face = face_of(request)
    stem, _, suffix = name.partition(".")
    return _vocabulary(face, stem, face.form(FORMS, suffix[:10]))


@router.api_route("/api/v1/vocabularies/{name}", methods=["GET", "HEAD"])
def vocabulary_json(request: Request, name: str) -> Response:
    return _vocabulary(face_of(request), name, "json")


@router.api_route(
    "/vocabularies/{name}/{code:path}", methods=["GET", "HEAD"], include_in_schema=False
)
def concept(request: Request, name: str, code: str) -> Response:
    face = face_of(request)
    stem, dot, suffix = code.rpartition(".")
    if not dot or suffix not in FORMS:
        stem, suffix = code, ""
    return _concept(face, name, stem, face.form(FORMS, suffix))


@router.api_route("/api/v1/vocabularies/{name}/{code:path}", methods=["GET", "HEAD"])
def concept_json(request: Request, name: str, code: str) -> Response:
    return _concept(face_of(request), name, code, "json")


def _vocabulary(face: Face, name: str, form: str) -> Response:
    scheme = _found(face, name)
    words = face.hub.vocabularies
    if form == "json":
        told = [_told(c) for c in words.concepts(name)]
        return face.json(_scheme(scheme) | {"concepts": told})
    if form != "html":
        return face.rdf(WRITERS[form](scheme.graph), form)
    tops = [c for c in words.concepts(name) if c.iri in set(scheme.tops)]
    return face.page("vocabulary.html", here="vocabularies", scheme=scheme, tops=tops, words=words)


def _found(face: Face, name: str) -> Scheme:
    scheme = face.hub.vocabularies.scheme(name)
    if scheme is None:
        raise NotThere("There is no such vocabulary.", hint="GET /vocabularies lists them.")
    return scheme


def _concept(face: Face, name: str, code: str, form: str) -> Response:
    scheme = _found(face, name)
    words = face.hub.vocabularies
    found = next((c for c in words.concepts(name) if code in {c.code, c.notation}), None)
    if found is None:
        raise NotThere("There is no such concept.", hint=f"GET /vocabularies/{name} lists them.")
    if form == "json":
        return face.json(_told(found))
    if form != "html":
        return face.rdf(WRITERS[form](words.triples_of(found.iri)), form)
    facet = _FACETS.get(name, "")
    return face.page(
        "concept.html", here="vocabularies", scheme=scheme, concept=found, words=words, facet=facet
    )


def _scheme(scheme: Scheme) -> dict[str, Any]:
    return {
        "name": scheme.name,
        "version": scheme.version,
        "iri": scheme.iri,
        "title": scheme.title,
        "description": scheme.description,
        "size": len(scheme.concepts),
    }


def _told(concept: Concept) -> dict[str, Any]:
    return {
        "iri": concept.iri,
        "code": concept.code,
        "notation": concept.notation,
        "labels": concept.labels,
        "alternatives": concept.alt_labels,
        "definitions": concept.definitions,
        "broader": concept.broader,
        "narrower": concept.narrower,
        "matches": concept.matches,
    }
