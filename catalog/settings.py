"""The settings of a hub: one frozen object, read once from the environment."""

import difflib
import ipaddress
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from catalog.errors import BadSetting
from vocabularies.own import Own


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting; each is the environment variable `HUTONG_` and its name in capitals."""

    data: Path = Path("data")
    """The folder that holds everything: the record store and its views."""
    host: str = "127.0.0.1"
    """The address that the server listens on."""
    port: int = 8000
    """The port that the server listens on."""
    base_url: str = ""
    """How the outside reaches the hub; empty means http://host:port."""
    database: str = ""
    """The record store, as a SQLAlchemy URL; empty means SQLite in the data folder."""
    search: str = "tantivy"
    """The search backend."""
    workers: int = 0
    """Sandbox worker processes; 0 means one for each processor."""
    worker_memory: int = 2048
    """The most memory that a sandbox worker may address, in MiB."""
    worker_seconds: float = 30.0
    """The longest that one call into the sandbox may take, in seconds."""
    upload_bytes: int = 20_000_000
    """The largest body that the API takes, in bytes."""
    private_networks: str = ""
    """Networks that fetches may reach although they are private: CIDR blocks, comma-separated."""
    log_level: str = "info"
    """How much is logged: debug, info, warning or error."""
    log_format: str = "json"
    """How it is logged: json for machines, text for people."""
    frozen_time: str = ""
    """An ISO 8601 instant that the clock is held at; for tests and reproducible screenshots."""
    crash_at: str = ""
    """A named step at which the process kills itself; for the tests of crash recovery."""

    @property
    def url(self) -> str:
        """The base of every URL that the hub mints, without a slash at the end."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.data / 'hutong.sqlite'}"

    @property
    def own(self) -> Own:
        """Where the operator's own profiles and vocabularies are."""
        return Own(str(self.data))

    @property
    def networks(self) -> tuple[str, ...]:
        """The private networks that fetches may reach, as CIDR blocks."""
        return _listed(self.private_networks)


OUTSIDE = ("corpora",)
"""Variables with the prefix that are for tests and benchmarks, not for the hub."""


def from_environment(environment: Mapping[str, str]) -> Settings:
    """The settings that the variables `HUTONG_*` ask for; an empty one asks for nothing.

    Raises:
        BadSetting: a variable is unknown, and which is the nearest; or its value cannot be used.
    """
    known = {field.name: field.type for field in fields(Settings)}
    values: dict[str, object] = {}
    for variable, text in environment.items():
        name = variable.removeprefix("HUTONG_").lower()
        if not variable.startswith("HUTONG_") or name in OUTSIDE:
            continue
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean HUTONG_{near[0].upper()}?" if near else _every(known)
            raise BadSetting("This setting is unknown.", place=variable, hint=hint)
        if text:
            values[name] = _read(variable, text, known[name])
    return Settings(**values)  # type: ignore[arg-type]


def _every(known: Iterable[str]) -> str:
    return f"There are: {', '.join(f'HUTONG_{name.upper()}' for name in known)}."


def _read(variable: str, text: str, kind: object) -> object:
    is_fine, wanted = _LAWS.get(variable, (bool, ""))
    try:
        if is_fine(text):
            return kind(text) if callable(kind) else text
    except ValueError:
        pass
    raise BadSetting(f"{text!r} cannot be used.", place=variable, hint=f"Give {wanted}.")


Law = tuple[Callable[[str], bool], str]


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _are_networks(text: str) -> bool:
    return all(ipaddress.ip_network(part, strict=False) for part in _listed(text))


def _one_of(*words: str) -> Law:
    return (lambda text: text.lower() in words, f"one of {', '.join(words)}")


def _at_least(least: int) -> Law:
    return (lambda text: float(text) >= least, f"a number, {least} or more")


_LAWS: Final[Mapping[str, Law]] = {
    "HUTONG_PORT": (lambda text: 0 < int(text) < 65_536, "a port, 1 to 65535"),  # noqa: PLR2004
    "HUTONG_BASE_URL": (
        lambda text: text.startswith(("http://", "https://")),
        "an address that begins with http:// or https://",
    ),
    "HUTONG_WORKERS": _at_least(0),
    "HUTONG_WORKER_MEMORY": _at_least(256),
    "HUTONG_WORKER_SECONDS": _at_least(1),
    "HUTONG_UPLOAD_BYTES": _at_least(1),
    "HUTONG_PRIVATE_NETWORKS": (_are_networks, "CIDR blocks, a comma between them"),
    "HUTONG_LOG_LEVEL": _one_of("debug", "info", "warning", "error"),
    "HUTONG_LOG_FORMAT": _one_of("json", "text"),
}
"""What a value must be, and how to say it. Each number has a law; a text without one is free."""
