"""The DCAT-AP 3.0.1 shapes find what the specification's quick reference asks for."""

from functools import cache

import pytest

from catalog.model import Finding, Severity
from catalog.validation.engines import engine_for
from catalog.validation.ports import Engine
from vocabularies import profiles
from vocabularies.profiles import triples_of
from vocabularies.rdf import Graph

AP = "https://w3id.org/hutong/profiles/dcat-ap/3.0.1#"
PREFIXES = """
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcatap: <http://data.europa.eu/r5r/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix au: <http://publications.europa.eu/resource/authority/> .
"""

MANDATORY = {
    "foaf:Agent": "foaf:name",
    "dcat:Catalog": "dct:description dct:publisher dct:title",
    "dcat:CatalogRecord": "dct:modified foaf:primaryTopic",
    "spdx:Checksum": "spdx:algorithm spdx:checksumValue",
    "skos:Concept": "skos:prefLabel",
    "skos:ConceptScheme": "dct:title",
    "dcat:DataService": "dcat:endpointURL dct:title",
    "dcat:Dataset": "dct:description dct:title",
    "dcat:DatasetSeries": "dct:description dct:title",
    "dcat:Distribution": "dcat:accessURL",
    "adms:Identifier": "skos:notation",
    "dcat:Relationship": "dcat:hadRole dct:relation",
}
RECOMMENDED = {
    "foaf:Agent": "dct:type",
    "dcat:Catalog": "dct:spatial foaf:homepage dct:language dct:license dct:modified dct:issued"
    " dcat:themeTaxonomy",
    "dcat:CatalogRecord": "dct:conformsTo adms:status dct:issued",
    "dcat:DataService": "dct:conformsTo dcat:contactPoint dcat:endpointDescription dcat:keyword"
    " dct:publisher dcat:servesDataset dcat:theme",
    "dcat:Dataset": "dcat:contactPoint dcat:distribution dct:spatial dcat:keyword dct:publisher"
    " dct:temporal dcat:theme",
    "dcat:DatasetSeries": "dcat:contactPoint dct:spatial dct:publisher",
    "dcat:Distribution": "dcatap:availability dct:description dct:format dct:license",
    "dct:LicenseDocument": "dct:type",
}
"""From the quick reference; what is asked for by alternatives has tests of its own below."""

NAMES = {
    line.split()[1].rstrip(":"): line.split()[2].strip("<>")
    for line in PREFIXES.split("\n")
    if line
}


def pairs(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(kind, path) for kind, paths in table.items() for path in paths.split()]


def expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"<{NAMES[prefix]}{local}>"


@cache
def engine(profile: str) -> Engine:
    return engine_for(profiles.find(profile), Graph(), choice="compiled")


def found(turtle: str, profile: str = "dcat-ap") -> tuple[Finding, ...]:
    return engine(profile).validate(Graph(triples_of((PREFIXES + turtle).encode(), "test")))


def shapes_of(turtle: str, severity: Severity | None = None) -> set[str]:
    return {
        one.shape.removeprefix(f"<{AP}").rstrip(">")
        for one in found(turtle)
        if severity in (None, one.severity)
    }


@pytest.mark.parametrize(("kind", "path"), pairs(MANDATORY))
def test_a_missing_mandatory_property_is_a_violation(kind: str, path: str):
    assert any(
        (one.path, one.severity) == (expanded(path), Severity.VIOLATION)
        and one.component.endswith("#MinCountConstraintComponent")
        for one in found(f"<urn:x> a {kind} .")
    )


@pytest.mark.parametrize(("kind", "path"), pairs(RECOMMENDED))
def test_a_missing_recommended_property_is_a_warning(kind: str, path: str):
    assert any(
        (one.path, one.severity) == (expanded(path), Severity.WARNING)
        and one.component.endswith("#MinCountConstraintComponent")
        for one in found(f"<urn:x> a {kind} .")
    )


@pytest.mark.parametrize("kind", sorted(MANDATORY | RECOMMENDED))
def test_nothing_else_is_asked_of_a_bare_node(kind: str):
    asked = {
        expanded(path) for table in (MANDATORY, RECOMMENDED) for path in table.get(kind, "").split()
    }
    paths = {one.path for one in found(f"<urn:x> a {kind} .") if one.path.count("<") == 1}
    assert paths == asked


def test_an_absent_optional_property_is_no_finding():
    assert not {one for one in found("<urn:x> a dcat:Dataset .") if one.severity is Severity.INFO}


COMPLETE = """
<urn:d> a dcat:Dataset ; dct:title "Air"@en, "空气"@zh ; dct:description "Hourly."@en ;
    dcat:contactPoint [ a vcard:Organization ; vcard:hasEmail <mailto:a@e.example> ] ;
    dcat:keyword "air"@en ; dct:publisher <urn:a> ; dct:spatial au:country\\/DEU ;
    dcat:theme au:data-theme\\/ENVI ;
    dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2020"^^xsd:gYear ] ;
    dct:issued "2026-01-01"^^xsd:date ; dct:modified "2026-01-01T00:00:00Z"^^xsd:dateTime ;
    dct:accrualPeriodicity au:frequency\\/DAILY ; dct:language au:language\\/ENG ;
    dct:accessRights au:access-right\\/PUBLIC ; dcat:inSeries <urn:series> ;
    dcat:version "1" ; dcat:distribution <urn:x> .
<urn:a> a foaf:Organization ; foaf:name "City"@en ;
    dct:type <http://purl.org/adms/publishertype/LocalAuthority> .
<urn:x> a dcat:Distribution ; dcat:accessURL <https://e.example/f.csv> ;
    dcatap:availability au:planned-availability\\/STABLE ; dct:description "CSV"@en ;
    dct:format au:file-type\\/CSV ; dct:license <http://creativecommons.org/licenses/by/4.0/> ;
    dcat:byteSize "7"^^xsd:nonNegativeInteger ;
    dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ;
    spdx:checksum [ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ;
        spdx:checksumValue "00ff"^^xsd:hexBinary ] .
"""


def test_a_complete_dataset_has_no_finding():
    assert found(COMPLETE) == ()


@pytest.mark.parametrize(
    ("old", "new", "shape", "severity"),
    [
        ('dct:title "Air"@en, "空气"@zh', "dct:title <urn:t>", "Dataset-title-kind", "Violation"),
        ("<https://e.example/f.csv>", '"f.csv"', "Distribution-accessURL-kind", "Violation"),
        ("dct:publisher <urn:a>", 'dct:publisher "City"', "Dataset-publisher-kind", "Warning"),
        (
            "dct:publisher <urn:a>", "dct:publisher <urn:a>, <urn:b>",
            "Dataset-publisher-once", "Warning",
        ),
        (
            "dct:publisher <urn:a>", 'dct:publisher [ foaf:name "X" ]',
            "Dataset-publisher-kind", "Warning",
        ),
        (
            "dct:publisher <urn:a>", "dct:publisher <urn:x>",
            "Dataset-publisher-kind", "Warning",
        ),
        ('"2026-01-01"^^xsd:date', '"2026-01-01"', "Dataset-issued-kind", "Info"),
        ('"2026-01-01"^^xsd:date', '"soon"^^xsd:date', "Dataset-issued-kind", "Info"),
        ('"7"^^xsd:nonNegativeInteger', '"7"^^xsd:string', "Distribution-byteSize-kind", "Info"),
        ('"00ff"^^xsd:hexBinary', '"00ff"', "Checksum-checksumValue-kind", "Violation"),
        ('dcat:version "1"', 'dcat:version "1", "2"', "Dataset-version-once", "Info"),
        ("dcat:inSeries <urn:series>", 'dcat:inSeries "s"', "Dataset-inSeries-kind", "Info"),
        ("au:frequency\\/DAILY", "<urn:daily>", "vocabulary-frequency-term", "Warning"),
        ("au:data-theme\\/ENVI", "<urn:air>", "vocabulary-theme", "Warning"),
        ("au:file-type\\/CSV", "[ a dct:MediaTypeOrExtent ]", "vocabulary-format-term", "Warning"),
        ("au:access-right\\/PUBLIC", "<urn:open>", "vocabulary-accessRights-term", "Info"),
        (
            "au:planned-availability\\/STABLE", "au:planned-availability\\/STABEL",
            "vocabulary-availability-term", "Warning",
        ),
        ("a dcat:Distribution", "a dcat:Thing", "Dataset-distribution-kind", "Warning"),
    ],
)  # fmt: skip
def test_a_single_defect_is_the_single_finding(old: str, new: str, shape: str, severity: str):
    assert old in COMPLETE
    told = found(COMPLETE.replace(old, new))
    names = {(one.shape.removeprefix(f"<{AP}").rstrip(">"), one.severity.value) for one in told}
    assert (shape, severity) in names
    assert len(told) == 1 or names == {(shape, severity)}, names


def test_the_controlled_vocabularies_can_be_switched_off():
    turtle = COMPLETE.replace("au:frequency\\/DAILY", "<urn:daily>")
    assert found(turtle, "dcat-ap!controlled-vocabularies") == ()


def test_another_theme_may_stand_beside_that_of_the_table():
    assert found(COMPLETE.replace("au:data-theme\\/ENVI", "au:data-theme\\/ENVI, <urn:air>")) == ()


def test_a_link_to_another_record_needs_no_type_here():
    turtle = COMPLETE + "<urn:d> dcat:hasVersion <urn:v2> ; dct:source <urn:old> ."
    assert found(turtle) == ()


def test_a_period_needs_a_start_or_an_end_but_not_both():
    assert shapes_of("[] a dct:PeriodOfTime .") == {"PeriodOfTime-limit-needed"}
    assert shapes_of('[] a dct:PeriodOfTime ; dcat:endDate "2026"^^xsd:gYear .') == set()


def test_a_place_without_an_iri_needs_something_to_be_found_by():
    assert shapes_of("[] a dct:Location .") == {"Location-place-needed"}
    assert shapes_of('[] a dct:Location ; dcat:bbox "POLYGON EMPTY" .') == set()
    assert shapes_of("<urn:place> a dct:Location .") == set()


def test_a_catalogue_is_asked_for_any_kind_of_content():
    assert "Catalogue-listing-needed" in shapes_of("<urn:c> a dcat:Catalog .")
    assert "Catalogue-listing-needed" not in shapes_of(
        "<urn:c> a dcat:Catalog ; dcat:service <urn:s> ."
    )
