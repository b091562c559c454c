"""Values by their names: what facets and rules are called, and what a filter understands."""

import json
import warnings
from collections.abc import Iterator
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from api.cli.main import app as command_line
from api.http.app import create_app
from catalog import spaces
from catalog.bootstrap import open_hub
from catalog.hub import Hub
from catalog.model import Space, SpaceKind, Visibility
from catalog.search.ports import FACETS
from tests.builders import BASE, bring, catalogue, dataset
from tests.web.conftest import settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it announces a successor of httpx that is not needed here
    from starlette.testclient import TestClient

AUTHORITY = "http://publications.europa.eu/resource/authority/"
YARD = Space(
    id="yard", kind=SpaceKind.CITY, title={"en": "The yard", "zh": "院子"}, iri="https://yard.example/"
)  # fmt: skip
LODGE = Space(
    id="lodge", kind=SpaceKind.CITY, title={"en": "The lodge", "zh": "小屋"}, iri="https://lodge.example/"
)  # fmt: skip
OPEN = f"""
    dct:accessRights <{AUTHORITY}access-right/PUBLIC> ; dcat:theme <{AUTHORITY}data-theme/TECH> ;
    dct:language <{AUTHORITY}language/ENG> ; tds:industry <https://w3id.org/hutong/gbt4754/C> ;
    dct:license <https://creativecommons.org/licenses/by/4.0/> ;
    dct:format <{AUTHORITY}file-type/CSV>"""
OWN = """
    dct:accessRights "public" ; dcat:theme "科学技术" ; dct:format "text/csv" ;
    dct:language <http://id.loc.gov/vocabulary/iso639-1/en> , "Chinese"@en ;
    dct:license <https://lodge.example/terms/7> , <https://other.example/licences/fair/2.1> ;
    odrl:hasPolicy [ a odrl:Offer ; odrl:permission [ odrl:action odrl:use ; odrl:constraint
      [ odrl:leftOperand odrl:recipient ; odrl:operator odrl:isAnyOf ;
        odrl:rightOperand <https://lodge.example/> , <https://vault.example/> ] ] ]"""
NAMED = """
<https://lodge.example/terms/7> dct:title "Terms of the lodge"@en , "小屋条款"@zh .
"""


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("names")
    with open_hub(settings(folder)) as opened:
        opened.store.put_space(LODGE)
        vault = replace(
            LODGE, id="vault", iri="https://vault.example/", title={"en": "Secret vault"}
        )
        opened.store.put_space(replace(vault, visibility=Visibility.RESTRICTED))
        bring(opened, catalogue(dataset("open", more=OPEN)), space=YARD)
        bring(opened, catalogue(dataset("own", more=OWN), NAMED), space=LODGE, name="own.ttl")
        yield opened


@pytest.fixture(scope="module")
def asked(named: Hub) -> TestClient:
    return TestClient(create_app(named), raise_server_exceptions=False)


def found(client: TestClient, tail: str) -> list[str]:
    answer = client.get(f"/api/v1/search?{tail}")
    assert answer.status_code == 200, answer.text
    return sorted(hit["iri"].removeprefix(BASE) for hit in answer.json()["hits"])


def labels(client: TestClient, facet: str, tail: str = "") -> dict[str, str]:
    client.cookies.clear()
    facets = client.get(f"/api/v1/search?{tail}").json()["facets"]
    return {value["value"]: value["label"] for value in facets[facet]}


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ("access=PUBLIC", ["open", "own"]),
        ("access=公开", ["open", "own"]),
        ("theme=TECH", ["open", "own"]),
        ("theme=science and technology", ["open", "own"]),
        ("theme.not=TECH", []),
        ("format=text/csv", ["open", "own"]),
        ("format.all=csv&format=json&format=CSV", ["open", "own"]),
        ("licence=CC_BY_4_0", ["open"]),
        ("licence=CC BY 4.0", ["open"]),
        ("licence=https://lodge.example/terms/7", ["own"]),
        ("language=en", ["open", "own"]),
        ("language=中文", ["own"]),
        ("language.all=en&language.all=zh", ["own"]),
        ("industry=C", ["open"]),
        ("industry=制造业", ["open"]),
        ("kind=数据集", ["open", "own"]),
        ("kind=Dataset&offer=TRUE", ["own"]),
        ("space_kind=城市", ["open", "own"]),
        ("theme=nothing so called", []),
    ],
)
def test_a_filter_understands_codes_notations_and_names(asked, filters, names):
    assert found(asked, filters) == names


def test_a_field_of_the_query_understands_them_too(asked):
    assert found(asked, "q=theme:TECH access:PUBLIC -licence:CC_BY_4_0") == ["own"]


def test_the_command_line_understands_them_too(named, monkeypatch):
    monkeypatch.setenv("HUTONG_DATA", str(named.settings.data))
    call = ["search", "", "--filter", "access=PUBLIC", "--filter", "licence=CC_BY_4_0", "--json"]
    told = json.loads(CliRunner().invoke(command_line, call).stdout)
    assert [hit["iri"] for hit in told["hits"]] == [f"{BASE}open"]


def test_what_a_filter_means_is_ticked_and_taken_away_by_its_name(asked):
    page = asked.get("/search?access=PUBLIC", headers={"accept": "text/html"}).text
    box = f'name="access" value="{AUTHORITY}access-right/PUBLIC" checked'
    assert box in page
    chip = page.partition('class="chosen"')[2].partition("</div>")[0]
    assert "public" in chip.lower()
    assert "PUBLIC" not in chip.replace('href="/search"', "")


def test_a_filter_that_is_a_name_adds_no_empty_value_to_its_facet(asked):
    assert list(labels(asked, "access", "access=PUBLIC")) == [f"{AUTHORITY}access-right/PUBLIC"]


@pytest.mark.parametrize(("lang", "title"), [("en", "The yard"), ("zh", "院子")])
def test_a_space_goes_by_its_title_in_its_facet(asked, lang, title):
    assert labels(asked, "space", f"lang={lang}")["yard"] == title
    page = asked.get(f"/search?space=yard&lang={lang}", headers={"accept": "text/html"}).text
    assert f"<bdi>{title}</bdi>" in page.partition('class="chosen"')[2]


def test_a_restricted_space_goes_by_nothing(asked):
    assert labels(asked, "space", "space=vault")["vault"] == "vault"


def test_a_licence_goes_by_its_concept_its_name_in_records_or_the_end_of_its_iri(asked):
    assert labels(asked, "licence") == {
        f"{AUTHORITY}licence/CC_BY_4_0": "CC BY 4.0",
        "https://lodge.example/terms/7": "Terms of the lodge",
        "https://other.example/licences/fair/2.1": "fair 2.1 (other.example)",
    }
    assert labels(asked, "licence", "lang=zh")["https://lodge.example/terms/7"] == "小屋条款"


def test_a_rule_names_spaces_by_their_titles_where_everybody_may_know_them(asked, named):
    (record,) = named.store.of_space("lodge")
    asked.cookies.clear()
    (rule,) = asked.get(f"/api/v1/records/{record.id}").json()["use"]["rules"]
    assert "The lodge" in rule["text"]
    assert "https://vault.example/" in rule["text"]
    assert "Secret" not in rule["text"]
    page = asked.get(f"/records/{record.id}?lang=zh", headers={"accept": "text/html"}).text
    assert "小屋" in page.partition('class="rules"')[2].partition("</ul>")[0]


def test_the_name_that_a_hidden_record_gave_is_forgotten(tmp_path):
    with open_hub(settings(tmp_path)) as opened:
        bring(
            opened, catalogue(dataset("open", more="dct:license <https://lodge.example/terms/7>"))
        )
        bring(opened, catalogue(dataset("own", more=OWN), NAMED), space=LODGE, name="own.ttl")
        assert opened.search.names_of("https://lodge.example/terms/7")["en"] == "Terms of the lodge"
        spaces.keep(opened, replace(LODGE, visibility=Visibility.RESTRICTED))
        assert opened.search.names_of("https://lodge.example/terms/7") == {}


@pytest.mark.parametrize("name", ["acess", "acess.not", "zzz", "theme.any"])
def test_an_unknown_filter_is_told_all_that_there_are(asked, name, named, monkeypatch):
    problem = asked.get(f"/api/v1/search?{name}=PUBLIC")
    assert problem.status_code == 400
    assert name in problem.json()["detail"]
    told = problem.json()["hint"].partition("There are: ")[2].rstrip(".").split(", ")
    assert set(FACETS) <= set(told)
    assert len(told) == len(set(told))
    monkeypatch.setenv("HUTONG_DATA", str(named.settings.data))
    done = CliRunner().invoke(command_line, ["search", "", "--filter", f"{name}=PUBLIC"])
    assert done.exit_code != 0
