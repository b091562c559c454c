"""The application: every face of a hub over HTTP."""

from collections.abc import Callable

import structlog
from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http import operations, records, reference, searching, spaces, validating, vocabularies
from api.http.answering import NotAcceptable, face_of, problem
from api.http.problems import Problem, of_error, of_status, unexpected
from api.http.walls import BodyCap, Gate, Measures
from api.web.rendering import HERE, Pages
from catalog.doctor import Readiness
from catalog.hub import Hub
from vocabularies.errors import HutongError

_LOG = structlog.get_logger("hutong.http")


def create_app(hub: Hub) -> FastAPI:
    """The pages and the API of a hub; the caller closes the hub."""
    app = FastAPI(title="Hutong", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.hub = hub
    app.state.pages = Pages()
    app.state.measures = Measures()
    app.state.readiness = Readiness(hub)
    for feature in (
        searching, records, spaces, vocabularies, validating, reference, operations,
    ):  # fmt: skip
        app.include_router(feature.router)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    _handle_errors(app)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app.add_middleware(BodyCap, most=hub.settings.upload_bytes, refuse=_too_large(app))
    app.add_middleware(Gate, measures=app.state.measures)
    return app


def _handle_errors(app: FastAPI) -> None:
    app.add_exception_handler(HutongError, _on_error)
    app.add_exception_handler(HTTPException, _on_status)
    app.add_exception_handler(NotAcceptable, _on_not_acceptable)
    app.add_exception_handler(Exception, _on_surprise)


def _on_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HutongError):
        return _on_surprise(request, error)
    found = of_error(error)
    if found.status >= 500:  # noqa: PLR2004 - ours
        _LOG.error("failed", error=type(error).__name__, message=error.message)
    return problem(face_of(request), found)


def _on_status(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return _on_surprise(request, error)
    answer = problem(face_of(request), of_status(error.status_code))
    answer.headers.update(error.headers or {})
    return answer


def _on_not_acceptable(request: Request, error: Exception) -> Response:
    return problem(face_of(request), of_status(406, hint=f"There is: {error}."))


def _on_surprise(request: Request, error: Exception) -> Response:
    _LOG.error("failed", exc_info=error)
    return problem(face_of(request), unexpected())


def _too_large(app: FastAPI) -> Callable[[Scope], ASGIApp]:
    found = Problem(413, "too-much", "Content Too Large", "The body is over the size limit.")

    def refuse(scope: Scope) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            request = Request({**scope, "app": app}, receive)
            await problem(face_of(request), found)(scope, receive, send)

        del scope
        return answer

    return refuse
