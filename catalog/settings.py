"""The settings of a hub: one frozen object, read once from the environment."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from catalog.errors import BadSetting


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


OUTSIDE = ("corpora",)
"""Variables with the prefix that are for tests and benchmarks, not for the hub."""


def from_environment(environment: Mapping[str, str]) -> Settings:
    """The settings that the variables `HUTONG_*` ask for.

    Raises:
        BadSetting: a variable is unknown, or its value has the wrong type; names the nearest.
    """
    known = {field.name: field.type for field in fields(Settings)}
    values: dict[str, object] = {}
    for variable, text in environment.items():
        name = variable.removeprefix("HUTONG_").lower()
        if not variable.startswith("HUTONG_") or name in OUTSIDE:
            continue
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean HUTONG_{near[0].upper()}?" if near else ""
            raise BadSetting("This setting is unknown.", place=variable, hint=hint)
        values[name] = _read(variable, text, known[name])
    return Settings(**values)  # type: ignore[arg-type]


def _read(variable: str, text: str, kind: object) -> object:
    try:
        return kind(text) if callable(kind) else text
    except ValueError as error:
        name = getattr(kind, "__name__", "value")
        raise BadSetting(f"{text!r} is no {name}.", place=variable) from error
