"""The change log: gapless sequences, each row chained to the one before it.

`chain` of a row is SHA-256 over the chain before it and the row's own fields, so that a row
changed, dropped or put elsewhere breaks every chain after it.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, insert, select

from catalog.model import Operation
from catalog.store.tables import change

GENESIS: Final = bytes(32)


def link(
    before: bytes, sequence: int, record: str, operation: str, hash_: bytes, time: int
) -> bytes:
    fields = f"{sequence}\n{record}\n{operation}\n{hash_.hex()}\n{time}".encode()
    return hashlib.sha256(before + fields).digest()


def head(connection: Connection) -> tuple[int, bytes]:
    """The last sequence and its chain; 0 and zeros for an empty log."""
    row = connection.execute(
        select(change.c.sequence, change.c.chain).order_by(change.c.sequence.desc()).limit(1)
    ).first()
    return (row.sequence, row.chain) if row else (0, GENESIS)


def append(
    connection: Connection, entries: Iterable[tuple[str, Operation, bytes]], now: int
) -> tuple[int, int]:
    """Append (record, operation, hash) rows; the first and last sequence of what was appended."""
    before, chain = head(connection)
    rows = []
    sequence = before
    for record, operation, hash_ in entries:
        sequence += 1
        chain = link(chain, sequence, record, operation.value, hash_, now)
        rows.append(
            {
                "sequence": sequence,
                "record": record,
                "operation": operation.value,
                "hash": hash_,
                "time": now,
                "chain": chain,
            }
        )
    if not rows:
        return before, before
    connection.execute(insert(change), rows)
    return before + 1, sequence


def first_broken(connection: Connection) -> int | None:
    """The first sequence that is missing or whose chain does not hold; None when all is well."""
    chain = GENESIS
    expected = 1
    for row in connection.execution_options(yield_per=10_000).execute(
        select(change).order_by(change.c.sequence)
    ):
        if row.sequence != expected:
            return expected
        chain = link(chain, row.sequence, row.record, row.operation, row.hash, row.time)
        if chain != row.chain:
            return expected
        expected += 1
    return None
