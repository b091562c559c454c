"""The use case "validate": an input is read, cut into records, checked, and told about once."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from catalog import check as checking
from catalog.check import FEW, CheckRequest, check
from catalog.errors import UnreadableInput
from catalog.model import Severity
from catalog.sandbox.limits import Limits
from catalog.sandbox.workers import Workers
from catalog.validation.checked import Checked
from vocabularies.errors import UnknownProfile

A = TypeVar("A")
R = TypeVar("R")

PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
"""


class Here:
    """Runs a call in this process: for input that the test itself wrote."""

    def run(self, function: Callable[[A], R], argument: A, *, limits: Limits | None = None) -> R:
        del limits
        return function(argument)


def checked(turtle: str, **more: str) -> Checked:
    request = CheckRequest(
        profiles=(more.pop("profile", "dcat-ap"),),
        body=(PREFIXES + turtle).encode(),
        name="input.ttl",
        **more,  # type: ignore[arg-type]
    )
    return check(Here(), request)


def datasets(count: int, more: str = "") -> str:
    return "\n".join(
        f'<urn:d{n}> a dcat:Dataset ; dct:title "T" ; dct:description "D" {more} .'
        for n in range(count)
    )


def paths(told: Checked, focus: str) -> set[str]:
    return {one.finding.path for one in told.findings if one.finding.focus == focus}


def test_each_record_is_checked_and_counted():
    told = checked(datasets(2) + "<urn:s> a dcat:DataService .")
    assert told.records == 3
    assert "<http://purl.org/dc/terms/title>" in paths(told, "<urn:s>")


def test_warnings_alone_conform():
    told = checked(datasets(1))
    assert told.conforms
    assert told.count(Severity.WARNING) == len(told.findings) > 0


def test_a_violation_does_not_conform():
    assert not checked("<urn:d> a dcat:Dataset .").conforms


def test_what_several_records_share_is_told_once():
    told = checked(datasets(3, "; dct:publisher <urn:a>") + "<urn:a> a foaf:Agent .")
    missing = [one for one in told.findings if one.finding.focus == "<urn:a>"]
    assert sorted(one.finding.path for one in missing) == [
        "<http://purl.org/dc/terms/type>",
        "<http://xmlns.com/foaf/0.1/name>",
    ]


def test_a_catalogue_is_checked_beside_its_records():
    told = checked("<urn:c> a dcat:Catalog ; dcat:dataset <urn:d0> ." + datasets(1))
    assert "<http://purl.org/dc/terms/publisher>" in paths(told, "<urn:c>")


def test_an_offering_without_an_iri_is_checked_too():
    told = checked("[] a dcat:Dataset .")
    assert (told.records, told.conforms) == (1, False)


def test_few_records_are_checked_by_the_reference():
    assert checked(datasets(2)).engine == "pyshacl"


def test_many_records_are_checked_by_the_compiled_engine():
    assert checked(datasets(FEW + 1)).engine == "compiled"


@pytest.mark.parametrize("engine", ["pyshacl", "compiled"])
def test_the_engine_that_is_asked_for_is_used(engine: str):
    assert checked(datasets(1), engine=engine).engine == engine


def test_both_engines_tell_the_same():
    turtle = datasets(2, '; dct:publisher [ foaf:name "X" ] ; dct:issued "soon" ; dcat:theme "t"')
    by_reference, by_compiled = (checked(turtle, engine=name) for name in ("pyshacl", "compiled"))
    keys = [
        sorted(
            (f.focus, f.path, f.component, f.value or "", f.severity)
            for f in (one.finding for one in told.findings)
        )
        for told in (by_reference, by_compiled)
    ]
    assert keys[0] == keys[1]


def test_several_profiles_are_checked_at_once():
    request = CheckRequest(
        ("dcat-ap", "tds"), body=(PREFIXES + datasets(1)).encode(), name="input.ttl"
    )
    told = check(Here(), request)
    assert told.profile == "dcat-ap@3.0.1, tds@1.0"
    assert not told.conforms


def test_an_unknown_profile_is_told_before_a_worker_is_asked():
    class Nobody:
        def run(
            self, function: Callable[[A], R], argument: A, *, limits: Limits | None = None
        ) -> R:
            raise AssertionError((function, argument, limits))

    with pytest.raises(UnknownProfile):
        check(Nobody(), CheckRequest(("nothing-like-it",), body=b""))


def test_an_input_that_cannot_be_read_is_told_with_its_place():
    with pytest.raises(UnreadableInput) as told:
        checked("<urn:d> a dcat:Dataset ;; .\n<broken")
    assert told.value.line > 3


def test_a_record_that_cannot_be_read_is_a_violation():
    lines = (
        b"<urn:d> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
        b" <http://www.w3.org/ns/dcat#Dataset> .\n"
        b'<urn:d> <http://purl.org/dc/terms/title> "never ends .\n'
    )
    told = check(Here(), CheckRequest(("dcat-ap",), body=lines, name="input.nt"))
    refused = [one for one in told.findings if one.finding.component.startswith(checking.REFUSALS)]
    assert len(refused) == 1
    assert refused[0].line == 2


def test_a_file_is_checked_where_it_is(tmp_path: Path):
    file = tmp_path / "input.ttl"
    file.write_text(PREFIXES + datasets(1), encoding="utf-8")
    assert check(Here(), CheckRequest(("dcat-ap",), path=str(file))).records == 1


def test_a_worker_gives_what_this_process_gives():
    request = CheckRequest(
        ("dcat-ap",), body=(PREFIXES + datasets(1)).encode(), name="input.ttl", engine="compiled"
    )
    with Workers(1, Limits()) as workers:
        behind_the_wall = check(workers, request)
    here = check(Here(), request)
    assert behind_the_wall.findings == here.findings
