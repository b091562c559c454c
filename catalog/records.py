"""Records: reading one, its history, its reports, and taking it away or back."""

from collections.abc import Sequence
from typing import Final

from catalog.errors import Gone, NotThere
from catalog.hub import Hub
from catalog.model import Change, Record, Report, record_id
from catalog.validation.quality import dqv_lines
from catalog.views import View, follow
from catalog.visibility import is_public, is_shown
from vocabularies.rdf import (
    DCAT,
    DCT,
    FOAF,
    SPDX,
    TYPE,
    XSD,
    Graph,
    Term,
    iri,
    is_iri,
    literal,
    plain,
)

_LINKS: Final = 500
"""Links of a record that are looked up."""


def public_record(hub: Hub, record: str) -> Record:
    """The record, when everybody may see it.

    Raises:
        NotThere: there is none, or it is restricted; the two look the same.
        Gone: it was public and was withdrawn; says when and why.
    """
    found = hub.store.record(record)
    if found is None or not is_public(found):
        raise NotThere("There is no such record.", place=record, hint="Search for it by its title.")
    if found.deleted:
        raise Gone(
            f"This record was withdrawn on {found.modified:%Y-%m-%d}: {found.deletion_reason}.",
            place=record,
        )
    return found


def tombstone(hub: Hub, record: str) -> Record:
    """What is left of a public record that was withdrawn.

    Raises:
        NotThere: there is no such tombstone that everybody may see.
    """
    found = hub.store.record(record)
    if found is None or not found.deleted or not is_public(found):
        raise NotThere("There is no such record.", place=record)
    return found


def reports(hub: Hub, record: Record) -> tuple[Report, ...]:
    """The reports of the record's graph as it stands, one a profile."""
    return hub.store.reports(record)


def neighbours(hub: Hub, record: Record) -> dict[str, Record]:
    """The public records of the same space that a record links to, by their publisher's IRI."""
    own = Graph.from_lines(record.graph).by_subject.get(iri(record.iri), {})
    named = sorted({plain(o) for objects in own.values() for o in objects if is_iri(o)})
    found = hub.store.records(record_id(record.space, name) for name in named[:_LINKS])
    return {one.iri: one for one in found.values() if is_shown(one) and one.id != record.id}


def history(hub: Hub, record: Record) -> tuple[Change, ...]:
    """What the change log says of a record, oldest first."""
    return hub.store.history(record.id)


def record_iri(hub: Hub, record: Record) -> Term:
    """The hub's own IRI for its entry: never the publisher's."""
    return iri(f"{hub.settings.url}/records/{record.id}")


def record_graph(hub: Hub, record: Record) -> Graph:
    """The publisher's graph, unchanged, and the hub's dcat:CatalogRecord about it.

    The entry names its topic, when the hub first and last saw it change, the profiles that it was
    checked against, its hash, and its quality as DQV (DCAT 3, section 6.5; DQV, section 4.4).
    """
    graph = Graph.from_lines(record.graph)
    entry = record_iri(hub, record)
    checksum = f"{entry[:-1]}#checksum>"
    moments = (("issued", record.created), ("modified", record.modified))
    for name, time in moments:
        stamp = literal(time.isoformat(timespec="seconds"), datatype=XSD["dateTime"])
        graph.add(entry, DCT[name], stamp)
    for subject, predicate, value in (
        (entry, TYPE, DCAT["CatalogRecord"]),
        (entry, FOAF["primaryTopic"], iri(record.iri)),
        (entry, DCT["identifier"], literal(record.id)),
        (entry, DCT["isPartOf"], iri(f"{hub.settings.url}/spaces/{record.space}")),
        (entry, SPDX["checksum"], checksum),
        (checksum, TYPE, SPDX["Checksum"]),
        (checksum, SPDX["algorithm"], SPDX["checksumAlgorithm_sha256"]),
        (checksum, SPDX["checksumValue"], literal(record.hash, datatype=XSD["hexBinary"])),
    ):
        graph.add(subject, predicate, value)
    for report in reports(hub, record):
        name, _, version = report.profile.partition("@")
        graph.add(entry, DCT["conformsTo"], iri(f"{hub.settings.url}/profiles/{name}/{version}"))
    for triple in Graph.from_lines(dqv_lines(entry[1:-1], record.score)).triples():
        graph.add(*triple)
    return graph


def delete(hub: Hub, ids: Sequence[str], reason: str) -> int:
    """Withdraw records: tombstones, out of every view, until they are restored; how many.

    Their source cannot bring them back.

    Raises:
        NotThere: one of the ids is unknown; nothing was deleted.
    """
    _check(hub, ids)
    written = hub.store.delete(ids, reason, withdrawn=True)
    view = View(hub)
    view.show(written, dict.fromkeys(written.operations))
    view.finish()
    return len(written.operations)


def restore(hub: Hub, ids: Sequence[str]) -> int:
    """Turn tombstones back into records; how many there were.

    Raises:
        NotThere: one of the ids is unknown; nothing was restored.
    """
    _check(hub, ids)
    written = hub.store.restore(ids)
    follow(hub)
    return len(written.operations)


def _check(hub: Hub, ids: Sequence[str]) -> None:
    there = hub.store.records(ids)
    missing = [record for record in ids if record not in there]
    if missing:
        raise NotThere("There is no such record.", place=missing[0])
