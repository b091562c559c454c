"""The description of the API is valid, whole and true: what it says is what is answered."""

import json
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from api.http.app import create_app
from api.http.negotiation import FORMS
from api.http.questions import OWN
from api.http.reference import document
from catalog.bootstrap import open_hub
from catalog.search.ports import FACETS, SORTS
from catalog.validation.reports import FORMATS
from tests.builders import routes_of
from tests.web.conftest import fill, identifier, settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it announces a successor of httpx that is not needed here
    from starlette.testclient import TestClient

Operation = tuple[str, str]
RDF_FORMS = ("ttl", "jsonld", "rdf", "nt")
DATASET = "<https://e.example/d> a <http://www.w3.org/ns/dcat#Dataset> ."
PASSPORT, OLD, NEVER = identifier("passport"), identifier("old"), identifier("never")
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Ask:
    """A request of an operation; `unknown` is a tag, so that 304 can be had."""

    url: str
    accept: str = "*/*"
    method: str = "GET"
    content: str = ""
    kind: str = "text/turtle"
    tag: str = ""


def in_forms(
    path: str, *more: Ask, forms: tuple[str, ...] = (*RDF_FORMS, "json", "html")
) -> list[Ask]:
    """A path in each form, one that it has not, one that nobody likes, and what was known."""
    asked = [Ask(path, FORMS[form][0]) for form in forms]
    wrong = [Ask(path, "image/png"), Ask(f"{path}?format=xyz"), Ask(path, tag="*")]
    return [*asked, *wrong, *more]


def once(path: str, *more: Ask) -> list[Ask]:
    return [Ask(path), Ask(path, tag="*"), *more]


def checked(form: str) -> Ask:
    return Ask(f"/api/v1/validate?format={form}", method="POST", content=DATASET)


PAGE = "text/html"
ASKED: Mapping[Operation, list[Ask]] = {
    ("/api/v1/search", "get"): [
        Ask("/api/v1/search?q=battery&limit=1"), Ask("/api/v1/search?q=電池護照&lang=zh"),
        Ask("/api/v1/search?q=batery&sort=quality"), Ask("/api/v1/search?q=battery zeppelin"),
        Ask("/api/v1/search", "text/csv"), Ask("/api/v1/search", tag="*"),
        Ask("/api/v1/search?formt=CSV"), Ask("/api/v1/search", "image/png"),
    ],
    ("/search", "get"): [
        Ask("/search?q=battery", PAGE), Ask("/search", "application/json"),
        Ask("/search?format=csv"), Ask("/search?sort=up"),
        Ask("/search", "image/png"), Ask("/search", tag="*"),
    ],
    ("/api/v1/suggest", "get"): [*once("/api/v1/suggest?q=bat"), Ask("/api/v1/suggest?q=")],
    ("/api/v1/records/{record}", "get"): in_forms(
        f"/api/v1/records/{PASSPORT}", Ask(f"/api/v1/records/{NEVER}"),
        Ask(f"/api/v1/records/{OLD}"),
        forms=(*RDF_FORMS, "json"),
    ),
    ("/records/{record}", "get"): in_forms(
        f"/records/{PASSPORT}", Ask(f"/records/{NEVER}.ttl"), Ask(f"/records/{OLD}", PAGE),
        Ask(f"/records/{OLD}.json"),
    ),
    ("/api/v1/records/{record}/report", "get"): once(
        f"/api/v1/records/{PASSPORT}/report", Ask(f"/api/v1/records/{NEVER}/report"),
        Ask(f"/api/v1/records/{OLD}/report"),
    ),
    ("/api/v1/spaces", "get"): once("/api/v1/spaces"),
    ("/spaces", "get"): in_forms("/spaces"),
    ("/api/v1/spaces/{space}", "get"): once("/api/v1/spaces/yard", Ask("/api/v1/spaces/never")),
    ("/spaces/{space}", "get"): in_forms(
        "/spaces/yard", Ask("/spaces/never.ttl"), Ask("/spaces/never", PAGE)
    ),
    ("/api/v1/vocabularies", "get"): once("/api/v1/vocabularies"),
    ("/vocabularies", "get"): in_forms("/vocabularies", forms=("json", "html")),
    ("/api/v1/vocabularies/{name}", "get"): once(
        "/api/v1/vocabularies/visibility", Ask("/api/v1/vocabularies/never")
    ),
    ("/vocabularies/{name}", "get"): in_forms(
        "/vocabularies/visibility", Ask("/vocabularies/never.ttl"), Ask("/vocabularies/never", PAGE)
    ),
    ("/api/v1/vocabularies/{name}/{code}", "get"): once(
        "/api/v1/vocabularies/data-theme/ECON", Ask("/api/v1/vocabularies/data-theme/never")
    ),
    ("/vocabularies/{name}/{code}", "get"): in_forms(
        "/vocabularies/data-theme/ECON", Ask("/vocabularies/data-theme/never"),
        Ask("/vocabularies/data-theme/never", PAGE),
    ),
    ("/api/v1/profiles", "get"): once("/api/v1/profiles"),
    ("/profiles/{name}/{version}", "get"): in_forms(
        "/profiles/dcat-ap/3.0.1", Ask("/profiles/never/1"),
        Ask("/profiles/never/1", f"{PAGE}, */*;q=0.1"),
        forms=RDF_FORMS,
    ),
    ("/api/v1/validate", "post"): [
        *(checked(form) for form in FORMATS), checked("never"), checked("json&profile=never"),
        Ask("/api/v1/validate", method="POST", content="oops"),
        Ask("/api/v1/validate", method="POST", content="#" * 300_000),
    ],
    ("/validate", "get"): once("/validate"),
    ("/validate", "post"): [
        Ask("/validate", PAGE, "POST", f"text={DATASET}", FORM),
        Ask("/validate", PAGE, "POST", "text=oops", FORM),
        Ask("/validate", PAGE, "POST", f"text={DATASET}&profile=never", FORM),
        Ask("/validate", PAGE, "POST", "#" * 300_000, FORM),
        Ask("/validate", "application/json", "POST", "#" * 300_000, FORM),
    ],
    **{(path, "get"): once(path) for path in ("/", "/docs", "/about", "/problems")},
    ("/openapi.json", "get"): once("/openapi.json"),
    ("/problems/{code}", "get"): once(
        "/problems/gone", Ask("/problems/never"), Ask("/problems/never", PAGE)
    ),
    **{(path, "get"): [Ask(path)] for path in ("/healthz", "/metrics", "/robots.txt", "/readyz")},
}  # fmt: skip
"""What each operation is asked, so that it gives every answer that its description has."""


def operations() -> Iterator[tuple[Operation, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield (path, method), operation


def followed(value: dict[str, Any]) -> dict[str, Any]:
    """The thing itself where it is a reference into the components."""
    while "$ref" in value:
        _, _, group, name = value["$ref"].split("/")
        value = document()["components"][group][name]
    return value


def validate(value: object, schema: Mapping[str, Any]) -> None:
    whole = {**schema, "components": document()["components"]}
    formats = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.validate(value, whole, jsonschema.Draft202012Validator, format_checker=formats)


@dataclass(frozen=True)
class Got:
    """An answer as its description is looked up: status, media type, body, headers."""

    status: int
    kind: str
    body: str
    headers: Mapping[str, str]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[Operation, list[tuple[Ask, Got]]]:
    folder = tmp_path_factory.mktemp("openapi")
    found: dict[Operation, list[tuple[Ask, Got]]] = {}
    with open_hub(settings(folder)) as hub:
        fill(hub, folder, with_hidden=True)
        with TestClient(create_app(hub), raise_server_exceptions=False) as client:
            for operation, asks in ASKED.items():
                found[operation] = [(ask, got(client, ask)) for ask in asks]
            hub.search.clear()
            late = Ask("/readyz")
            found["/readyz", "get"].append((late, got(client, late)))
    return found


def got(client: TestClient, ask: Ask) -> Got:
    client.cookies.clear()
    headers = {"accept": ask.accept} | ({"if-none-match": ask.tag} if ask.tag else {})
    headers |= {"content-type": ask.kind} if ask.content else {}
    content = ask.content.encode() or None
    answer = client.request(ask.method, ask.url, headers=headers, content=content)
    kind = answer.headers.get("content-type", "").partition(";")[0]
    return Got(answer.status_code, kind, answer.text, answer.headers)


def test_the_document_is_valid_openapi() -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(document()).iter_errors()] == []


def test_a_broken_document_would_be_noticed() -> None:
    broken = {**document(), "paths": {"/x": {"get": {"responses": {"abc": {}}}}}}
    assert list(OpenAPIV31SpecValidator(broken).iter_errors())


def test_every_route_is_described_and_nothing_else(hub) -> None:
    whole = create_app(hub)
    routes = {
        (route.path.replace(":path", ""), method.lower())
        for route in routes_of(whole.routes)
        for method in getattr(route, "methods", ())
        if method != "HEAD"
    }
    assert {operation for operation, _ in operations()} == routes == set(ASKED)


@pytest.mark.parametrize("operation", list(ASKED), ids=" ".join)
def test_every_answer_is_as_it_is_described(answers, operation: Operation) -> None:
    responses = document()["paths"][operation[0]][operation[1]]["responses"]
    for ask, given in answers[operation]:
        assert str(given.status) in responses, (ask, given.status, given.body[:200])
        response = followed(responses[str(given.status)])
        content = response.get("content", {})
        if given.status == 304:
            assert (content, given.body) == ({}, "")
            continue
        assert given.kind in content, (ask, given.kind)
        is_json = given.kind.endswith("json")
        validate(json.loads(given.body) if is_json else given.body, content[given.kind]["schema"])


@pytest.mark.parametrize("operation", list(ASKED), ids=" ".join)
def test_every_answer_that_is_described_was_given(answers, operation: Operation) -> None:
    responses = document()["paths"][operation[0]][operation[1]]["responses"]
    described = {
        (int(status), kind)
        for status, response in responses.items()
        for kind in followed(response).get("content", {"": {}})
    }
    assert {(given.status, given.kind) for _, given in answers[operation]} == described


@pytest.mark.parametrize("operation", list(ASKED), ids=" ".join)
def test_the_headers_that_are_described_are_there(answers, operation: Operation) -> None:
    responses = document()["paths"][operation[0]][operation[1]]["responses"]
    for name, header in responses["200"].get("headers", {}).items():
        values = [g.headers[name] for _, g in answers[operation] if name.lower() in g.headers]
        assert values
        for value in values:
            validate(value, followed(header)["schema"])


def test_the_examples_are_as_their_schemas_say() -> None:
    bodies = [
        r.get("content", {})
        for _, o in operations()
        for r in map(followed, o["responses"].values())
    ]
    given = [m for content in bodies for m in content.values() if "example" in m]
    assert len(given) > 3
    for media in given:
        validate(media["example"], media["schema"])
    for _, operation in operations():
        for parameter in map(followed, operation.get("parameters", ())):
            if "example" in parameter:
                validate(parameter["example"], parameter["schema"])


def test_the_parameters_of_a_path_are_described() -> None:
    for (path, _), operation in operations():
        described = {
            p["name"] for p in map(followed, operation.get("parameters", ())) if p["in"] == "path"
        }
        assert described == set(re.findall(r"{(\w+)}", path)), path


def test_the_parameters_facets_orders_and_forms_are_those_of_the_code() -> None:
    search = document()["paths"]["/api/v1/search"]["get"]
    parameters = {p["name"]: p for p in map(followed, search["parameters"])}
    assert set(parameters) == {*OWN, "filters"}
    assert tuple(parameters["sort"]["schema"]["enum"]) == SORTS
    assert tuple(document()["components"]["schemas"]["Facet"]["enum"]) == FACETS
    assert all(facet in search["description"] for facet in FACETS)
    check = document()["paths"]["/api/v1/validate"]["post"]
    forms = {p["name"]: p for p in map(followed, check["parameters"])}["format"]
    assert set(forms["schema"]["enum"]) == set(FORMATS)


def test_operations_have_names_of_their_own_and_say_what_they_are_for() -> None:
    names = [operation["operationId"] for _, operation in operations()]
    assert len(names) == len(set(names))
    assert all(operation["summary"].endswith((".", "?")) for _, operation in operations())
    tags = {tag["name"] for tag in document()["tags"]}
    assert all(set(operation["tags"]) <= tags for _, operation in operations())


def test_the_document_that_is_served_names_this_hub(answers) -> None:
    served = json.loads(answers["/openapi.json", "get"][0][1].body)
    assert served.pop("servers") == [{"url": "http://127.0.0.1:8000"}]
    assert served == document()
