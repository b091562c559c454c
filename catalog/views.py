"""Views: what replays the change log from its own last sequence. Here, the search index."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import vocabularies.registry
from catalog.errors import Busy
from catalog.hub import Hub
from catalog.model import OfferingKind, Record, Score, Space
from catalog.search.documents import Facts, document
from catalog.search.ports import Document
from catalog.store.ports import Written
from catalog.visibility import is_shown
from vocabularies.errors import HutongError
from vocabularies.own import Own
from vocabularies.rdf import Graph

REPLAY: Final = 500
"""Changes that are read from the log at a time."""

COMMIT: Final = 20_000
"""Documents that the index takes in before it makes them visible."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as the search view is made from it, with the space that it lives in."""

    space: Space
    iri: str
    kind: OfferingKind
    graph: str
    score: Score


@dataclass(frozen=True, slots=True)
class Entries:
    """Some records, and where the operator's own vocabularies are."""

    own: Own
    entries: tuple[Entry, ...]


def project(batch: Entries) -> tuple[Document, ...]:
    """The search documents of records, made in a worker because it is what costs."""
    words = vocabularies.registry.load(batch.own.vocabularies)
    return tuple(
        document(
            Facts(e.iri, e.kind, e.space, e.score),
            Graph.from_lines(e.graph),
            vocabularies=words,
        )
        for e in batch.entries
    )


class View:
    """Keeps the search index in step with the log while a use case writes.

    It takes the documents that the use case has at hand; when another process has written in
    between, or holds the index, it leaves the rest to the next replay. Nothing is lost: the index
    remembers the last change that it has seen.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._at = hub.search.sequence()
        self._waiting = 0
        self._is_behind = False

    def show(self, written: Written, documents: Mapping[str, Document | None]) -> None:
        """Bring one transaction into the view; None means that the record is not shown."""
        if self._is_behind or written.last < written.first or not written.operations:
            return
        if written.last == self._at:
            return
        if written.first != self._at + 1:
            self._is_behind = True
            return
        try:
            self._hub.search.put(d for d in documents.values() if d is not None)
            self._hub.search.remove(i for i, d in documents.items() if d is None)
        except Busy:
            self._is_behind = True
            return
        self._at = written.last
        self._waiting += len(documents)
        if self._waiting >= COMMIT:
            self._commit()

    def finish(self) -> None:
        """Make everything visible, replay what came from elsewhere, and let the view go."""
        self._commit()
        follow(self._hub)

    def _commit(self) -> None:
        if self._waiting:
            self._hub.search.commit(self._at)
            self._waiting = 0


def lag(hub: Hub) -> int:
    """How many changes the search view has not seen yet."""
    return hub.store.last_sequence() - hub.search.sequence()


def catch_up(hub: Hub, *, progress: Callable[[int, int], None] | None = None) -> int:
    """Replay the log into the search view from where it stands; the number of changes replayed.

    A view that is ahead of the log (the log was restored from a backup) is made anew. Once the view
    is free again the log is looked at again: who met it held may leave the replay to its holder.

    Raises:
        Busy: another process is writing the view.
    """
    replayed = 0
    while True:
        try:
            new = _replay_log(hub, progress)
        finally:
            hub.search.release()
        replayed += new
        if not new or not lag(hub):
            return replayed


def follow(hub: Hub) -> int:
    """Catch up, or leave it (0) to the process that is writing the view, which looks again."""
    try:
        return catch_up(hub)
    except Busy:
        return 0


def _replay_log(hub: Hub, progress: Callable[[int, int], None] | None) -> int:
    at, last = hub.search.sequence(), hub.store.last_sequence()
    if at > last:
        hub.search.clear()
        at = 0
    start = at
    since_commit = 0
    while at < last:
        changes = hub.store.changes(after=at, limit=REPLAY * 4)
        if not changes:
            break
        _replay(hub, {change.record for change in changes})
        at = changes[-1].sequence
        since_commit += len(changes)
        if since_commit >= COMMIT:
            hub.search.commit(at)
            since_commit = 0
        if progress:
            progress(at - start, last - start)
    if at != start:
        hub.search.commit(at)
    _forget(hub)
    return at - start


def rebuild(hub: Hub, *, progress: Callable[[int, int], None] | None = None) -> int:
    """Make the search view anew from the record store; the number of changes replayed."""
    hub.search.clear()
    return catch_up(hub, progress=progress)


def _forget(hub: Hub) -> None:
    """Put again what stands beside something that was taken out: scores then know nothing of it."""
    ids = hub.search.traces()
    if not ids:
        return
    try:
        _replay(hub, set(ids))
        hub.search.commit(hub.search.sequence())
    except Busy:
        return  # whoever is writing comes by here as well


def _replay(hub: Hub, ids: set[str]) -> None:
    records = hub.store.records(sorted(ids))
    shown = [r for r in records.values() if is_shown(r)]
    hub.search.remove(sorted(ids - {record.id for record in shown}))
    spaces = {space.id: space for space in hub.store.spaces()}
    tasks = (Entries(hub.settings.own, entries) for entries in _entries(shown, spaces))
    for _, documents in hub.workers.map(project, tasks):
        if isinstance(documents, HutongError):
            raise documents
        hub.search.put(documents)


def _entries(records: list[Record], spaces: Mapping[str, Space]) -> Iterator[tuple[Entry, ...]]:
    for start in range(0, len(records), 100):
        yield tuple(
            Entry(spaces[r.space], r.iri, r.kind, r.graph, r.score)
            for r in records[start : start + 100]
        )
