"""What stands around every request: headers, a cap on bodies, an id, a log line, a count."""

import re
import time
import uuid
from collections.abc import Callable
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_DIGITS: Final = 19
"""A content length of so many digits is over any cap."""
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9_.-]{8,64}\Z")


class Measures:
    """Operational counters: requests by route template, method and status; never by content."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("hutong_requests", "Requests.", labels, registry=self.registry)
        self.seconds = Histogram(
            "hutong_request_seconds", "Time to answer.", ("route",), registry=self.registry
        )


class Gate:
    """Sets the headers of every answer, gives it an id, logs it and counts it."""

    def __init__(self, app: ASGIApp, measures: Measures) -> None:
        self.app = app
        self.measures = measures
        self.log = structlog.get_logger("hutong.http")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        name = _request_id(scope)
        began = time.perf_counter()
        status = 500

        async def out(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _dress(MutableHeaders(scope=message), scope, name)
            await send(message)

        try:
            await self.app(scope, receive, out)
        finally:
            self._told(scope, status, time.perf_counter() - began, name)

    def _told(self, scope: Scope, status: int, seconds: float, name: str) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self.measures.requests.labels(method, route, str(status)).inc()
        self.measures.seconds.labels(route).observe(seconds)
        self.log.info(
            "request", method=method, route=route, path=scope["path"][:200], status=status,
            ms=round(seconds * 1000, 1), request=name,
        )  # fmt: skip


_METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS"})


def _request_id(scope: Scope) -> str:
    given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
    return given if _REQUEST_ID.match(given) else uuid.uuid4().hex


def _dress(headers: MutableHeaders, scope: Scope, name: str) -> None:
    for header, value in HEADERS.items():
        headers.setdefault(header, value)
    headers["x-request-id"] = name
    if scope["method"] in {"GET", "HEAD", "OPTIONS"}:
        headers.setdefault("access-control-allow-origin", "*")
        headers.setdefault("access-control-expose-headers", "etag, link, x-request-id")


class BodyCap:
    """Refuses a body over the cap, whether its length is announced or it comes in chunks.

    At most the cap is ever held in memory: what comes after it is not read.
    """

    def __init__(self, app: ASGIApp, *, most: int, refuse: Callable[[Scope], ASGIApp]) -> None:
        self.app = app
        self.most = most
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        is_over = announced.isdigit() and len(announced) < _DIGITS and int(announced) > self.most
        body = None if is_over or len(announced) >= _DIGITS else await self._read(receive)
        if body is None:
            await self.refuse(scope)(scope, receive, send)
            return
        given = False

        async def again() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, again, send)

    async def _read(self, receive: Receive) -> bytes | None:
        """The whole body, or None when it is over the cap."""
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return bytes(body)
            body += message.get("body", b"")
            if len(body) > self.most:
                return None
            if not message.get("more_body"):
                return bytes(body)
