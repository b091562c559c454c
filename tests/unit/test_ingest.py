from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog import records
from catalog.errors import NotAllowed, UnreadableInput
from catalog.hub import Hub
from catalog.ingest import Order, ingest
from catalog.model import Operation, Space, SpaceKind, Visibility, record_id
from catalog.search.ports import Question
from catalog.views import catch_up, lag, rebuild
from tests.builders import BASE, SPACE, bring, catalogue, dataset, datasets, hub


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with hub(tmp_path_factory.mktemp("ingest")) as opened:
        yield opened


@pytest.fixture
def opened(shared: Hub) -> Iterator[Hub]:
    """The one hub of this module, its spaces told apart by name so that tests do not meet."""
    return shared


def space(name: str, **more: object) -> Space:
    return Space(id=name, kind=SpaceKind.CITY, **more)  # type: ignore[arg-type]


def found(opened: Hub, text: str, where: Space) -> list[str]:
    from catalog.search.ports import Choice

    question = Question(text=text, choices={"space": Choice((where.id,))})
    return [hit.iri for hit in opened.search.search(question).hits]


def test_what_is_ingested_is_found(opened: Hub):
    yard = space("found")
    tally = bring(opened, catalogue(dataset("air", "Air quality")), space=yard)
    assert (tally.created, tally.refused) == (1, 0)
    assert found(opened, "air quality", yard) == [f"{BASE}air"]


def test_the_same_again_changes_nothing(opened: Hub):
    yard = space("same")
    first = bring(opened, datasets(3), space=yard)
    second = bring(opened, datasets(3), space=yard)
    assert (second.created, second.updated, second.unchanged) == (0, 0, 3)
    assert second.state_hash == first.state_hash


def test_another_order_of_the_same_statements_changes_nothing(opened: Hub):
    yard = space("order")
    text = catalogue(dataset("a", more='dcat:keyword "x", "y"'))
    bring(opened, text, space=yard)
    again = bring(opened, text.replace('"x", "y"', '"y", "x"'), space=yard)
    assert (again.updated, again.unchanged) == (0, 1)


def test_a_changed_record_is_updated_and_its_history_kept(opened: Hub):
    yard = space("changed")
    bring(opened, catalogue(dataset("a", "Old name")), space=yard)
    tally = bring(opened, catalogue(dataset("a", "New name")), space=yard)
    history = opened.store.history(record_id("changed", f"{BASE}a"))
    assert tally.updated == 1
    assert [change.operation for change in history] == [Operation.CREATED, Operation.UPDATED]
    assert found(opened, "old", yard) == []


def test_a_shared_agent_travels_with_each_record(opened: Hub):
    yard = space("agents")
    bring(opened, datasets(2), space=yard)
    for name in ("d0", "d1"):
        record = opened.store.record(record_id("agents", f"{BASE}{name}"))
        assert record is not None
        assert '"The office"@en' in record.graph


def test_one_bad_record_never_stops_the_rest(opened: Hub):
    yard = space("bad")
    good = f'<{BASE}a> <http://purl.org/dc/terms/title> "A" .\n'
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset>"
    lines = f'<{BASE}a> {kind} .\n{good}<{BASE}b> {kind} .\n<{BASE}b> <urn:p> "cut off .\n'
    tally = bring(opened, lines, space=yard, name="c.nt")
    assert (tally.created, tally.refused) == (1, 1)
    (refusal,) = opened.store.refusals("bad")
    assert refusal.refusal.iri == f"{BASE}b"
    assert refusal.refusal.line == 4
    assert b"cut off" in refusal.refusal.raw


def test_a_broken_file_lands_nothing_and_names_the_place(opened: Hub):
    yard = space("broken")
    with pytest.raises(UnreadableInput) as caught:
        bring(opened, datasets(2) + "<urn:x> <urn:y> .", space=yard)
    assert caught.value.line > 1
    assert opened.store.of_space("broken") == ()


def test_a_record_without_an_iri_is_refused_with_its_reason(opened: Hub):
    yard = space("nameless")
    text = catalogue('[] a dcat:Dataset ; dct:title "No name"@en .')
    tally = bring(opened, text, space=yard)
    assert tally.refused == 1
    assert tally.refusals[0].reason == "no-iri"


def test_a_partial_run_never_deletes(opened: Hub):
    yard = space("partial")
    bring(opened, datasets(3), space=yard)
    tally = bring(opened, datasets(1), space=yard)
    assert tally.deleted == 0
    assert len(opened.store.of_space("partial")) == 3


def test_a_complete_run_turns_what_vanished_into_tombstones(opened: Hub):
    yard = space("complete")
    bring(opened, datasets(5), space=yard)
    tally = bring(opened, datasets(4), space=yard, complete=True)
    gone = opened.store.record(record_id("complete", f"{BASE}d4"))
    assert tally.deleted == 1
    assert gone is not None
    assert (gone.deleted, gone.deletion_reason) == (True, "no longer in its source")
    assert found(opened, "dataset d4", yard) != [f"{BASE}d4"]


def test_a_run_that_would_delete_too_much_is_held(opened: Hub):
    yard = space("held")
    bring(opened, datasets(20), space=yard)
    with pytest.raises(NotAllowed, match="would delete 19 of 20"):
        bring(opened, datasets(1), space=yard, complete=True)
    assert len(opened.store.of_space("held")) == 20


def test_what_landed_before_a_run_was_held_is_found(opened: Hub):
    yard = space("held-but-found")
    bring(opened, datasets(20), space=yard)
    with pytest.raises(NotAllowed):
        bring(opened, catalogue(dataset("new", "Brand new")), space=yard, complete=True)
    assert found(opened, "brand new", yard) == [f"{BASE}new"]


def test_what_landed_before_a_file_that_is_broken_is_found(opened: Hub, tmp_path: Path):
    yard = space("broken-second")
    opened.store.put_space(yard)
    first, second = tmp_path / "a.ttl", tmp_path / "b.ttl"
    first.write_text(catalogue(dataset("whole", "Whole thing")))
    second.write_text("<urn:x> <urn:y> .")
    with pytest.raises(UnreadableInput):
        ingest(opened, Order((first, second), yard))
    assert found(opened, "whole thing", yard) == [f"{BASE}whole"]


NAMELESS = '[] a dcat:Dataset ; dct:title "No name"@en .'


def test_a_run_with_refusals_deletes_nothing_unless_it_is_forced(opened: Hub):
    yard = space("uncertain")
    bring(opened, datasets(5), space=yard)
    with pytest.raises(NotAllowed, match="1 of its records were refused"):
        bring(opened, datasets(4) + NAMELESS, space=yard, complete=True)
    assert len(opened.store.of_space("uncertain")) == 5
    tally = bring(opened, datasets(4) + NAMELESS, space=yard, complete=True, force=True)
    assert tally.deleted == 1


def test_what_is_meant_can_be_forced(opened: Hub):
    yard = space("forced")
    bring(opened, datasets(20), space=yard)
    assert bring(opened, datasets(1), space=yard, complete=True, force=True).deleted == 19


def test_a_tombstone_that_comes_back_is_restored_under_its_id(opened: Hub):
    yard = space("back")
    bring(opened, datasets(2), space=yard)
    bring(opened, datasets(1), space=yard, complete=True)
    bring(opened, datasets(2), space=yard)
    history = opened.store.history(record_id("back", f"{BASE}d1"))
    assert [c.operation for c in history] == [
        Operation.CREATED,
        Operation.DELETED,
        Operation.RESTORED,
    ]


def test_another_source_can_never_overwrite_a_record(opened: Hub):
    yard = space("sources")
    bring(opened, catalogue(dataset("a", "Mine")), space=yard, source="one")
    tally = bring(opened, catalogue(dataset("a", "Stolen")), space=yard, source="two")
    record = opened.store.record(record_id("sources", f"{BASE}a"))
    assert tally.refused == 1
    assert tally.refusals[0].reason == "other-source"
    assert record is not None
    assert record.title == {"en": "Mine"}


def test_two_spaces_can_speak_of_the_same_offering(opened: Hub):
    for name in ("one-yard", "other-yard"):
        bring(opened, catalogue(dataset("same")), space=space(name))
    ids = {record_id(name, f"{BASE}same") for name in ("one-yard", "other-yard")}
    assert len(opened.store.records(ids)) == 2


def test_a_submitted_offering_is_kept_but_not_shown(opened: Hub):
    yard = space("states")
    state = "tds:admissionState <https://w3id.org/hutong/admission-state/submitted>"
    bring(opened, catalogue(dataset("a", "Hidden thing", more=state)), space=yard)
    record = opened.store.record(record_id("states", f"{BASE}a"))
    assert record is not None
    assert record.visibility is Visibility.RESTRICTED
    assert found(opened, "hidden thing", yard) == []


def test_a_record_that_becomes_restricted_leaves_the_search_at_once(opened: Hub):
    yard = space("closing")
    bring(opened, catalogue(dataset("a", "Open thing")), space=yard)
    closed = "tds:visibility <https://w3id.org/hutong/visibility/restricted>"
    bring(opened, catalogue(dataset("a", "Open thing", more=closed)), space=yard)
    assert found(opened, "open thing", yard) == []


def test_every_record_has_a_report_and_a_score(opened: Hub):
    yard = space("scored")
    bring(opened, catalogue(dataset("a")), space=yard)
    record = opened.store.record(record_id("scored", f"{BASE}a"))
    assert record is not None
    (report,) = opened.store.reports(record)
    assert report.profile.startswith("dcat-ap@")
    assert len(record.score.metrics) == 23
    assert record.score.total > 0


def test_a_new_profile_examines_unchanged_records_again(opened: Hub):
    bring(opened, datasets(1), space=space("profiles"))
    bring(opened, datasets(1), space=space("profiles", profiles=("tds",)))
    record = opened.store.record(record_id("profiles", f"{BASE}d0"))
    assert record is not None
    assert {r.profile.partition("@")[0] for r in opened.store.reports(record)} >= {"tds"}


def test_a_deleted_record_leaves_every_view_and_can_come_back(opened: Hub):
    yard = space("removed")
    bring(opened, catalogue(dataset("a", "Passing thing")), space=yard)
    record = record_id("removed", f"{BASE}a")
    assert records.delete(opened, [record], "test") == 1
    assert found(opened, "passing thing", yard) == []
    assert records.restore(opened, [record]) == 1
    assert found(opened, "passing thing", yard) == [f"{BASE}a"]


def test_a_withdrawn_record_stays_away_until_it_is_restored(opened: Hub):
    yard = space("withdrawn")
    bring(opened, catalogue(dataset("a", "Quiet thing")), space=yard)
    record = record_id("withdrawn", f"{BASE}a")
    records.delete(opened, [record], "not ours to show")
    again = bring(opened, catalogue(dataset("a", "Quiet thing, louder")), space=yard, complete=True)
    assert (again.updated, again.unchanged, again.deleted) == (0, 1, 0)
    assert found(opened, "quiet thing", yard) == []
    assert records.restore(opened, [record]) == 1
    assert bring(opened, catalogue(dataset("a", "Quiet thing, louder")), space=yard).updated == 1
    assert found(opened, "louder", yard) == [f"{BASE}a"]


def test_the_view_can_be_made_anew_from_the_store(opened: Hub):
    bring(opened, catalogue(dataset("a", "Lasting thing")), space=space("rebuilt"))
    before = opened.search.search(Question(text="")).total
    rebuild(opened)
    assert opened.search.search(Question(text="")).total == before
    assert lag(opened) == 0


def test_a_view_that_is_behind_catches_up(opened: Hub):
    bring(opened, datasets(1), space=space("behind"))
    opened.search.clear()
    assert lag(opened) > 0
    catch_up(opened)
    assert lag(opened) == 0


def test_the_log_is_gapless_and_its_chain_holds(opened: Hub):
    bring(opened, datasets(2), space=SPACE)
    sequences = [c.sequence for c in opened.store.changes(after=0, limit=10_000)]
    assert sequences == list(range(1, len(sequences) + 1))
    assert opened.store.verify_log() is None


def test_the_same_graph_in_any_format_has_the_same_hash(opened: Hub):
    import pyoxigraph

    text = catalogue(dataset("a", more='dcat:contactPoint [ a vcard:Kind ; vcard:fn "Li"@en ]'))
    quads = list(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE))
    hashes = set()
    formats = {
        "nt": pyoxigraph.RdfFormat.N_TRIPLES,
        "nq": pyoxigraph.RdfFormat.N_QUADS,
        "rdf": pyoxigraph.RdfFormat.RDF_XML,
        "jsonld": pyoxigraph.RdfFormat.JSON_LD,
        "trig": pyoxigraph.RdfFormat.TRIG,
        "ttl": pyoxigraph.RdfFormat.TURTLE,
    }
    for ending, form in formats.items():
        written = pyoxigraph.serialize(quads, format=form)
        assert written is not None
        bring(opened, written.decode(), space=space(f"format-{ending}"), name=f"c.{ending}")
        record = opened.store.record(record_id(f"format-{ending}", f"{BASE}a"))
        assert record is not None
        hashes.add(record.hash)
    assert len(hashes) == 1


def test_a_record_whose_canonical_form_would_take_for_ever_is_refused_alone(opened: Hub):
    """T-44: a clique of blank nodes; the other records of its batch land."""
    nodes = [f"_:n{number}" for number in range(10)]
    links = "".join(f"{a} <urn:p> {b} .\n" for a in nodes for b in nodes if a != b)
    poison = f"<{BASE}poison> a dcat:Dataset ; dct:relation {' , '.join(nodes)} .\n{links}"
    tally = bring(opened, datasets(3) + poison, space=space("poison"))
    assert (tally.created, tally.refused) == (3, 1)
    (refusal,) = tally.refusals
    assert (refusal.iri, refusal.reason) == (f"{BASE}poison", "too-much")
    assert "look alike" in refusal.message
    assert "Give the nodes IRIs" in refusal.message


EVIL = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<urn:evil> a sh:NodeShape ; sh:targetClass dcat:Dataset ;
    sh:property [ sh:path dct:title ; sh:pattern "^(a+)+$" ] .
"""


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_a_record_that_takes_too_long_to_check_is_refused_alone(
    opened: Hub, monkeypatch: pytest.MonkeyPatch
):
    import catalog.ingest

    monkeypatch.setattr(catalog.ingest, "TOGETHER", 4.0)
    monkeypatch.setattr(catalog.ingest, "ALONE", 2.0)
    folder = opened.settings.data / "profiles" / "evil" / "1.0"
    folder.mkdir(parents=True)
    (folder / "shapes.ttl").write_text(EVIL, encoding="utf-8")
    about = "name: evil\nversion: '1.0'\ntitle: {en: Evil}\ndescription: {en: Evil}\n"
    (folder / "about.yaml").write_text(about, encoding="utf-8")
    text = datasets(3) + dataset("slow", "a" * 40 + "!")
    tally = bring(opened, text, space=space("slow", profiles=("evil",)))
    assert (tally.created, tally.refused) == (3, 1)
    (refusal,) = tally.refusals
    assert refusal.iri == f"{BASE}slow"
    assert "longer than it may" in refusal.message
