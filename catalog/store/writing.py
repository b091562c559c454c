"""The transactions that change records; each decides from the rows as they stand, then logs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, insert, select, update
from sqlalchemy import delete as sql_delete

from catalog.model import Operation, Refusal, Score, Visibility
from catalog.store import log, rows
from catalog.store.ports import Write, Written
from catalog.store.tables import record, refusal, report

_CHUNK: Final = 500
_LARGEST_RAW: Final = 65_536

Entry = tuple[str, Operation, bytes]


def write(connection: Connection, writes: Sequence[Write], now: int) -> Written:
    """Create or update; equal graphs leave no trace in the log unless the verdict is new."""
    standing = _standing(connection, [w.id for w in writes])
    operations: dict[str, Operation | None] = {}
    conflicts: list[str] = []
    new: list[dict[str, object]] = []
    changed: list[dict[str, object]] = []
    kept: list[Write] = []
    for one in writes:
        row = standing.get(one.id)
        if row is not None and row.source != one.source:
            conflicts.append(one.id)
            continue
        if row is not None and row.withdrawn:
            operations[one.id] = None
            continue
        kept.append(one)
        columns = rows.columns_of(one, now)
        operations[one.id] = operation = _operation(row, one, columns)
        if row is None:
            new.append(columns | {"version": 1, "created": now})
        elif operation is None:
            changed.append(columns | {"modified": row.modified, "version": row.version})
        else:
            changed.append(columns | {"version": row.version + 1})
    if new:
        connection.execute(insert(record), new)
    if changed:
        connection.execute(_UPDATE, [_prefixed(columns) for columns in changed])
    _put_reports(connection, kept)
    entries = [(w.id, operation, w.hash) for w in kept if (operation := operations[w.id])]
    first, last = log.append(connection, entries, now)
    return Written(operations, tuple(conflicts), first, last)


def delete(
    connection: Connection, ids: Sequence[str], reason: str, now: int, *, withdrawn: bool
) -> Written:
    standing = _standing(connection, ids)
    entries: list[Entry] = [
        (row.id, Operation.DELETED, row.hash) for row in standing.values() if not row.deleted
    ]
    marks = {"deleted": True, "reason": reason, "withdrawn": withdrawn}
    return _mark(connection, entries, marks, now)


def restore(connection: Connection, ids: Sequence[str], now: int) -> Written:
    standing = _standing(connection, ids)
    entries: list[Entry] = [
        (row.id, Operation.RESTORED, row.hash) for row in standing.values() if row.deleted
    ]
    marks = {"deleted": False, "reason": "", "withdrawn": False}
    return _mark(connection, entries, marks, now)


def rescore(connection: Connection, scores: Mapping[str, Score], now: int) -> Written:
    standing = _standing(connection, list(scores))
    for record_id, score in scores.items():
        connection.execute(
            update(record).where(record.c.id == record_id).values(score=rows.json(score))
        )
    entries: list[Entry] = [(row.id, Operation.CHECKED, row.hash) for row in standing.values()]
    first, last = log.append(connection, entries, now)
    return Written({entry[0]: entry[1] for entry in entries}, (), first, last)


def rejudge(connection: Connection, verdicts: Mapping[str, Visibility], now: int) -> Written:
    """Those that change are logged as checked, so that every view replays them."""
    standing = _standing(connection, list(verdicts))
    changed = [row for row in standing.values() if row.visibility != verdicts[row.id].value]
    for row in changed:
        where = record.c.id == row.id
        connection.execute(update(record).where(where).values(visibility=verdicts[row.id].value))
    entries: list[Entry] = [(row.id, Operation.CHECKED, row.hash) for row in changed]
    first, last = log.append(connection, entries, now)
    return Written({entry[0]: entry[1] for entry in entries}, (), first, last)


def refuse(
    connection: Connection, origin: tuple[str, str], refusals: Sequence[Refusal], now: int
) -> None:
    """Keep refusals; a later one for the same IRI takes the place of the former."""
    space, source = origin
    same = and_(
        refusal.c.space == space,
        refusal.c.source == source,
        refusal.c.iri.in_([one.iri for one in refusals]),
    )
    connection.execute(sql_delete(refusal).where(same))
    connection.execute(
        insert(refusal),
        [
            {
                "space": space,
                "source": source,
                "iri": one.iri,
                "reason": one.reason,
                "message": one.message,
                "line": one.line,
                "raw": one.raw[:_LARGEST_RAW],
                "time": now,
            }
            for one in refusals
        ],
    )


def _operation(row: Row[Any] | None, one: Write, columns: dict[str, object]) -> Operation | None:
    """What a write means for a record as it stands; None when nothing that shows has changed."""
    if row is None:
        return Operation.CREATED
    if row.deleted:
        return Operation.RESTORED
    if row.hash != one.hash:
        return Operation.UPDATED
    same = row.profiles == columns["profiles"] and row.visibility == columns["visibility"]
    return None if same else Operation.CHECKED


def _standing(connection: Connection, ids: Sequence[str]) -> dict[str, Row[Any]]:
    c = record.c
    query = select(
        c.id, c.hash, c.source, c.version, c.deleted, c.withdrawn, c.profiles, c.visibility,
        c.modified,
    )  # fmt: skip
    found: dict[str, Row[Any]] = {}
    for start in range(0, len(ids), _CHUNK):
        where = c.id.in_(ids[start : start + _CHUNK])
        found |= {row.id: row for row in connection.execute(query.where(where))}
    return found


def _mark(
    connection: Connection, entries: Sequence[Entry], values: Mapping[str, object], now: int
) -> Written:
    ids = [entry[0] for entry in entries]
    for start in range(0, len(ids), _CHUNK):
        where = record.c.id.in_(ids[start : start + _CHUNK])
        connection.execute(
            update(record).where(where).values(**values, modified=now, version=record.c.version + 1)
        )
    first, last = log.append(connection, entries, now)
    return Written({entry[0]: entry[1] for entry in entries}, (), first, last)


def _put_reports(connection: Connection, writes: Iterable[Write]) -> None:
    """Keep each report under its graph's hash; the same graph checked again replaces it."""
    reports = {
        (w.hash, r.profile): rows.columns_of_report(w.hash, r) for w in writes for r in w.reports
    }
    if not reports:
        return
    hashes = list({hash_ for hash_, _ in reports})
    profiles = list({profile for _, profile in reports})
    for start in range(0, len(hashes), _CHUNK):
        some = hashes[start : start + _CHUNK]
        connection.execute(
            sql_delete(report).where(report.c.hash.in_(some), report.c.profile.in_(profiles))
        )
    connection.execute(insert(report), list(reports.values()))


def _prefixed(columns: dict[str, object]) -> dict[str, object]:
    return {f"new_{name}": value for name, value in columns.items()}


_FIXED: Final = {"id", "space", "iri", "created", "withdrawn"}
_UPDATE: Final = (
    update(record)
    .where(record.c.id == bindparam("new_id"))
    .values({c.name: bindparam(f"new_{c.name}") for c in record.c if c.name not in _FIXED})
)
