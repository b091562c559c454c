"""The law of the engines: compiled and pySHACL find the same, on every profile that ships.

The whole of each catalogue and all of the thousand seeded records are compared by
`benchmarks/agreement.py`; here it is every tenth, since pySHACL takes its time.
"""

from collections import Counter
from pathlib import Path

import pytest

import vocabularies.registry
from benchmarks.generate import DEFECTS, records
from catalog.errors import UnreadableInput
from catalog.model import Finding
from catalog.sandbox.canonical import canonicalise
from catalog.sandbox.reading import ReadRequest, read_parts
from catalog.validation.engines import engine_for, sorted_out
from catalog.validation.ports import Engine
from vocabularies import profiles
from vocabularies.profiles import Profile
from vocabularies.rdf import Graph

PROFILES = profiles.all_profiles()


def keys(findings: tuple[Finding, ...]) -> Counter[tuple[object, ...]]:
    return Counter((f.focus, f.path, f.component, f.severity, f.value) for f in findings)


def engines(profile: Profile) -> tuple[Engine, Engine]:
    background = vocabularies.registry.load().graph
    compiled = engine_for(profile, background, choice="compiled")
    return compiled, engine_for(profile, background, choice="pyshacl")


def parts(file: Path) -> list[str]:
    """The records of a file, their blank nodes told apart."""
    request = ReadRequest(path=str(file), with_catalogs=True, keep_anonymous=True)
    return [part.lines for batch in read_parts(request) for part in batch.parts]


def differences(profile: Profile, texts: list[str]) -> list[object]:
    compiled, reference = engines(profile)
    found = []
    for text in texts:
        graph = Graph.from_lines(text)
        ours, theirs = keys(compiled.validate(graph)), keys(reference.validate(graph))
        found += [("compiled only", *key) for key in (ours - theirs).elements()]
        found += [("pySHACL only", *key) for key in (theirs - ours).elements()]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.label)
def test_the_engines_agree_on_records_with_seeded_defects(profile: Profile):
    every_tenth = [canonicalise(text).text for text in records(1000, defects=0.8)][9::10]
    assert differences(profile, every_tenth) == []


def test_the_seeded_records_have_every_defect_and_every_kind():
    text = "".join(records(1000, defects=0.3))
    assert len(DEFECTS) == 24
    assert text.count("dcat#DataService>") >= 10
    assert '"yesterday"' in text


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.label)
def test_the_compiled_engine_takes_every_shape_that_ships(profile: Profile):
    core, beyond = sorted_out(profile.shapes)
    assert beyond == ()
    assert core


@pytest.mark.slow
@pytest.mark.corpora
@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.label)
@pytest.mark.parametrize("name", ["bremen", "destatis"])
def test_the_engines_agree_on_real_catalogues(profile: Profile, name: str, corpora: Path):
    file = corpora / f"portals/govdata/{name}-catalog-original-input.rdf"
    assert differences(profile, parts(file)[::10]) == []


@pytest.mark.corpora
@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.label)
def test_the_engines_agree_on_the_examples_of_dcat_ap(profile: Profile, corpora: Path):
    files = sorted((corpora / "profiles/dcat-ap-3.0.1").rglob("examples/*.ttl"))
    read = [texts for file in files if (texts := readable(file)) is not None]
    assert len(files) - len(read) <= 3, "a few of the examples are no Turtle as published"
    assert differences(profile, [text for texts in read for text in texts]) == []


def readable(file: Path) -> list[str] | None:
    try:
        return parts(file)
    except UnreadableInput:
        return None
