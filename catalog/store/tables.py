"""The tables of the record store, valid on SQLite and PostgreSQL alike.

Times are microseconds since 1970 in UTC. Texts by language, scores and spaces are JSON. A graph is
the canonical N-Quads text (RDFC-1.0), zstd-compressed; `hash` is the SHA-256 of the text.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Sequence = BigInteger().with_variant(Integer, "sqlite")

space = Table(
    "space",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("body", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
)

record = Table(
    "record",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("space", String(64), nullable=False),
    Column("iri", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("graph", LargeBinary, nullable=False),
    Column("title", Text, nullable=False),
    Column("visibility", String(12), nullable=False),
    Column("admission", String(12), nullable=False),
    Column("source", String(200), nullable=False),
    Column("profiles", Text, nullable=False),
    Column("conforms", Boolean, nullable=False),
    Column("score", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("modified", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("withdrawn", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("space", "iri"),
    Index(None, "space", "id"),
)

change = Table(
    "change",
    metadata,
    Column("sequence", Sequence, primary_key=True, autoincrement=False),
    Column("record", String(16), nullable=False),
    Column("operation", String(12), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("chain", LargeBinary(32), nullable=False),
    Index(None, "record", "sequence"),
)

report = Table(
    "report",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("profile", String(100), primary_key=True),
    Column("engine", String(20), nullable=False),
    Column("findings", LargeBinary, nullable=False),
)

refusal = Table(
    "refusal",
    metadata,
    Column("id", Sequence, primary_key=True, autoincrement=True),
    Column("space", String(64), nullable=False, index=True),
    Column("source", String(200), nullable=False),
    Column("iri", Text, nullable=False),
    Column("reason", String(40), nullable=False),
    Column("message", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("time", BigInteger, nullable=False),
)

url = Table(
    "url",
    metadata,
    Column("url", Text, primary_key=True),
    Column("answers", Boolean, nullable=False),
    Column("status", Integer, nullable=False),
    Column("checked", BigInteger, nullable=False),
)
