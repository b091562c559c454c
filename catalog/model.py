"""What the catalogue speaks of: spaces, offerings, records, findings, scores and changes."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final

from vocabularies.rdf import Term

Texts = dict[str, str]
"""One text per language tag; the tag is "" where the source gave none."""


class SpaceKind(StrEnum):
    """The five kinds of trusted data space."""

    ENTERPRISE = "enterprise"
    INDUSTRY = "industry"
    CITY = "city"
    PERSONAL = "personal"
    CROSS_BORDER = "cross-border"


class OfferingKind(StrEnum):
    """What a space can offer; a catalogue is no offering but is read and checked like one."""

    DATASET = "dataset"
    SERIES = "series"
    SERVICE = "service"
    PRODUCT = "product"
    APPLICATION = "application"
    COMPONENT = "component"
    PARTICIPANT = "participant"
    CATALOG = "catalog"

    @property
    def is_offering(self) -> bool:
        return self is not OfferingKind.CATALOG


class Severity(StrEnum):
    """How grave a finding is, as in SHACL section 2.1.4."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


class Visibility(StrEnum):
    """Who may see a record: everybody, or the members of its space."""

    PUBLIC = "public"
    RESTRICTED = "restricted"


class Operation(StrEnum):
    """What a row of the change log says happened to a record."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    RESTORED = "restored"
    CHECKED = "checked"


class Admission(StrEnum):
    """How far an offering, participant or component has come on its way in."""

    SUBMITTED = "submitted"
    CHECKED = "checked"
    ADMITTED = "admitted"
    PUBLISHED = "published"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        """True when the public may see what is in this state."""
        return self in {Admission.ADMITTED, Admission.PUBLISHED}


@dataclass(frozen=True, slots=True)
class Relation:
    """A tie from one space to another: `contains`, `evolvedFrom` or `interconnectsWith`."""

    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Space:
    """A data space as the hub knows it; `id` is the word in its URL."""

    id: str
    kind: SpaceKind
    title: Texts = field(default_factory=dict)
    description: Texts = field(default_factory=dict)
    iri: str = ""
    operator: Texts = field(default_factory=dict)
    homepage: str = ""
    profiles: tuple[str, ...] = ("dcat-ap",)
    visibility: Visibility = Visibility.PUBLIC
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a check (SHACL section 3.6.2).

    `focus`, `value` and `shape` are terms. `path` is the SPARQL text of the property path, a plain
    IRI in angle brackets for the common case, empty for a node shape. `component` is the IRI of
    the constraint component without brackets. `messages` has a text per language. A severity of
    the shapes' own counts as a violation; its IRI is kept in `own_severity`.
    """

    severity: Severity
    focus: Term
    path: str
    component: str
    value: Term | None
    shape: Term
    messages: Texts = field(default_factory=dict)
    own_severity: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What one profile's check of one graph found; `profile` is `name@version`."""

    profile: str
    engine: str
    findings: tuple[Finding, ...] = ()

    @property
    def conforms(self) -> bool:
        """True when no finding is a violation (warnings and hints do not stop a record)."""
        return all(finding.severity is not Severity.VIOLATION for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Metric:
    """One measure of quality: points reached of the points there are to reach.

    `points` is None while it has not been measured (does the URL answer?).
    """

    name: str
    dimension: str
    points: int | None
    most: int


@dataclass(frozen=True, slots=True)
class Score:
    """The quality of a record's description, of 405 points (data.europa.eu method).

    `space` is what a data space asks beyond that method, a point each, none of them of the 405.
    """

    metrics: tuple[Metric, ...]
    space: tuple[Metric, ...] = ()

    @property
    def total(self) -> int:
        return sum(metric.points or 0 for metric in self.metrics)

    @property
    def band(self) -> str:
        """Excellent 351-405, good 221-350, sufficient 121-220, bad 0-120."""
        total = self.total
        bands = ((351, "excellent"), (221, "good"), (121, "sufficient"))
        return next((name for least, name in bands if total >= least), "bad")


@dataclass(frozen=True, slots=True)
class Part:
    """One root of an input and everything that belongs to it, as the reader cuts it out.

    `lines` are N-Triples lines, unique and sorted, in canonical escapes but with the blank-node
    labels of the source; `digest` is their SHA-256 in hex. `line` is where the root first stands
    in the input (1 is the first; 0 unknown).
    """

    kind: OfferingKind
    iri: str
    lines: str
    digest: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that did not land: why, where, and its raw bytes."""

    iri: str
    reason: str
    message: str
    raw: bytes = b""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """The hub's entry about one offering of one space, as it stands now.

    `graph` is the canonical form (RDFC-1.0) as sorted N-Quads lines; `hash` is its SHA-256 in hex.
    """

    id: str
    space: str
    iri: str
    kind: OfferingKind
    hash: str
    graph: str
    title: Texts
    visibility: Visibility
    admission: Admission | None
    source: str
    version: int
    created: datetime
    modified: datetime
    score: Score
    deleted: bool = False
    deletion_reason: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A row of the change log; `sequence` only grows."""

    sequence: int
    record: str
    space: str
    iri: str
    operation: Operation
    hash: str
    time: datetime


@lru_cache(maxsize=10_000)
def record_id(space: str, iri: str) -> str:
    """The stable id of (space, publisher's IRI): 80 bits of SHA-256 in lower-case base32.

    >>> record_id("battery", "https://galaxy.example/d/passport")
    'tqmuh2vbxx26a7yq'
    """
    bits = int.from_bytes(hashlib.sha256(f"{space}\n{iri}".encode()).digest()[:10])
    return "".join(_PAIRS[bits >> shift & 1023] for shift in range(70, -1, -10))


_SIGNS: Final = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS: Final = tuple(first + second for first in _SIGNS for second in _SIGNS)
"""Ten bits in base32; the library takes them one by one, which shows at a thousand ids a second."""
