"""What the catalogue asks of a record store, and the values that cross the border."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from catalog.model import (
    Admission,
    Change,
    OfferingKind,
    Operation,
    Record,
    Refusal,
    Report,
    Score,
    Space,
    Visibility,
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of a record before it is read again."""

    id: str
    digest: bytes
    profiles: str
    source: str
    deleted: bool
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class PackedReport:
    """A report in the form in which it is kept: its findings as zstd-compressed msgpack."""

    profile: str
    engine: str
    conforms: bool
    count: int
    findings: bytes


@dataclass(frozen=True, slots=True)
class Write:
    """One examined record, ready to be kept, in the form in which it is kept.

    `graph` is zstd-compressed canonical N-Quads; `title` and `score` are JSON. `profiles` names
    the checks that it went through, content included, so that a record is examined again when they
    change.
    """

    id: str
    space: str
    iri: str
    kind: OfferingKind
    hash: bytes
    digest: bytes
    graph: bytes
    title: str
    visibility: Visibility
    admission: Admission | None
    source: str
    score: str
    profiles: str
    reports: tuple[PackedReport, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What one transaction did: an operation per record id (None: unchanged), and the log.

    `conflicts` are ids that belong to another source and were left alone. The transaction appended
    the changes from `first` to `last`; both are the former last sequence when it appended none.
    """

    operations: Mapping[str, Operation | None]
    conflicts: tuple[str, ...]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class StoredRefusal:
    """A refusal as kept, with the space and source that it came from; `time` in microseconds."""

    space: str
    source: str
    refusal: Refusal
    time: int


class RecordStore(Protocol):
    """The truth. Laws: a write lands whole or not at all, its changes with it; sequences are
    gapless and only grow; a record keeps its id, creation time and owner (source) for ever; what
    was deleted stays as a tombstone; equal graphs are never written twice.
    """  # noqa: D205 - the laws are one sentence

    def put_space(self, space: Space) -> None:
        """Keep the space; one already there under the id is replaced."""

    def space(self, space: str) -> Space | None: ...

    def spaces(self) -> tuple[Space, ...]:
        """Every space, by id."""

    def known(self, space: str, iris: Sequence[str]) -> dict[str, Known]:
        """What is known of these records, by IRI."""

    def write(self, writes: Sequence[Write]) -> Written:
        """Create or update the records and log it, in one transaction."""

    def delete(self, ids: Sequence[str], reason: str, *, withdrawn: bool = False) -> Written:
        """Turn records into tombstones; those that are tombstones already are passed over.

        One that is withdrawn stays a tombstone until it is restored: a write leaves it alone.
        """

    def restore(self, ids: Sequence[str]) -> Written:
        """Turn tombstones back into records."""

    def rescore(self, scores: Mapping[str, Score]) -> Written:
        """Give records new scores and log that they were checked."""

    def rejudge(self, verdicts: Mapping[str, Visibility]) -> Written:
        """Give records another visibility and log that they were checked."""

    def refuse(self, space: str, source: str, refusals: Sequence[Refusal]) -> None:
        """Keep refusals with their raw bytes, in the place of the last ones for the same IRI."""

    def refusals(self, space: str, *, limit: int = 1000) -> tuple[StoredRefusal, ...]: ...

    def record(self, record: str) -> Record | None:
        """The record or tombstone with that id."""

    def records(self, ids: Iterable[str]) -> dict[str, Record]:
        """Those of the ids that are there, tombstones included."""

    def of_space(
        self, space: str, *, after: str = "", limit: int = 100, public: bool = True
    ) -> tuple[Record, ...]:
        """Records of a space in the order of their ids, without tombstones."""

    def ids_of_source(self, space: str, source: str) -> Iterator[str]:
        """Ids of the living records that a source brought."""

    def public_ids(self, ids: Iterable[str]) -> frozenset[str]:
        """Those of the ids that everybody may see now."""

    def counts(self, *, public: bool = True) -> dict[tuple[str, str, bool], int]:
        """Living records by (space, kind, conforms)."""

    def reports(self, record: Record) -> tuple[Report, ...]:
        """What the record's own profiles found in its graph as it stands.

        Another space may check the same graph against others; those stay there.
        """

    def changes(self, *, after: int, limit: int) -> tuple[Change, ...]:
        """The log in order."""

    def history(self, record: str) -> tuple[Change, ...]: ...

    def last_sequence(self) -> int: ...

    def verify_log(self) -> int | None:
        """The first sequence whose chain does not hold; None when all is well."""

    def state_hash(self) -> str:
        """SHA-256 over every record's id, hash and state: equal states have equal hashes."""

    def put_answers(self, answers: Mapping[str, int]) -> None:
        """Keep what URLs answered: the HTTP status, 0 for none."""

    def answers(self, urls: Iterable[str]) -> dict[str, bool]:
        """Which of the URLs answered with success, for those that were measured."""

    def close(self) -> None: ...
