"""What a program sees: forms, tags, problems, headers, caps."""

import csv
import io

import pytest

from tests.web.conftest import identifier

PASSPORT = f"/records/{identifier('passport')}"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/html", "text/html"),
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/n-triples", "application/n-triples"),
        ("text/html;q=0.2, text/turtle;q=0.9", "text/turtle"),
        ("text/turtle;q=NaN, text/html", "text/html"),
    ],
)
def test_one_address_answers_in_the_form_that_is_asked_for(client, accept, kind):
    answer = client.get(PASSPORT, headers={"accept": accept})
    assert answer.headers["content-type"].startswith(kind)


def test_an_answer_says_what_it_varies_with(client):
    assert "Accept" in client.get(PASSPORT).headers["vary"]


def test_no_form_that_is_liked_is_406(client):
    assert client.get(PASSPORT, headers={"accept": "image/png"}).status_code == 406


def test_a_huge_accept_header_is_survived(client):
    header = "a/b," * 20_000
    assert client.get(PASSPORT, headers={"accept": header}).status_code == 406


def test_known_bytes_are_not_sent_again(client):
    tag = client.get(f"{PASSPORT}.ttl").headers["etag"]
    again = client.get(f"{PASSPORT}.ttl", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_what_a_post_is_answered_with_has_no_tag_and_is_not_kept(client):
    headers = {"content-type": "text/turtle", "if-none-match": "*"}
    answer = client.post("/api/v1/validate", content="<urn:a> <urn:b> <urn:c> .", headers=headers)
    assert (answer.status_code, "etag" in answer.headers) == (200, False)
    assert answer.headers["cache-control"] == "no-store"


def test_a_search_is_the_object_of_the_contract(client):
    found = client.get("/api/v1/search", params={"q": "battery", "limit": 2}).json()
    assert found["total"] == 3
    assert set(found["hits"][0]) == {"id", "iri", "space", "title", "score", "why"}
    assert found["facets"]["kind"][0].keys() == {"value", "label", "count"}


def test_a_reader_may_name_the_facets_to_count(client):
    found = client.get("/api/v1/search", params={"facets": "kind,space-kind"}).json()
    assert list(found["facets"]) == ["space_kind", "kind"]
    assert client.get("/api/v1/search", params={"facets": "kinds"}).status_code == 400


@pytest.mark.parametrize("sort", ["relevance", "modified", "quality"])
def test_pages_follow_each_other_by_link_without_repeats(client, sort):
    seen, address = [], f"/api/v1/search?q=battery&limit=1&sort={sort}"
    while address and len(seen) < 10:
        answer = client.get(address)
        seen += [hit["id"] for hit in answer.json()["hits"]]
        address = answer.links.get("next", {}).get("url", "").removeprefix("http://127.0.0.1:8000")
    assert len(seen) == len(set(seen)) == 3


def test_a_score_is_of_relevance_and_0_in_the_other_orders(client):
    def scores(tail):
        return {hit["score"] for hit in client.get(f"/api/v1/search?{tail}").json()["hits"]}

    assert min(scores("q=battery")) > 0
    assert scores("q=battery&sort=modified") == scores("q=battery&sort=quality") == {0.0}


@pytest.mark.parametrize("filters", ["", "kind=dataset", "kind=dataset&space=yard&offer.not=maybe"])
def test_without_words_the_better_described_and_fresher_come_first(client, filters):
    hits = client.get(f"/api/v1/search?{filters}").json()["hits"]
    assert hits[0]["id"] == identifier("passport")
    assert hits[0]["score"] > hits[1]["score"] > 0


def test_a_chinese_question_finds(client):
    hits = client.get("/api/v1/search", params={"q": "电池护照"}).json()["hits"]
    assert identifier("passport") in {hit["id"] for hit in hits}


def test_format_is_a_facet_where_it_names_no_form(client):
    csv_type = "http://publications.europa.eu/resource/authority/file-type/CSV"
    page = client.get("/search", params={"format": csv_type}, headers={"accept": "text/html"})
    assert (page.status_code, page.text.count("<article")) == (200, 1)
    rows = client.get("/search", params=[("format", csv_type), ("format", "csv")]).text
    assert len(rows.splitlines()) == 2


def test_an_unknown_parameter_names_the_nearest(client):
    answer = client.get("/api/v1/search?formt=csv")
    assert answer.status_code == 400
    assert "format" in answer.json()["hint"]
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["limit=x", "limit=99999", "cursor=zz", "sort=up", "bbox=1"])
def test_a_bad_value_is_400(client, path):
    assert client.get(f"/api/v1/search?{path}").status_code == 400


def test_ten_thousand_parameters_are_refused(client):
    query = "&".join("kind=dataset" for _ in range(3000))
    assert client.get(f"/api/v1/search?{query}").status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("PUT", "/api/v1/search", {"GET", "HEAD"}), ("GET", "/api/v1/validate", {"POST"})],
)
def test_405_says_what_is_allowed(client, method, path, allowed):
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["type"][-7:]) == (405, "/method")
    assert set(answer.headers["allow"].replace(" ", "").split(",")) == allowed


def test_the_type_of_a_problem_is_a_page(client):
    told = client.get("/api/v1/search?formt=csv").json()["type"]
    assert client.get(told.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_a_hidden_record_looks_like_one_that_never_was(client):
    hidden = client.get(f"/api/v1/records/{identifier('secret')}")
    unknown = client.get(f"/api/v1/records/{identifier('never')}")
    assert (hidden.status_code, hidden.content) == (unknown.status_code, unknown.content)


def test_a_withdrawn_record_is_gone_and_says_so(client):
    page = client.get(f"/records/{identifier('old')}", headers={"accept": "text/html"})
    assert page.status_code == 410
    assert "https://yard.example/old" in page.text
    assert "Withdrawn thing" not in page.text
    assert client.get(f"/api/v1/records/{identifier('old')}").status_code == 410


def test_cells_that_a_spreadsheet_would_run_are_defused(client):
    answer = client.get("/search?format=csv&q=battery")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == 3
    assert {row["title"] for row in rows} >= {"'=cmd battery"}


def test_the_host_header_builds_no_address(client):
    answer = client.get(f"{PASSPORT}.ttl", headers={"host": "evil.example"})
    assert "evil.example" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("path", ["/", "/search", "/api/v1/spaces", "/nothing", "/static/look.css"])
def test_every_answer_leaves_under_the_headers_of_the_wall(client, path):
    headers = client.get(path).headers
    assert "'unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_a_check_reports_in_each_form(client):
    body = "<https://e.example/d> a <http://www.w3.org/ns/dcat#Dataset> ."
    for form, kind in (("json", "json"), ("sarif", "sarif"), ("junit", "xml"), ("csv", "csv")):
        answer = client.post(
            f"/api/v1/validate?format={form}", content=body, headers={"content-type": "text/turtle"}
        )
        assert answer.status_code == 200
        assert kind in answer.headers["content-type"]


def test_what_cannot_be_read_is_422_with_its_line(client):
    answer = client.post(
        "/api/v1/validate", content="<urn:a> <urn:b>\n ;;; oops",
        headers={"content-type": "text/turtle"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert answer.json()["line"] >= 1


def test_a_body_over_the_cap_is_413_also_without_a_length(client):
    def chunks():
        for _ in range(30):
            yield b"#" * 10_000

    assert client.post("/api/v1/validate", content=chunks()).status_code == 413
    assert client.post("/api/v1/validate", content=b"#" * 300_000).status_code == 413


def test_head_is_get_without_a_body(client):
    head, get = client.head(PASSPORT), client.get(PASSPORT)
    assert (head.status_code, head.headers["etag"]) == (200, get.headers["etag"])


def test_metrics_count_by_route_template_and_tell_nothing_of_records(client):
    client.get(PASSPORT)
    text = client.get("/metrics").text
    assert '/records/{record}"' in text
    assert identifier("passport") not in text


def test_the_graph_holds_the_publishers_triples_and_our_entry(client):
    lines = set(client.get(f"{PASSPORT}.nt").text.splitlines())
    assert any("CatalogRecord" in line for line in lines)
    assert any(
        "<https://yard.example/passport> <http://purl.org/dc/terms/title>" in x for x in lines
    )


@pytest.mark.parametrize("form", ["ttl", "rdf", "jsonld", "nt"])
def test_every_form_carries_the_same_graph(client, form):
    import pyoxigraph as ox

    def read(ending, kind):
        triples = ox.parse(client.get(f"{PASSPORT}.{ending}").content, format=kind)
        data = ox.Dataset(ox.Quad(q.subject, q.predicate, q.object) for q in triples)
        data.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return {str(q) for q in data}

    kinds = {
        "ttl": ox.RdfFormat.TURTLE, "rdf": ox.RdfFormat.RDF_XML, "jsonld": ox.RdfFormat.JSON_LD,
        "nt": ox.RdfFormat.N_TRIPLES,
    }  # fmt: skip
    assert read(form, kinds[form]) == read("nt", kinds["nt"])
