"""What the hub says of its own health: each question, its answer, and what to do about it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from catalog.hub import Hub
from catalog.search.ports import Question
from catalog.views import lag
from vocabularies.errors import HutongError

LEAST_FREE: Final = 1_000_000_000
"""Bytes on the disk of the data folder below which an operator should act."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One question about the hub: `is_well`, what was seen, and the next step when it is not."""

    name: str
    is_well: bool
    seen: str
    remedy: str = ""


def examine_hub(hub: Hub) -> tuple[Diagnosis, ...]:
    """Every diagnosis; it changes nothing and may run beside a server."""
    return tuple(_questions(hub))


def _questions(hub: Hub) -> Iterator[Diagnosis]:
    last = hub.store.last_sequence()
    broken = hub.store.verify_log()
    yield Diagnosis(
        "log",
        broken is None,
        f"{last} changes, the chain holds" if broken is None else f"broken at change {broken}",
        "" if broken is None else "Restore a backup made before that change.",
    )
    behind = lag(hub)
    yield Diagnosis(
        "search-lag",
        behind == 0,
        f"{behind} changes behind" if behind else "up to date",
        "Run `hutong reindex`." if behind else "",
    )
    yield _agreement(hub)
    free = shutil.disk_usage(hub.settings.data).free
    yield Diagnosis(
        "disk",
        free >= LEAST_FREE,
        f"{free / 1e9:.1f} GB free",
        "" if free >= LEAST_FREE else "Make room: writes stop when the disk is full.",
    )
    yield _sandbox(hub)


def _agreement(hub: Hub) -> Diagnosis:
    """Do store and view hold the same number of public records?"""
    stored = sum(hub.store.counts().values())
    indexed = hub.search.search(Question(limit=0, facets=())).total
    return Diagnosis(
        "search-agrees",
        stored == indexed,
        f"{stored} public records in the store, {indexed} in the view",
        "" if stored == indexed else "Run `hutong reindex --rebuild`.",
    )


def _sandbox(hub: Hub) -> Diagnosis:
    try:
        answer = hub.workers.run(_echo, Ping("ready"))
    except HutongError as error:
        return Diagnosis("sandbox", is_well=False, seen=str(error), remedy="Check memory limits.")
    return Diagnosis("sandbox", answer.text == "ready", "a worker answers")


@dataclass(frozen=True, slots=True)
class Ping:
    """A word for a worker to say again."""

    text: str


def _echo(ping: Ping) -> Ping:
    return ping
