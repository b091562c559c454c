"""What a person sees, as HTML: both languages, nothing foreign alive, states that help."""

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
