"""The example spaces tell the five cases: complete, in two languages, and true to their profile."""

from collections import Counter
from functools import cache

import pytest

import vocabularies.registry
from catalog.demo import example_folder
from catalog.model import Finding, OfferingKind, Part, Severity, SpaceKind
from catalog.sandbox.reading import ReadRequest, read_parts
from catalog.spaces import read_space
from catalog.validation.engines import engine_for
from catalog.visibility import visibility_of
from vocabularies import profiles
from vocabularies.rdf import (
    DCAT,
    DCT,
    FOAF,
    ODRL,
    SCHEMA,
    TDS,
    Graph,
    Term,
    is_iri,
    language,
    plain,
)

SPACES = ("battery", "city-finance", "equipment", "mydata", "research")
TOLD_ONCE = frozenset(
    {
        "aerosol-optical-depth-2025", "bearing-run-to-failure", "collection-points",
        "electrolyte-properties", "methane-rice-fields", "tool-wear-images", "utility-bills",
    }
)  # fmt: skip
"""Offerings in one language only, which are there to be found in the other."""

FINDINGS = {
    "cell-teardown-reports": [Severity.VIOLATION],
    "recycling-yard-prices": [Severity.WARNING, Severity.WARNING],
    "soil-moisture-loggers": [Severity.WARNING, Severity.WARNING],
    "step-count-export": [Severity.VIOLATION],
    "tax-rating-lookup": [Severity.VIOLATION],
    "vacancy-rates": [Severity.INFO],
    "welding-robot-logs": [Severity.VIOLATION],
}
"""Offerings that are there to show findings, and how grave these are."""

HIDDEN = frozenset(
    {"informal-lending-survey", "maintenance-copilot", "pathogen-genomes", "saiko"}
)  # fmt: skip
"""Offerings that the public does not see: submitted, checked, suspended or restricted."""

BASES = (
    "http://publications.europa.eu/resource/authority/",
    "https://www.iana.org/assignments/media-types/",
    "https://w3id.org/hutong/",
)


@cache
def parts(space: str) -> tuple[Part, ...]:
    """The records of a space as ingest would read them."""
    return tuple(part for part in everything(space) if part.kind.is_offering)


@cache
def everything(space: str) -> tuple[Part, ...]:
    found: list[Part] = []
    for file in sorted((example_folder() / space).glob("*.ttl")):
        for batch in read_parts(ReadRequest(path=str(file), with_catalogs=True)):
            assert batch.refusals == ()
            found += batch.parts
    return tuple(found)


def all_parts() -> list[Part]:
    return [part for space in SPACES for part in parts(space)]


def graph_of(part: Part) -> Graph:
    return Graph.from_lines(part.lines)


def name(part: Part) -> str:
    return part.iri.rpartition("/")[2]


def languages(part: Part, predicate: Term) -> set[str]:
    return {language(t) for t in graph_of(part).objects(f"<{part.iri}>", predicate)}


@cache
def findings(space: str) -> dict[str, list[Finding]]:
    engine = engine_for(profiles.find("tds"), vocabularies.registry.load().graph, choice="compiled")
    found = {name(part): list(engine.validate(graph_of(part))) for part in parts(space)}
    return {offering: results for offering, results in found.items() if results}


def test_there_is_one_space_of_each_kind() -> None:
    folders = sorted(file.parent.name for file in example_folder().glob("*/space.yaml"))
    spaces = [read_space(example_folder() / folder / "space.yaml") for folder in folders]
    assert tuple(folders) == SPACES
    assert [space.id for space in spaces] == folders
    assert {space.kind for space in spaces} == set(SpaceKind)


@pytest.mark.parametrize("space", SPACES)
def test_a_space_speaks_chinese_and_english(space: str) -> None:
    described = read_space(example_folder() / space / "space.yaml")
    for texts in (described.title, described.description, described.operator):
        assert {"en", "zh"} <= texts.keys()
    assert described.profiles == ("tds",)
    assert described.homepage.startswith("https://")


def test_the_relations_lead_to_other_example_spaces_and_use_every_tie() -> None:
    ties = {
        (space, relation.kind, relation.target)
        for space in SPACES
        for relation in read_space(example_folder() / space / "space.yaml").relations
    }
    assert {kind for _, kind, _ in ties} == {"contains", "evolvedFrom", "interconnectsWith"}
    assert all(target in SPACES and target != space for space, _, target in ties)
    assert {space for tie in ties for space in (tie[0], tie[2])} == set(SPACES)


def test_spaces_that_both_name_their_interconnection_agree_on_it() -> None:
    ties = {
        (space, relation.target): relation.kind
        for space in SPACES
        for relation in read_space(example_folder() / space / "space.yaml").relations
    }
    mutual = [
        (kind, ties[target, space])
        for (space, target), kind in ties.items()
        if (target, space) in ties
    ]
    assert mutual
    assert set(mutual) == {("interconnectsWith", "interconnectsWith")}


def test_there_are_more_than_ninety_offerings_unevenly_spread() -> None:
    counts = [len(parts(space)) for space in SPACES]
    assert sum(counts) >= 90
    assert all(12 <= count <= 30 for count in counts)
    assert len(set(counts)) > 3


@pytest.mark.parametrize("space", SPACES)
def test_each_offering_is_told_once(space: str) -> None:
    assert max(Counter(part.iri for part in parts(space)).values()) == 1


@pytest.mark.parametrize("space", SPACES)
def test_a_space_offers_several_kinds_of_things(space: str) -> None:
    kinds = {part.kind for part in parts(space)}
    assert kinds >= {
        OfferingKind.DATASET,
        OfferingKind.SERIES,
        OfferingKind.SERVICE,
        OfferingKind.PRODUCT,
        OfferingKind.PARTICIPANT,
    }


def test_the_examples_have_every_kind_of_offering() -> None:
    assert {part.kind for part in all_parts()} == {k for k in OfferingKind if k.is_offering}


def test_titles_and_descriptions_are_in_chinese_and_english_but_for_a_few() -> None:
    for part in all_parts():
        title = FOAF["name"] if part.kind is OfferingKind.PARTICIPANT else DCT["title"]
        for predicate in (title, DCT["description"]):
            both = {"en", "zh"} <= languages(part, predicate)
            assert both is (name(part) not in TOLD_ONCE), part.iri


def test_some_offerings_are_titled_in_further_languages() -> None:
    spoken = {tag for part in all_parts() for tag in languages(part, DCT["title"])}
    assert spoken >= {"de", "en", "ja", "ko", "zh"}


@pytest.mark.parametrize("space", SPACES)
def test_a_record_carries_the_space_that_it_belongs_to(space: str) -> None:
    own = read_space(example_folder() / space / "space.yaml")
    for part in parts(space):
        graph = graph_of(part)
        assert graph.objects(f"<{part.iri}>", TDS["space"]) == [f"<{own.iri}>"]
        kind = graph.value(f"<{own.iri}>", TDS["spaceKind"])
        assert kind == f"<https://w3id.org/hutong/space-kind/{own.kind}>"


@pytest.mark.parametrize("space", SPACES)
def test_every_link_within_a_space_leads_somewhere(space: str) -> None:
    home = read_space(example_folder() / space / "space.yaml").iri
    subjects = {s for part in everything(space) for s in graph_of(part).by_subject}
    for part in parts(space):
        for _, predicate, target in graph_of(part).triples():
            if is_iri(target) and target.startswith((f"<{home}offering/", f"<{home}participant/")):
                assert target in subjects, (part.iri, predicate, target)


def test_every_concept_is_in_a_vocabulary_of_the_hub() -> None:
    known = vocabularies.registry.load()
    used = {
        plain(target)
        for part in all_parts()
        for _, predicate, target in graph_of(part).triples()
        if is_iri(target) and predicate not in {TDS["codeList"], TDS["usesVocabulary"]}
    }
    terms = {iri for iri in used if iri.startswith(BASES) and "/tds#" not in iri}
    assert len(terms) > 60
    assert sorted(iri for iri in terms if known.concept(iri) is None) == []


@pytest.mark.parametrize("space", SPACES)
def test_only_the_listed_offerings_have_findings(space: str) -> None:
    found = {n: sorted(f.severity for f in results) for n, results in findings(space).items()}
    own = {name(part) for part in parts(space)}
    assert found == {n: sorted(grave) for n, grave in FINDINGS.items() if n in own}


def test_the_readme_names_every_offering_that_shows_a_finding_or_is_hidden() -> None:
    text = (example_folder() / "README.md").read_text(encoding="utf-8")
    for offering in (*FINDINGS, *HIDDEN, *TOLD_ONCE):
        assert f"`{offering}`" in text


def test_the_public_sees_all_but_the_hidden_ones() -> None:
    hidden = set()
    for space in SPACES:
        described = read_space(example_folder() / space / "space.yaml")
        for part in parts(space):
            if visibility_of(described, graph_of(part), f"<{part.iri}>") == "restricted":
                hidden.add(name(part))
    assert hidden == HIDDEN


def test_policies_are_varied_and_some_offerings_have_a_price() -> None:
    rules = {
        (predicate, target)
        for part in all_parts()
        for _, predicate, target in graph_of(part).triples()
    }
    actions = {plain(t).rpartition("/")[2] for p, t in rules if p == ODRL["action"]}
    operands = {plain(t).rpartition("/")[2] for p, t in rules if p == ODRL["leftOperand"]}
    assert actions >= {"attribute", "commercialize", "compensate", "delete", "distribute", "use"}
    assert operands >= {"count", "dateTime", "elapsedTime", "purpose", "recipient", "spatial"}
    assert sum(1 for part in all_parts() if SCHEMA["offers"] in part.lines) >= 10


def test_a_series_has_members() -> None:
    members = {
        plain(target)
        for part in all_parts()
        for target in graph_of(part).objects(f"<{part.iri}>", DCAT["inSeries"])
    }
    assert members == {part.iri for part in all_parts() if part.kind is OfferingKind.SERIES}


def test_no_address_leads_out_to_a_real_host_for_data_or_mail() -> None:
    reached = (DCAT["accessURL"], DCAT["downloadURL"], DCAT["endpointURL"], DCAT["landingPage"])
    for part in all_parts():
        for _, predicate, target in graph_of(part).triples():
            if predicate in reached:
                assert ".example/" in target
            if target.startswith("<mailto:"):
                assert target.endswith(".example>")


def test_each_file_stands_on_its_own() -> None:
    for file in example_folder().glob("*/*.ttl"):
        batches = list(read_parts(ReadRequest(path=str(file), with_catalogs=True)))
        named = [part for batch in batches for part in batch.parts if not part.kind.is_offering]
        assert len(named) == 1, file.name


def test_an_offering_in_one_language_declares_a_topic_that_the_other_language_names() -> None:
    known = vocabularies.registry.load()
    for part in all_parts():
        if name(part) in TOLD_ONCE:
            themes = map(plain, graph_of(part).objects(f"<{part.iri}>", DCAT["theme"]))
            topics = [known.concept(iri) for iri in themes if "/hutong/topics/" in iri]
            assert topics, part.iri
            assert all(topic and {"en", "zh"} <= topic.labels.keys() for topic in topics)
