"""A hub's parts, as the use cases receive them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from catalog.sandbox.workers import Workers
from catalog.search.ports import SearchIndex
from catalog.settings import Settings
from catalog.store.ports import RecordStore
from vocabularies.registry import Vocabularies


class Step(Protocol):
    """Called at each named step of a use case: for logs, and for the tests of crash recovery."""

    def __call__(self, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Hub(AbstractContextManager["Hub"]):
    """Everything that a use case may ask for; made by `catalog.bootstrap.open_hub`."""

    settings: Settings
    store: RecordStore
    search: SearchIndex
    vocabularies: Vocabularies
    workers: Workers
    clock: Callable[[], datetime]
    step: Step

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self.workers.close()
        self.search.close()
        self.store.close()
