"""Findings in plain words, and patches that would mend them."""

import pytest

from catalog.model import Finding, Severity
from catalog.validation.checked import Located
from catalog.validation.explain import COMPONENTS, explain, group, in_language
from catalog.validation.fixes import fix_of
from vocabularies import profiles
from vocabularies.rdf import DCAT, DCT, SH, Graph, Term, is_iri

AP = "https://w3id.org/hutong/profiles/dcat-ap/3.0.1#"
TP = "https://w3id.org/hutong/profiles/tds/1.0#"
XSD = "http://www.w3.org/2001/XMLSchema#"


def shapes() -> Graph:
    return profiles.find("tds").shapes


def finding(
    shape: str, component: str, value: Term | None = None, *, path: str = "", base: str = AP
) -> Finding:
    term = f"<{base}{shape}>"
    written = path or next(iter(p for p in shapes().objects(term, SH["path"]) if is_iri(p)), "")
    return Finding(
        severity=Severity.WARNING,
        focus="<https://e.example/d>",
        path=written,
        component=f"{SH!s}{component}ConstraintComponent",
        value=value,
        shape=term,
    )


def patch(shape: str, component: str, value: Term | None = None, **more: str) -> str | None:
    found = fix_of(finding(shape, component, value, **more), shapes())
    return found.turtle if found else None


def test_a_missing_publisher_is_told_in_plain_words():
    told = explain(finding("Catalogue-publisher-needed", "MinCount"), shapes())
    assert told.advice == {"en": "Say who publishes it.", "zh": "写明由谁发布。"}
    assert told.title["en"] == "A catalogue must have a publisher (dct:publisher)."
    assert told.see == ("https://semiceu.github.io/DCAT-AP/releases/3.0.1#Catalogue.publisher",)


def test_a_shape_without_words_is_explained_by_its_component():
    told = explain(finding("unknown", "UniqueLang"), shapes())
    assert told.title == COMPONENTS["UniqueLang"]


def test_a_message_of_the_engine_stands_in_for_a_shape_without_one():
    bare = finding("unknown", "Pattern")
    told = explain(
        Finding(
            bare.severity, bare.focus, bare.path, bare.component, None, bare.shape, {"": "No."}
        ),
        shapes(),
    )
    assert told.title["en"] == "No."
    assert told.title["zh"] == COMPONENTS["Pattern"]["zh"]


def test_every_component_is_explained_in_both_languages():
    assert all(
        words.keys() == {"en", "zh"} and all(words.values()) for words in COMPONENTS.values()
    )


def test_every_component_that_the_profiles_use_is_explained():
    parameters = {
        "class": "Class", "datatype": "Datatype", "nodeKind": "NodeKind", "minCount": "MinCount",
        "maxCount": "MaxCount", "pattern": "Pattern", "in": "In", "or": "Or", "node": "Node",
        "qualifiedMinCount": "QualifiedMinCount",
    }  # fmt: skip
    used = {p for _, p, _ in shapes().triples()}
    assert all(SH[name] in used for name in parameters)
    assert all(component in COMPONENTS for component in parameters.values())


def test_a_missing_title_comes_with_the_triple_to_add():
    assert (
        patch("Dataset-title-needed", "MinCount")
        == '<https://e.example/d> dct:title "Charging sessions 2026"@en .'
    )


def test_a_missing_policy_is_added_by_the_first_step_of_its_path():
    path = f"{DCT['x']}|({DCAT['distribution']}/{DCT['y']})"
    made = patch("Shared-policy-needed", "MinCount", base=TP, path=path)
    assert made is not None
    assert made.startswith("<https://e.example/d> dct:x [ a odrl:Offer")


@pytest.mark.parametrize(
    ("written", "better"),
    [
        ("2026", '"2026"^^xsd:gYear'),
        ("2026-05", '"2026-05"^^xsd:gYearMonth'),
        ("2026-05-01", '"2026-05-01"^^xsd:date'),
        ("1.5.2026", '"2026-05-01"^^xsd:date'),
        ("2026年5月1日", '"2026-05-01"^^xsd:date'),
        ("2026-05-01T10:00:00Z", '"2026-05-01T10:00:00Z"^^xsd:dateTime'),
        ("2026-05-01 10:00:00", '"2026-05-01T10:00:00"^^xsd:dateTime'),
        ("31.31.2026", None),
        ("yesterday", None),
    ],
)
def test_a_date_without_its_datatype_is_given_one(written: str, better: str | None):
    assert patch("Dataset-issued-kind", "Or", f'"{written}"') == better


@pytest.mark.parametrize(
    ("shape", "written", "better"),
    [
        ("Distribution-byteSize-kind", '"1024"', '"1024"^^xsd:nonNegativeInteger'),
        (
            "Distribution-byteSize-kind",
            f'"1024"^^<{XSD}decimal>',
            '"1024"^^xsd:nonNegativeInteger',
        ),
        ("Distribution-byteSize-kind", '"1 KB"', None),
        ("Dataset-spatialResolution-kind", '"10.5"', '"10.5"^^xsd:decimal'),
        ("Dataset-temporalResolution-kind", '"PT15M"', '"PT15M"^^xsd:duration'),
        ("Dataset-temporalResolution-kind", '"P"', None),
    ],
)
def test_a_number_without_its_datatype_is_given_one(shape: str, written: str, better: str | None):
    assert patch(shape, "Datatype", written) == better


@pytest.mark.parametrize(
    ("shape", "written", "better"),
    [
        ("Distribution-accessURL-kind", '"https://e.example/f.csv"', "<https://e.example/f.csv>"),
        ("Distribution-accessURL-kind", '"www.e.example/f"', "<https://www.e.example/f>"),
        ("Kind-hasEmail-kind", '"a@e.example"', "<mailto:a@e.example>"),
        ("Distribution-accessURL-kind", '"on request"', None),
        ("Distribution-accessURL-kind", '"https://e.example/a b"', None),
    ],
)
def test_text_where_a_link_is_needed_becomes_a_link(shape: str, written: str, better: str | None):
    assert patch(shape, "NodeKind", written) == better


def test_a_name_where_an_agent_is_needed_becomes_an_agent_of_that_name():
    made = patch("Dataset-publisher-kind", "NodeKind", '"Stadt Bremen"@de')
    assert made == '[ a foaf:Agent ; foaf:name "Stadt Bremen"@de ]'


def test_a_misspelt_term_of_a_list_is_led_to_the_nearest():
    base = "https://w3id.org/hutong/admission-state/"
    made = patch("term-admissionState-term", "In", f"<{base}publised>", base=TP)
    assert made == f"<{base}published>"


def test_a_word_for_a_term_of_a_list_is_led_to_it():
    made = patch("term-securityLevel-term", "In", '"l3"', base=TP)
    assert made == "<https://w3id.org/hutong/security-level/L3>"


def test_a_word_for_a_term_of_a_known_scheme_is_led_to_its_concept():
    csv = "<http://publications.europa.eu/resource/authority/file-type/CSV>"
    background = Graph([(csv, "<urn:p>", "<urn:o>")])
    wrong = finding("vocabulary-format-term", "Pattern", '"csv"')
    found = fix_of(wrong, shapes(), background)
    assert found is not None
    assert (found.turtle, found.old) == (csv, '"csv"')


def test_a_term_that_resembles_none_gets_no_patch():
    assert patch("term-securityLevel-term", "In", '"quite secret"', base=TP) is None


def test_groups_stand_by_gravity_and_then_by_number():
    many = [Located(finding("Dataset-title-needed", "MinCount")) for _ in range(3)]
    few = [Located(finding("Dataset-theme-needed", "MinCount"))]
    grave = finding("Agent-name-needed", "MinCount")
    grave = Finding(Severity.VIOLATION, grave.focus, grave.path, grave.component, None, grave.shape)
    groups = group([*few, *many, Located(grave)], shapes())
    assert [len(found.findings) for found in groups] == [1, 3, 1]
    assert groups[0].severity is Severity.VIOLATION


def test_a_text_that_lacks_the_language_is_given_in_english():
    assert in_language({"en": "a", "zh": "b"}, "de") == "a"
    assert in_language({"fr": "c"}, "zh") == "c"
    assert in_language({}, "zh") == ""
