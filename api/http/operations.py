"""`/healthz`, `/readyz`, `/metrics`, `/robots.txt`: for those who run a hub."""

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import PlainTextResponse, Response

from api.http.answering import face_of
from vocabularies.errors import HutongError

router = APIRouter()


@router.api_route("/healthz", methods=["GET", "HEAD"], include_in_schema=False)
def healthz() -> Response:
    return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})


@router.api_route("/readyz", methods=["GET", "HEAD"], include_in_schema=False)
def readyz(request: Request) -> Response:
    """200 when the record store and the search view answer; no counts, nothing of the content."""
    hub = face_of(request).hub
    try:
        hub.store.spaces()
        hub.search.sequence()
    except HutongError:
        return PlainTextResponse("not ready\n", 503, headers={"cache-control": "no-store"})
    return PlainTextResponse("ready\n", headers={"cache-control": "no-store"})


@router.api_route("/metrics", methods=["GET", "HEAD"], include_in_schema=False)
def metrics(request: Request) -> Response:
    text = generate_latest(request.app.state.measures.registry)
    return Response(text, media_type=CONTENT_TYPE_LATEST, headers={"cache-control": "no-store"})


@router.api_route("/robots.txt", methods=["GET", "HEAD"], include_in_schema=False)
def robots() -> Response:
    return PlainTextResponse(
        "User-agent: *\nDisallow: /search\nDisallow: /api/\nDisallow: /validate\n"
    )
