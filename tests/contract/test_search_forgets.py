"""The search view knows the records that are there, and nothing of those that were."""

import vocabularies.registry
from catalog.model import record_id
from catalog.search.ports import Question
from catalog.search.tantivy import TantivyIndex
from catalog.views import lag
from tests.builders import BASE, bring, catalogue, dataset, hub, titled


def id_of(name: str) -> str:
    return record_id("yard", BASE + name)


def scores(index: TantivyIndex, text: str) -> list[tuple[str, float]]:
    return [(hit.id, hit.score) for hit in index.search(Question(text, limit=100)).hits]


def test_what_was_removed_is_not_suggested(index):
    index.put([titled("a", en="Bearing loads"), titled("b", en="Bearing secrets")])
    index.commit(1)
    assert len(index.suggest("bear", lang="en")) == 2
    index.remove([id_of("b")])
    index.commit(2)
    assert index.suggest("bear", lang="en") == ("Bearing loads",)
    assert index.suggest("bearing", lang="en") == ("Bearing loads",)


def test_another_process_that_removes_is_noticed(index, tmp_path):
    index.put([titled("a", en="Bearing loads"), titled("b", en="Bearing secrets")])
    index.commit(1)
    assert len(index.suggest("bear", lang="en")) == 2
    index.release()
    other = TantivyIndex(tmp_path, vocabularies.registry.load())
    other.remove([id_of("b")])
    other.commit(2)
    assert index.suggest("bear", lang="en") == ("Bearing loads",)


def test_no_typo_is_put_right_to_a_word_that_is_gone(index):
    index.put([titled("a", en="Bearing loads"), titled("b", en="Zanzibar")])
    index.commit(1)
    index.remove([id_of("b")])
    index.commit(2)
    answer = index.search(Question("zanzibrr"))
    assert (answer.corrections, answer.total) == ({}, 0)


def test_a_word_that_is_gone_is_as_unknown_as_one_that_never_was(index):
    index.put([titled("a", en="Bearing loads"), titled("b", en="Zanzibar")])
    index.commit(1)
    index.remove([id_of("b")])
    index.commit(2)
    gone, never = (index.search(Question(f"bearing {word}")) for word in ("zanzibar", "quillwort"))
    assert (gone.total, gone.dropped) == (1, ("zanzibar",))
    assert (never.total, never.dropped) == (1, ("quillwort",))


def test_a_prefix_does_not_stretch_to_words_that_are_gone(index):
    index.put([titled("a", en="Zanzibar"), *(titled(f"z{n}", en=f"Zan{n:03}") for n in range(60))])
    index.commit(1)
    index.remove([id_of(f"z{n}") for n in range(60)])
    index.commit(2)
    assert index.search(Question("zan*")).total == 1


def test_no_score_tells_how_often_the_index_was_committed(index):
    index.put([titled("a", en="Bearing loads"), titled("b", en="Bearing faults")])
    index.commit(1)
    before = scores(index, "bearing")
    for sequence in range(2, 7):
        index.remove(["never"])
        index.commit(sequence)
    assert (scores(index, "bearing"), index.sequence()) == (before, 6)


def test_the_sequence_is_there_when_the_index_is_opened_again(index, tmp_path):
    index.put([titled("a", en="Bearing loads")])
    index.commit(41)
    index.close()
    again = TantivyIndex(tmp_path, vocabularies.registry.load())
    assert (again.sequence(), len(scores(again, "bearing"))) == (41, 1)
    again.clear()
    assert (again.sequence(), scores(again, "bearing")) == (0, [])


def test_equally_good_results_stand_in_one_order_whenever_they_came(index, tmp_path):
    documents = [titled(f"d{n}", en="Bearing loads") for n in range(60)]
    index.put(documents)
    index.commit(1)
    other = TantivyIndex(tmp_path / "other", vocabularies.registry.load())
    for start in range(0, 60, 20):
        other.put(reversed(documents[start : start + 20]))
        other.commit(start + 1)
    first = [i.search(Question("bearing", limit=10)).hits for i in (index, other)]
    assert [hit.id for hit in first[0]] == [hit.id for hit in first[1]]


def test_in_a_small_hub_no_score_remembers_what_was_hidden(tmp_path):
    public = [dataset(f"d{n}", f"Bearing loads {n}") for n in range(9)]
    hidden = "tds:visibility <https://w3id.org/hutong/visibility/restricted>"
    told = []
    for name in ("with", "without"):
        with hub(tmp_path / name) as opened:
            if name == "with":
                bring(opened, catalogue(*public, dataset("secret", "Bearing secret")))
                bring(opened, catalogue(dataset("secret", "Bearing secret", more=hidden)))
            else:
                bring(opened, catalogue(*public))
            assert lag(opened) == 0
            told.append(scores(opened.search, "bearing"))
    assert len(told[0]) == 9
    assert told[0] == told[1]
