"""Reading: every format and packing gives the same records, each with what belongs to it."""

import gzip
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import UnreadableInput
from catalog.model import OfferingKind, Part, Refusal
from catalog.sandbox.canonical import canonicalise
from catalog.sandbox.formats import format_of
from catalog.sandbox.reading import Batch, ReadRequest, read_parts

E = "https://e.example/"
PREFIXES = """\
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <https://e.example/> .
"""
CATALOGUE = (
    PREFIXES
    + """
:catalogue a dcat:Catalog ; dct:title "Everything"@en ; dct:publisher :office ;
  dcat:dataset :air , :water ; dcat:service :api .
:air a dcat:Dataset ; dct:title "Air"@en , "空气"@zh ; dct:publisher :office ;
  dct:issued "2026-01-02"^^xsd:date ; dcat:byteSize 12 ;
  dcat:contactPoint [ a vcard:Kind ; vcard:fn "Li" ;
    vcard:hasAddress [ vcard:locality "Linz" ] ] ;
  odrl:hasPolicy :policy ; dcat:distribution :rows , :shared ; dct:relation :water .
:rows a dcat:Distribution ; dct:title "Rows with a \\"quote\\" and\\na line"@en ;
  spdx:checksum [ spdx:checksumValue "ab" ] ; dcat:accessService :api .
:shared a dcat:Distribution ; dct:title "Shared"@en .
:water a dcat:Dataset ; dct:title "Water"@en ; dct:publisher :office ; dct:relation :air ;
  dcat:distribution :shared ; dct:creator :other ; dcat:inSeries :series .
:api a dcat:DataService ; dct:title "API"@en ; dcat:servesDataset :air , :water ;
  dcat:contactPoint :desk .
:series a dcat:DatasetSeries ; dct:title "Series"@en ; dcat:seriesMember :water .
:policy a odrl:Offer ; odrl:permission [ odrl:action odrl:use ; odrl:target :air ;
  odrl:constraint [ odrl:leftOperand odrl:count ; odrl:rightOperand 5 ] ] .
:office a foaf:Agent ; foaf:name "The office"@en .
:other a foaf:Agent ; foaf:name "Another"@en .
:desk a vcard:Kind ; vcard:fn "Desk" .
:nobody a foaf:Agent ; foaf:name "Named by nobody"@en .
"""
)
FORMATS = {
    "ttl": pyoxigraph.RdfFormat.TURTLE,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
    "rdf": pyoxigraph.RdfFormat.RDF_XML,
    "nt": pyoxigraph.RdfFormat.N_TRIPLES,
    "nq": pyoxigraph.RdfFormat.N_QUADS,
    "trig": pyoxigraph.RdfFormat.TRIG,
}
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": zstandard.compress,
}
Read = Callable[..., list[Batch]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(content: str | bytes, name: str = "in.ttl", **request: object) -> list[Batch]:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(read_parts(ReadRequest(str(file), **request)))  # type: ignore[arg-type]

    return read


def written(text: str, form: str) -> bytes:
    quads = pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE)
    result = pyoxigraph.serialize(quads, format=FORMATS[form])
    assert result is not None
    return result


def parts(batches: list[Batch]) -> dict[str, Part]:
    found = {p.iri.removeprefix(E): p for batch in batches for p in batch.parts}
    assert len(found) == sum(len(batch.parts) for batch in batches)
    return found


def refusals(batches: list[Batch]) -> list[Refusal]:
    return [refusal for batch in batches for refusal in batch.refusals]


def hashes(batches: list[Batch]) -> dict[str, str]:
    assert not refusals(batches)
    return {name: canonicalise(part.lines).hash for name, part in parts(batches).items()}


@pytest.fixture
def expected(read: Read) -> dict[str, str]:
    return hashes(read(CATALOGUE))


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("form", FORMATS)
def test_every_format_and_packing_gives_the_same_records(
    read: Read, expected: dict[str, str], form: str, packing: str
):
    packed = PACKED[packing](written(CATALOGUE, form))
    assert hashes(read(packed, f"in.{form}{packing}")) == expected
    assert set(expected) == {"air", "water", "api", "series"}


@pytest.mark.parametrize("name", ["in", "in.gz", "in.dat", *(f"in.{form}" for form in FORMATS)])
@pytest.mark.parametrize("form", FORMATS)
def test_the_content_is_believed_where_the_name_lies(
    read: Read, expected: dict[str, str], form: str, name: str
):
    assert hashes(read(written(CATALOGUE, form), name)) == expected


@pytest.mark.parametrize("form", FORMATS)
def test_the_content_is_believed_where_the_media_type_lies(
    read: Read, expected: dict[str, str], form: str
):
    for media_type in ("text/html", "text/plain", "application/rdf+xml", "application/ld+json"):
        found = read(written(CATALOGUE, form), "data", media_type=media_type)
        assert hashes(found) == expected


@pytest.mark.parametrize(
    ("start", "form"),
    [
        ('{"@id": "urn:a"}', "json-ld"),
        (' [ {"@id": "urn:a"} ]', "json-ld"),
        ("[]", "json-ld"),
        ("[] a <urn:T> .", "turtle"),
        ("[ a <urn:T> ] .", "turtle"),
        ("<urn:a> a <urn:T> .", "turtle"),
        ("<urn:a> <urn:p> <urn:b> , <urn:c> .", "turtle"),
        ("# a comment { }\nPREFIX e: <urn:>\ne:a e:b e:c .", "turtle"),
        ("@base <urn:a> .", "turtle"),
        ("@prefix e: <urn:> . e:g { e:a e:b e:c }", "trig"),
        ("PREFIX e: <urn:>\nGRAPH e:g { e:a e:b e:c }", "trig"),
        ("<urn:g> { <urn:a> <urn:b> <urn:c> }", "trig"),
        ("{ <urn:a> <urn:b> <urn:c> }", "trig"),
        ('@prefix e: <urn:> . e:a e:b "e:g { x" .', "turtle"),
        ("<urn:a> <urn:b> <urn:c> .\n", "n-quads"),
        ('# first\n_:a <urn:b> "x\\"y. "@en <urn:g> .\n', "n-quads"),
        ('<?xml version="1.0"?><rdf:RDF/>', "rdf-xml"),
        ("<!-- hello --><rdf:RDF/>", "rdf-xml"),
        ('<rdf:RDF\n  xml:lang="en" xmlns:rdf="urn:x">', "rdf-xml"),
        ('<Dataset xmlns="http://www.w3.org/ns/dcat#"/>', "rdf-xml"),
    ],
)
def test_a_format_is_told_by_its_first_bytes(start: str, form: str):
    assert format_of("", "", "data", start.encode()).name == form
    assert format_of("", "", "data", b"\xef\xbb\xbf" + start.encode()).name == form


def test_a_format_that_is_named_is_taken_at_its_word(read: Read):
    with pytest.raises(UnreadableInput, match="no JSON"):
        read(CATALOGUE, format="json-ld")


def test_a_format_that_nobody_knows_names_those_there_are(read: Read):
    with pytest.raises(UnreadableInput, match=r"turtle, json-ld, rdf-xml"):
        read(CATALOGUE, format="excel")


def test_what_cannot_be_told_says_what_was_looked_at(read: Read):
    with pytest.raises(UnreadableInput, match=r"first bytes") as told:
        read("once upon a time", "story")
    assert "--format" in told.value.hint


def test_a_page_is_named_as_one(read: Read):
    with pytest.raises(UnreadableInput, match="HTML page") as told:
        read("<!-- x -->\n<!DOCTYPE html>\n<title>Log in</title>", "catalogue.ttl")
    assert "catalogue.ttl" in str(told.value)


@pytest.mark.parametrize("packing", PACKED)
def test_an_empty_input_is_said_to_be_empty(read: Read, packing: str):
    with pytest.raises(UnreadableInput, match="It is empty"):
        read(PACKED[packing](b""), f"in.ttl{packing}")


# --- what belongs to a record


def speaks_of(part: Part) -> set[str]:
    """The subjects with an IRI that a part describes."""
    subjects = {line.split(" ")[0] for line in part.lines.splitlines()}
    return {s[1:-1].removeprefix(E) for s in subjects if s.startswith("<")}


def test_a_dataset_comes_with_all_that_it_owns(read: Read):
    air = parts(read(CATALOGUE))["air"]
    assert speaks_of(air) == {"air", "rows", "shared", "api", "desk", "office", "policy"}
    for text in ('"Linz"', '"ab"', "leftOperand", '"Desk"', '"Shared"@en'):
        assert text in air.lines


def test_a_shared_agent_travels_with_each_record_that_names_it(read: Read):
    found = parts(read(CATALOGUE))
    assert all('"The office"@en' in found[name].lines for name in ("air", "water"))
    assert '"The office"@en' not in found["series"].lines


def test_what_nobody_names_travels_with_nobody(read: Read):
    assert not any("nobody" in part.lines for part in parts(read(CATALOGUE)).values())


def test_datasets_that_name_each_other_do_not_swallow_one_another(read: Read):
    found = parts(read(CATALOGUE))
    assert '"Water"@en' not in found["air"].lines
    assert '"Air"@en' not in found["water"].lines
    assert f"<http://purl.org/dc/terms/relation> <{E}air> ." in found["water"].lines


def test_a_distribution_of_two_datasets_travels_with_both(read: Read):
    found = parts(read(CATALOGUE))
    assert {name for name, part in found.items() if "shared" in speaks_of(part)} == {
        "air", "water",
    }  # fmt: skip


def test_a_service_is_a_record_that_does_not_swallow_what_it_serves(read: Read):
    api = parts(read(CATALOGUE))["api"]
    assert api.kind is OfferingKind.SERVICE
    assert speaks_of(api) == {"api", "desk"}


def test_a_series_and_its_members_are_records_of_their_own(read: Read):
    found = parts(read(CATALOGUE))
    assert found["series"].kind is OfferingKind.SERIES
    assert speaks_of(found["series"]) == {"series"}
    assert "series" not in speaks_of(found["water"])


def test_a_catalogue_is_given_only_where_it_is_asked_for(read: Read):
    assert "catalogue" not in parts(read(CATALOGUE))
    catalogue = parts(read(CATALOGUE, with_catalogs=True))["catalogue"]
    assert speaks_of(catalogue) == {"catalogue", "office"}


def test_datasets_inside_a_catalogue_are_records(read: Read):
    inline = """{
      "@context": {"@vocab": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
      "@type": "Catalog", "dct:title": "Nameless catalogue",
      "dataset": [
        {"@id": "https://e.example/one", "@type": "Dataset", "dct:title": "One",
         "distribution": {"@type": "Distribution", "dct:title": "A file"}},
        {"@id": "https://e.example/two", "@type": "Dataset", "dct:title": "Two"}
      ]}"""
    found = read(inline, "in.jsonld")
    assert set(parts(found)) == {"one", "two"}
    assert '"A file"' in parts(found)["one"].lines
    assert '"Nameless catalogue"' not in parts(found)["one"].lines
    assert not refusals(found)


def test_two_datasets_that_reach_each_other_through_blank_nodes_stay_apart(read: Read):
    text = PREFIXES + "".join(
        f":{a} a dcat:Dataset ; dct:title {a!r} ; dcat:qualifiedRelation [ dct:relation :{b} ] ."
        for a, b in (("one", "two"), ("two", "one"))
    )
    found = parts(read(text))
    assert speaks_of(found["one"]) == {"one"}
    assert f"<http://purl.org/dc/terms/relation> <{E}two> ." in found["one"].lines


def test_a_ring_of_blank_nodes_ends(read: Read):
    text = PREFIXES + ":one a dcat:Dataset ; dct:relation _:a . _:a :next _:b . _:b :next _:a ."
    assert parts(read(text))["one"].lines.count("next") == 2


def test_of_a_provider_that_is_a_record_only_the_name_travels(read: Read):
    text = PREFIXES + (
        "@prefix tds: <https://w3id.org/hutong/tds#> . "
        ":one a dcat:Dataset ; tds:provider :firm . :firm a tds:Participant ; "
        'foaf:name "Firm"@en ; dct:description "A long story"@en .'
    )
    found = parts(read(text))
    assert found["firm"].kind is OfferingKind.PARTICIPANT
    assert '"Firm"@en' in found["one"].lines
    assert "A long story" not in found["one"].lines


def test_the_more_particular_class_counts(read: Read):
    text = PREFIXES + ":one a dcat:Dataset , <https://w3id.org/hutong/tds#DataProduct> ."
    assert parts(read(text))["one"].kind is OfferingKind.PRODUCT


# --- line formats: any order, any repetition, bounded memory

LINES = written(CATALOGUE, "nt").splitlines(keepends=True)


@given(st.permutations(LINES), st.lists(st.sampled_from(LINES), max_size=10))
def test_the_order_of_lines_and_their_repetition_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], again: list[bytes]
):
    file = tmp_path_factory.getbasetemp() / "shuffled.nt"
    file.write_bytes(b"".join(lines + again))
    shuffled = hashes(list(read_parts(ReadRequest(str(file), batch=2))))
    file.write_bytes(b"".join(LINES))
    assert shuffled == hashes(list(read_parts(ReadRequest(str(file)))))


def test_lines_written_in_another_way_are_the_same_records(read: Read):
    text = b"".join(LINES).decode()
    other = text.replace(" <", "\t  <").replace(" .\n", "   . # said\n\n").replace("Li", "\\u004Ci")
    assert other != text
    assert hashes(read(other, "in.nt")) == hashes(read(text, "in.nt"))


def test_carriage_returns_and_a_mark_at_the_start_change_nothing(
    read: Read, expected: dict[str, str]
):
    for form in ("ttl", "nt", "nq", "trig", "rdf"):
        text = written(CATALOGUE, form).replace(b"\n", b"\r\n")
        assert hashes(read(b"\xef\xbb\xbf" + text, f"in.{form}")) == expected


def test_lines_without_a_last_line_end_are_whole(read: Read, expected: dict[str, str]):
    assert hashes(read(b"".join(LINES).rstrip(), "in.nt")) == expected


KIND = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
DATASET = "<http://www.w3.org/ns/dcat#Dataset>"


@pytest.mark.parametrize(
    ("bad", "line"),
    [
        pytest.param(f'<{E}water> <urn:p> "cut off .', 3, id="the record itself"),
        pytest.param(f"<{E}part> <urn:p> <urn:no end .", 3, id="what it owns"),
        pytest.param(f'<{E}water> <urn:p> "x"@notalanguage .', 3, id="language"),
        pytest.param(f"<{E}water> <relative> <urn:o> .", 3, id="relative predicate"),
    ],
)
def test_a_malformed_line_is_one_refusal_with_place_and_bytes_and_the_others_land(
    read: Read, bad: str, line: int
):
    good = f"<{E}air> {KIND} {DATASET} .\n<{E}water> {KIND} {DATASET} .\n"
    owned = f"<{E}water> <http://www.w3.org/ns/dcat#distribution> <{E}part> .\n"
    found = read(good + bad + "\n" + owned, "in.nt")
    assert set(parts(found)) == {"air"}
    (refusal,) = refusals(found)
    assert (refusal.iri, refusal.reason, refusal.line) == (f"{E}water", "unreadable", line)
    assert refusal.raw.decode().startswith(bad[:30])


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(f"<{E}lost> {KIND} {DATASET}", id="its class cannot be read"),
        pytest.param(f"<lost> {KIND} {DATASET} .", id="relative"),
        pytest.param('<https://e.example/a b> <urn:p> "no end .', id="space in its IRI"),
        pytest.param("_:lost <urn:p> <urn:no end .", id="blank"),
    ],
)
def test_nothing_that_cannot_be_read_vanishes(read: Read, bad: str):
    found = read(f"<{E}air> {KIND} {DATASET} .\n{bad}\n", "in.nt")
    assert set(parts(found)) == {"air"}
    (refusal,) = refusals(found)
    assert (refusal.reason, refusal.line) == ("unreadable", 2)
    assert bad.encode() in refusal.raw


def test_a_record_with_a_relative_iri_is_refused_by_name_in_documents_too(read: Read):
    found = read(f'{PREFIXES}:air a dcat:Dataset . <lost> a dcat:Dataset ; dct:title "Lost" .')
    assert set(parts(found)) == {"air"}
    (refusal,) = refusals(found)
    assert refusal.iri == "lost"
    assert "is relative, and the input names no base" in refusal.message


def test_a_relative_iri_is_resolved_against_the_base(read: Read):
    text = PREFIXES + '<lost> a dcat:Dataset ; dct:title "Found" ; dcat:landingPage <page> .'
    found = parts(read(text, base=f"{E}catalogue.ttl"))
    assert set(found) == {"lost"}
    assert f"<{E}page>" in found["lost"].lines


def test_a_relative_object_keeps_its_text(read: Read):
    text = PREFIXES + ":air a dcat:Dataset ; dcat:landingPage <page> ."
    assert '"page"^^<http://www.w3.org/2001/XMLSchema#anyURI>' in parts(read(text))["air"].lines


def test_a_bad_statement_of_a_blank_node_refuses_the_record_that_owns_it(read: Read):
    text = PREFIXES + ":air a dcat:Dataset ; dcat:distribution [ <relative> 1 ] ."
    found = read(text)
    assert not parts(found)
    assert [refusal.iri for refusal in refusals(found)] == [f"{E}air"]


def test_an_iri_with_a_space_is_written_as_it_was_meant(read: Read):
    form = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    text = (
        f'{form} xmlns:dcat="http://www.w3.org/ns/dcat#"><dcat:Dataset '
        f'rdf:about="{E}a b"><dcat:landingPage rdf:resource="{E}x|y"/></dcat:Dataset></rdf:RDF>'
    )
    found = parts(read(text, "in.rdf"))
    assert set(found) == {"a%20b"}
    assert f"<{E}x%7Cy>" in found["a%20b"].lines


def test_composed_and_decomposed_letters_are_kept_as_published(read: Read):
    names = [unicodedata.normalize(form, "Zürich") for form in ("NFC", "NFD")]
    records = "".join(f'<{E}{n}> a dcat:Dataset ; dct:title "{n}" .\n' for n in names)
    assert set(parts(read(PREFIXES + records))) == set(names)


def test_an_offering_without_an_iri_is_refused_with_reason_and_next_step(read: Read):
    found = read(PREFIXES + '[] a dcat:Dataset ; dct:title "Nameless"@en . :air a dcat:Dataset .')
    assert set(parts(found)) == {"air"}
    (refusal,) = refusals(found)
    assert refusal.reason == "no-iri"
    assert "Give it one" in refusal.message
    assert b"Nameless" in refusal.raw


def test_control_characters_in_texts_are_kept(read: Read):
    odd = "a\\u000Bb\\u0007c\\u007Fd\\uFFFEe\\uFFFFf"
    turtle = parts(read(f'{PREFIXES}:air a dcat:Dataset ; dct:title "{odd}" .'))["air"].lines
    lines = f'<{E}air> {KIND} {DATASET} .\n<{E}air> <http://purl.org/dc/terms/title> "{odd}" .\n'
    raw = lines.encode().replace(b"\\uFFFE", "\ufffe".encode())
    assert odd in turtle
    assert parts(read(lines, "in.nt"))["air"].lines == turtle
    assert parts(read(raw, "in.nt"))["air"].lines == turtle


def test_an_underscore_in_a_language_tag_is_a_hyphen(read: Read):
    text = '{"@id": "https://e.example/air", "@type": "http://www.w3.org/ns/dcat#Dataset", '
    text += '"http://purl.org/dc/terms/title": {"@value": "Luft", "@language": "de_DE"}}'
    assert '"Luft"@de-de' in parts(read(text, "in.jsonld"))["air"].lines


def test_labels_of_blank_nodes_may_have_any_letter(read: Read):
    text = f'<{E}air> {KIND} {DATASET} .\n<{E}air> <urn:p> _:人.1 .\n_:人.1 <urn:p> "x" .\n'
    assert '"x"' in parts(read(text, "in.nt"))["air"].lines


def test_statements_in_named_graphs_belong_to_one_record(read: Read):
    text = "".join(
        f"<{E}air> {statement} <urn:g{number}> .\n"
        for number, statement in enumerate(
            (f"{KIND} {DATASET}", '<http://purl.org/dc/terms/title> "Air"')
        )
    )
    assert parts(read(text, "in.nq"))["air"].lines.count("\n") == 2


@pytest.mark.parametrize(
    ("text", "name", "at"),
    [
        pytest.param(
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
            "<rdf:Description>\n <rdf:value>x</rdf:value> text </rdf:Description></rdf:RDF>",
            "in.rdf", (3, 27), id="text where XML has none to be",
        ),
        pytest.param("<?xml version='1.0'?>\n<r>\n</r>", "in.rdf", (2, 1), id="other XML"),
        pytest.param('{"@id": "urn:a",\n "urn:b": {"@id": 3}}', "in.jsonld", (2, 12), id="@id"),
        pytest.param('{"@id": "urn:a",\n "urn:b": }', "in.jsonld", (2, 11), id="no JSON"),
        pytest.param("@prefix e: <urn:> .\ne:a e:b ; .", "in.ttl", (2, 9), id="Turtle"),
    ],
)  # fmt: skip
def test_a_document_that_cannot_be_parsed_is_refused_with_line_and_column(
    read: Read, text: str, name: str, at: tuple[int, int]
):
    with pytest.raises(UnreadableInput) as told:
        read(text, name)
    assert (told.value.line, told.value.column) == at


def test_a_key_of_json_that_no_context_maps_says_nothing(read: Read):
    text = '{"@id": "https://e.example/air", "@type": "http://www.w3.org/ns/dcat#Dataset", '
    text += '"accessLevel": "public", "http://purl.org/dc/terms/title": "Air"}'
    found = read(text, "in.jsonld")
    assert not refusals(found)
    assert "accessLevel" not in parts(found)["air"].lines
