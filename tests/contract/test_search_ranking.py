"""In which order results stand, by what their titles say."""

from catalog.search.ports import Document, Question
from catalog.search.tantivy import TantivyIndex
from tests.builders import BASE, titled


def order(index: TantivyIndex, text: str, *documents: Document) -> list[str]:
    index.put(documents)
    index.commit(1)
    return [hit.iri.removeprefix(BASE) for hit in index.search(Question(text)).hits]


def test_a_title_in_many_languages_is_not_worth_less(index):
    many = {lang: f"Gauge readings {lang} {lang}land" for lang in ("de", "fr", "it", "es", "pl")}
    found = order(
        index, "gauge",
        titled("one", en="Long list of gauge readings from the harbour and the river"),
        titled("many", en="Gauge readings", **many),
    )  # fmt: skip
    assert found == ["many", "one"]


def test_words_side_by_side_in_a_title_count_more(index):
    found = order(
        index, "water level",
        titled("apart", en="Level of the water"),
        titled("together", en="Forecasts of the water level in the lower reaches"),
    )  # fmt: skip
    assert found == ["together", "apart"]


def test_a_word_in_the_title_counts_more_than_one_in_the_description(index):
    found = order(
        index, "tide",
        titled("described", "Tide, tide and again tide.", en="Harbour"),
        titled("called", en="The tide as it was measured at the outer mole in the year"),
    )  # fmt: skip
    assert found == ["called", "described"]


def test_the_whole_title_comes_first(index):
    found = order(
        index, "water level",
        titled("longer", en="Water level forecasts"), titled("whole", en="Water level"),
    )  # fmt: skip
    assert found == ["whole", "longer"]
