"""Profiles are folders: found by looking, extended, switched, and read again when they change."""

import os
from pathlib import Path

import pytest

from vocabularies import profiles
from vocabularies.errors import BrokenShapes, UnknownProfile, VocabularyError
from vocabularies.rdf import RDFS, SH, TYPE, Graph, Term, is_iri, language

ABOUT = "name: {name}\nversion: '{version}'\ntitle: {{en: T}}\ndescription: {{en: D}}\n{more}"
SHAPES = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> .\n<urn:s> a sh:NodeShape ; sh:targetClass <{}> .\n"
)


def write(root: Path, name: str, version: str, target: str = "urn:C", more: str = "") -> Path:
    folder = root / name / version
    folder.mkdir(parents=True)
    about = ABOUT.format(name=name, version=version, more=more)
    (folder / "about.yaml").write_text(about, encoding="utf-8")
    (folder / "shapes.ttl").write_text(SHAPES.format(target), encoding="utf-8")
    return folder


def targets(profile: profiles.Profile) -> set[Term]:
    return set(profile.shapes.objects("<urn:s>", SH["targetClass"]))


def test_without_a_version_the_newest_is_found(tmp_path: Path):
    for version in ("1.9", "1.10", "1.10rc1"):
        write(tmp_path, "mine", version)
    assert profiles.find("mine", extra=tmp_path).version == "1.10"


def test_a_version_is_found_by_its_name(tmp_path: Path):
    write(tmp_path, "mine", "1.9")
    write(tmp_path, "mine", "2.0")
    assert profiles.find("mine@1.9", extra=tmp_path).label == "mine@1.9"


def test_an_unknown_name_is_told_the_nearest():
    with pytest.raises(UnknownProfile, match=r"Did you mean dcat-ap@3\.0\.1"):
        profiles.find("dcatap")


def test_an_unknown_version_is_told_the_nearest():
    with pytest.raises(UnknownProfile, match=r"Did you mean tds@1\.0"):
        profiles.find("tds@7.0")


def test_a_name_that_is_no_name_is_refused():
    with pytest.raises(UnknownProfile, match="names no profile"):
        profiles.find("a b c")


def test_a_profile_that_extends_another_holds_the_shapes_of_both():
    tds, base = profiles.find("tds"), profiles.find("dcat-ap")
    assert tds.extends == ("dcat-ap@3.0.1",)
    assert all(triple in tds.shapes for triple in base.shapes.triples())


def test_a_part_that_is_switched_off_takes_its_shapes_along():
    term = "<https://w3id.org/hutong/profiles/dcat-ap/3.0.1#vocabulary-format-term>"
    assert profiles.find("dcat-ap").shapes.types(term)
    assert not profiles.find("dcat-ap!controlled-vocabularies").shapes.types(term)


def test_a_part_of_the_extended_profile_can_be_switched_off():
    off = profiles.find("tds!controlled-vocabularies")
    assert off.parts == ("shapes",)
    assert off != profiles.find("tds")


def test_a_part_that_is_off_can_be_switched_on(tmp_path: Path):
    folder = write(tmp_path, "mine", "1", more="parts: {extra: {default: false}}\n")
    (folder / "extra.ttl").write_text("<urn:s> <urn:p> <urn:o> .", encoding="utf-8")
    assert profiles.find("mine", extra=tmp_path).parts == ("shapes",)
    assert set(profiles.find("mine+extra", extra=tmp_path).parts) == {"shapes", "extra"}


def test_an_unknown_part_is_refused_by_name():
    with pytest.raises(UnknownProfile, match="no part 'colour'"):
        profiles.find("dcat-ap!colour")


def test_an_operators_profile_wins_over_a_shipped_one(tmp_path: Path):
    write(tmp_path, "dcat-ap", "3.0.1", target="urn:Mine")
    assert targets(profiles.find("dcat-ap", extra=tmp_path)) == {"<urn:Mine>"}


def test_a_changed_profile_is_read_again(tmp_path: Path):
    folder = write(tmp_path, "mine", "1", target="urn:Old")
    old = profiles.find("mine", extra=tmp_path)
    (folder / "shapes.ttl").write_text(SHAPES.format("urn:New"), encoding="utf-8")
    os.utime(folder / "shapes.ttl", ns=(1, 1))
    new = profiles.find("mine", extra=tmp_path)
    assert targets(new) == {"<urn:New>"}
    assert new.digest != old.digest


def test_an_unchanged_profile_is_read_once():
    assert profiles.find("tds") is profiles.find("tds")


def test_broken_turtle_is_told_with_its_file(tmp_path: Path):
    folder = write(tmp_path, "mine", "1")
    (folder / "shapes.ttl").write_text("<urn:a> <urn:b>", encoding="utf-8")
    with pytest.raises(BrokenShapes, match=r"shapes\.ttl"):
        profiles.find("mine", extra=tmp_path)


def test_a_folder_that_disagrees_with_its_about_file_is_refused(tmp_path: Path):
    folder = write(tmp_path, "mine", "1")
    folder.rename(tmp_path / "mine" / "2")
    with pytest.raises(VocabularyError, match="differ from those of the folder"):
        profiles.find("mine", extra=tmp_path)


def test_an_about_file_without_a_title_is_refused(tmp_path: Path):
    folder = write(tmp_path, "mine", "1")
    (folder / "about.yaml").write_text("name: mine\nversion: '1'\n", encoding="utf-8")
    with pytest.raises(VocabularyError, match="lacks title, description"):
        profiles.find("mine", extra=tmp_path)


def test_a_folder_without_shapes_is_refused(tmp_path: Path):
    (write(tmp_path, "mine", "1") / "shapes.ttl").unlink()
    with pytest.raises(VocabularyError, match=r"no shapes\.ttl"):
        profiles.find("mine", extra=tmp_path)


def test_blank_nodes_of_two_parts_stay_apart(tmp_path: Path):
    folder = write(tmp_path, "mine", "1")
    for name in ("one", "two"):
        (folder / f"{name}.ttl").write_text(f"_:b <urn:p> '{name}' .", encoding="utf-8")
    shapes = profiles.find("mine", extra=tmp_path).shapes
    assert len({s for s, p, _ in shapes.triples() if p == "<urn:p>"}) == 2


def test_all_profiles_are_listed_newest_first(tmp_path: Path):
    write(tmp_path, "mine", "1.9")
    write(tmp_path, "mine", "1.10")
    labels = [profile.label for profile in profiles.all_profiles(extra=tmp_path)]
    assert labels == ["dcat-ap@3.0.1", "mine@1.10", "mine@1.9", "tds@1.0"]


def own_shapes(graph: Graph) -> list[Term]:
    kinds = (SH["NodeShape"], SH["PropertyShape"])
    return [s for s in graph.by_subject if is_iri(s) and set(graph.types(s)) & set(kinds)]


@pytest.mark.parametrize("name", ["dcat-ap", "tds"])
def test_every_shape_has_its_name_in_both_languages(name: str):
    shapes = profiles.find(name).shapes
    for shape in own_shapes(shapes):
        names = {language(term) for term in shapes.objects(shape, SH["name"])}
        assert names == {"en", "zh"}, shape


@pytest.mark.parametrize("name", ["dcat-ap", "tds"])
def test_every_shape_with_a_severity_speaks_both_languages(name: str):
    shapes = profiles.find(name).shapes
    for shape in own_shapes(shapes):
        if shapes.value(shape, SH["severity"]):
            for predicate in (SH["message"], SH["description"]):
                found = [language(term) for term in shapes.objects(shape, predicate)]
                assert sorted(found) == ["en", "zh"], (shape, predicate)
            assert shapes.value(shape, RDFS["seeAlso"]), shape


@pytest.mark.parametrize("name", ["dcat-ap", "tds"])
def test_every_property_that_a_shape_names_is_defined(name: str):
    shapes = profiles.find(name).shapes
    for _, predicate, target in shapes.triples():
        if predicate == SH["property"] and is_iri(target):
            assert SH["PropertyShape"] in shapes.objects(target, TYPE), target


@pytest.mark.parametrize("name", ["dcat-ap", "tds"])
def test_shapes_keep_to_shacl_core(name: str):
    words = {p for _, p, _ in profiles.find(name).shapes.triples()}
    assert not words & {SH["sparql"], SH["js"], SH["rule"], SH["target"]}
