"""The vocabularies: what ships is whole, what is asked is found, what is wrong is told."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

import vocabularies.registry
from vocabularies import checks
from vocabularies.concepts import Concept
from vocabularies.errors import VocabularyError
from vocabularies.profiles import triples_of
from vocabularies.rdf import SKOS, TYPE, Graph, iri
from vocabularies.registry import FOLDER, load
from vocabularies.scheme import Scheme, file_of, read_schemes
from vocabularies.sssom import read_mappings

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/reference/vocabularies.md"
WORDS = load()
SCHEMES = WORDS.schemes()
EU = "http://publications.europa.eu/resource/authority/"
HUB = "https://w3id.org/hutong/"
SCHEMA = json.loads((FOLDER.parent / "about.schema.json").read_text(encoding="utf-8"))
PREFIX = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix : <urn:w:> .\n"
ABOUT = """\
name: {name}
version: "{version}"
iri: urn:w
title: {{en: Water, zh: 水}}
licence: https://licence.example/
{more}
"""
NAMES = 'skos:prefLabel "{0}"@en, "{0}"@zh'


def write(
    root: Path, turtle: str, *, name: str = "water", version: str = "1.0", more: str = ""
) -> Path:
    """A vocabulary's folder, made under a root."""
    folder = root / name / version
    folder.mkdir(parents=True)
    about = ABOUT.format(name=name, version=version, more=more)
    (folder / "about.yaml").write_text(about, encoding="utf-8")
    (folder / "w.ttl").write_text(PREFIX + turtle, encoding="utf-8")
    return folder


def scheme(root: Path, turtle: str) -> Scheme:
    write(root, turtle)
    return read_schemes([root])[0]


def concept(name: str, more: str = "") -> str:
    return f":{name} a skos:Concept ; {NAMES.format(name)} {'; ' + more if more else ''} .\n"


# what ships


def named(one: Scheme) -> str:
    return one.name


@pytest.mark.parametrize("one", SCHEMES, ids=named)
def test_a_vocabulary_describes_itself_as_the_schema_asks(one):
    about = yaml.safe_load((one.folder / "about.yaml").read_text(encoding="utf-8"))
    jsonschema.validate(about, SCHEMA)
    assert (one.folder.parent.name, one.folder.name) == (one.name, one.version)
    assert {"en", "zh"} <= one.title.keys()


@pytest.mark.parametrize("one", SCHEMES, ids=named)
def test_a_vocabulary_that_ships_has_no_fault(one):
    assert [str(fault) for fault in checks.check(one)] == []


@pytest.mark.parametrize("one", [s for s in SCHEMES if s.concepts], ids=named)
def test_each_concept_has_names_a_code_and_its_scheme(one):
    for found in WORDS.concepts(one.name):
        assert found.labels.keys() >= {"en", "zh"}, found.iri
        assert all(label.strip() == label != "" for label in found.labels.values()), found.iri
        assert found.notation or found.code
        assert iri(one.iri) in one.graph.objects(iri(found.iri), SKOS["inScheme"])
    assert SKOS["ConceptScheme"] in one.graph.types(iri(one.iri))


PUBLISHED = {
    "data-theme": EU, "file-type": EU, "frequency": EU, "access-right": EU, "language": EU,
    "country": EU, "licence": EU, "planned-availability": EU, "dataset-type": EU,
    "distribution-status": EU, "space-kind": HUB, "admission-state": HUB, "security-level": HUB,
    "delivery-method": HUB, "visibility": HUB, "topics": HUB,
    "media-type": "https://www.iana.org/assignments/",
    "industry-gbt4754": HUB, "industry-isic4": HUB,
}  # fmt: skip
OWN_LICENCES = {"MULAN_PSL_2_0", "CONTRACT"}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_iris_of_concepts_are_the_published_ones(name):
    one = WORDS.scheme(name)
    assert one is not None
    assert one.iri.startswith(PUBLISHED[name])
    others = {i.rpartition("/")[2] for i in one.concepts if not i.startswith(f"{one.iri}/")}
    assert others == (OWN_LICENCES if name == "licence" else set())


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("space-kind", "enterprise industry city personal cross-border"),
        ("admission-state", "submitted checked admitted published suspended withdrawn"),
        ("security-level", "L1 L2 L3 L4 L5"),
        ("delivery-method", "dataset api application report object other"),
        ("visibility", "public restricted"),
        (
            "data-theme",
            "AGRI ECON EDUC ENER ENVI GOVE HEAL INTR JUST REGI SOCI TECH TRAN OP_DATPRO",
        ),
        ("industry-isic4", " ".join("ABCDEFGHIJKLMNOPQRSTU")),
    ],
)
def test_a_closed_list_has_exactly_its_codes(name, codes):
    assert sorted(c.code for c in WORDS.concepts(name)) == sorted(codes.split())


def test_the_sections_of_gbt_4754_are_at_the_top():
    one = WORDS.scheme("industry-gbt4754")
    assert one is not None
    assert [t.rpartition("/")[2] for t in one.tops] == list("ABCDEFGHIJKLMNOPQRST")


def test_formats_are_marked_machine_readable_and_non_proprietary():
    assert {"CSV", "JSON", "XML"} <= WORDS.machine_readable & WORDS.non_proprietary
    assert "PDF" not in WORDS.machine_readable
    assert "XLSX" in WORDS.machine_readable
    assert "XLS" not in WORDS.non_proprietary


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*/*/*.sssom.tsv")), ids=lambda f: f.name)
def test_a_table_of_mappings_is_valid_sssom(file):
    lines = file.read_text(encoding="utf-8").splitlines()
    header = yaml.safe_load("\n".join(line[1:] for line in lines if line.startswith("#")))
    assert {"mapping_set_id", "license", "curie_map"} <= header.keys()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert all(len(row) == len(rows[0]) for row in rows)
    predicates = {"exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"}
    for row in rows[1:]:
        said = dict(zip(rows[0], row, strict=True))
        assert said["predicate_id"].removeprefix("skos:") in predicates
        assert said["mapping_justification"].startswith("semapv:")
        for side in ("subject", "object"):
            prefix, _, local = said[f"{side}_id"].partition(":")
            known = WORDS.concept(header["curie_map"][prefix] + local)
            assert known is not None
            assert known.label("en") == said[f"{side}_label"]


def test_the_reference_page_tells_of_each_vocabulary_what_there_is():
    page = PAGE.read_text(encoding="utf-8")
    rows = {
        cells[0].strip("`"): cells[1:]
        for line in page.splitlines()
        if (cells := [cell.strip() for cell in line.strip("|").split("|")])
        and re.fullmatch("`[a-z0-9-]+`", cells[0])
    }
    assert sorted(rows) == [one.name for one in SCHEMES]
    for one in SCHEMES:
        title, version, count, source, licence = rows[one.name]
        assert (title, version) == (one.title["en"], one.version)
        assert count == str(len(one.concepts))
        assert source == (one.source.get("title", "") or "our own")
        assert licence in one.licence.replace("LICENSE", "Apache")


# what is asked


def test_a_label_falls_back_from_language_to_language():
    labels = {"en": "Lake", "zh": "湖", "de": "See"}
    lake = Concept("urn:lake", "s", "L", labels)
    assert [lake.label(lang) for lang in ("de", "de-AT", "zh-Hans", "fr")] == [
        "See", "See", "湖", "Lake",
    ]  # fmt: skip
    assert Concept("urn:x", "s", "L", {"de": "See"}).label("en") == "See"
    assert Concept("urn:x", "s", "L", {}).label("en") == "L"
    assert Concept("urn:x", "s", "", {}).label("en") == "urn:x"


def test_what_no_vocabulary_knows_is_called_by_the_end_of_its_iri():
    assert WORDS.label("https://x.example/things/Lake/", "en") == "Lake"
    assert WORDS.label("https://x.example/v#Sea", "zh") == "Sea"
    assert (WORDS.concept("urn:none"), WORDS.scheme("none"), WORDS.concepts("none")) == (
        None, None, (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (f"{EU}file-type/CSV", "CSV"),
        (f"{EU.replace('http:', 'https:')}file-type/CSV/", "CSV"),
        ("csv", "CSV"),
        (".CSV", "CSV"),
        ("text/csv", "csv"),
        ("www.iana.org/assignments/media-types/text/csv", "csv"),
        (f"{EU}language/ENG", "ENG"),
    ],
)
def test_a_concept_is_known_however_catalogues_write_it(written, code):
    found = WORDS.resolve(written)
    assert found is not None
    assert found.code == code


def test_a_broader_concept_stands_for_the_narrower_and_for_what_matches():
    wide = WORDS.widen(f"{HUB}gbt4754/C")
    below = {c.iri for c in WORDS.concepts("industry-gbt4754") if f"{HUB}gbt4754/C" in c.broader}
    assert below
    assert wide >= below | {f"{HUB}gbt4754/C", f"{HUB}isic4/C"}
    assert f"{HUB}gbt4754/A" not in wide


def test_a_match_is_followed_in_both_directions_but_not_on():
    assert f"{HUB}gbt4754/A" in WORDS.widen(f"{HUB}isic4/A")
    assert WORDS.widen("urn:none") == {"urn:none"}


def test_narrower_is_the_inverse_of_broader_said_or_not(tmp_path):
    write(tmp_path, concept("water") + concept("lake", "skos:broader :water"))
    found = load(tmp_path).concept("urn:w:water")
    assert found is not None
    assert found.narrower == ("urn:w:lake",)


def test_the_names_of_searched_vocabularies_are_found_in_texts():
    found = {name for _, _, name in WORDS.mentions("Mining in Germany")}
    assert f"{EU}country/DEU" in found
    assert {c.scheme for c in WORDS.find("德国")} == {"country"}
    assert WORDS.find("德国", scheme="language") == ()


def test_a_small_document_tells_of_one_concept_only():
    graph = WORDS.triples_of(f"{HUB}space-kind/city")
    assert {subject for subject, _, _ in graph.triples()} == {f"<{HUB}space-kind/city>"}
    assert SKOS["Concept"] in graph.types(f"<{HUB}space-kind/city>")


def test_a_licence_is_open_when_anybody_may_use_the_data_for_anything():
    assert WORDS.is_open(f"{EU}licence/CC_BY_4_0")
    assert WORDS.is_open("https://creativecommons.org/licenses/by/4.0/")
    assert not WORDS.is_open(f"{EU}licence/CC_BYNC_4_0")
    assert not WORDS.is_open("urn:none")


def test_the_background_of_checks_holds_types_and_labels_but_no_definitions():
    one = iri(f"{EU}data-theme/ENER")
    assert SKOS["Concept"] in WORDS.graph.types(one)
    assert WORDS.graph.objects(one, SKOS["prefLabel"])
    assert not WORDS.graph.objects(one, SKOS["definition"])


# what is wrong


def test_a_whole_vocabulary_has_no_fault(tmp_path):
    turtle = concept("a", 'skos:altLabel "A2"@en ; skos:related :c') + concept("c")
    assert checks.check(scheme(tmp_path, turtle + concept("b", "skos:broader :a"))) == []


@pytest.mark.parametrize(
    ("rule", "turtle"),
    [
        ("S9", ":a a skos:Concept, skos:ConceptScheme ; " + NAMES.format("a") + " ."),
        ("S13", concept("a", 'skos:altLabel "a"@en')),
        ("S13", concept("a", 'skos:hiddenLabel "a"@zh')),
        ("S13", concept("a", 'skos:altLabel "b"@en ; skos:hiddenLabel "b"@en')),
        ("S14", concept("a", 'skos:prefLabel "other"@en')),
        ("S27", concept("a", "skos:broader :b ; skos:related :b") + concept("b")),
        (
            "S27",
            concept("a", "skos:broader :b") + concept("b", "skos:broader :c")
            + concept("c", "skos:related :a"),
        ),
        ("S27", concept("a", "skos:related :b") + concept("b", "skos:narrower :a")),
        ("S37", ":a a skos:Concept, skos:Collection ; " + NAMES.format("a") + " ."),
        ("S37", ":a a skos:Concept, skos:OrderedCollection ; " + NAMES.format("a") + " ."),
        ("S46", concept("a", "skos:exactMatch :b ; skos:broadMatch :b") + concept("b")),
        ("S46", concept("a", "skos:exactMatch :b") + concept("b", "skos:relatedMatch :a")),
        ("S46", concept("a", "skos:exactMatch :b") + concept("b", "skos:narrowMatch :a")),
        ("label", ':a a skos:Concept ; skos:prefLabel "a"@en .'),
        ("broader", concept("a", "skos:broader :none")),
        ("notation", concept("a", 'skos:notation "1"') + concept("b", 'skos:notation "1"')),
    ],
)  # fmt: skip
def test_a_broken_condition_is_named_with_its_concept(tmp_path, rule, turtle):
    faults = checks.check(scheme(tmp_path, turtle))
    assert {fault.rule for fault in faults} == {rule}
    assert all(fault.concept.startswith("urn:w:") for fault in faults)
    assert str(faults[0]).startswith("water: urn:w:")


def test_a_circle_of_broader_ends(tmp_path):
    turtle = concept("a", "skos:broader :b") + concept("b", "skos:broader :a")
    assert checks.check(scheme(tmp_path, turtle)) == []
    assert load(tmp_path).widen("urn:w:a") == {"urn:w:a", "urn:w:b"}


@pytest.mark.parametrize(
    ("about", "message"),
    [
        ("a: [", "This is no YAML"),
        ("name: water", "the document: 'version' is a required property"),
        (ABOUT.format(name="Water", version="1.0", more=""), "name: 'Water' does not match"),
        (ABOUT.format(name="ice", version="1.0", more=""), "differ from those of the folder"),
        (ABOUT.format(name="water", version="1.0", more="colour: blue"), "'colour'"),
        (ABOUT.format(name="water", version="1.0", more="status: new"), "status: 'new'"),
    ],
)
def test_a_folder_that_is_not_as_it_must_be_is_named_with_its_field(tmp_path, about, message):
    folder = write(tmp_path, concept("a"))
    (folder / "about.yaml").write_text(about, encoding="utf-8")
    with pytest.raises(VocabularyError, match=re.escape(message)) as raised:
        read_schemes([tmp_path])
    assert raised.value.place == str(folder / "about.yaml")


def test_what_is_no_turtle_is_named_with_its_file(tmp_path):
    folder = write(tmp_path, "this is none")
    with pytest.raises(VocabularyError, match="no Turtle") as raised:
        read_schemes([tmp_path])
    assert raised.value.place == str(folder / "w.ttl")


def test_the_file_of_a_concept_is_found_among_several(tmp_path):
    folder = write(tmp_path, concept("a"))
    (folder / "z.ttl").write_text(PREFIX + concept("b"), encoding="utf-8")
    one = read_schemes([tmp_path])[0]
    assert [file_of(one, f"<urn:w:{n}>").name for n in ("a", "b", "c")] == [
        "w.ttl", "z.ttl", "about.yaml",
    ]  # fmt: skip


SSSOM = "#curie_map:\n#  w: 'urn:w:'\n#  skos: 'x'\n{}\n"
COLUMNS = "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("w:a\tskos:exactMatch\t\ts:x", "It lacks object_id"),
        ("w:a\tskos:exactMatch\tv:b\ts:x", "The prefix 'v' is not in its curie_map"),
        ("w:a\tskos:exactMatch\tw:none\ts:x", "urn:w:none is no concept"),
    ],
)
def test_a_wrong_row_of_mappings_is_named_with_its_line(tmp_path, row, message):
    file = tmp_path / "m.sssom.tsv"
    file.write_text(SSSOM.format(COLUMNS + row))
    known = {f"urn:w:{n}": Concept(f"urn:w:{n}", "s", n, {}) for n in "ab"}
    with pytest.raises(VocabularyError, match=message) as raised:
        read_mappings(file, known)
    assert raised.value.place == "m.sssom.tsv, line 5"


def test_only_exact_and_close_matches_widen(tmp_path):
    file = tmp_path / "m.sssom.tsv"
    rows = "w:a\tskos:closeMatch\tw:b\ts:x\nw:a\tskos:relatedMatch\tw:c\ts:x\n"
    file.write_text(SSSOM.format(COLUMNS + rows))
    known = {f"urn:w:{n}": Concept(f"urn:w:{n}", "s", n, {}) for n in "abc"}
    assert read_mappings(file, known)["urn:w:a"].matches == ("urn:w:b",)


# an operator's own


def test_a_folder_of_ones_own_joins_those_that_ship(tmp_path):
    write(tmp_path, concept("lake"), more="searched: true")
    words = load(tmp_path)
    assert {s.name for s in words.schemes()} == {s.name for s in SCHEMES} | {"water"}
    assert words.label("urn:w:lake", "en") == "lake"
    assert [c.iri for c in words.find("lake")] == ["urn:w:lake"]
    assert [c.iri for c in words.meant("LAKE", "water")] == ["urn:w:lake"]


def test_names_widen_a_question_only_where_the_folder_says_so(tmp_path):
    write(tmp_path, concept("lake"))
    assert load(tmp_path).find("lake") == ()


def test_the_newest_version_counts(tmp_path):
    for version in ("1.9", "1.10", "1.10rc1"):
        write(tmp_path, concept(f"v{version.replace('.', '_')}"), version=version)
    assert load(tmp_path).scheme("water").version == "1.10"
    assert [c.iri for c in load(tmp_path).concepts("water")] == ["urn:w:v1_10"]


def test_ones_own_wins_over_what_ships_under_the_same_name_and_version(tmp_path):
    write(tmp_path, concept("lake"), name="space-kind")
    assert [c.iri for c in load(tmp_path).concepts("space-kind")] == ["urn:w:lake"]


def test_a_folder_that_is_not_there_changes_nothing(tmp_path):
    assert load(tmp_path / "none") is load()


def test_a_fault_in_ones_own_is_told_when_it_is_taken_with_file_and_concept(tmp_path):
    turtle = ':a a skos:Concept ; skos:prefLabel "a"@en .\n:b a skos:Concept .'
    folder = write(tmp_path, turtle)
    with pytest.raises(VocabularyError, match="urn:w:a: it has no preferred label in zh") as raised:
        load(tmp_path)
    assert raised.value.place == str(folder / "w.ttl")
    assert "(2 more)" in raised.value.message
    assert "hutong vocab check" in raised.value.hint
    assert vocabularies.registry.schemes(tmp_path)


def test_triples_keep_their_blank_nodes_apart():
    graph = Graph(triples_of(b"<urn:a> <urn:p> [ a <urn:C> ], [ a <urn:D> ] .", "x"))
    assert len({s for s, _, _ in graph.triples() if s.startswith("_:")}) == 2
    assert sorted(graph.subjects(TYPE, "<urn:C>")) != sorted(graph.subjects(TYPE, "<urn:D>"))
