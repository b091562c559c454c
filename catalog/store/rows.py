"""Rows to values and back: what a column holds, said once."""

import threading
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import msgspec
import zstandard

from catalog.model import (
    Admission,
    Change,
    Finding,
    OfferingKind,
    Operation,
    Record,
    Report,
    Score,
    Texts,
    Visibility,
)
from catalog.store.ports import PackedReport, Write

_FINDINGS: Final = msgspec.msgpack.Decoder(tuple[Finding, ...])
_TEXTS: Final = msgspec.json.Decoder(Texts)
_SCORE: Final = msgspec.json.Decoder(Score)
_JSON: Final = msgspec.json.Encoder()
_LARGEST_GRAPH: Final = 64_000_000


class Row(Protocol):
    """A row by the names of its columns. Workers, which fill rows, need no database library."""

    def __getitem__(self, name: str, /) -> Any: ...  # noqa: ANN401 - what a column holds


def microseconds(time: datetime) -> int:
    return int(time.timestamp() * 1_000_000)


def moment(time: int) -> datetime:
    return datetime.fromtimestamp(time / 1_000_000, UTC)


def compress(text: str) -> bytes:
    return _compressed(text.encode())


def _compressed(body: bytes) -> bytes:
    """As a zstd frame; each thread keeps its compressor, which takes long to set up."""
    compressor: zstandard.ZstdCompressor | None = getattr(_LOCAL, "compressor", None)
    if compressor is None:
        compressor = _LOCAL.compressor = zstandard.ZstdCompressor(level=3)
    return compressor.compress(body)


_LOCAL: Final = threading.local()


def expand(packed: bytes) -> str:
    unpacked = zstandard.ZstdDecompressor().decompress(packed, max_output_size=_LARGEST_GRAPH)
    return unpacked.decode()


def json(value: object) -> str:
    return _JSON.encode(value).decode()


def columns_of(write: Write, now: int) -> dict[str, object]:
    """The columns that a write sets, apart from what only a new record gets."""
    return {
        "id": write.id,
        "space": write.space,
        "iri": write.iri,
        "kind": write.kind.value,
        "hash": write.hash,
        "digest": write.digest,
        "graph": write.graph,
        "title": write.title,
        "visibility": write.visibility.value,
        "admission": write.admission.value if write.admission else "",
        "source": write.source,
        "profiles": write.profiles,
        "conforms": all(report.conforms for report in write.reports),
        "score": write.score,
        "modified": now,
        "deleted": False,
        "reason": "",
    }


def record_of(row: Row) -> Record:
    return Record(
        id=row["id"],
        space=row["space"],
        iri=row["iri"],
        kind=OfferingKind(row["kind"]),
        hash=row["hash"].hex(),
        graph=expand(row["graph"]),
        title=_TEXTS.decode(row["title"]),
        visibility=Visibility(row["visibility"]),
        admission=Admission(row["admission"]) if row["admission"] else None,
        source=row["source"],
        version=row["version"],
        created=moment(row["created"]),
        modified=moment(row["modified"]),
        score=_SCORE.decode(row["score"]),
        deleted=row["deleted"],
        deletion_reason=row["reason"],
    )


def change_of(row: Row) -> Change:
    return Change(
        sequence=row["sequence"],
        record=row["record"],
        space=row["space"],
        iri=row["iri"],
        operation=Operation(row["operation"]),
        hash=row["hash"].hex(),
        time=moment(row["time"]),
    )


def packed(report: Report) -> PackedReport:
    """The report as it is kept; made where it is found, so that the hub need not unpack it."""
    findings = _compressed(msgspec.msgpack.encode(report.findings))
    count = len(report.findings)
    return PackedReport(report.profile, report.engine, report.conforms, count, findings)


def columns_of_report(hash_: bytes, report: PackedReport) -> dict[str, object]:
    return {
        "hash": hash_,
        "profile": report.profile,
        "engine": report.engine,
        "findings": report.findings,
    }


def report_of(row: Row) -> Report:
    unpacked = zstandard.ZstdDecompressor().decompress(
        row["findings"], max_output_size=_LARGEST_GRAPH
    )
    return Report(row["profile"], row["engine"], _FINDINGS.decode(unpacked))
