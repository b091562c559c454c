"""`/healthz`, `/readyz`, `/metrics`, `/robots.txt`: for those who run a hub."""

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import PlainTextResponse, Response

router = APIRouter()


@router.api_route("/healthz", methods=["GET", "HEAD"], include_in_schema=False)
def healthz() -> Response:
    return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})


@router.api_route("/readyz", methods=["GET", "HEAD"], include_in_schema=False)
def readyz(request: Request) -> Response:
    """200 when the record store answers and the search view follows it, else 503 and the reason."""
    reason = request.app.state.readiness.reason()
    said = f"not ready: {reason}\n" if reason else "ready\n"
    return PlainTextResponse(said, 503 if reason else 200, headers={"cache-control": "no-store"})


@router.api_route("/metrics", methods=["GET", "HEAD"], include_in_schema=False)
def metrics(request: Request) -> Response:
    text = generate_latest(request.app.state.measures.registry)
    return Response(text, media_type=CONTENT_TYPE_LATEST, headers={"cache-control": "no-store"})


@router.api_route("/robots.txt", methods=["GET", "HEAD"], include_in_schema=False)
def robots() -> Response:
    return PlainTextResponse(
        "User-agent: *\nDisallow: /search\nDisallow: /api/\nDisallow: /validate\n"
    )
