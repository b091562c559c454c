"""The one way out: every byte that the hub fetches from elsewhere comes through here.

A host is resolved once, all its addresses are checked, and the connection goes to the checked
address, so that a name which changes its mind in between gains nothing. Each redirect is a new
fetch with the same checks. Size, ratio and time are capped while the bytes come in.
"""

import functools
import ssl
import threading
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

import httpcore
import httpx

from catalog.errors import NotAllowed, TooMuch, Unreachable
from catalog.sandbox.addresses import Resolve, checked, networks, system_resolve
from catalog.sandbox.connection import Pinned
from vocabularies.errors import HutongError

REDIRECTS: Final = 3
LONGEST_WAIT: Final = 86_400.0
"""Seconds of `Retry-After` that are believed."""

_PORTS: Final = frozenset({80, 443, *range(8000, 9001), 9443})
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_SUCCESS: Final = range(200, 300)
_NOT_MODIFIED: Final = 304
_TRY_LATER: Final = frozenset({429, 503})
_HARMLESS: Final = frozenset({"accept", "accept-language", "if-modified-since", "if-none-match"})
"""What may follow a redirect to another origin; anything else might be a secret."""

_FREE: Final = 10_000_000
"""Bytes that a body may unpack to before the ratio counts."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What one fetch may do. `allowed_networks` are CIDR blocks that may be private."""

    allowed_networks: tuple[str, ...] = ()
    allowed_ports: frozenset[int] = _PORTS
    most_bytes: int = 2_000_000_000
    most_ratio: int = 200
    seconds: float = 300.0
    resolve: Resolve = system_resolve


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came: where from in the end, and what the host says of it; nothing when unchanged."""

    url: str
    status: int
    media_type: str
    size: int
    etag: str = ""
    last_modified: str = ""

    @property
    def is_unchanged(self) -> bool:
        return self.status == _NOT_MODIFIED


@dataclass(frozen=True, slots=True)
class Target:
    """A URL, and the addresses that it was found to lead to."""

    url: httpx.URL
    addresses: Sequence[str]


def fetch(
    url: str, to: Path, *, policy: Policy | None = None, headers: Mapping[str, str] | None = None
) -> Fetched:
    """Bring what a URL gives into a file; `headers` may make the request conditional.

    Raises:
        NotAllowed: scheme, port, user info or address is not one that the hub goes to.
        Unreachable: the host did not answer, or not with success; carries `retry_after`.
        TooMuch: it is larger, unpacks to more, takes longer or moves more often than it may.
    """
    rules = policy or Policy()
    deadline = time.monotonic() + rules.seconds
    with _followed(url, rules, deadline, headers or {}) as (response, where):
        return _taken(response, where, to, rules, deadline)


def probe(url: str, policy: Policy) -> int:
    """The status that a URL answers with in the end; nothing of a body is read.

    Raises:
        NotAllowed: scheme, port, user info or address is not one that the hub goes to.
        Unreachable: the host did not answer.
        TooMuch: it moves more often than it may.
    """
    with _followed(url, policy, time.monotonic() + policy.seconds, {}) as (response, _):
        return response.status


@contextmanager
def _followed(
    url: str, rules: Policy, deadline: float, headers: Mapping[str, str]
) -> Iterator[tuple[httpcore.Response, httpx.URL]]:
    """The response at the end of all redirects, and where it came from."""
    sent = {key.lower(): value for key, value in headers.items()}
    target = aim(url, rules, deadline)
    for _ in range(REDIRECTS + 1):
        with _opened(target, sent, deadline) as response:
            moved = _header(response, "location") if response.status in _MOVED else ""
            if not moved:
                yield response, target.url
                return
        before = target.url
        target = aim(_joined(before, moved), rules, deadline)
        sent = _without_secrets(sent, before, target.url)
    raise TooMuch(f"It moves more than {REDIRECTS} times.", place=_named(url))


def aim(url: str, policy: Policy, deadline: float) -> Target:
    """Where a URL leads, once it is known to be fine; nothing has been sent yet.

    Raises:
        NotAllowed: scheme, port, user info or address is not one that the hub goes to.
        Unreachable: the host has no address.
    """
    parsed = _parsed(url)
    port = parsed.port or _DEFAULT_PORTS[parsed.scheme]
    if port not in policy.allowed_ports:
        raise NotAllowed(f"Port {port} is not one that the hub goes to.", place=_named(url))
    host = parsed.raw_host.decode("ascii").rstrip(".")
    addresses = _resolved(policy.resolve, host, port, deadline)
    return Target(parsed, checked(addresses, host, networks(policy.allowed_networks)))


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
        host = parsed.host.strip(".")
    except (httpx.InvalidURL, ValueError) as error:
        raise NotAllowed("This is no URL.", place=_named(url)) from error
    if parsed.scheme not in _DEFAULT_PORTS:
        raise NotAllowed("Only http and https are fetched.", place=_named(url))
    if parsed.userinfo:
        raise NotAllowed("A URL with a user name is not fetched.", place=_named(url))
    if not host:
        raise NotAllowed("This URL names no host.", place=_named(url))
    return parsed


def _joined(base: httpx.URL, reference: str) -> str:
    try:
        return str(base.join(reference))
    except (httpx.InvalidURL, ValueError) as error:
        raise Unreachable("It moves to what is no URL.", place=_named(str(base))) from error


def _resolved(resolve: Resolve, host: str, port: int, deadline: float) -> Sequence[str]:
    """The addresses of a host, looked up in a thread: the system's resolver has no deadline."""
    answer: Future[Sequence[str]] = Future()

    def look_up() -> None:
        try:
            answer.set_result(resolve(host, port))
        except HutongError as error:
            answer.set_exception(error)

    threading.Thread(target=look_up, daemon=True).start()
    try:
        return answer.result(timeout=max(0.0, deadline - time.monotonic()))
    except TimeoutError as error:
        raise Unreachable("The address of this host is not found in time.", place=host) from error


@contextmanager
def _opened(
    target: Target, headers: dict[str, str], deadline: float
) -> Iterator[httpcore.Response]:
    """A response whose body has not been read, from one of the addresses that were checked."""
    url = target.url
    host = {"host": url.netloc.decode("ascii")}
    asked = [*({"accept-encoding": "gzip", "user-agent": "Hutong"} | headers | host).items()]
    where = httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )
    with httpcore.ConnectionPool(
        ssl_context=_certificates() if url.scheme == "https" else None,
        network_backend=Pinned(target.addresses, deadline),
    ) as pool:
        try:
            response = pool.handle_request(httpcore.Request("GET", where, headers=asked))
        except _FAILURES as error:
            words = "in time" if isinstance(error, httpcore.TimeoutException) else "as it should"
            message = f"The host did not answer {words} ({type(error).__name__})."
            raise Unreachable(message, place=_named(str(url))) from error
        try:
            yield response
        finally:
            response.close()


@functools.cache
def _certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


_FAILURES: Final = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
)


def _header(response: httpcore.Response, name: str) -> str:
    wanted = name.encode()
    values = (value for key, value in response.headers if key.lower() == wanted)
    return next(values, b"").decode("latin-1").strip()


def _taken(
    response: httpcore.Response, url: httpx.URL, to: Path, policy: Policy, deadline: float
) -> Fetched:
    size = 0
    if response.status != _NOT_MODIFIED:
        if response.status not in _SUCCESS:
            raise _refused(response, _named(str(url)))
        size = _kept(response, _named(str(url)), to, policy, deadline)
    return Fetched(
        url=str(url),
        status=response.status,
        media_type=_header(response, "content-type").partition(";")[0].strip().lower(),
        size=size,
        etag=_header(response, "etag"),
        last_modified=_header(response, "last-modified"),
    )


def _kept(
    response: httpcore.Response, place: str, to: Path, policy: Policy, deadline: float
) -> int:
    """The size of the body; it takes the place of what the file was once it is whole."""
    part = to.with_name(f".{to.name}.part")
    size = 0
    try:
        with part.open("wb") as file:
            for block in _unpacked(response, place, policy, deadline):
                size += len(block)
                if size > policy.most_bytes:
                    raise TooMuch(f"It is larger than {policy.most_bytes:,} bytes.", place=place)
                file.write(block)
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
    return size


def _unpacked(
    response: httpcore.Response, place: str, policy: Policy, deadline: float
) -> Iterator[bytes]:
    """The body as it was before the host packed it; packed more than once is refused."""
    coding = _header(response, "content-encoding").lower()
    if coding not in {"", "identity", "gzip"}:
        raise TooMuch(f"It is packed in a way that is not read: {coding[:40]}.", place=place)
    unpacker = zlib.decompressobj(wbits=31) if coding == "gzip" else None
    wire = plain = 0
    for packed in _wire(response, place, policy, deadline):
        wire += len(packed)
        for block in _inflated(packed, unpacker, place):
            plain += len(block)
            if plain > _FREE and plain > wire * policy.most_ratio:
                message = f"It unpacks to more than {policy.most_ratio} times its size."
                raise TooMuch(message, place=place)
            yield block
    if unpacker is not None and not unpacker.eof:
        raise Unreachable("It was cut off on the way.", place=place)


def _wire(
    response: httpcore.Response, place: str, policy: Policy, deadline: float
) -> Iterator[bytes]:
    """The bytes as they come, until the deadline."""
    try:
        yield from response.iter_stream()
    except _FAILURES as error:
        if time.monotonic() >= deadline:
            raise TooMuch(f"It took longer than {policy.seconds:g} s.", place=place) from error
        raise Unreachable("It was cut off or damaged on the way.", place=place) from error


def _inflated(packed: bytes, unpacker: "zlib._Decompress | None", place: str) -> Iterator[bytes]:
    if unpacker is None:
        yield packed
        return
    try:
        while packed and not unpacker.eof:
            yield unpacker.decompress(packed, 1 << 20)
            packed = unpacker.unconsumed_tail
    except zlib.error as error:
        raise Unreachable("It was damaged on the way.", place=place) from error


def _refused(response: httpcore.Response, place: str) -> Unreachable:
    wait = retry_after(_header(response, "retry-after"), datetime.now(UTC))
    hint = "Try again later." if response.status in _TRY_LATER else ""
    return Unreachable(
        f"The host answered {response.status}.", place=place, hint=hint, retry_after=wait
    )


def retry_after(text: str, now: datetime) -> float | None:
    """Seconds to wait by a `Retry-After` header (RFC 9110, section 10.2.3), within a day.

    >>> retry_after("120", datetime(2026, 1, 1, tzinfo=UTC))
    120.0
    """
    if not text:
        return None
    if text.isascii() and text.strip().isdigit():
        return min(float(text.strip()[:12]), LONGEST_WAIT)
    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = then if then.tzinfo else then.replace(tzinfo=UTC)
    return min(max(0.0, (aware - now).total_seconds()), LONGEST_WAIT)


def _without_secrets(
    headers: Mapping[str, str], before: httpx.URL, after: httpx.URL
) -> dict[str, str]:
    """The headers for a redirect: what may be secret does not go to another origin."""
    is_same = (before.scheme, before.netloc) == (after.scheme, after.netloc)
    return {k: v for k, v in headers.items() if is_same or k in _HARMLESS}


def _named(url: str) -> str:
    """A URL as errors show it: without user info or query, where secrets hide."""
    parts = url.partition("?")[0].partition("#")[0]
    scheme, separator, rest = parts.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"[:300]
