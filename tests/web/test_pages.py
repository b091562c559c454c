"""What a person sees, as HTML: both languages, nothing foreign alive, states that help."""

import html
import re

import pytest

from api.web.texts import texts
from tests.web.conftest import identifier

HTML = {"accept": "text/html"}
PASSPORT = f"/records/{identifier('passport')}"


def test_both_languages_say_the_same_things():
    assert texts("en").names() == texts("zh").names()


def test_the_language_follows_url_then_cookie_then_header(client):
    asked = client.get("/about?lang=zh", headers=HTML | {"accept-language": "en"})
    assert '<html lang="zh-Hans">' in asked.text
    assert asked.cookies.get("lang") == "zh"
    client.cookies.clear()
    assert (
        '<html lang="zh' in client.get("/about", headers=HTML | {"accept-language": "zh-CN"}).text
    )


def test_an_offer_is_put_into_words_in_both_languages(client):
    english = client.get(f"{PASSPORT}?lang=en", headers=HTML).text
    chinese = client.get(f"{PASSPORT}?lang=zh", headers=HTML).text
    client.cookies.clear()
    assert "You may use it (time since receipt at most 90 days)" in english
    assert "You may not pass it on" in english
    assert "不得向第三方转让" in chinese


def test_a_rule_without_words_is_shown_as_published(client):
    assert "https://e.example/own-action" in client.get(PASSPORT, headers=HTML).text


@pytest.mark.parametrize(
    "path", [f"/records/{identifier('evil')}", "/search?q=battery", "/spaces/yard"]
)
def test_foreign_markup_and_schemes_are_dead(client, path):
    text = client.get(path, headers=HTML).text
    assert "<script>alert" not in text
    assert not re.search(r"<(img|svg)[^>]*\son\w+=", text)
    assert not re.search(r'href="(javascript|data|vbscript):', text)


def test_markdown_keeps_good_links_and_drops_bad_ones(client):
    text = client.get(PASSPORT, headers=HTML).text
    assert "<strong>Bold</strong>" in text
    assert 'href="https://e.example/"' in text
    assert 'href="javascript' not in text


@pytest.mark.parametrize(
    "path",
    ["/", "/search?q=battery", PASSPORT, "/spaces", "/spaces/yard", "/vocabularies", "/validate",
     "/vocabularies/data-theme", "/vocabularies/data-theme/ECON", "/docs", "/about", "/nothing"],
)  # fmt: skip
def test_no_page_carries_inline_style_or_script(client, path):
    text = client.get(path, headers=HTML).text
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*src=)", text)


def test_nothing_found_says_what_to_drop_and_what_is_near(client):
    text = client.get("/search?q=battery&kind=service&lang=en", headers=HTML).text
    client.cookies.clear()
    assert "Drop a filter:" in text
    assert identifier("passport") in text


def test_a_check_by_form_groups_findings_and_keeps_the_text(client):
    body = "<https://e.example/d> a <http://www.w3.org/ns/dcat#Dataset> ."
    sent = {"text": body, "profile": "tds@1.0"}
    text = client.post("/validate", data=sent, headers=HTML).text
    assert "It does not conform" in text
    assert "&lt;https://e.example/d&gt; a" in text


def test_an_unreadable_paste_is_answered_on_the_page(client):
    answer = client.post("/validate", data={"text": "<a", "profile": "tds"}, headers=HTML)
    assert answer.status_code == 422
    assert "This could not be read" in answer.text


def test_an_unknown_page_is_a_page_for_people(client):
    answer = client.get("/nothing", headers=HTML)
    assert answer.status_code == 404
    assert 'role="search"' in answer.text


def test_a_link_to_another_offering_shows_its_title_and_leads_to_its_record(client):
    text = client.get(f"/records/{identifier('formula')}?lang=en", headers=HTML).text
    client.cookies.clear()
    assert f'<a href="/records/{identifier("passport")}"><bdi>Battery passport</bdi></a>' in text
    assert "https://yard.example/secret" in text
    assert f"/records/{identifier('secret')}" not in text
    assert "https://yard.example/nowhere" in text


def test_points_that_were_not_measured_are_told_as_such(client):
    text = client.get(f"{PASSPORT}?lang=en", headers=HTML).text
    client.cookies.clear()
    assert "50 more points depend on whether its URLs answer" in text


def test_time_and_place_stay_while_other_filters_are_chosen(client):
    path = "/search?q=&period=2026/&bbox=5,45,15,55&kind=dataset&lang=en"
    text = client.get(path, headers=HTML).text
    client.cookies.clear()
    assert 'name="period" value="2026/"' in text
    assert 'name="bbox" value="5,45,15,55"' in text
    assert "Period: <bdi>2026/</bdi>" in text
    assert "/search?bbox=5%2C45%2C15%2C55&amp;kind=dataset" in text


def test_what_is_left_out_is_marked_among_the_chosen(client):
    text = client.get("/search?kind.not=dataset&lang=en", headers=HTML).text
    client.cookies.clear()
    assert "Kind: <bdi>− Dataset</bdi>" in text


def test_the_filters_that_are_folded_open_where_one_of_them_is_chosen(client):
    for path, is_open in (("/search?q=battery", False), ("/search?publisher=Galaxy", True)):
        assert ('<details class="more" open>' in client.get(path, headers=HTML).text) is is_open


def test_the_offerings_of_a_space_are_listed_newest_first(client):
    text = client.get("/spaces/yard?lang=en", headers=HTML).text
    client.cookies.clear()
    assert text.index("Battery passport") < text.index("=cmd battery")


def test_one_of_a_kind_is_told_as_one(client):
    found = client.get("/search?q=passport&lang=en", headers=HTML).text
    checked = client.post(
        "/validate?lang=en", data={"text": "<urn:a> a <http://www.w3.org/ns/dcat#Dataset> ."}
    ).text
    client.cookies.clear()
    assert "<b>1 offering</b>" in found
    assert "1 record ·" in checked


def test_the_example_of_the_check_shows_findings_of_every_kind(client):
    page = client.get("/validate?example=yes&lang=en", headers=HTML).text
    pasted = html.unescape(page.split('spellcheck="false">')[1].split("</textarea>")[0])
    checked = client.post("/validate?lang=en", data={"text": pasted, "profile": "tds"}).text
    client.cookies.clear()
    assert "It does not conform" in checked
    for kind in ("Violation", "Warning", "Hint"):
        assert kind in checked
