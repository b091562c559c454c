"""The 405-point method: what each metric looks at, what it is worth, and what would raise it."""

from dataclasses import dataclass
from time import perf_counter

import pyoxigraph
import pytest

from catalog.model import OfferingKind, Score
from catalog.validation import quality
from vocabularies.profiles import triples_of
from vocabularies.rdf import Graph

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ft: <http://publications.europa.eu/resource/authority/file-type/> .
@prefix mt: <https://www.iana.org/assignments/media-types/> .
"""

FULL = """
<urn:d> a dcat:Dataset ; dcat:keyword "air" ; dcat:theme <urn:t> ; dct:spatial <urn:p> ;
    dct:temporal [ a dct:PeriodOfTime ] ; dct:issued "2026" ; dct:modified "2026" ;
    dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC> ;
    dct:publisher <urn:a> ; dcat:contactPoint <urn:k> ; dcat:distribution <urn:x> .
<urn:x> a dcat:Distribution ; dcat:accessURL <https://e.example/a> ;
    dcat:downloadURL <https://e.example/f.csv> ; dct:format ft:CSV ;
    dcat:mediaType mt:text\\/csv ; dct:rights <urn:r> ; dcat:byteSize 7 ;
    dct:license <http://creativecommons.org/licenses/by/4.0/> .
"""


@dataclass(frozen=True)
class Words:
    machine_readable: frozenset[str] = frozenset({"CSV", "JSON", "XLSX"})
    non_proprietary: frozenset[str] = frozenset({"CSV", "JSON", "PDF"})


def graph_of(turtle: str) -> Graph:
    return Graph(triples_of((PREFIXES + turtle).encode(), "test"))


def score(turtle: str, *, conforms: bool = True, answers: dict[str, bool] | None = None) -> Score:
    return quality.score(
        graph_of(turtle), "<urn:d>", OfferingKind.DATASET,
        conforms=conforms, vocabularies=Words(), answers=answers,
    )  # fmt: skip


def points(given: Score) -> dict[str, int | None]:
    return {metric.name: metric.points for metric in given.metrics}


def test_the_metrics_sum_to_405():
    assert sum(measure.most for measure in quality.METRICS) == 405


@pytest.mark.parametrize(
    ("dimension", "most"),
    [
        ("findability", 100),
        ("accessibility", 100),
        ("interoperability", 110),
        ("reusability", 75),
        ("contextuality", 20),
    ],
)
def test_each_dimension_has_its_share(dimension: str, most: int):
    assert sum(m.most for m in quality.METRICS if m.dimension == dimension) == most


def test_a_full_record_whose_urls_answer_reaches_everything():
    answers = {"https://e.example/a": True, "https://e.example/f.csv": True}
    full = score(FULL, answers=answers)
    assert full.total == 405
    assert full.band == "excellent"


def test_a_full_record_before_its_urls_are_measured_lacks_their_eighty_points():
    full = score(FULL)
    assert full.total == 325
    assert points(full)["access_url_reachable"] is None
    assert points(full)["download_url_reachable"] is None


def test_an_url_that_was_seen_not_to_answer_earns_nothing_but_is_measured():
    assert points(score(FULL, answers={"https://e.example/a": False}))["access_url_reachable"] == 0


def test_a_record_without_urls_has_nothing_to_measure():
    earned = points(score("<urn:d> a dcat:Dataset ."))
    assert earned["access_url_reachable"] == 0
    assert earned["download_url_reachable"] == 0


def test_an_empty_record_that_conforms_has_the_thirty_points_of_compliance():
    assert score("<urn:d> a dcat:Dataset .").total == 30
    assert score("<urn:d> a dcat:Dataset .", conforms=False).total == 0


def test_a_record_counted_by_hand():
    turtle = """
    <urn:d> a dcat:Dataset ; dcat:keyword "a", "b" ; dct:publisher <urn:a> ;
        dct:accessRights "public" ; dcat:distribution <urn:x> .
    <urn:x> a dcat:Distribution ; dcat:accessURL <urn:u> ; dct:format "PDF" ; dct:license "free" .
    """
    # keyword 30 + publisher 10 + access right 10 + format 20 + open format 20 + licence 20
    assert score(turtle, conforms=False).total == 110


def test_the_best_distribution_counts_and_not_the_sum_of_all():
    turtle = """
    <urn:d> a dcat:Dataset ; dcat:distribution <urn:y>, <urn:x> .
    <urn:x> dct:format ft:XLSX ; dct:license <urn:l> ; dct:rights <urn:r> .
    <urn:y> dct:format ft:CSV .
    """
    earned = points(score(turtle))
    # x: format 20, vocabulary 10, machine-readable 20, licence 20, rights 5 = 75; y: 70
    assert (earned["licence"], earned["rights"], earned["non_proprietary"]) == (20, 5, 0)


def test_a_format_from_elsewhere_spoils_the_vocabulary_points():
    turtle = """<urn:d> dcat:distribution <urn:x> .
        <urn:x> dct:format "CSV" ; dcat:mediaType mt:text\\/csv ."""
    earned = points(score(turtle))
    assert (earned["format"], earned["format_vocabulary"], earned["machine_readable"]) == (
        20,
        0,
        20,
    )


def test_a_media_type_alone_tells_the_format():
    earned = points(
        score("<urn:d> dcat:distribution <urn:x> . <urn:x> dcat:mediaType mt:text\\/csv .")
    )
    assert (earned["format"], earned["format_vocabulary"], earned["non_proprietary"]) == (0, 10, 20)


def test_a_service_is_measured_by_its_own_endpoint_and_licence():
    turtle = """<urn:d> a dcat:DataService ; dcat:endpointURL <https://e.example/api> ;
        dct:license <urn:l> ; dct:format ft:JSON ."""
    earned = points(score(turtle, answers={"https://e.example/api": True}))
    assert (earned["access_url_reachable"], earned["licence"], earned["format"]) == (50, 20, 20)


def test_a_date_of_the_distribution_counts_where_the_dataset_has_none():
    turtle = "<urn:d> dcat:distribution <urn:x> . <urn:x> dct:issued '2026' ."
    assert points(score(turtle))["issued"] == 5


def test_advice_names_the_most_rewarding_step_first():
    steps = quality.what_would_raise(score("<urn:d> a dcat:Dataset ."))
    assert steps[0].metric == "access_url_reachable"
    assert [step.gain for step in steps] == sorted((step.gain for step in steps), reverse=True)
    assert sum(step.gain for step in steps) == 375


def test_advice_keeps_silent_about_what_was_not_measured():
    assert quality.what_would_raise(score(FULL)) == ()


def test_every_metric_has_its_words_in_both_languages():
    for measure in quality.METRICS:
        assert measure.title.keys() == measure.advice.keys() == {"en", "zh"}
        assert all((*measure.title.values(), *measure.advice.values()))


def test_dqv_holds_each_measured_metric_and_the_total():
    given = score(FULL)
    lines = quality.dqv_lines("https://hub.example/records/x", given)
    store = list(pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_TRIPLES))
    values = {
        quad.subject.value.rpartition("-")[2]: quad.object.value
        for quad in store
        if quad.predicate.value.endswith("#value")
    }
    assert values["total"] == "325"
    assert values["keyword"] == "30"
    assert "access_url_reachable" not in values
    assert len(values) == 21 + 3 + 1  # of the method, of data spaces, and the total


def test_dqv_lines_are_sorted_and_read_back_as_a_graph():
    lines = quality.dqv_lines("https://hub.example/r", score(FULL))
    assert Graph.from_lines(lines).lines() == lines


def test_scoring_takes_less_than_a_tenth_of_a_millisecond():
    graph, words = graph_of(FULL), Words()
    best = 1.0
    for _ in range(5):
        begun = perf_counter()
        for _ in range(200):
            quality.score(graph, "<urn:d>", OfferingKind.DATASET, conforms=True, vocabularies=words)
        best = min(best, (perf_counter() - begun) / 200)
    assert best < 0.0001


SPACED = """
<urn:d> a dcat:DataService ; dcat:endpointURL <https://e.example/api> ; dct:conformsTo <urn:m> ;
    <http://www.w3.org/ns/odrl/2/hasPolicy> <urn:o> ; dcat:contactPoint <urn:k> .
<urn:k> <http://www.w3.org/2006/vcard/ns#hasEmail> <mailto:desk@e.example> .
"""


def spaced(given: Score) -> dict[str, int | None]:
    return {metric.name: metric.points for metric in given.space}


def test_what_a_data_space_asks_is_told_beside_the_method_and_counts_none_of_its_points():
    bare, full = score("<urn:d> a dcat:Dataset ."), score(SPACED)
    assert spaced(bare) == {"policy": 0, "semantic_model": 0, "reachable_contact": 0}
    assert spaced(full) == {
        "policy": 1, "endpoint_answers": None, "semantic_model": 1, "reachable_contact": 1,
    }  # fmt: skip
    assert full.total == sum(metric.points or 0 for metric in full.metrics)


def test_whether_an_endpoint_answers_counts_once_it_was_asked():
    for answers, point in (
        ({"https://e.example/api": True}, 1),
        ({"https://e.example/api": False}, 0),
    ):
        assert spaced(score(SPACED, answers=answers))["endpoint_answers"] == point


def test_a_policy_or_a_model_of_a_distribution_is_one_of_the_offering():
    given = score("""
<urn:d> a dcat:Dataset ; dcat:distribution <urn:x> .
<urn:x> dct:conformsTo <urn:m> ; <http://www.w3.org/ns/odrl/2/hasPolicy> <urn:o> .
""")
    assert (spaced(given)["policy"], spaced(given)["semantic_model"]) == (1, 1)


def test_a_participant_is_not_asked_for_what_only_offerings_have():
    given = quality.score(
        graph_of("<urn:d> a <https://w3id.org/hutong/tds#Participant> ."), "<urn:d>",
        OfferingKind.PARTICIPANT, conforms=True, vocabularies=Words(),
    )  # fmt: skip
    assert given.space == ()


def test_what_a_data_space_asks_is_in_the_quality_vocabulary_too():
    lines = quality.dqv_lines("https://hub.example/records/x", score(SPACED))
    assert "#quality-policy>" in lines
    assert "#quality-endpoint_answers>" not in lines
