"""How every answer leaves: entity tags, conditional requests, caching, problems."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from api.http.negotiation import FORMS, choose, language, media_type
from api.http.problems import Problem
from api.web.offering import Known, Offering
from api.web.rendering import Pages
from catalog.errors import BadRequest
from catalog.hub import Hub
from catalog.model import Record
from catalog.search.labels import space_titles

VARY = "Accept, Accept-Language, Cookie"
FRESH = "no-cache"
"""A cache may keep an answer but asks before it is used again; asking costs a 304."""


@dataclass(frozen=True, slots=True)
class Face:
    """What a handler answers with: the hub, the pages, and who is asking."""

    hub: Hub
    pages: Pages
    request: Request

    @property
    def lang(self) -> str:
        """The reader's language: `?lang=`, then the cookie, then Accept-Language."""
        for said in (self.request.query_params.get("lang"), self.request.cookies.get("lang")):
            if said in {"en", "zh"}:
                return said
        return language(self.request.headers.get("accept-language", ""))

    def form(self, offered: tuple[str, ...], suffix: str = "") -> str:
        """The form to answer in: by the ending of the URL, `?format=`, then `Accept`.

        Raises:
            BadRequest: the URL asks for a form that there is not.
        """
        asked = suffix or self._asked_form()
        if asked and asked not in offered:
            raise BadRequest(
                f"There is no form {asked[:20]!r} of this.", hint=f"There is: {', '.join(offered)}."
            )
        found = asked or choose(self.request.headers.get("accept", ""), offered)
        if found is None:
            raise NotAcceptable(offered)
        return found

    def _asked_form(self) -> str:
        """The last `format=` that names a form; of a search, other values are the facet's."""
        said = self.request.query_params.getlist("format")
        is_search = self.request.url.path.endswith("/search")
        return next((x for x in reversed(said) if x in FORMS or not is_search), "")

    def offerings(
        self, *records: Record, neighbours: Mapping[str, Record] = MappingProxyType({})
    ) -> list[Offering]:
        """Records as this reader wants them; spaces and neighbours are shown by their titles."""
        titles = space_titles(self.hub.store.spaces())
        known = Known(self.hub.vocabularies, titles, neighbours)
        return [Offering(record, known, self.lang) for record in records]

    def url(self, path: str, **query: str) -> str:
        """An address of this hub, from the settings, never from the Host header."""
        tail = f"?{urlencode(query)}" if query else ""
        return f"{self.hub.settings.url}{path}{tail}"

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - what templates show
        """A page in the reader's language, the switch to the other one kept in a cookie."""
        values.setdefault("path", self.request.url.path)
        values.setdefault("query", tuple(self.request.query_params.multi_items()))
        text = self.pages.render(template, lang=self.lang, base=self.hub.settings.url, **values)
        response = self.text(text, "text/html; charset=utf-8", status=status)
        response.headers["content-language"] = "zh-Hans" if self.lang == "zh" else "en"
        if self.request.query_params.get("lang") in {"en", "zh"}:
            response.set_cookie("lang", self.lang, max_age=31_536_000, samesite="lax", path="/")
        return response

    def json(self, value: object, *, links: tuple[str, ...] = ()) -> Response:
        body = msgspec.json.encode(value)
        return self.bytes(body, "application/json", links=links)

    def text(self, text: str, kind: str, *, status: int = 200) -> Response:
        return self.bytes(text.encode("utf-8", "replace"), kind, status=status)

    def bytes(
        self, body: bytes, kind: str, *, status: int = 200, links: tuple[str, ...] = ()
    ) -> Response:
        """An answer with the entity tag of its own bytes; 304 when the reader has them already.

        What a POST is answered with is about its body, so it has no tag and is never kept.
        """
        if self.request.method not in {"GET", "HEAD"}:
            unkept = {"vary": VARY, "cache-control": "no-store"}
            return Response(body, status, unkept, media_type=kind)
        tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"etag": tag, "vary": VARY, "cache-control": FRESH}
        if links:
            headers["link"] = ", ".join(links)
        known = self.request.headers.get("if-none-match", "")
        if status == 200 and known and _knows(known, tag):  # noqa: PLR2004 - OK
            return Response(status_code=304, headers=headers)
        return Response(body, status, headers, media_type=kind)

    def rdf(self, text: str, form: str, *, links: tuple[str, ...] = ()) -> Response:
        return self.bytes(text.encode("utf-8", "replace"), media_type(form), links=links)


def face_of(request: Request) -> Face:
    return Face(request.app.state.hub, request.app.state.pages, request)


class NotAcceptable(Exception):
    """The reader takes none of the forms that there are."""

    def __init__(self, offered: tuple[str, ...]) -> None:
        super().__init__(", ".join(offered))
        self.offered = offered


def problem(face: Face, found: Problem) -> Response:
    """The problem as a page for a browser, as problem+json for a program."""
    path = face.request.url.path
    wants_page = choose(face.request.headers.get("accept", ""), ("json", "html")) == "html"
    if wants_page and not path.startswith("/api/"):
        response = face.page("error.html", status=found.status, problem=found)
    else:
        body = msgspec.json.encode(found.document(face.hub.settings.url))
        response = Response(body, found.status, media_type="application/problem+json")
        response.headers["vary"] = VARY
    if found.retry_after:
        response.headers["retry-after"] = str(found.retry_after)
    response.headers["cache-control"] = "no-store"
    return response


def _knows(header: str, tag: str) -> bool:
    bare = tag.removeprefix("W/")
    return any(part.strip().removeprefix("W/") in {bare, "*"} for part in header[:4096].split(","))
