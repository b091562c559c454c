"""What the hub says of its own health: each question, its answer, and what to do about it."""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from catalog.errors import Retry
from catalog.hub import Hub
from catalog.search.ports import Question
from catalog.views import COMMIT, lag
from vocabularies.errors import HutongError

LEAST_FREE: Final = 1_000_000_000
"""Bytes on the disk of the data folder below which an operator should act."""


PATIENCE: Final = 60.0
"""Seconds that the search view may stand still behind the log; a writer shows it more often."""

FAR: Final = 2 * COMMIT
"""Changes that no writer keeps to itself: a view so far behind misses too much to be searched."""


class Readiness:
    """Whether the hub should be asked: for the balancer in front of several.

    A view that follows an ingest a little behind is no reason to turn readers away; one that is
    empty, far behind or stands still is. The reasons give no numbers: those would tell of hidden
    records.
    """

    def __init__(self, hub: Hub, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._hub = hub
        self._clock = clock
        self._at = -1
        self._since = 0.0

    def reason(self) -> str:
        """Why not; empty when it is ready."""
        try:
            last, at = self._hub.store.last_sequence(), self._hub.search.sequence()
        except Retry:
            return "the record store does not answer"
        if at != self._at:
            self._at, self._since = at, self._clock()
        if at == last:
            self._since = self._clock()
            return ""
        return self._lagging(last - at)

    def _lagging(self, behind: int) -> str:
        if behind < 0:
            return "the search view is ahead of the change log"
        if self._at == 0:
            return "the search view is empty"
        if behind > FAR:
            return "the search view is far behind the change log"
        is_still = self._clock() - self._since > PATIENCE
        return "the search view stands still behind the change log" if is_still else ""


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
