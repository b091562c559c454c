import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import BadSetting
from catalog.settings import Settings, from_environment
from vocabularies.rdf import DCT, Graph, datatype, language, lexical, literal, plain

texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(texts)
def test_a_literal_gives_back_the_text_that_it_was_made_of(text: str):
    assert lexical(literal(text)) == text
    assert lexical(literal(text, lang="zh-hans")) == text
    assert language(literal(text, lang="zh-hans")) == "zh-hans"


@given(texts)
def test_a_term_stands_on_one_line(text: str):
    assert "\n" not in literal(text)
    assert "\r" not in literal(text)


def test_a_plain_literal_is_a_string():
    assert datatype(literal("a")) == "<http://www.w3.org/2001/XMLSchema#string>"


def test_a_graph_knows_what_points_at_a_term():
    graph = Graph([("<urn:a>", DCT["isPartOf"], "<urn:b>")])
    assert graph.subjects(DCT["isPartOf"], "<urn:b>") == ["<urn:a>"]
    graph.add("<urn:c>", DCT["isPartOf"], "<urn:b>")
    assert graph.subjects(DCT["isPartOf"], "<urn:b>") == ["<urn:a>", "<urn:c>"]


def test_a_graph_holds_a_triple_once():
    graph = Graph([("<urn:a>", "<urn:p>", '"x"')] * 2)
    assert len(graph) == 1
    assert ("<urn:a>", "<urn:p>", '"x"') in graph


def test_a_person_reads_terms_without_their_signs():
    assert [plain(t) for t in ("<urn:a>", '"x\\"y"@en', "_:b0")] == ["urn:a", 'x"y', "_:b0"]


def test_settings_come_from_the_environment():
    found = from_environment({"HUTONG_PORT": "9000", "HOME": "/root", "HUTONG_DATA": "here"})
    assert (found.port, str(found.data)) == (9000, "here")


def test_an_unknown_setting_names_the_nearest():
    with pytest.raises(BadSetting, match="Did you mean HUTONG_PORT"):
        from_environment({"HUTONG_PROT": "9000"})


def test_a_setting_of_the_wrong_kind_says_so():
    with pytest.raises(BadSetting, match="'many' is no int"):
        from_environment({"HUTONG_PORT": "many"})


def test_the_base_of_urls_comes_from_the_settings():
    assert Settings(host="h", port=1).url == "http://h:1"
    assert Settings(base_url="https://hub.example/").url == "https://hub.example"
