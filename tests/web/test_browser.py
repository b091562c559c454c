"""The pages in a real Chromium: script and no script, keyboard, phone, dark, axe, hostile text."""

from collections.abc import Iterator

import pytest

from tests.web.conftest import identifier
from tests.web.screenshots import ARGUMENTS

pytestmark = pytest.mark.browser
PAGES = (
    "/", "/search?q=battery", "/search?q=zzzqqq", f"/records/{identifier('passport')}",
    f"/records/{identifier('evil')}", f"/records/{identifier('old')}", "/spaces", "/spaces/yard",
    "/vocabularies", "/vocabularies/data-theme", "/vocabularies/data-theme/ECON", "/validate",
    "/docs", "/about", "/problems", "/nothing",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser(chromium) -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


def _page(browser, **options):
    page = browser.new_context(locale="en-GB", **options).new_page()
    page.set_default_timeout(10_000)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(browser, address, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = _page(browser, color_scheme=scheme)
    found = {}
    for path in PAGES:
        page.goto(address + path)
        result = Axe().run(page).response["violations"]
        if result:
            found[path] = [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in result]
    assert found == {}


def test_no_page_scrolls_sideways_on_a_phone(browser, address):
    page = _page(browser, viewport={"width": 390, "height": 800})
    wide = []
    for path in PAGES:
        page.goto(address + path)
        if page.evaluate("document.documentElement.scrollWidth") > 390:
            wide.append(path)
    assert wide == []


def test_hostile_text_opens_no_dialog_and_breaks_no_policy(browser, address):
    page = _page(browser)
    seen: list[str] = []
    page.on("dialog", lambda dialog: seen.append(dialog.message))
    page.on("console", lambda said: seen.append(said.text) if said.type == "error" else None)
    for path in (f"/records/{identifier('evil')}", "/search?q=<script>alert(1)</script>"):
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
    assert seen == []


def test_a_chinese_question_finds_by_keyboard_alone(browser, address):
    page = _page(browser)
    page.goto(address + "/")
    page.keyboard.press("/")
    page.keyboard.type("电池护照")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    assert page.locator("article .name").first.inner_text() == "Battery passport"


def test_a_filter_answers_in_place_and_keeps_the_focus(browser, address):
    page = _page(browser)
    page.goto(address + "/search?q=battery")
    page.locator("input[name=format]").first.check()
    page.locator(".chosen .chip").wait_for()
    assert page.locator("article").count() == 1
    assert "format=" in page.url
    assert page.evaluate("document.activeElement.name") == "format"


def test_filters_work_without_a_script(browser, address):
    page = _page(browser, java_script_enabled=False)
    page.goto(address + "/search?q=battery")
    page.locator("input[name=format]").first.check()
    page.locator(".filters button").click()
    page.locator(".chosen .chip").wait_for()
    assert page.locator("article").count() == 1


def test_a_paste_is_checked(browser, address):
    page = _page(browser)
    page.goto(address + "/validate")
    page.fill("#text", "<https://e.example/d> a <http://www.w3.org/ns/dcat#Dataset> .")
    page.click(".check button")
    page.wait_for_selector("details.rule")
    assert "does not conform" in page.locator("#result h2").first.inner_text()
