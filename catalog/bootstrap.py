"""The composition root: the only place that knows which backend stands behind which port."""

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

import vocabularies.registry
from catalog.errors import BadSetting
from catalog.hub import Hub, Step
from catalog.sandbox.limits import Limits
from catalog.sandbox.workers import Workers
from catalog.search.ports import SearchIndex
from catalog.settings import Settings
from catalog.store.engine import open_engine
from catalog.store.sql import SqlStore
from vocabularies.registry import Vocabularies

WORKER_MODULES = ("catalog.examine", "catalog.sandbox.sharing", "catalog.check")


def open_hub(settings: Settings) -> Hub:
    """The hub of a data folder, its schema up to date; close it, or use it in a `with`.

    Raises:
        BadSetting: a setting cannot be followed.
        Busy: another process is migrating the database.
    """
    _make_folder(settings)
    clock = _clock(settings)
    words = vocabularies.registry.load(settings.own.vocabularies)
    search = _search(settings, words)
    return Hub(
        settings=settings,
        store=SqlStore(open_engine(settings.database_url), clock),
        search=search,
        vocabularies=words,
        workers=Workers(
            settings.workers or os.cpu_count() or 1,
            Limits(settings.worker_seconds, settings.worker_memory),
            preload=WORKER_MODULES,
        ),
        clock=clock,
        step=_step(settings),
    )


def _make_folder(settings: Settings) -> None:
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(
            f"This cannot be the data folder: {error.strerror}.",
            place=str(settings.data),
            hint="Set HUTONG_DATA to a folder that can be written.",
        ) from error


def _search(settings: Settings, words: Vocabularies) -> SearchIndex:
    if settings.search == "tantivy":
        from catalog.search.tantivy import TantivyIndex  # noqa: PLC0415 - loads its engine

        return TantivyIndex(settings.data / "search", words)
    raise BadSetting(
        f"There is no search backend {settings.search!r}.",
        place="HUTONG_SEARCH",
        hint="Use tantivy.",
    )


def _clock(settings: Settings) -> Callable[[], datetime]:
    if not settings.frozen_time:
        return lambda: datetime.now(UTC)
    try:
        held = datetime.fromisoformat(settings.frozen_time)
    except ValueError as error:
        raise BadSetting(
            f"{settings.frozen_time!r} is no ISO 8601 instant.", place="HUTONG_FROZEN_TIME"
        ) from error
    instant = held if held.tzinfo else held.replace(tzinfo=UTC)
    return lambda: instant


def _step(settings: Settings) -> Step:
    log = structlog.get_logger("hutong.step")

    def step(name: str) -> None:
        log.debug(name)
        if name == settings.crash_at:
            os.kill(os.getpid(), signal.SIGKILL)

    return step
