"""The tds shapes find what a trusted data space and Article 33 of the EU Data Act ask for."""

from functools import cache

import pytest

from catalog.model import Finding, Severity
from catalog.validation.engines import engine_for
from catalog.validation.ports import Engine
from vocabularies import profiles
from vocabularies.profiles import triples_of
from vocabularies.rdf import Graph

TP = "https://w3id.org/hutong/profiles/tds/1.0#"
PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix schema: <https://schema.org/> .
@prefix tds: <https://w3id.org/hutong/tds#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix au: <http://publications.europa.eu/resource/authority/> .
@prefix hub: <https://w3id.org/hutong/> .
"""

PRODUCT = """
<urn:p> a tds:DataProduct ; dct:title "Passport"@en ; dct:description "Per battery."@en ;
    tds:space <urn:s> ; tds:provider <urn:a> ; tds:admissionState hub:admission-state\\/published ;
    tds:securityLevel hub:security-level\\/L2 ; tds:deliveryMethod hub:delivery-method\\/api ;
    odrl:hasPolicy [ a odrl:Offer ; odrl:permission [ odrl:action odrl:use ] ] ;
    schema:offers [ a schema:Offer ; schema:price "100.00"^^xsd:decimal ;
        schema:priceCurrency "CNY" ] ;
    dct:accrualPeriodicity au:frequency\\/DAILY ; dct:conformsTo <urn:model> ;
    tds:collectionMethod "Read from the cells."@en ; tds:uncertainty "1 %"@en ;
    tds:codeList <urn:codes> ; dct:license <urn:licence> ; dcat:theme au:data-theme\\/ENER ;
    dcat:landingPage <https://e.example/> ;
    dcat:contactPoint [ a vcard:Organization ; vcard:hasEmail <mailto:a@e.example> ] .
<urn:s> a tds:DataSpace ; dct:title "Batteries"@en ; tds:spaceKind hub:space-kind\\/industry .
<urn:a> a tds:Participant ; foaf:name "Cells"@en ;
    dct:type <http://purl.org/adms/publishertype/Company> .
"""


@cache
def engine() -> Engine:
    return engine_for(profiles.find("tds"), Graph(), choice="compiled")


def found(turtle: str) -> tuple[Finding, ...]:
    return engine().validate(Graph(triples_of((PREFIXES + turtle).encode(), "test")))


def names(turtle: str, severity: Severity | None = None) -> set[str]:
    return {
        one.shape.removeprefix(f"<{TP}").rstrip(">")
        for one in found(turtle)
        if one.shape.startswith(f"<{TP}") and severity in (None, one.severity)
    }


def test_a_complete_product_has_no_finding():
    assert found(PRODUCT) == ()


ESSENTIAL = {"space", "provider", "admissionState", "securityLevel"}


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("dcat:Dataset", {"Shared-policy"}),
        ("dcat:DataService", {"Shared-policy"}),
        ("tds:DataProduct", {"Shared-policy", "Access-title", "Access-description"}),
        ("<https://ekgf.github.io/dprod/DataProduct>",
         {"Shared-policy", "Access-title", "Access-description"}),
        ("dcat:DatasetSeries", set()),
        ("tds:Application", {"Application-title", "Application-description"}),
        ("tds:Component", {"Component-title", "Component-description"}),
    ],
)  # fmt: skip
def test_each_kind_of_offering_has_its_own_violations(kind: str, more: set[str]):
    expected = {f"Offering-{name}-needed" for name in ESSENTIAL} | {f"{n}-needed" for n in more}
    assert names(f"<urn:x> a {kind} .", Severity.VIOLATION) == expected


ARTICLE_33 = {
    "Content-accrualPeriodicity", "Content-semanticModel", "Content-collectionMethod",
    "Content-uncertainty", "Content-dataStructure", "Content-licence", "Shared-deliveryMethod",
}  # fmt: skip


@pytest.mark.parametrize("kind", ["dcat:Dataset", "tds:DataProduct"])
def test_what_article_33_asks_for_is_a_warning(kind: str):
    told = names(f"<urn:x> a {kind} .", Severity.WARNING)
    assert {f"{name}-needed" for name in ARTICLE_33} <= told


def test_what_article_33_asks_where_available_is_a_hint():
    assert names("<urn:x> a dcat:Dataset .", Severity.INFO) == {"Content-vocabulary-needed"}


def test_a_policy_of_a_distribution_is_a_policy():
    turtle = """<urn:x> a dcat:Dataset ; dcat:distribution <urn:y> .
        <urn:y> odrl:hasPolicy [ a odrl:Offer ; odrl:permission [ odrl:action odrl:use ] ] ."""
    assert "Shared-policy-needed" not in names(turtle)


def test_a_policy_that_says_nothing_is_a_violation():
    assert "Policy-rule-needed" in names("[] a odrl:Offer .", Severity.VIOLATION)


def test_a_permission_without_an_action_is_a_violation():
    assert names("[] a odrl:Offer ; odrl:permission [] .") == {"Policy-action-needed"}


@pytest.mark.parametrize(
    ("old", "new", "shape"),
    [
        ("hub:space-kind\\/industry", "hub:space-kind\\/village", "DataSpace-spaceKind-term"),
        ("hub:admission-state\\/published", "<urn:in>", "term-admissionState-term"),
        (
            "hub:admission-state\\/published",
            "hub:admission-state\\/published, hub:admission-state\\/withdrawn",
            "Offering-admissionState-once",
        ),
        ("hub:security-level\\/L2", '"L2"', "term-securityLevel-term"),
        ("hub:delivery-method\\/api", "<urn:post>", "term-deliveryMethod-term"),
        ('"CNY"', '"yuan"', "Price-currency-kind"),
        ('"100.00"^^xsd:decimal', '"100 CNY"', "Price-price-kind"),
        ("tds:provider <urn:a>", 'tds:provider <urn:a>, "Cells"', "Offering-provider-kind"),
        ("tds:space <urn:s>", 'tds:space "Batteries"', "Offering-space-kind"),
        ("<urn:codes>", '"codes"', "Offering-codeList-kind"),
    ],
)
def test_a_single_defect_is_the_single_finding(old: str, new: str, shape: str):
    assert old in PRODUCT
    told = found(PRODUCT.replace(old, new))
    assert [one.shape for one in told] in ([f"<{TP}{shape}>"], [f"<{TP}{shape}>"] * 2)


def test_a_space_must_tell_its_kind_and_title():
    assert names("<urn:s> a tds:DataSpace .") == {
        "DataSpace-title-needed",
        "DataSpace-spaceKind-needed",
    }


def test_a_participant_on_its_own_tells_its_admission_and_space():
    told = names('<urn:a> a tds:Participant ; foaf:name "Cells" .', Severity.VIOLATION)
    assert told == {"Participant-admissionState-needed", "Participant-space-needed"}


def test_a_participant_that_is_named_as_a_provider_need_not_repeat_its_record():
    told = names('<urn:d> tds:provider <urn:a> . <urn:a> a tds:Participant ; foaf:name "Cells" .')
    assert told == set()


def test_a_participant_is_an_agent_to_dcat_ap():
    turtle = PRODUCT + "<urn:p> dct:publisher <urn:a> . <urn:a> foaf:homepage <urn:h> ."
    assert found(turtle) == ()


def test_a_participant_without_a_name_is_a_violation_of_dcat_ap():
    told = found("<urn:d> tds:provider <urn:a> . <urn:a> a tds:Participant .")
    assert "Agent-name-needed>" in {one.shape.rpartition("#")[2] for one in told}
