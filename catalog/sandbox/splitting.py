"""Which statements belong to which offering: roots, and what each of them owns.

A part is a root with everything that is reached from it through blank nodes and through the
predicates of OWNED. Another root is never walked into, apart from those of GLIMPSED, of which only
what names them travels along. What several offerings share (an agent, a licence) travels with each.
"""

from typing import Final

from catalog.model import OfferingKind
from vocabularies.rdf import (
    ADMS,
    DCAT,
    DCT,
    DPROD,
    DQV,
    FOAF,
    LOCN,
    ODRL,
    PROV,
    RDFS,
    SCHEMA,
    SKOS,
    SPDX,
    TDS,
    TYPE,
    VCARD,
)

KINDS: Final[dict[bytes, tuple[int, OfferingKind]]] = {
    term.encode(): (rank, kind)
    for rank, (kind, terms) in enumerate(
        (
            (OfferingKind.CATALOG, (DCAT["Catalog"], TDS["DataSpace"])),
            (OfferingKind.SERIES, (DCAT["DatasetSeries"],)),
            (OfferingKind.PRODUCT, (TDS["DataProduct"], DPROD["DataProduct"])),
            (OfferingKind.APPLICATION, (TDS["Application"],)),
            (OfferingKind.COMPONENT, (TDS["Component"],)),
            (OfferingKind.PARTICIPANT, (TDS["Participant"],)),
            (OfferingKind.SERVICE, (DCAT["DataService"],)),
            (OfferingKind.DATASET, (DCAT["Dataset"],)),
        )
    )
    for term in terms
}
"""Classes of roots; where a resource has several, the first counts, as the more specific one."""

RANKS: Final[dict[int, OfferingKind]] = dict(KINDS.values())

OWNED: Final[frozenset[bytes]] = frozenset(
    term.encode()
    for term in (
        ADMS["identifier"],
        ADMS["sample"],
        DCAT["accessService"],
        DCAT["contactPoint"],
        DCAT["distribution"],
        DCAT["qualifiedRelation"],
        DCAT["record"],
        DCAT["spatialDistribution"],
        DCT["accessRights"],
        DCT["conformsTo"],
        DCT["contributor"],
        DCT["creator"],
        DCT["license"],
        DCT["provenance"],
        DCT["publisher"],
        DCT["rights"],
        DCT["rightsHolder"],
        DCT["spatial"],
        DCT["temporal"],
        DQV["hasQualityAnnotation"],
        DQV["hasQualityMeasurement"],
        DQV["inDimension"],
        DQV["isMeasurementOf"],
        FOAF["page"],
        LOCN["geometry"],
        ODRL["action"],
        ODRL["assignee"],
        ODRL["assigner"],
        ODRL["constraint"],
        ODRL["duty"],
        ODRL["hasPolicy"],
        ODRL["obligation"],
        ODRL["permission"],
        ODRL["prohibition"],
        ODRL["refinement"],
        ODRL["remedy"],
        ODRL["target"],
        PROV["agent"],
        PROV["qualifiedAttribution"],
        PROV["wasGeneratedBy"],
        SCHEMA["offers"],
        SCHEMA["priceSpecification"],
        SPDX["checksum"],
        VCARD["hasAddress"],
        DCAT["theme"],
        TDS["industry"],
        TDS["provider"],
        TDS["space"],
        TDS["dataStructure"],
    )
)
"""Predicates whose IRI objects belong to the part, where the source describes them."""

WALKED: Final = frozenset({DCAT["accessService"].encode()})
"""Predicates that lead into another root, which then travels along as a part of this one."""

GLIMPSED: Final = frozenset(
    {TDS["space"].encode(), TDS["provider"].encode(), DCT["publisher"].encode()}
)
"""Predicates that lead to another root of which only NAMES travel along."""

NAMES: Final = frozenset(
    term.encode()
    for term in (
        TYPE,
        DCT["title"],
        FOAF["name"],
        RDFS["label"],
        SKOS["prefLabel"],
        SKOS["notation"],
        SKOS["inScheme"],
        TDS["spaceKind"],
        DCT["identifier"],
        DCT["type"],
    )
)
"""What is said of a glimpsed root or of a concept."""

CONCEPT: Final = SKOS["Concept"].encode()

UNFOLLOWED: Final = frozenset(
    {DCAT["servesDataset"].encode(), DCAT["dataset"].encode(), DCAT["service"].encode()}
)
"""Links between roots: kept as statements, never walked."""
