"""Bring a catalogue in: read, examine, keep, log, index. One bad record never stops the rest."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from catalog.errors import NotAllowed, NotThere
from catalog.examine import Examined, Outcome, Task, examine
from catalog.hub import Hub
from catalog.model import Operation, Part, Refusal, Space, record_id
from catalog.sandbox.reading import Batch, ReadRequest
from catalog.sandbox.sharing import read_shared
from catalog.search.ports import Document
from catalog.store.ports import Known, Write, Written
from catalog.validation.engines import usable_profile
from catalog.views import View
from vocabularies.errors import HutongError

BATCH: Final = 250
"""Records in one transaction."""

SHOWN: Final = 100
"""Refusals that a tally carries along; the store keeps them all."""

TOGETHER: Final = 15.0
"""Seconds that a batch may take; it takes well under one where no record is poison."""

ALONE: Final = 10.0
"""Seconds that one record may take once its batch has failed."""

GUARD_SHARE: Final = 0.2
GUARD_LEAST: Final = 10


@dataclass(frozen=True, slots=True)
class Order:
    """What to ingest, for which space, and what its absence means.

    `complete` says that the files hold all that the source has: a record of the source that is in
    none of them becomes a tombstone, unless that would be more than 20 % and more than 10 of its
    records, or all of them; `force` lets that through.
    """

    files: tuple[Path, ...]
    space: Space
    source: str = "upload"
    format: str = ""
    complete: bool = False
    force: bool = False


@dataclass(slots=True)
class Tally:
    """What an ingest did; the numbers grow while it runs, so that progress can be shown."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    deleted: int = 0
    findings: int = 0
    read: int = 0
    seconds: float = 0.0
    state_hash: str = ""
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        self.refused += len(refusals)
        self.refusals += refusals[: max(0, SHOWN - len(self.refusals))]


def ingest(hub: Hub, order: Order, *, progress: Callable[[Tally], None] | None = None) -> Tally:
    """Bring the files in and say what became of each record.

    Raises:
        UnreadableInput: a file is not what it claims to be; nothing of it has landed.
        NotAllowed: a complete ingest would delete too much; nothing has been deleted.
    """
    started = time.monotonic()
    tally = Tally()
    with closing(_Run(hub, order, tally)) as run:
        for file in order.files:
            for _ in run.take(file):
                if progress:
                    progress(tally)
        if order.complete:
            tally.deleted = run.delete_missing()
    tally.state_hash = hub.store.state_hash()
    tally.seconds = time.monotonic() - started
    return tally


def files_in(place: Path) -> tuple[Path, ...]:
    """The files of a folder that hold RDF, sorted; a file is its own list.

    Raises:
        NotThere: there is no such file, or the folder holds none.
    """
    if place.is_file():
        return (place,)
    found = sorted(p for p in place.rglob("*") if p.is_file() and _RDF & set(p.suffixes))
    if not found:
        what = "This folder holds no RDF file." if place.is_dir() else "There is no such file."
        raise NotThere(what, place=str(place), hint=f"Looked for {', '.join(sorted(_RDF))}.")
    return tuple(found)


_RDF: Final = {".ttl", ".jsonld", ".rdf", ".xml", ".nt", ".nq", ".trig", ".owl"}


class _Run:
    """One ingest while it runs: what it has seen, and the batch that is next to be kept."""

    def __init__(self, hub: Hub, order: Order, tally: Tally) -> None:
        self._hub = hub
        self._order = order
        self._tally = tally
        self._seen = _Seen()
        self._view = View(hub)
        own = hub.settings.own.profiles
        found = [usable_profile(name, extra=own) for name in order.space.profiles]
        self._profiles = tuple(p.label for p in found)
        self._checks = " ".join(f"{p.label}#{p.digest[:12]}" for p in found)

    def take(self, file: Path) -> Iterator[None]:
        """Bring one file in, a batch at a time."""
        request = ReadRequest(path=str(file), format=self._order.format, batch=BATCH)
        wanted = self._hub.workers.limits
        short = replace(wanted, seconds=min(wanted.seconds, TOGETHER))
        outcomes = self._hub.workers.map(examine, self._tasks(request), limits=short)
        for task, outcome in outcomes:
            self._hub.step("examined")
            if isinstance(outcome, HutongError):
                self._keep(self._one_by_one(task, outcome))
            else:
                self._keep(outcome)
            yield

    def _tasks(self, request: ReadRequest) -> Iterator[Task]:
        for batch in read_shared(self._hub.workers, request):
            self._hub.step("read")
            self._refuse(batch.refusals)
            parts = self._changed(batch)
            if parts:
                yield Task(self._order.space, self._profiles, self._hub.settings.own, parts, {})

    def _changed(self, batch: Batch) -> tuple[Part, ...]:
        """The parts that are new to this run and differ from what the store holds."""
        parts = [p for p in batch.parts if p.kind.is_offering]
        self._tally.read += len(parts)
        known = self._hub.store.known(self._order.space.id, [p.iri for p in parts])
        changed, same = [], 0
        for part in parts:
            if not self._seen.add(record_id(self._order.space.id, part.iri)):
                self._refuse([_twice(part)])
                continue
            before = known.get(part.iri)
            if before is not None and self._is_same(part, before):
                same += 1
            else:
                changed.append(part)
        self._tally.unchanged += same
        return tuple(changed)

    def _is_same(self, part: Part, before: Known) -> bool:
        """True when nothing is to be done: it is as it was, or it has been withdrawn here."""
        if before.source != self._order.source:
            return False
        return before.withdrawn or (
            before.digest == bytes.fromhex(part.digest)
            and before.profiles == self._checks
            and not before.deleted
        )

    def _one_by_one(self, task: Task, error: HutongError) -> Outcome:
        """Examine a batch that killed its worker record by record, to name the culprit."""
        if len(task.parts) == 1:
            return Outcome((), (_culprit(task.parts[0], error),))
        examined: list[Examined] = []
        refusals: list[Refusal] = []
        alone = (replace(task, parts=(part,)) for part in task.parts)
        wanted = self._hub.workers.limits
        short = replace(wanted, seconds=min(wanted.seconds, ALONE))
        for one, outcome in self._hub.workers.map(examine, alone, limits=short):
            if isinstance(outcome, HutongError):
                refusals.append(_culprit(one.parts[0], outcome))
            else:
                examined += outcome.examined
                refusals += outcome.refusals
        return Outcome(tuple(examined), tuple(refusals))

    def _keep(self, outcome: Outcome) -> None:
        """Commit a batch, then show it to the search view."""
        self._refuse(outcome.refusals)
        if not outcome.examined:
            return
        writes = [self._write(examined) for examined in outcome.examined]
        self._hub.step("before-commit")
        written = self._hub.store.write(writes)
        self._hub.step("after-commit")
        self._count(written, outcome.examined)
        documents: dict[str, Document | None] = {
            write.id: examined.document
            for write, examined in zip(writes, outcome.examined, strict=True)
            if written.operations.get(write.id)
        }
        self._view.show(written, documents)

    def _count(self, written: Written, examined: Sequence[Examined]) -> None:
        for operation in written.operations.values():
            if operation is None or operation is Operation.CHECKED:
                self._tally.unchanged += 1
            elif operation is Operation.CREATED:
                self._tally.created += 1
            else:
                self._tally.updated += 1
        conflicts = set(written.conflicts)
        space = self._order.space.id
        for one in examined:
            if record_id(space, one.iri) in conflicts:
                self._refuse([_conflict(one)])
            else:
                self._tally.findings += sum(report.count for report in one.reports)

    def _write(self, examined: Examined) -> Write:
        return Write(
            id=record_id(self._order.space.id, examined.iri),
            space=self._order.space.id,
            iri=examined.iri,
            kind=examined.kind,
            hash=bytes.fromhex(examined.hash),
            digest=bytes.fromhex(examined.digest),
            graph=examined.graph,
            title=examined.title,
            visibility=examined.visibility,
            admission=examined.admission,
            source=self._order.source,
            score=examined.score,
            profiles=self._checks,
            reports=examined.reports,
        )

    def _refuse(self, refusals: Sequence[Refusal]) -> None:
        self._hub.store.refuse(self._order.space.id, self._order.source, refusals)
        self._tally.refuse(refusals)

    def delete_missing(self) -> int:
        """Turn what the source no longer has into tombstones, within the guard.

        Raises:
            NotAllowed: it would be too many, or it is not certain that they are gone.
        """
        space, source = self._order.space.id, self._order.source
        held = list(self._hub.store.ids_of_source(space, source))
        missing = [record for record in held if record not in self._seen]
        if missing and not self._order.force:
            self._guard(len(missing), len(held))
        for start in range(0, len(missing), BATCH):
            some = missing[start : start + BATCH]
            self._hub.step("before-delete")
            written = self._hub.store.delete(some, "no longer in its source")
            self._hub.step("after-delete")
            self._view.show(written, dict.fromkeys(some))
        return len(missing)

    def _guard(self, missing: int, held: int) -> None:
        place = f"space {self._order.space.id}, source {self._order.source}"
        too_many = missing > GUARD_SHARE * held and missing > GUARD_LEAST
        if too_many or missing == held:
            raise NotAllowed(
                f"This would delete {missing} of {held} records; nothing was deleted.",
                place=place,
                hint="Look at what is missing; then repeat with --force if it is meant.",
            )
        if self._tally.refused:
            raise NotAllowed(
                "It is not certain what the source no longer has, as "
                f"{self._tally.refused} of its records were refused; nothing was deleted.",
                place=place,
                hint="Mend the refused records first, or repeat with --force.",
            )

    def close(self) -> None:
        """Show what has landed, however the run ended."""
        try:
            self._hub.step("before-index-commit")
            self._view.finish()
            self._hub.step("after-index-commit")
        finally:
            self._seen.close()


class _Seen:
    """The ids that a run has met, on disk once they are many."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE seen (id TEXT PRIMARY KEY) WITHOUT ROWID")

    def add(self, record: str) -> bool:
        """True when the id is new."""
        done = self._database.execute("INSERT OR IGNORE INTO seen VALUES (?)", (record,))
        return done.rowcount == 1

    def __contains__(self, record: str) -> bool:
        found = self._database.execute("SELECT 1 FROM seen WHERE id = ?", (record,))
        return found.fetchone() is not None

    def close(self) -> None:
        self._database.close()


def _twice(part: Part) -> Refusal:
    message = (
        "Another file of this ingest has described this offering already; the first one counts."
    )
    return Refusal(part.iri, "twice", message, part.lines.encode(), part.line)


def _conflict(examined: Examined) -> Refusal:
    message = (
        "This offering belongs to another source of the same space, which alone may change it."
    )
    return Refusal(examined.iri, "other-source", message)


def _culprit(part: Part, error: HutongError) -> Refusal:
    return Refusal(part.iri, error.code, str(error), part.lines.encode(), part.line)
