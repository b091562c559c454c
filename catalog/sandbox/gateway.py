"""The one way out: every byte that the hub fetches from elsewhere comes through here.

A host is resolved once, all its addresses are checked, and the connection goes to the checked
address, so that a name which changes its mind in between gains nothing. Each redirect is a new
fetch with the same checks. Size, ratio and time are capped while the bytes come in.
"""

import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from catalog.errors import NotAllowed, TooMuch, Unreachable
from catalog.sandbox.addresses import Network, Resolve, checked, networks, system_resolve

REDIRECTS: Final = 3
LONGEST_WAIT: Final = 86_400.0
"""Seconds of `Retry-After` that are believed."""

_PORTS: Final = frozenset({80, 443, 8000, 8080, 8443, 9000})
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_NOT_MODIFIED: Final = 304
_TRY_LATER: Final = frozenset({429, 503})
_SECRET: Final = ("authorization", "cookie")


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
    """One address to connect to, and the names that the request carries."""

    url: httpx.URL
    host: str
    address: str
    networks: tuple[Network, ...] = field(default=())


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
    sent = {key.lower(): value for key, value in (headers or {}).items()}
    at = url
    for _ in range(REDIRECTS + 1):
        target = aim(at, rules)
        with _opened(target, sent, deadline) as response:
            if response.status_code in _MOVED and "location" in response.headers:
                after = urljoin(at, response.headers["location"])
                sent = _without_secrets(sent, at, after)
                at = after
                continue
            return _taken(response, at, to, rules, deadline)
    raise TooMuch(f"It moves more than {REDIRECTS} times.", place=_named(url))


def aim(url: str, policy: Policy) -> Target:
    """Where a URL leads, once it is known to be fine; nothing has been sent yet.

    Raises:
        NotAllowed: scheme, port, user info or address is not one that the hub goes to.
    """
    parts = _parts(url)
    host = (parts.hostname or "").rstrip(".")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if port not in policy.allowed_ports:
        raise NotAllowed(f"Port {port} is not one that the hub goes to.", place=_named(url))
    address = checked(policy.resolve(host, port), host, networks(policy.allowed_networks))
    return Target(httpx.URL(url), host, address)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise NotAllowed("This is no URL.", place=_named(url)) from error
    if parts.scheme not in {"http", "https"}:
        raise NotAllowed("Only http and https are fetched.", place=_named(url))
    if parts.username is not None or parts.password is not None:
        raise NotAllowed("A URL with a user name is not fetched.", place=_named(url))
    if not parts.hostname:
        raise NotAllowed("This URL names no host.", place=_named(url))
    return parts


class _opened:  # noqa: N801 - used as a function
    """A response whose body has not been read, from exactly the address that was checked."""

    def __init__(self, target: Target, headers: Mapping[str, str], deadline: float) -> None:
        wait = max(0.1, min(30.0, deadline - time.monotonic()))
        self._client = httpx.Client(trust_env=False, timeout=wait, follow_redirects=False)
        literal = f"[{target.address}]" if ":" in target.address else target.address
        asked = {"accept-encoding": "gzip", "user-agent": "Hutong", **headers}
        asked["host"] = target.url.netloc.decode("ascii")
        self._request = self._client.build_request(
            "GET",
            target.url.copy_with(host=literal),
            headers=asked,
            extensions={"sni_hostname": target.host},
        )
        self._place = target.host

    def __enter__(self) -> httpx.Response:
        try:
            return self._client.send(self._request, stream=True)
        except httpx.HTTPError as error:
            self._client.close()
            kind = type(error).__name__
            raise Unreachable(f"The host did not answer ({kind}).", place=self._place) from error

    def __exit__(self, *_: object) -> None:
        self._client.close()


def _taken(
    response: httpx.Response, url: str, to: Path, policy: Policy, deadline: float
) -> Fetched:
    status = response.status_code
    size = 0
    if status != _NOT_MODIFIED:
        if not response.is_success:
            raise _refused(response, url)
        size = _written(response, url, to, policy, deadline)
    return Fetched(
        url=url,
        status=status,
        media_type=response.headers.get("content-type", "").partition(";")[0].strip().lower(),
        size=size,
        etag=response.headers.get("etag", ""),
        last_modified=response.headers.get("last-modified", ""),
    )


def _written(response: httpx.Response, url: str, to: Path, policy: Policy, deadline: float) -> int:
    place = _named(url)
    size = 0
    with to.open("wb") as file:
        for block in _unpacked(response, place, policy):
            size += len(block)
            if size > policy.most_bytes:
                raise TooMuch(f"It is larger than {policy.most_bytes:,} bytes.", place=place)
            if time.monotonic() > deadline:
                raise TooMuch(f"It took longer than {policy.seconds:.0f} s.", place=place)
            file.write(block)
    return size


def _unpacked(response: httpx.Response, place: str, policy: Policy) -> Iterator[bytes]:
    """The body as it was before the host packed it; packed more than once is refused."""
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding not in {"", "identity", "gzip"}:
        raise TooMuch(f"It is packed in a way that is not read: {coding[:40]}.", place=place)
    unpacker = zlib.decompressobj(wbits=31) if coding == "gzip" else None
    wire = plain = 0
    try:
        for packed in response.iter_raw():
            wire += len(packed)
            waiting = packed
            while waiting:
                block = unpacker.decompress(waiting, 1 << 20) if unpacker else waiting
                waiting = unpacker.unconsumed_tail if unpacker else b""
                plain += len(block)
                if plain > 10_000_000 and plain > wire * policy.most_ratio:  # noqa: PLR2004
                    message = f"It unpacks to more than {policy.most_ratio} times its size."
                    raise TooMuch(message, place=place)
                yield block
    except (httpx.HTTPError, zlib.error) as error:
        raise Unreachable("It was cut off or damaged on the way.", place=place) from error
    if unpacker is not None and not unpacker.eof:
        raise Unreachable("It was cut off on the way.", place=place)


def _refused(response: httpx.Response, url: str) -> Unreachable:
    wait = retry_after(response.headers.get("retry-after", ""), datetime.now(UTC))
    hint = "Try again later." if response.status_code in _TRY_LATER else ""
    return Unreachable(
        f"The host answered {response.status_code}.",
        place=_named(url),
        hint=hint,
        retry_after=wait,
    )


def retry_after(text: str, now: datetime) -> float | None:
    """Seconds to wait by a `Retry-After` header (RFC 9110, section 10.2.3), within a day.

    >>> retry_after("120", datetime(2026, 1, 1, tzinfo=UTC))
    120.0
    """
    if not text:
        return None
    if text.strip().isdigit():
        return min(float(text.strip()[:12]), LONGEST_WAIT)
    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = then if then.tzinfo else then.replace(tzinfo=UTC)
    return min(max(0.0, (aware - now).total_seconds()), LONGEST_WAIT)


def _without_secrets(headers: Mapping[str, str], before: str, after: str) -> dict[str, str]:
    """The headers for a redirect: what is secret does not go to another origin."""
    same = urlsplit(before)[:2] == urlsplit(after)[:2]
    return {k: v for k, v in headers.items() if same or k not in _SECRET}


def _named(url: str) -> str:
    """A URL as errors show it: without user info or query, where secrets hide."""
    parts = url.partition("?")[0].partition("#")[0]
    scheme, separator, rest = parts.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"[:300]
