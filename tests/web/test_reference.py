"""The reference pages are true: every example in them is run, every route and limit is in them."""

import json
import re
import shlex
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from api.http.app import create_app
from api.http.negotiation import FORMS
from api.http.problems import STATUS
from api.http.questions import LONGEST, MOST, MOST_PARAMETERS, OWN
from api.http.searching import EXPORTED
from api.web.texts import texts
from catalog.bootstrap import open_hub
from catalog.demo import load_examples
from catalog.search import grammar, plan
from catalog.search.ports import FACETS, SORTS
from catalog.settings import Settings
from tests.builders import paths_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it announces a successor of httpx that is not needed here
    from starlette.testclient import TestClient

FOLDER = Path(__file__).parents[2] / "docs/reference"
BASE = "http://127.0.0.1:8000"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)


@dataclass
class Call:
    """One curl of a page, and what the page says that it gives."""

    page: str
    line: str
    kind: str
    expected: str

    @property
    def name(self) -> str:
        return f"{self.page}: {self.line[5:]}".replace(BASE, "")[:90]


@dataclass
class Request:
    """What a curl asks for."""

    method: str = "GET"
    url: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


def calls() -> Iterator[Call]:
    for page in ("search.md", "http.md"):
        asked: list[str] = []
        for kind, text in BLOCK.findall((FOLDER / page).read_text(encoding="utf-8")):
            if kind == "console":
                lines = text.replace("\\\n", " ").splitlines()
                asked = [x.removeprefix("$ ") for x in lines if x.startswith("$ curl ")]
                continue
            answers = list(documents(text)) if kind == "json" else [text]
            assert len(answers) == len(asked), f"{page}: {asked}"
            for line, expected in zip(asked, answers, strict=True):
                yield Call(page, line, kind, expected)


def documents(text: str) -> Iterator[str]:
    """The JSON documents that stand in a text one after the other."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        _, end = decoder.raw_decode(text, at)
        yield text[at:end]
        at = end + len(text[end:]) - len(text[end:].lstrip())


def read(line: str) -> Request:
    """The request that a curl makes; an option that is not known here fails the test."""
    found, data, words = Request(), [], shlex.split(line)[1:]
    as_query = any(word.startswith("-") and "G" in word for word in words)
    while words:
        word = words.pop(0)
        if word in {"-s", "-si", "-sG"}:
            continue
        if word == "-X":
            found.method = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            found.headers[name.lower()] = value
        elif word in {"-d", "--data-urlencode"}:
            data.append(words.pop(0))
        else:
            assert word.startswith(BASE), word
            found.url = word.removeprefix(BASE)
    if as_query:
        found.url += "?" + urlencode([tuple(pair.split("=", 1)) for pair in data])
    elif data:
        found.method, found.body = "POST", "&".join(data)
    return found


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    wanted = Settings(
        data=tmp_path_factory.mktemp("examples"), workers=2, log_level="error",
        frozen_time="2026-11-24T00:00:00+00:00",
    )  # fmt: skip
    with open_hub(wanted) as hub:
        load_examples(hub)
        with TestClient(create_app(hub), raise_server_exceptions=False) as client:
            yield client


def is_part(expected: object, given: object) -> bool:
    """True when all that is expected is given: members of objects, first items of lists."""
    if isinstance(expected, dict):
        there = isinstance(given, dict)
        return there and all(k in given and is_part(v, given[k]) for k, v in expected.items())
    if isinstance(expected, list):
        there = isinstance(given, list) and len(expected) <= len(given)
        return there and all(is_part(e, g) for e, g in zip(expected, given, strict=False))
    return expected == given


@pytest.mark.parametrize("call", list(calls()), ids=lambda call: call.name)
def test_an_example_gives_what_the_page_says(examples: TestClient, call: Call) -> None:
    asked = read(call.line)
    examples.cookies.clear()
    headers = {"accept": "*/*"} | asked.headers
    got = examples.request(
        asked.method, asked.url, headers=headers, content=asked.body.encode() or None
    )
    if call.kind == "json":
        assert is_part(json.loads(call.expected), got.json()), got.text[:2000]
    elif call.kind == "text":
        assert all(line in got.text for line in call.expected.splitlines()), got.text[:2000]
    else:
        assert_headers(call.expected, got.status_code, got.headers)


def assert_headers(expected, status, headers) -> None:
    first, *others = expected.splitlines()
    assert int(first.split()[1]) == status
    for line in others:
        name, _, value = line.partition(": ")
        assert value in headers[name], headers[name]


def test_the_pages_have_examples_of_every_kind() -> None:
    kinds = [call.kind for call in calls()]
    assert len(kinds) > 30
    assert {"json", "http", "text"} <= set(kinds)


def test_an_example_that_is_wrong_is_noticed() -> None:
    assert not is_part({"a": [1]}, {"a": [2]})
    assert not is_part({"a": [1]}, {"a": []})
    assert not is_part({"a": 1}, {})
    assert is_part({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}, 3]})


def page(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def test_every_route_is_in_the_reference(examples: TestClient) -> None:
    named = set(re.findall(r"`(/[^`\s]*)`", page("http.md").partition("## Which form")[0]))
    there = {path.replace(":path", "") for path in paths_of(examples.app.routes)}
    assert named - {"/api/v1/"} == there


def test_every_form_problem_and_status_is_in_the_reference() -> None:
    text = page("http.md")
    assert all(f"| {name} | `{kinds[0]}` |" in text for name, kinds in FORMS.items())
    table = text.partition("## Problems")[2].partition("## Limits")[0]
    codes = {n.removeprefix("problems.") for n in texts("en").names() if n.startswith("problems.")}
    assert {code for code in codes if f"`{code}`" not in table} == set()
    for kind, status in STATUS:
        row = next((x for x in table.splitlines() if f"`{kind.code}`" in x), "")
        assert not row or f"| {status.value} |" in row or kind.code == "worker-died", kind


def test_every_field_facet_parameter_and_order_is_in_the_reference() -> None:
    text = page("search.md")
    assert all(f"`{name}`" in text for name in (*FACETS, *SORTS))
    assert all(f"{name}=" in text or f"-d {name}" in text for name in set(OWN) - {"lang", "cursor"})
    for names in grammar.FIELDS.values():
        assert all(name in text for name in names)


def test_the_limits_are_those_of_the_code() -> None:
    text = page("search.md").partition("## Limits")[2]
    for number in (grammar.LONGEST, MOST_PARAMETERS, LONGEST, MOST, EXPORTED, grammar.MOST):
        assert f"{number:,}" in text
    assert f"{plan.MOST_UNITS} words" in text
    assert f"{Settings().upload_bytes:,}" in page("http.md")


def test_every_address_in_the_pages_is_this_hub() -> None:
    for call in calls():
        assert urlsplit(read(call.line).url).path.startswith("/")
