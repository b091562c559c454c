from dataclasses import fields

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


@pytest.mark.parametrize(
    ("variable", "text", "wanted"),
    [
        ("HUTONG_PORT", "many", "a port, 1 to 65535"),
        ("HUTONG_PORT", "99999", "a port, 1 to 65535"),
        ("HUTONG_WORKERS", "-1", "a number, 0 or more"),
        ("HUTONG_WORKERS", "1.5", "a number, 0 or more"),
        ("HUTONG_WORKER_SECONDS", "soon", "a number, 1 or more"),
        ("HUTONG_LOG_LEVEL", "loud", "one of debug, info, warning, error"),
        ("HUTONG_LOG_FORMAT", "xml", "one of json, text"),
        ("HUTONG_PRIVATE_NETWORKS", "10.0.0.0/8, home", "CIDR blocks, a comma between them"),
        ("HUTONG_BASE_URL", "hub.example", "an address that begins with http"),
    ],
)
def test_a_value_that_cannot_be_used_is_told_what_can(variable, text, wanted):
    with pytest.raises(BadSetting, match=wanted) as raised:
        from_environment({variable: text})
    assert raised.value.place == variable
    assert text in raised.value.message


def test_every_number_among_the_settings_has_a_law():
    numbers = [f.name for f in fields(Settings) if f.type in (int, float)]
    assert len(numbers) > 3
    for name in numbers:
        with pytest.raises(BadSetting, match="cannot be used"):
            from_environment({f"HUTONG_{name.upper()}": "x"})


def test_an_empty_variable_asks_for_nothing():
    assert from_environment({"HUTONG_PORT": "", "HUTONG_BASE_URL": ""}) == Settings()


def test_private_networks_are_a_list():
    assert Settings(private_networks="10.0.0.0/8, ,fd00::/8").networks == ("10.0.0.0/8", "fd00::/8")


def test_the_base_of_urls_comes_from_the_settings():
    assert Settings(host="h", port=1).url == "http://h:1"
    assert Settings(base_url="https://hub.example/").url == "https://hub.example"
