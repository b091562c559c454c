from hypothesis import given
from hypothesis import strategies as st

import vocabularies.registry
from catalog.search.plan import plan
from catalog.search.spotting import Spotter, clues, looked_for

WORDS = vocabularies.registry.load()
SAID = st.text("abdert yiesng.'_-ABT", max_size=60)


def spotter(text: str, lang: str = "en") -> Spotter:
    return Spotter(looked_for(plan(text, lang, WORDS), {}, lang))


def marked(question: str, text: str, lang: str = "en") -> list[str]:
    return [text[start:end] for start, end in spotter(question, lang).marks(text)]


def test_a_word_is_marked_in_its_inflections():
    assert marked("battery", "Batteries: a battery's life") == ["Batteries", "battery's"]


def test_a_word_within_joined_capitals_is_marked():
    assert marked("passport", "The BatteryPassport schema") == ["BatteryPassport"]


def test_accents_do_not_hide_a_word():
    assert marked("emissions", "Les émissions de CO2") == ["émissions"]


def test_traditional_chinese_is_marked_for_a_simplified_question():
    assert marked("电池", "動力電池護照", "zh") == ["電池"]


def test_the_beginning_of_a_word_marks_it():
    assert marked("batt*", "Batteries and butter") == ["Batteries"]


def test_a_reason_says_through_what_a_word_was_met():
    found = spotter("battery").spots("batteries battery")
    assert [(spot.asked, spot.through) for spot in found] == [("battery", "stem"), ("battery", "")]


def test_too_short_a_clue_is_none():
    assert clues(["ab", "water"]) is None


@given(SAID, st.text("abdert yiesng", max_size=14))
def test_going_by_clues_misses_nothing(text: str, question: str):
    by_clues, by_all = spotter(question), spotter(question)
    by_all._clues = None
    assert by_clues.spots(text) == by_all.spots(text)
