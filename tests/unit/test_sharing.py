"""A large input that several workers read is read as one worker reads it."""

import gzip
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.errors import UnreadableInput
from catalog.model import Part, Refusal
from catalog.sandbox import sharing
from catalog.sandbox.limits import Limits
from catalog.sandbox.reading import ReadRequest, read_parts
from catalog.sandbox.workers import Workers

DCAT = "http://www.w3.org/ns/dcat#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
TITLE = "<http://purl.org/dc/terms/title>"
PUBLISHER = "<http://purl.org/dc/terms/publisher>"


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(3, Limits(), preload=("catalog.sandbox.sharing",)) as pool:
        yield pool


@pytest.fixture(autouse=True)
def _share_everything(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sharing, "LARGE", 1)


def dataset(number: int) -> list[str]:
    subject = f"<https://d.example/{number}>"
    contact = f"_:c{number}"
    return [
        f"{subject} {TYPE} <{DCAT}Dataset> .",
        f'{subject} {TITLE} "Title {number}"@en .',
        f"{subject} {PUBLISHER} <https://d.example/office> .",
        f"{subject} <{DCAT}contactPoint> {contact} .",
        f'{contact} <http://www.w3.org/2006/vcard/ns#fn> "Desk {number}" .',
        '<https://d.example/office> <http://xmlns.com/foaf/0.1/name> "The office"@en .',
    ]


def write(folder: Path, lines: list[str], name: str = "records.nt") -> ReadRequest:
    file = folder / name
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return ReadRequest(str(file), batch=7)


def parts(workers: Workers, request: ReadRequest) -> list[Part]:
    found = [part for batch in sharing.read_shared(workers, request) for part in batch.parts]
    return sorted(found, key=lambda part: part.iri)


def refusals(workers: Workers, request: ReadRequest) -> list[Refusal]:
    return [one for batch in sharing.read_shared(workers, request) for one in batch.refusals]


def alone(request: ReadRequest) -> list[Part]:
    return sorted((p for batch in read_parts(request) for p in batch.parts), key=lambda p: p.iri)


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_it_gives_the_same_parts_in_whatever_order_the_lines_are(workers, tmp_path, seed):
    lines = [line for number in range(60) for line in dataset(number)]
    if seed is not None:
        random.Random(seed).shuffle(lines)
    request = write(tmp_path, lines)
    assert len(workers.run(sharing.cuts, sharing.Cut(request, 3))) == 3
    found = parts(workers, request)
    assert len(found) == 60
    assert found == alone(request)


def test_a_root_that_is_named_in_two_stretches_is_one_part_of_the_more_specific_kind(
    workers, tmp_path
):
    lines = [line for number in range(60) for line in dataset(number)]
    lines.append(f"<https://d.example/0> {TYPE} <{DCAT}DatasetSeries> .")
    request = write(tmp_path, lines)
    found = parts(workers, request)
    assert len(found) == 60
    assert next(p for p in found if p.iri == "https://d.example/0").kind == "series"


def test_a_bad_line_in_a_later_stretch_refuses_its_record_at_its_line_of_the_input(
    workers, tmp_path
):
    lines = [line for number in range(60) for line in dataset(number)]
    lines[301] = '<https://d.example/50> <http://purl.org/dc/terms/title> "no end .'
    (refusal,) = refusals(workers, write(tmp_path, lines))
    assert (refusal.iri, refusal.line) == ("https://d.example/50", 302)


def test_a_line_that_speaks_of_nothing_ends_the_input_at_its_line(workers, tmp_path):
    lines = [line for number in range(60) for line in dataset(number)]
    lines[200] = "This is no RDF"
    lines[330] = "Nor is this"
    with pytest.raises(UnreadableInput) as caught:
        parts(workers, write(tmp_path, lines))
    assert caught.value.line == 201


def test_an_input_of_bad_lines_only_is_refused_as_a_whole(workers, tmp_path):
    lines = [f'<https://d.example/{number}> <relative> "x" .' for number in range(100)]
    with pytest.raises(UnreadableInput) as caught:
        parts(workers, write(tmp_path, lines))
    assert caught.value.line == 1


@pytest.mark.parametrize("name", ["records.nt.gz", "records.ttl"])
def test_what_cannot_be_cut_is_read_by_one(workers, tmp_path, name):
    lines = [line for number in range(30) for line in dataset(number)]
    request = write(tmp_path, lines, name)
    if name.endswith(".gz"):
        file = Path(request.path)
        file.write_bytes(gzip.compress(file.read_bytes()))
    assert workers.run(sharing.cuts, sharing.Cut(request, 3)) == ()
    assert parts(workers, request) == alone(request)


def test_a_reader_that_stops_early_leaves_no_file_behind(
    workers, tmp_path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    request = write(tmp_path, [line for number in range(90) for line in dataset(number)])
    batches = sharing.read_shared(workers, request)
    assert any(batch.parts for batch in batches)
    batches.close()  # type: ignore[attr-defined]
    assert [file.name for file in tmp_path.iterdir()] == ["records.nt"]


def test_bad_lines_that_belong_to_no_record_are_told_once_each(workers: Workers, tmp_path: Path):
    lines = [line for number in range(60) for line in dataset(number)]
    lines[10] = f"<https://d.example/lost> {TYPE} no end"
    lines[300] = "<https://d.example/lost> <urn:p> no end"
    lines[340] = "<https://d.example/59> <urn:p> no end"
    lines[350] = "_:nobody <urn:p> no end"
    told = refusals(workers, write(tmp_path, lines))
    assert sorted((one.iri, one.line) for one in told) == [
        ("_:nobody", 351), ("https://d.example/59", 341), ("https://d.example/lost", 11),
    ]  # fmt: skip
