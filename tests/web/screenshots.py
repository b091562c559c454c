"""Take the screenshots of docs/: `python -m tests.web.screenshots http://127.0.0.1:8000 FOLDER`."""

import sys
from pathlib import Path

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SHOTS = (
    ("home", "/", 1280, "light", "zh-CN"),
    ("search-zh", "/search?q=电池护照", 1280, "light", "zh-CN"),
    ("search-dark", "/search?q=battery", 1280, "dark", "en-GB"),
    ("search-phone", "/search?q=battery", 390, "light", "en-GB"),
    ("record", "", 1280, "light", "zh-CN"),
    ("spaces", "/spaces", 1280, "light", "zh-CN"),
    ("validate", "/validate", 1280, "light", "en-GB"),
)


def take(address: str, folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(ARGUMENTS)
        )
        for name, path, width, scheme, locale in SHOTS:
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme, locale=locale
            )
            page = context.new_page()
            page.goto(address + (path or "/search?q=主轴振动"))
            if not path:
                page.locator("article .name a").first.click()
                page.wait_for_load_state()
            if name == "validate":
                page.fill("#text", "<https://e.example/d> a <http://www.w3.org/ns/dcat#Dataset> .")
                page.click(".check button")
                page.locator("details.rule").first.wait_for()
            page.screenshot(path=folder / f"{name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1], Path(sys.argv[2]))
