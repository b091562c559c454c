import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import BadRequest
from catalog.search.corrections import correction, distance
from catalog.search.filters import OPEN_END, box_of, choices_of, day_of, period_of
from catalog.search.grammar import All, Either, Field, Not, Phrase, Prefix, Word, parse


@given(st.text())
def test_every_text_is_a_query(text: str):
    assert isinstance(parse(text), All)


@given(st.text(alphabet='"()-*:OR 或 a电“”：（）'))
def test_every_heap_of_signs_is_a_query(text: str):
    assert isinstance(parse(text), All)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("air", Word("air")),
        ('"air quality"', Phrase("air quality")),
        ("“空气 质量”", Phrase("空气 质量")),
        ("-air", Not(Word("air"))),
        ("NOT air", Not(Word("air"))),
        ('-"air quality"', Not(Phrase("air quality"))),
        ("air*", Prefix("air")),
        ("format:CSV", Field("format", "CSV")),
        ("格式：CSV", Field("format", "CSV")),
        ('title:"air quality"', Field("title", "air quality")),
        ("air OR water", Either((Word("air"), Word("water")))),
        ("空气 或 水", Either((Word("空气"), Word("水")))),
        ("http://a.example/b", Word("http://a.example/b")),
    ],
)
def test_the_grammar_reads(text: str, part: object):
    assert parse(text).parts == (part,)


def test_or_binds_its_neighbours_only():
    assert parse("a b OR c").parts == (Word("a"), Either((Word("b"), Word("c"))))


def test_a_query_of_another_engine_is_just_words():
    assert Field not in {type(p) for p in parse("visibility:private _exists_:x q=*:*").parts}


def test_very_long_queries_are_cut():
    assert len(parse("word " * 10_000).parts) <= 32


def test_filters_are_any_all_or_none():
    choices = choices_of(["theme=a", "theme=b", "format.all=c", "space.not=d"])
    assert choices["theme"].any_of == ("a", "b")
    assert choices["format"].all_of == ("c",)
    assert choices["space"].none_of == ("d",)


def test_an_unknown_filter_names_the_nearest():
    with pytest.raises(BadRequest, match="Did you mean format"):
        choices_of(["fromat=CSV"])


def test_a_box_is_four_numbers_in_degrees():
    assert box_of("73,18,135,54") == (73, 18, 135, 54)
    for wrong in ("1,2,3", "a,b,c,d", "0,80,10,20", "0,0,0,95", "nan,0,1,1"):
        with pytest.raises(BadRequest):
            box_of(wrong)


def test_a_period_may_be_open_at_either_end():
    assert period_of("1970-01-02/") == (1, OPEN_END)
    assert period_of("/1970") == (-OPEN_END, 364)
    assert period_of("1971") == (365, 729)
    with pytest.raises(BadRequest):
        period_of("soon")


def test_the_last_day_of_a_month_is_found():
    assert day_of("1970-12", is_end=True) == 364
    assert day_of("1970-02", is_end=True) == 58


def test_a_typo_is_put_right_by_the_commoner_word():
    words = [("battery", 50), ("butter", 5), ("buttery", 1)]

    def known(start: str) -> list[tuple[str, int]]:
        return [pair for pair in words if pair[0].startswith(start)]

    assert correction("bettery", known) == "battery"
    assert correction("zzzzzz", known) == ""
    assert correction("電池", known) == ""


@given(st.text("ab", max_size=8), st.text("ab", max_size=8))
def test_the_distance_is_the_same_both_ways(a: str, b: str):
    assert distance(a, b, 3) == distance(b, a, 3)
