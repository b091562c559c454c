"""Who writes the search view, and what it leaves behind."""

import json
from pathlib import Path

import pytest

import vocabularies.registry
from catalog.errors import Busy
from catalog.search.ports import Question
from catalog.search.tantivy import TantivyIndex
from catalog.views import catch_up, lag
from tests.builders import BASE, bring, catalogue, dataset, hub, titled


def segments(folder: Path) -> int:
    return len(json.loads((folder / "meta.json").read_text())["segments"])


def test_many_commits_of_one_writer_leave_few_segments(index, tmp_path):
    for number in range(40):
        index.put([titled(f"d{number}", en=f"Bearing {number}")])
        index.commit(number + 1)
    index.release()
    assert segments(tmp_path) <= 12
    assert index.search(Question("bearing")).total == 40


def test_a_writer_keeps_the_view_until_it_releases_it(index, tmp_path):
    other = TantivyIndex(tmp_path, vocabularies.registry.load())
    index.put([titled("a", en="Bearing loads")])
    index.commit(1)
    with pytest.raises(Busy):
        other.put([titled("b", en="Bearing faults")])
    index.release()
    other.put([titled("b", en="Bearing faults")])
    other.commit(2)
    other.release()
    assert index.search(Question("bearing")).total == 2


def test_what_was_put_and_not_committed_goes_with_the_release(index):
    index.put([titled("a", en="Bearing loads")])
    index.commit(1)
    index.put([titled("b", en="Bearing faults")])
    index.release()
    index.put([titled("c", en="Bearing sounds")])
    index.commit(2)
    assert index.search(Question("bearing")).total == 2


@pytest.mark.usefixtures("shared_workers")
def test_an_ingest_that_meets_a_busy_view_lands_and_is_shown_by_its_holder(tmp_path):
    with hub(tmp_path) as opened:
        bring(opened, catalogue(dataset("a", "Bearing loads")))
        holder = TantivyIndex(opened.settings.data / "search", opened.vocabularies)
        holder.remove(["none"])
        tally = bring(opened, catalogue(dataset("b", "Bearing faults")))
        assert (tally.created, lag(opened)) == (1, 1)
        holder.release()
        catch_up(opened)
        hits = opened.search.search(Question("faults")).hits
        assert [hit.iri for hit in hits] == [f"{BASE}b"]


@pytest.mark.usefixtures("shared_workers")
def test_a_replay_looks_again_once_the_view_is_free(tmp_path, monkeypatch):
    with hub(tmp_path) as opened:
        bring(opened, catalogue(dataset("a", "Bearing loads")))
        opened.search.clear()
        release = opened.search.release
        late: list[str] = []

        def released() -> None:
            release()
            if not late:
                late.append("written while the view was held")
                opened.store.delete(list(opened.store.ids_of_source("yard", "upload")), "gone")

        monkeypatch.setattr(opened.search, "release", released)
        catch_up(opened)
        assert lag(opened) == 0
        assert opened.search.search(Question("")).total == 0
