"""What the documentation says is there: its links, its commands and options, its files."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from api.cli.main import app
from benchmarks import report
from catalog.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    p
    for folder in ("tutorial", "howto", "explanation")
    for p in (ROOT / "docs" / folder).glob("*.md")
)
PAGES += [ROOT / "docs/README.md", ROOT / "docs/quickstart.zh.md", ROOT / "SECURITY.md"]
PAGES += [ROOT / "examples/spaces/README.md"]
PAGES += [ROOT / "docs/reference" / name for name in ("search.md", "http.md")]
PAGES += [ROOT / name for name in ("README.md", "CHANGELOG.md", "docs/benchmarks.md")]
FENCED = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:^|[`\s/])hutong ([a-z][a-z-]*(?: [a-z][a-z-]*)?)([^`\n]*)", re.MULTILINE)


def commands() -> dict[str, set[str]]:
    """Every command line of the program: its words, and its options."""
    found: dict[str, set[str]] = {}
    root = typer.main.get_command(app)
    waiting = [("", root)]
    while waiting:
        words, command = waiting.pop()
        found[words] = {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
        found[words].add("--help")
        for name, child in getattr(command, "commands", {}).items():
            waiting.append((f"{words} {name}".strip(), child))
    return found


def shown(page: Path) -> Iterator[tuple[str, set[str]]]:
    """The calls of the program in a page's code: their words and their options."""
    text = page.read_text(encoding="utf-8")
    code = "\n".join([*FENCED.findall(text), *re.findall(r"`[^`\n]+`", text)])
    for found in COMMAND.finditer(code):
        yield found[1], set(re.findall(r"(?<=\s)--[a-z][a-z-]*", found[2]))


def ids(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_command_of_a_page_is_there_with_its_options(page: Path) -> None:
    known = commands()
    for words, options in shown(page):
        name = words if words in known else words.split()[0]
        assert name in known, words
        assert options <= known[name], (words, options - known[name])


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_setting_of_a_page_is_there(page: Path) -> None:
    known = {f"HUTONG_{name.upper()}" for name in Settings.__dataclass_fields__}
    named = set(re.findall(r"HUTONG_[A-Z_]+", page.read_text(encoding="utf-8")))
    assert named <= known


def test_the_threat_model_names_tests_that_are_there() -> None:
    text = (ROOT / "docs/explanation/threat-model.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(tests/[a-z_/]+\.py)`", text))
    assert len(named) > 3
    assert sorted(name for name in named if not (ROOT / name).is_file()) == []


def test_the_pages_show_commands_at_all() -> None:
    assert {words.split()[0] for page in PAGES for words, _ in shown(page)} >= {
        "doctor", "ingest", "profile", "reindex", "search", "serve", "space", "validate", "vocab",
    }  # fmt: skip


def test_the_page_of_figures_says_what_the_scripts_printed() -> None:
    page = (ROOT / "docs/benchmarks.md").read_text(encoding="utf-8")
    assert page == report.written()


def test_the_index_lists_every_page() -> None:
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    for page in PAGES:
        if page.parent.parent == ROOT / "docs":
            assert f"({page.parent.name}/{page.name})" in index


def test_every_setting_is_in_its_reference():
    page = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    for setting in Settings.__dataclass_fields__:
        assert f"`HUTONG_{setting.upper()}`" in page


def test_every_command_is_in_its_reference():
    page = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")
    leaves = {
        words
        for words in commands()
        if words and not any(o.startswith(f"{words} ") for o in commands())
    }
    for words in leaves:
        assert f"`hutong {words}`" in page
