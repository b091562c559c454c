"""An operator's own profiles and vocabularies in the data folder, on every face of the hub."""

import warnings
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from api.http.app import create_app
from catalog.check import CheckRequest, check_here
from catalog.errors import FixInput
from catalog.hub import Hub
from catalog.model import SpaceKind
from catalog.search.ports import Question
from catalog.spaces import open_space
from catalog.views import rebuild
from tests.builders import BASE, bring, catalogue, dataset, hub
from vocabularies.errors import BrokenShapes, UnknownProfile, VocabularyError
from vocabularies.own import Own

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it announces a successor of httpx that is not needed here
    from starlette.testclient import TestClient

pytestmark = pytest.mark.usefixtures("shared_workers")

ROOT = Path(__file__).parents[2]
WATER = "https://silkbridge.example/codes/water-classes/"


def blocks(page: str) -> dict[str, str]:
    """The files that a how-to shows, by name."""
    text = (ROOT / "docs/howto" / page).read_text(encoding="utf-8")
    pieces = [piece.partition("\n```\n")[0] for piece in text.split("\n```")]
    found = {}
    for before, piece in pairwise(pieces):
        language, _, body = piece.partition("\n")
        if language in {"yaml", "turtle"}:
            found[before.rpartition("`")[0].rpartition("`")[2]] = body + "\n"
    return found


def keep(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with the vocabulary and the profile that the how-tos show."""
    data = tmp_path / "data"
    keep(data / "vocabularies/water-class/1.0", blocks("add-a-vocabulary.md"))
    keep(data / "profiles/lab/1.0", blocks("add-a-profile.md"))
    return data


@pytest.fixture
def opened(tmp_path: Path, data: Path) -> Iterator[Hub]:
    assert data == tmp_path / "data"
    with hub(tmp_path) as one:
        yield one


@pytest.fixture
def client(opened: Hub) -> TestClient:
    return TestClient(create_app(opened), raise_server_exceptions=False)


LAKE = catalogue(dataset("lake", "Depths", more=f"dcat:theme <{WATER}lake>"), dataset("b"))


def test_a_chinese_question_finds_an_english_record_through_ones_own_concept(opened):
    bring(opened, LAKE)
    answer = opened.search.search(Question("湖泊"))
    assert [hit.iri for hit in answer.hits] == [f"{BASE}lake"]
    rebuild(opened)
    assert opened.search.search(Question("湖泊")).total == 1


def test_ones_own_concept_has_its_name_in_facets_and_its_page(opened, client):
    bring(opened, LAKE)
    found = client.get("/api/v1/search", params={"q": "depths", "lang": "zh"}).json()
    assert {"value": f"{WATER}lake", "label": "湖泊", "count": 1} in found["facets"]["theme"]
    told = client.get("/api/v1/vocabularies/water-class/lake").json()
    assert told["iri"] == f"{WATER}lake"
    assert client.get("/vocabularies/water-class/lake").status_code == 200


def test_ones_own_profile_is_listed_and_checked_against_over_http(client):
    listed = client.get("/api/v1/profiles").json()["profiles"]
    assert {"lab", "tds", "dcat-ap"} <= {profile["name"] for profile in listed}
    assert "Laboratory data 1.0" in client.get("/validate").text
    shapes = client.get("/profiles/lab/1.0", headers={"accept": "text/turtle"})
    assert "isReferencedBy" in shapes.text
    report = client.post(
        "/api/v1/validate?profile=lab", content=LAKE, headers={"content-type": "text/turtle"}
    ).json()
    paths = {finding["path"] for finding in report["findings"]}
    assert any("isReferencedBy" in str(path) for path in paths)


def test_a_record_shows_its_findings_in_the_words_of_ones_own_profile(opened, client):
    place = open_space(opened, "lab", kind=SpaceKind.CITY, profiles=("lab",))
    bring(opened, LAKE, space=place)
    found = client.get("/api/v1/search?q=depths").json()["hits"][0]["id"]
    page = client.get(f"/records/{found}", headers={"accept-language": "en"}).text
    assert "A dataset should name a paper that describes it." in page


def test_a_check_knows_ones_own_vocabulary_as_the_shapes_do(data, tmp_path):
    shapes = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<urn:s> a sh:NodeShape ; sh:targetClass dcat:Dataset ;
    sh:property [ sh:path dcat:theme ; sh:class skos:Concept ] .
"""
    about = "name: themed\nversion: '1'\ntitle: {en: T}\ndescription: {en: D}\n"
    keep(data / "profiles/themed/1", {"about.yaml": about, "shapes.ttl": shapes})
    told: dict[str, Any] = {}
    for name, own in (("with", Own(str(data))), ("without", Own(str(tmp_path / "none")))):
        keep(tmp_path / name, {"c.ttl": LAKE})
        if name == "without":
            keep(tmp_path / "none/profiles/themed/1", {"about.yaml": about, "shapes.ttl": shapes})
        request = CheckRequest(("themed",), path=str(tmp_path / name / "c.ttl"), own=own)
        told[name] = check_here(request).conforms
    assert told == {"with": True, "without": False}


BROKEN = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
<urn:s> a sh:NodeShape ; sh:targetClass dcat:Dataset ; sh:property <urn:none> .
"""


def test_a_broken_profile_is_refused_with_its_file_and_its_shape(opened, client, data):
    about = "name: torn\nversion: '1'\ntitle: {en: T}\ndescription: {en: D}\n"
    folder = keep(data / "profiles/torn/1", {"about.yaml": about, "shapes.ttl": BROKEN})
    with pytest.raises(BrokenShapes, match="not define") as raised:
        open_space(opened, "lab", kind=SpaceKind.CITY, profiles=("torn",))
    assert raised.value.place == f"{folder}: <urn:s>"
    assert opened.store.spaces() == ()
    answer = client.post("/api/v1/validate?profile=torn", content=LAKE)
    assert answer.status_code >= 400
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_a_space_is_not_bound_to_a_profile_that_is_not_there(opened):
    with pytest.raises(UnknownProfile):
        open_space(opened, "lab", kind=SpaceKind.CITY, profiles=("none",))
    assert opened.store.spaces() == ()


def test_a_faulty_vocabulary_stops_the_hub_with_its_file_and_its_concept(tmp_path, data):
    file = data / "vocabularies/water-class/1.0/water-class.ttl"
    file.write_text(file.read_text(encoding="utf-8").replace(' , "湖泊"@zh', ""))
    with pytest.raises(VocabularyError, match="lake: it has no preferred label in zh") as raised:  # noqa: SIM117
        with hub(tmp_path):
            raise AssertionError("it opened")
    assert raised.value.place == str(file)
    assert not isinstance(raised.value, FixInput)


def test_the_how_tos_show_whole_folders():
    assert blocks("add-a-vocabulary.md").keys() == {"about.yaml", "water-class.ttl"}
    assert blocks("add-a-profile.md").keys() == {"about.yaml", "shapes.ttl"}
