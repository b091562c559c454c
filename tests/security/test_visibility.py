"""What is hidden changes no byte of any public answer: two hubs, one with secrets, asked the same.

Both hubs hold the same public records. One of them also holds, or once held, everything that the
public must not see. Each route of the application is asked in every form and language, and the two
answers must be the same, headers included.
"""

import gzip
import re
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.main import app as command_line
from api.http.app import create_app
from catalog import records, spaces
from catalog.bootstrap import open_hub
from catalog.hub import Hub
from catalog.ingest import Order, ingest
from catalog.model import Admission, Relation, Space, SpaceKind, Visibility, record_id
from catalog.views import catch_up, lag
from tests.builders import paths_of
from tests.web.conftest import PREFIXES, RECORDS, fill, identifier, settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it announces a successor of httpx that is not needed here
    from starlette.testclient import TestClient

YARD = Space(
    id="yard", kind=SpaceKind.INDUSTRY, title={"en": "The yard", "zh": "院子"},
    relations=(Relation("interconnectsWith", "city"), Relation("contains", "vault")),
)  # fmt: skip
VAULT = Space(
    id="vault", kind=SpaceKind.PERSONAL, title={"en": "Vault of whispers", "zh": "密室"},
    visibility=Visibility.RESTRICTED, profiles=("tds",),
    relations=(Relation("evolvedFrom", "yard"),),
)  # fmt: skip
SECRET_WORDS = ("whispers", "密室", "zanzibar", "quillwort", "机密")
"""Words that only what is hidden has."""

BODY = """
  dct:description "Battery quillwort of zanzibar, battery again"@en , "电池机密说明"@zh ;
  dcat:keyword "zanzibar"@en , "battery"@en ; dct:publisher :hushed ; dct:modified "2031-01-01" ;
  dcat:theme <http://publications.europa.eu/resource/authority/data-theme/HEAL> ;
  dct:license <http://publications.europa.eu/resource/authority/licence/CC0> ;
  dct:spatial [ dcat:bbox "POLYGON((100 10, 110 10, 110 20, 100 20, 100 10))" ] ;
  dct:temporal [ dcat:startDate "1999-01-01" ; dcat:endDate "2001-01-01" ] ;
  dcat:distribution [ a dcat:Distribution ; dct:format
    <http://publications.europa.eu/resource/authority/file-type/PARQUET> ] .
:hushed a foaf:Agent ; foaf:name "The hushed"@en .
"""
STATE = "tds:admissionState <https://w3id.org/hutong/admission-state/{}> ;"
HIDDEN_STATES = ("submitted", "checked", "suspended", "withdrawn", "invented")


def secret(name: str, more: str = "") -> str:
    title = f'dct:title "Battery zanzibar {name}"@en , "电池机密{name}"@zh ;'
    return f"{PREFIXES}:{name} a dcat:Dataset ; {title} {more} {BODY}"


def bring(hub: Hub, folder: Path, name: str, text: str, space: Space) -> None:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    assert not ingest(hub, Order((file,), space)).refusals


def hide_before(hub: Hub, folder: Path) -> None:
    """A restricted space, in which one record is the twin of a public one."""
    hub.store.put_space(VAULT)
    bring(hub, folder, "vault.ttl", secret("vaulted"), VAULT)
    bring(hub, folder, "twins.ttl", RECORDS, VAULT)


def hide_after(hub: Hub, folder: Path) -> None:
    """Records whose state is not open, and those that were seen by all and are no longer."""
    states = "".join(secret(state, STATE.format(state)) for state in HIDDEN_STATES)
    once = secret("once", STATE.format("published")) + secret("sold")
    bring(hub, folder, "states.ttl", states + once, YARD)
    bring(hub, folder, "once.ttl", secret("once", STATE.format("suspended")), YARD)
    records.delete(hub, [identifier("sold")], "sold")
    records.delete(hub, [identifier("suspended")], "hushed up")
    closed = Space(id="closed", kind=SpaceKind.CITY, title={"en": "Zanzibar"})
    hub.store.put_space(closed)
    bring(hub, folder, "closed.ttl", secret("closed"), closed)
    spaces.keep(hub, replace(closed, visibility=Visibility.RESTRICTED))


@dataclass(frozen=True)
class Pair:
    """A hub with secrets and one without."""

    with_secrets: TestClient
    without: TestClient


@pytest.fixture(scope="module")
def hubs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hub, Hub]]:
    with ExitStack() as stack:
        opened = []
        for name in ("with", "without"):
            folder = tmp_path_factory.mktemp(name)
            hub = stack.enter_context(open_hub(settings(folder)))
            if name == "with":
                hide_before(hub, folder)
            fill(hub, folder, with_hidden=name == "with")
            hub.store.put_space(YARD)
            if name == "with":
                hide_after(hub, folder)
            catch_up(hub)
            opened.append(hub)
        yield opened[0], opened[1]


@pytest.fixture(scope="module")
def pair(hubs: tuple[Hub, Hub]) -> Iterator[Pair]:
    with ExitStack() as stack:
        clients = [
            stack.enter_context(TestClient(create_app(hub), raise_server_exceptions=False))
            for hub in hubs
        ]
        yield Pair(*clients)


@dataclass(frozen=True)
class Ask:
    """One request."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: str = ""


def answer(client: TestClient, ask: Ask) -> tuple[int, list[tuple[str, str]], bytes]:
    """What a reader can see of an answer: status, headers apart from the date, bytes."""
    client.cookies.clear()
    headers = {"accept-encoding": "identity", "x-request-id": "same-for-both"} | ask.headers
    content = ask.body.encode() or None
    got = client.request(ask.method, ask.path, headers=headers, content=content)
    left_out = {"date", "content-length"} if ask.method == "POST" else {"date"}
    shown = [(name, value) for name, value in got.headers.multi_items() if name not in left_out]
    return (
        got.status_code,
        shown,
        _without_time(got.content) if ask.method == "POST" else got.content,
    )


def _without_time(body: bytes) -> bytes:
    """A check's answer without how long it took, which is never the same twice."""
    return re.sub(rb'"seconds": ?[0-9.e-]+|[0-9.]+ s\b| time="[^"]*"', b"", body)


def assert_same(pair: Pair, ask: Ask) -> tuple[int, list[tuple[str, str]], bytes]:
    seen, expected = answer(pair.with_secrets, ask), answer(pair.without, ask)
    assert seen == expected, ask
    return seen


# the requests

HIDDEN = tuple(
    record_id("yard", f"https://yard.example/{name}") for name in ("secret", *HIDDEN_STATES, "once")
)
IN_VAULT = tuple(
    record_id("vault", f"https://yard.example/{name}") for name in ("vaulted", "passport")
)
SHOWN = tuple(identifier(name) for name in ("passport", "evil", "formula", "old"))
NEVER = (record_id("yard", "https://yard.example/never"), "aaaaaaaaaaaaaaaa", "x", "%00")
ALL_IDS = (*HIDDEN, *IN_VAULT, *SHOWN, *NEVER)
SOME = (HIDDEN[0], IN_VAULT[1], SHOWN[0], SHOWN[3], NEVER[0])
SPACES = ("yard", "city", "vault", "closed", "never")
QUESTIONS = (
    "", "battery", "电池", "护照", "zanzibar", "zanzibarr", "quillwirt", "quillw*", "batery",
    "battery zanzibar", "battery -zanzibar", '"battery secret"', "title:secret", "机密", "secret",
    "publisher:hushed", "id:https://yard.example/secret", "health", "passport OR zanzibar",
    "space:vault", "theme:HEAL",
)  # fmt: skip
FILTERS = (
    "sort=modified", "sort=quality", "limit=0", "limit=1", "limit=1&sort=modified",
    "facet-size=100", "facet-size=0", "space=vault", "space=closed", "space.not=vault",
    "kind=dataset&kind.not=service", "publisher=The hushed", "year=1999", "year=2031",
    "theme=http://publications.europa.eu/resource/authority/data-theme/HEAL",
    "format=http://publications.europa.eu/resource/authority/file-type/PARQUET",
    "bbox=100,10,110,20", "period=1999/2001", "quality=bad", "offer=no", "space_kind=personal",
)  # fmt: skip
SEARCHES = (
    *(f"?q={text}" for text in QUESTIONS), *(f"?q=battery&{more}" for more in FILTERS), *FILTERS,
)  # fmt: skip
SUGGESTIONS = ("b", "bat", "Battery z", "z", "电", "机", "q", "The", "secret", "")
ENDINGS = ("", ".ttl", ".jsonld", ".rdf", ".nt", ".json", ".html", ".csv", ".x")
ACCEPTED = (
    "", "text/html", "application/json", "text/turtle", "application/ld+json", "text/csv",
    "application/rdf+xml", "application/n-triples", "image/png", "text/html;q=0.1, text/turtle",
)  # fmt: skip
RDF = "<https://e.example/d> a <http://www.w3.org/ns/dcat#Dataset> ."


def query(path: str, tail: str) -> str:
    return f"{path}{tail if tail.startswith('?') else '?' + tail}"


def over(template: str, names: tuple[str, ...], endings: tuple[str, ...] = ("",)) -> list[str]:
    return [template.format(name) + ending for name, ending in product(names, endings)]


VALIDATIONS = [
    Ask(f"/api/v1/validate?format={form}&lang={lang}", {"content-type": "text/turtle"}, "POST", RDF)
    for form, lang in product(("json", "text", "turtle", "sarif", "junit", "csv"), ("en", "zh"))
]
FORM = {"content-type": "application/x-www-form-urlencoded"}
CASES: dict[str, list[str | Ask]] = {
    "/": ["/", "/?lang=zh"],
    "/search": [query("/search", tail) for tail in SEARCHES],
    "/api/v1/search": [query("/api/v1/search", tail) for tail in SEARCHES],
    "/api/v1/suggest": [f"/api/v1/suggest?q={text}" for text in SUGGESTIONS],
    "/records/{record}": [*over("/records/{}", ALL_IDS), *over("/records/{}", SOME, ENDINGS)],
    "/api/v1/records/{record}": [
        *over("/api/v1/records/{}", ALL_IDS), *over("/api/v1/records/{}", SOME, ENDINGS),
        *over("/api/v1/records/{}?format=ttl", ALL_IDS),
    ],
    "/api/v1/records/{record}/report": over("/api/v1/records/{}/report", ALL_IDS),
    "/spaces": ["/spaces", *(f"/spaces?format={form}" for form in ("ttl", "json", "nt", "x"))],
    "/api/v1/spaces": ["/api/v1/spaces"],
    "/spaces/{space}": [*over("/spaces/{}", SPACES, ENDINGS), "/spaces/yard?cursor=m"],
    "/api/v1/spaces/{space}": over("/api/v1/spaces/{}", SPACES),
    "/vocabularies": ["/vocabularies"],
    "/api/v1/vocabularies": ["/api/v1/vocabularies"],
    "/vocabularies/{name}": ["/vocabularies/visibility", "/vocabularies/never"],
    "/api/v1/vocabularies/{name}": ["/api/v1/vocabularies/visibility"],
    "/vocabularies/{name}/{code:path}": ["/vocabularies/data-theme/HEAL"],
    "/api/v1/vocabularies/{name}/{code:path}": ["/api/v1/vocabularies/data-theme/HEAL"],
    "/validate": [
        "/validate", Ask("/validate", FORM, "POST", f"text={RDF}"), Ask("/validate", FORM, "POST"),
    ],
    "/api/v1/validate": [*VALIDATIONS, Ask("/api/v1/validate", {}, "POST")],
    "/api/v1/profiles": ["/api/v1/profiles"],
    "/profiles/{name}/{version}": ["/profiles/tds/1.0", "/profiles/never/1.0"],
    "/openapi.json": ["/openapi.json"],
    "/docs": ["/docs"],
    "/about": ["/about"],
    "/problems": ["/problems"],
    "/problems/{code}": ["/problems/not-found", "/problems/never"],
    "/healthz": ["/healthz"],
    "/readyz": ["/readyz"],
    "/metrics": [],  # has a test of its own, because it tells how long things took
    "/robots.txt": ["/robots.txt"],
    "/static": ["/static/look.css", "/static/hutong.js", "/static/never"],
}  # fmt: skip
"""What each route is asked; every path in all forms and both languages."""


def variations(path: str) -> Iterator[Ask]:
    """A path in every form and language, with and without a body, as a browser and a program."""
    for accept, lang in product(ACCEPTED, ("en", "zh")):
        yield Ask(path, {"accept": accept, "accept-language": lang})
    yield Ask(path, {"accept": "text/html"}, "HEAD")
    yield Ask(path, {"accept": "application/json"}, "HEAD")
    yield Ask(path, {"if-none-match": "*"})
    yield Ask(path, {"cookie": "lang=zh"})
    for method in ("OPTIONS", "PUT", "DELETE"):
        yield Ask(path, method=method)


def briefly(path: str) -> Iterator[Ask]:
    """A path in the forms that differ: of the many searches and ids, not all in all forms."""
    yield Ask(path, {"accept": "text/html", "accept-language": "zh"})
    if "search" in path:
        yield Ask(path, {"accept": "text/csv"})
    yield Ask(path, {"accept": "application/json"})


def test_every_route_has_a_case(pair: Pair) -> None:
    assert set(paths_of(pair.without.app.routes)) == set(CASES)


@pytest.mark.parametrize("route", CASES)
def test_a_route_answers_as_if_nothing_were_hidden(pair: Pair, route: str) -> None:
    for place, one in enumerate(CASES[route]):
        asks = [one] if isinstance(one, Ask) else briefly(one) if place > 1 else variations(one)
        for ask in asks:
            _, _, body = assert_same(pair, ask)
            assert not whispered(ask, body), ask


def whispered(ask: Ask, body: bytes) -> list[str]:
    """Words of the hidden in an answer, unless the question said them itself."""
    if any(word in ask.path for word in SECRET_WORDS):
        return []
    said = body.decode("utf-8", "replace").lower()
    return [word for word in SECRET_WORDS if word in said]


def test_the_hub_with_secrets_really_has_them(hubs: tuple[Hub, Hub]) -> None:
    rich, poor = hubs
    assert set(HIDDEN + IN_VAULT) <= set(rich.store.records([*HIDDEN, *IN_VAULT]))
    assert not poor.store.records([*HIDDEN, *IN_VAULT])
    assert rich.store.last_sequence() > poor.store.last_sequence()
    assert lag(rich) == lag(poor) == 0


def test_what_is_public_is_really_answered(pair: Pair) -> None:
    found = pair.with_secrets.get("/api/v1/search?q=battery").json()
    assert found["total"] == 3
    assert pair.with_secrets.get("/api/v1/suggest?q=bat").json()["suggestions"]


@pytest.mark.parametrize("name", [*HIDDEN, *IN_VAULT])
@pytest.mark.parametrize("path", ["/records/{}", "/api/v1/records/{}", "/api/v1/records/{}/report"])
def test_a_hidden_record_looks_like_one_that_never_was(pair: Pair, path: str, name: str) -> None:
    for accept, method in product(("", "application/json", "text/turtle"), ("GET", "HEAD")):
        headers = {"accept": accept}
        hidden = answer(pair.with_secrets, Ask(path.format(name), headers, method))
        never = answer(pair.with_secrets, Ask(path.format(NEVER[0]), headers, method))
        assert (*hidden[:2], hidden[2].replace(name.encode(), NEVER[0].encode())) == never
        assert hidden[0] == 404


def test_known_bytes_stay_known_when_something_is_hidden(pair: Pair) -> None:
    for path in ("/api/v1/search?q=battery", "/search", "/spaces", f"/records/{SHOWN[0]}.ttl"):
        tag = dict(answer(pair.without, Ask(path))[1])["etag"]
        status, _, body = assert_same(pair, Ask(path, {"if-none-match": tag}))
        assert (status, body) == (304, b"")


@pytest.mark.parametrize("sort", ["relevance", "modified", "quality"])
def test_cursors_and_pages_are_the_same_to_the_end(pair: Pair, sort: str) -> None:
    path, pages = f"/api/v1/search?q=battery&limit=1&sort={sort}", 0
    while path:
        pages += 1
        headers = dict(assert_same(pair, Ask(path))[1])
        found = re.search(r"<http://[^/]+(/[^>]*)>; rel=\"next\"", headers.get("link", ""))
        path = found[1] if found else ""
    assert pages == 3


def test_packed_answers_are_equally_long(pair: Pair) -> None:
    for path in ("/search?q=battery", f"/records/{SHOWN[0]}", "/spaces"):
        packed = [
            client.get(path, headers={"accept-encoding": "gzip"}).headers["content-length"]
            for client in (pair.with_secrets, pair.without)
        ]
        assert packed[0] == packed[1]
    assert gzip.compress(b"") != b""


def test_metrics_tell_the_same_apart_from_how_long_it_took(pair: Pair) -> None:
    def counted(client: TestClient) -> list[str]:
        fresh = TestClient(create_app(client.app.state.hub), raise_server_exceptions=False)
        for path in (*over("/records/{}", ALL_IDS), *over("/spaces/{}", SPACES), "/search?q=zanz"):
            fresh.get(path, headers={"accept": "text/html"})
        lines = fresh.get("/metrics").text.splitlines()
        return [x for x in lines if "_seconds" not in x and "_created" not in x]

    assert counted(pair.with_secrets) == counted(pair.without)


def test_a_tombstone_says_when_and_why_but_not_what(pair: Pair) -> None:
    page = pair.with_secrets.get(f"/records/{identifier('sold')}", headers={"accept": "text/html"})
    assert (page.status_code, "2026-11-24" in page.text, "sold" in page.text) == (410, True, True)
    for ending in ENDINGS:
        body = pair.with_secrets.get(f"/records/{identifier('sold')}{ending}").text.lower()
        assert not [word for word in SECRET_WORDS if word in body]


def test_similar_records_are_the_same(hubs: tuple[Hub, Hub]) -> None:
    from catalog import finding

    for name in SHOWN:
        told = [finding.similar(hub, name, lang="en", limit=50) for hub in hubs]
        assert told[0] == told[1]


def test_the_command_line_searches_what_everybody_sees(
    hubs: tuple[Hub, Hub], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    for hub in hubs:
        monkeypatch.setenv("HUTONG_DATA", str(hub.settings.data))
        monkeypatch.setenv("HUTONG_WORKERS", "1")
        told += [CliRunner().invoke(command_line, ["search", "battery", "--json"]).stdout]
    assert told[0] == told[1] != ""


def test_the_states_of_the_test_are_all_that_are_not_open() -> None:
    assert set(HIDDEN_STATES) - {"invented"} == {a.value for a in Admission if not a.is_open}
