"""`/openapi.json`, `/docs`, `/about`, `/problems/{code}`: what the hub says of itself."""

import functools
from pathlib import Path
from typing import Any

import yaml
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.http.answering import face_of
from api.web.texts import texts
from catalog.errors import NotThere

router = APIRouter()
_DOCUMENT = Path(__file__).parent / "openapi.yaml"


@functools.lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document, without its servers."""
    read: dict[str, Any] = yaml.safe_load(_DOCUMENT.read_text(encoding="utf-8"))
    return read


@router.api_route("/openapi.json", methods=["GET", "HEAD"], include_in_schema=False)
def openapi(request: Request) -> Response:
    face = face_of(request)
    return face.json(document() | {"servers": [{"url": face.hub.settings.url}]})


@router.api_route("/docs", methods=["GET", "HEAD"], include_in_schema=False)
def docs(request: Request) -> Response:
    return face_of(request).page("docs.html", here="docs", document=document())


@router.api_route("/about", methods=["GET", "HEAD"], include_in_schema=False)
def about(request: Request) -> Response:
    return face_of(request).page("about.html", here="about")


@router.api_route("/problems", methods=["GET", "HEAD"], include_in_schema=False)
def problems(request: Request) -> Response:
    return face_of(request).page("problems.html", here="docs", codes=_codes())


@router.api_route("/problems/{code}", methods=["GET", "HEAD"], include_in_schema=False)
def problem_code(request: Request, code: str) -> Response:
    if code not in _codes():
        raise NotThere("There is no such problem.", hint="GET /problems lists them.")
    return face_of(request).page("problems.html", here="docs", codes=(code,))


def _codes() -> tuple[str, ...]:
    group = "problems."
    return tuple(sorted(n.removeprefix(group) for n in texts("en").names() if n.startswith(group)))
