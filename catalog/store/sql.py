"""The record store over SQLAlchemy: SQLite by default, PostgreSQL by the same statements."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, func, insert, select

from catalog.model import Change, Record, Refusal, Report, Score, Space, Visibility
from catalog.store import log, rows, writing
from catalog.store.ports import Known, StoredRefusal, Write, Written
from catalog.store.tables import change, record, refusal, report, space, url

_CHUNK: Final = 500
_REPLAY: Final = 2000
_PUBLIC: Final = record.c.visibility == Visibility.PUBLIC.value


class SqlStore:
    """A `RecordStore` in a SQL database; every method is one transaction."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def _write(self) -> AbstractContextManager[Connection]:
        return self._engine.execution_options(begin="IMMEDIATE").begin()

    def _now(self) -> int:
        return rows.microseconds(self._clock())

    # spaces

    def put_space(self, value: Space) -> None:
        body = rows.json(value)
        with self._write() as connection:
            created = connection.scalar(select(space.c.created).where(space.c.id == value.id))
            connection.execute(delete(space).where(space.c.id == value.id))
            connection.execute(
                insert(space), {"id": value.id, "body": body, "created": created or self._now()}
            )

    def space(self, space_id: str) -> Space | None:
        with self._engine.connect() as connection:
            body = connection.scalar(select(space.c.body).where(space.c.id == space_id))
        return msgspec.json.decode(body, type=Space) if body else None

    def spaces(self) -> tuple[Space, ...]:
        with self._engine.connect() as connection:
            bodies = connection.scalars(select(space.c.body).order_by(space.c.id)).all()
        return tuple(msgspec.json.decode(body, type=Space) for body in bodies)

    # writing

    def known(self, space_id: str, iris: Sequence[str]) -> dict[str, Known]:
        c = record.c
        query = select(c.id, c.iri, c.digest, c.profiles, c.source, c.deleted, c.withdrawn)
        found = {}
        with self._engine.connect() as connection:
            for some in _chunks(iris):
                where = and_(c.space == space_id, c.iri.in_(some))
                for row in connection.execute(query.where(where)):
                    found[row.iri] = Known(
                        row.id, row.digest, row.profiles, row.source, row.deleted, row.withdrawn
                    )
        return found

    def write(self, writes: Sequence[Write]) -> Written:
        with self._write() as connection:
            return writing.write(connection, writes, self._now())

    def delete(self, ids: Sequence[str], reason: str, *, withdrawn: bool = False) -> Written:
        with self._write() as connection:
            return writing.delete(connection, ids, reason, self._now(), withdrawn=withdrawn)

    def restore(self, ids: Sequence[str]) -> Written:
        with self._write() as connection:
            return writing.restore(connection, ids, self._now())

    def rescore(self, scores: Mapping[str, Score]) -> Written:
        with self._write() as connection:
            return writing.rescore(connection, scores, self._now())

    def rejudge(self, verdicts: Mapping[str, Visibility]) -> Written:
        with self._write() as connection:
            return writing.rejudge(connection, verdicts, self._now())

    def refuse(self, space_id: str, source: str, refusals: Sequence[Refusal]) -> None:
        if not refusals:
            return
        now = self._now()
        with self._write() as connection:
            writing.refuse(connection, (space_id, source), refusals, now)

    # reading

    def refusals(self, space_id: str, *, limit: int = 1000) -> tuple[StoredRefusal, ...]:
        query = select(refusal).where(refusal.c.space == space_id)
        query = query.order_by(refusal.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return tuple(
                StoredRefusal(
                    row.space,
                    row.source,
                    Refusal(row.iri, row.reason, row.message, row.raw, row.line),
                    row.time,
                )
                for row in connection.execute(query)
            )

    def record(self, record_id: str) -> Record | None:
        return self.records([record_id]).get(record_id)

    def records(self, ids: Iterable[str]) -> dict[str, Record]:
        found = {}
        with self._engine.connect() as connection:
            for some in _chunks(ids):
                query = select(record).where(record.c.id.in_(some))
                for row in connection.execute(query).mappings():
                    found[row["id"]] = rows.record_of(row)
        return found

    def of_space(
        self, space_id: str, *, after: str = "", limit: int = 100, public: bool = True
    ) -> tuple[Record, ...]:
        c = record.c
        query = select(record).where(c.space == space_id, c.id > after, c.deleted.is_(False))
        if public:
            query = query.where(_PUBLIC)
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(c.id).limit(limit)).mappings()
            return tuple(rows.record_of(row) for row in found)

    def ids_of_source(self, space_id: str, source: str) -> Iterator[str]:
        c = record.c
        query = select(c.id).where(c.space == space_id, c.source == source, c.deleted.is_(False))
        with self._engine.connect() as connection:
            streamed = connection.execution_options(yield_per=_REPLAY)
            yield from streamed.execute(query.order_by(c.id)).scalars()

    def public_ids(self, ids: Iterable[str]) -> frozenset[str]:
        c = record.c
        shown = and_(_PUBLIC, c.deleted.is_(False))
        with self._engine.connect() as connection:
            return frozenset(
                found
                for some in _chunks(ids)
                for found in connection.scalars(select(c.id).where(c.id.in_(some), shown))
            )

    def counts(self, *, public: bool = True) -> dict[tuple[str, str, bool], int]:
        c = record.c
        groups = (c.space, c.kind, c.conforms)
        query = select(*groups, func.count()).where(c.deleted.is_(False)).group_by(*groups)
        if public:
            query = query.where(_PUBLIC)
        with self._engine.connect() as connection:
            return {(row[0], row[1], bool(row[2])): row[3] for row in connection.execute(query)}

    def reports(self, value: Record) -> tuple[Report, ...]:
        own = select(record.c.profiles).where(record.c.id == value.id)
        query = select(report).where(report.c.hash == bytes.fromhex(value.hash))
        with self._engine.connect() as connection:
            names = [name.partition("#")[0] for name in (connection.scalar(own) or "").split()]
            query = query.where(report.c.profile.in_(names)).order_by(report.c.profile)
            found = connection.execute(query).mappings()
            return tuple(rows.report_of(row) for row in found)

    # the log

    def changes(self, *, after: int, limit: int) -> tuple[Change, ...]:
        return self._changes(change.c.sequence > after, limit)

    def history(self, record_id: str) -> tuple[Change, ...]:
        return self._changes(change.c.record == record_id, _REPLAY)

    def _changes(self, where: ColumnElement[bool], limit: int) -> tuple[Change, ...]:
        query = select(change, record.c.space, record.c.iri).join(
            record, record.c.id == change.c.record
        )
        query = query.where(where).order_by(change.c.sequence).limit(limit)
        with self._engine.connect() as connection:
            return tuple(rows.change_of(row) for row in connection.execute(query).mappings())

    def last_sequence(self) -> int:
        with self._engine.connect() as connection:
            return log.head(connection)[0]

    def verify_log(self) -> int | None:
        with self._engine.connect() as connection:
            return log.first_broken(connection)

    def state_hash(self) -> str:
        digest = hashlib.sha256()
        query = select(record.c.id, record.c.hash, record.c.deleted).order_by(record.c.id)
        with self._engine.connect() as connection:
            streamed = connection.execution_options(yield_per=10_000)
            for row in streamed.execute(query):
                digest.update(f"{row.id} {row.hash.hex()} {int(row.deleted)}\n".encode())
        return digest.hexdigest()

    # what URLs answered

    def put_answers(self, answers: Mapping[str, int]) -> None:
        if not answers:
            return
        now = self._now()
        with self._write() as connection:
            connection.execute(delete(url).where(url.c.url.in_(answers)))
            connection.execute(
                insert(url),
                [
                    {"url": u, "answers": 200 <= s < 300, "status": s, "checked": now}  # noqa: PLR2004
                    for u, s in answers.items()
                ],
            )

    def answers(self, urls: Iterable[str]) -> dict[str, bool]:
        with self._engine.connect() as connection:
            return {
                row.url: row.answers
                for some in _chunks(urls)
                for row in connection.execute(select(url).where(url.c.url.in_(some)))
            }

    def close(self) -> None:
        self._engine.dispose()


def _chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """Lists short enough for the number of parameters that a statement may have."""
    some: list[str] = []
    for value in values:
        some.append(value)
        if len(some) == _CHUNK:
            yield some
            some = []
    if some:
        yield some
