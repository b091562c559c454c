"""What the hostile tests share: a loopback server that misbehaves, workers, a guard on sockets."""

import gzip
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from catalog.sandbox.gateway import Policy
from catalog.sandbox.limits import Limits
from catalog.sandbox.workers import Workers

_ROOT = Path(__file__).parents[2]
_OURS = tuple(str(_ROOT / name) for name in ("api", "catalog", "mappings", "vocabularies"))
_GATEWAY = str(_ROOT / "catalog" / "sandbox" / "connection.py")
_strays: list[str] = []


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect" or not isinstance(arguments[1], tuple):
        return
    frame, files = sys._getframe(1), set()
    while frame is not None:
        files.add(frame.f_code.co_filename)
        frame = frame.f_back
    if _GATEWAY not in files and any(file.startswith(_OURS) for file in files):
        _strays.append(str(arguments[1]))


sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def every_connection_goes_through_the_gateway() -> Iterator[None]:
    _strays.clear()
    yield
    assert not _strays, f"connected outside the gateway: {_strays}"


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    preload = ("catalog.sandbox.reading", "catalog.sandbox.canonical")
    with Workers(2, Limits(seconds=20, memory_mib=1500), preload=preload) as pool:
        yield pool


class FaultServer:
    """A server on loopback that answers as its routes say, and remembers what it was asked."""

    def __init__(self) -> None:
        self.routes: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        handler = type("Handler", (_Handler,), {"owner": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def policy(self, **options: Any) -> Policy:
        ports = frozenset({self.port})
        usual = Policy(allowed_networks=("127.0.0.0/8",), allowed_ports=ports, seconds=5.0)
        return replace(usual, **options)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    owner: ClassVar[FaultServer]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        headers = {key.lower(): value for key, value in self.headers.items()}
        self.owner.asked.append((self.path, headers))
        self.close_connection = True
        try:
            self.owner.routes[self.path](self)
        except (BrokenPipeError, ConnectionResetError):
            return

    def log_message(self, *_: object) -> None:
        return


def answer(
    body: bytes = b"", *, status: int = 200, headers: dict[str, str] | None = None
) -> Callable[[BaseHTTPRequestHandler], None]:
    """A route that sends a whole answer; its length can be overstated in the headers."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return send


def drip(raw: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    """A route that sends raw bytes of the wire, ten a second."""

    def send(handler: BaseHTTPRequestHandler) -> None:
        for byte in raw:
            handler.wfile.write(bytes([byte]))
            time.sleep(0.1)

    return send


def zeros(megabytes: int) -> bytes:
    return gzip.compress(bytes(megabytes * 1_000_000))


@pytest.fixture
def server() -> Iterator[FaultServer]:
    running = FaultServer()
    yield running
    running.close()
