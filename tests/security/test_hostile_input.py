"""Foreign bytes that were made to harm, read through the walls: T-04 to T-19 and T-44."""

import gzip
import io
import itertools
import json
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from catalog.errors import TooMuch, UnreadableInput, WorkerDied
from catalog.sandbox.limits import Limits
from catalog.sandbox.reading import Batch, ReadRequest, read_parts
from catalog.sandbox.workers import Workers
from tests.security import hostile_functions as hostile
from tests.security.conftest import FaultServer
from tests.security.hostile_functions import Text

Read = Callable[..., list[Batch]]
A = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
DATASET = f"<urn:d> {A} <http://www.w3.org/ns/dcat#Dataset> .\n"


@pytest.fixture
def read(workers: Workers, tmp_path: Path) -> Read:
    """Reads bytes as the hub does: from a file, in a worker; the pool is well afterwards."""

    def read(content: bytes | str, name: str = "in.ttl") -> list[Batch]:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(workers.stream(read_parts, ReadRequest(str(file))))

    return read


def parts(batches: list[Batch]) -> int:
    return sum(len(batch.parts) for batch in batches)


@pytest.mark.parametrize(
    "context",
    [
        '"file:///etc/hostname"',
        '"http://127.0.0.1:1/c"',
        '["http://127.0.0.1:1/c", {}]',
        '{"@import": "http://127.0.0.1:1/c"}',
        '{"x": {"@id": "urn:x", "@context": "http://127.0.0.1:1/c"}}',
        '"../../../etc/passwd"',
    ],
)
def test_t04_a_remote_context_is_refused_by_name_and_place(read: Read, context: str):
    document = '{\n "@context": ' + context + ',\n "@id": "urn:d"\n}'
    with pytest.raises(UnreadableInput, match="none is fetched") as caught:
        read(document, "in.jsonld")
    assert caught.value.line == 2
    assert json.loads(json.dumps(caught.value.place)) == "in.jsonld"


def test_t04_a_context_named_with_escapes_or_twice_is_refused(read: Read):
    for document in (
        r'{"\u0040context": "http:\/\/127.0.0.1:1\/c", "@id": "urn:d"}',
        '{"@context": "http://127.0.0.1:1/c", "@context": {}, "@id": "urn:d"}',
    ):
        with pytest.raises(UnreadableInput):
            read(document, "in.jsonld")


def test_t04_a_bundled_context_is_read_without_asking_anyone(read: Read):
    document = {
        "@context": "https://w3id.org/hutong/context.jsonld",
        "@id": "urn:d",
        "@type": "http://www.w3.org/ns/dcat#Dataset",
    }
    from catalog.sandbox.contexts import CONTEXTS

    document["@context"] = next(iter(CONTEXTS))
    assert parts(read(json.dumps(document), "in.jsonld")) == 1


@pytest.mark.parametrize("keyword", ["SELECT * FROM <{}>", "SELECT * {{ SERVICE <{}> {{?s ?p ?o}}"])
def test_t05_t06_a_query_in_a_worker_reaches_nobody(
    workers: Workers, server: FaultServer, keyword: str
):
    query = keyword.format(server.url("/")) + ("}" if "SERVICE" in keyword else " {?s ?p ?o}")
    with pytest.raises(WorkerDied):
        workers.run(hostile.query, Text(query))
    assert not server.asked


def test_t07_an_import_is_kept_as_a_statement_and_not_followed(read: Read, server: FaultServer):
    imports = f"<urn:d> <http://www.w3.org/2002/07/owl#imports> <{server.url('/o')}> .\n"
    (batch,) = read(DATASET + imports)
    assert server.url("/o") in batch.parts[0].lines
    assert not server.asked


def test_t08_a_remote_schema_is_not_fetched(workers: Workers, server: FaultServer):
    with pytest.raises(WorkerDied):
        workers.run(hostile.follow_schema, Text(server.url("/schema")))
    assert not server.asked


RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]>',
        '<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd">',
        '<!DOCTYPE r PUBLIC "-//X//EN" "file:///etc/passwd">',
        "<!DOCTYPE r>",
    ],
)
def test_t11_a_doctype_is_refused_with_its_place(read: Read, doctype: str):
    with pytest.raises(UnreadableInput, match="DOCTYPE") as caught:
        read(f'<?xml version="1.0"?>\n  {doctype}\n{RDF}&x;</rdf:RDF>', "in.rdf")
    assert caught.value.line == 2


def test_t11_inclusion_and_schema_locations_are_inert(read: Read, server: FaultServer):
    url = server.url("/x")
    document = f"""<?xml version="1.0"?>
      <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
          xmlns:xi="http://www.w3.org/2001/XInclude" xmlns:dcat="http://www.w3.org/ns/dcat#"
          xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
        <dcat:Dataset rdf:about="urn:d" xsi:schemaLocation="{url} {url}">
          <xi:include rdf:resource="file:///etc/passwd"/>
          <xi:include rdf:resource="{url}"/>
        </dcat:Dataset></rdf:RDF>"""
    (batch,) = read(document, "in.rdf")
    assert len(batch.parts) == 1
    assert "root:" not in batch.parts[0].lines
    assert not server.asked


def test_t12_an_entity_bomb_is_refused_at_once(workers: Workers, read: Read):
    entities = '<!ENTITY a0 "aaaaaaaaaa">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9)
    )
    workers.warm()
    read(DATASET)
    begun = time.monotonic()
    with pytest.raises(UnreadableInput, match="DOCTYPE"):
        read(f"<!DOCTYPE r [{entities}]>{RDF}&a8;</rdf:RDF>", "in.rdf")
    assert time.monotonic() - begun < 1


DEEP = 10_000


@pytest.mark.parametrize(
    ("document", "name"),
    [
        pytest.param("[" * DEEP + "]" * DEEP, "in.jsonld", id="json arrays"),
        pytest.param('{"urn:p":' * DEEP + "1" + "}" * DEEP, "in.jsonld", id="json objects"),
        pytest.param('{"a":"' + "[" * 9 + '",' + '"b":[' * 300, "in.jsonld", id="json cut off"),
        pytest.param("<a>" * DEEP + "</a>" * DEEP, "in.rdf", id="xml"),
        pytest.param("<urn:s> <urn:p> " + "[ <urn:p> " * DEEP, "in.ttl", id="blank nodes"),
        pytest.param("<urn:s> <urn:p> " + "( " * DEEP, "in.ttl", id="lists"),
        pytest.param("<urn:s> <urn:p> " + "<<( " * DEEP, "in.ttl", id="triple terms"),
        pytest.param("<urn:g> " + "{ " * DEEP, "in.trig", id="braces"),
        pytest.param('<urn:s> <urn:p> "a\nb", ' + "[ <urn:p> " * DEEP, "in.ttl", id="line end"),
        pytest.param("<urn:a #b> <urn:p> " + "[ <urn:p> " * DEEP, "in.ttl", id="hash in IRI"),
        pytest.param("<urn:a\n<b> <urn:p> " + "[ <urn:p> " * DEEP, "in.ttl", id="line in IRI"),
        pytest.param("# \r<urn:s> <urn:p> " + "[ <urn:p> " * DEEP, "in.ttl", id="lone CR"),
        pytest.param(
            "@prefix e: <urn:> . e:a\\' e:p " + "[ e:p " * DEEP + " e:b\\'", "in.ttl", id="escape"
        ),
    ],
)
def test_t13_deep_nesting_is_refused_before_a_parser_sees_it(read: Read, document: str, name: str):
    with pytest.raises(TooMuch, match="deeper than 200") as caught:
        read(document, name)
    assert "line" in caught.value.place


def test_t13_a_line_of_nested_triple_terms_costs_its_record_only(read: Read):
    deep = "<urn:e> <urn:p> " + "<<( <urn:s> <urn:p> " * 100_000 + "\n"
    batches = read(DATASET + deep, "in.nt")
    assert parts(batches) == 1
    (refusal,) = batches[-1].refusals
    assert (refusal.iri, refusal.line) == ("urn:e", 2)


def test_t13_what_gets_past_the_gates_costs_one_call(workers: Workers):
    deep = '{"urn:p":' * 100_000 + "1" + "}" * 100_000
    with pytest.raises(WorkerDied) as caught:
        workers.run(hostile.parse_json_ld, Text(deep))
    assert caught.value.cause == "crash"
    assert workers.run(hostile.parse_json_ld, Text('{"@id":"urn:a","urn:p":"x"}')).text == "1"


def test_brackets_in_texts_and_comments_are_no_nesting(read: Read):
    many = "[({<" * 500
    text = f"{DATASET}# {many}\n<urn:d> <urn:p> \"{many}\", '''{many}\n{many}''', <urn:x#{{{{> .\n"
    assert parts(read(text)) == 1
    document = {"@id": "urn:d", "@type": "http://www.w3.org/ns/dcat#Dataset", "urn:p": many + '\\"'}
    assert parts(read(json.dumps(document), "in.jsonld")) == 1


def test_t16_an_evil_pattern_ends_at_the_deadline(workers: Workers):
    evil = Text("^(a+)+$ " + "a" * 40 + "!")
    begun = time.monotonic()
    with pytest.raises(WorkerDied) as caught:
        workers.run(hostile.match, evil, limits=Limits(seconds=0.5))
    assert caught.value.cause == "time"
    assert time.monotonic() - begun < 3
    assert workers.run(hostile.match, Text("^a$ b")).text == "None"


def test_t18_a_gzip_bomb_is_stopped(read: Read):
    with pytest.raises(TooMuch, match="300 times"):
        read(gzip.compress(b"\n" * 100_000_000), "in.nt.gz")


def test_t18_a_zstd_bomb_is_stopped_in_bounded_memory(workers: Workers, tmp_path: Path):
    file = tmp_path / "in.nt.zst"
    packer = zstandard.ZstdCompressor(level=1).compressobj()
    chunk = b"\n" * 10_000_000
    file.write_bytes(b"".join(packer.compress(chunk) for _ in range(60)) + packer.flush())
    limits = Limits(seconds=20, memory_mib=600)
    with pytest.raises(TooMuch, match="300 times"):
        list(workers.stream(read_parts, ReadRequest(str(file)), limits=limits))


def test_t18_what_is_packed_twice_is_refused(read: Read):
    for pack in (gzip.compress, zstandard.compress):
        with pytest.raises(UnreadableInput, match="more than once"):
            read(pack(gzip.compress(DATASET.encode())), "in.nt.gz")


def _zip(names: list[str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, DATASET)
    return held.getvalue()


def _tar(name: str) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo(name))
    return held.getvalue()


@pytest.mark.parametrize(
    "archive",
    [
        pytest.param(_zip(["../../etc/cron.d/x", "/etc/x", "C:\\x"]), id="zip"),
        pytest.param(gzip.compress(_zip(["a.ttl"])), id="zip in gzip"),
        pytest.param(_zip([]), id="empty zip"),
        pytest.param(_tar("../../x"), id="tar"),
    ],
)
def test_t19_an_archive_is_refused_and_nothing_of_it_written(
    read: Read, tmp_path: Path, archive: bytes
):
    with pytest.raises(UnreadableInput, match=r"archive|more than once") as caught:
        read(archive, "in.nt.gz")
    assert "Unpack it" in caught.value.hint
    assert [path.name for path in tmp_path.iterdir()] == ["in.nt.gz"]


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_what_is_cut_off_is_refused_and_names_the_byte(read: Read, pack: Callable[[bytes], bytes]):
    lines = "".join(f'<urn:{n}> <urn:p> "{n * 7919}" .\n' for n in range(5000))
    packed = pack(lines.encode())
    with pytest.raises(UnreadableInput, match="cut off after byte"):
        read(packed[: len(packed) // 2], "in.nt.gz")


def test_members_one_after_another_are_read_as_one(read: Read):
    for pack in (gzip.compress, zstandard.compress):
        more = f"{DATASET}".replace("urn:d", "urn:e")
        assert parts(read(pack(DATASET.encode()) + pack(more.encode()), "in.nt")) == 2


def test_t44_a_clique_of_blank_nodes_is_refused_before_the_deadline(workers: Workers):
    clique = "".join(f"_:n{a} <urn:p> _:n{b} .\n" for a, b in itertools.permutations(range(10), 2))
    with pytest.raises(TooMuch, match="look alike"):
        workers.run(hostile.canonical_hash, Text(clique), limits=Limits(seconds=10))


def test_a_literal_of_a_gigabyte_is_refused_without_being_held(workers: Workers, tmp_path: Path):
    file = tmp_path / "in.nt"
    with file.open("wb") as sparse:
        sparse.write(b'<urn:d> <urn:p> "')
        for _ in range(30):
            sparse.write(b"x" * 1_000_000)
        sparse.truncate(1_000_000_000)
    limits = Limits(seconds=10, memory_mib=400)
    with pytest.raises(TooMuch, match="longer than 16,000,000 bytes"):
        list(workers.stream(read_parts, ReadRequest(str(file)), limits=limits))


@pytest.mark.parametrize(
    ("start", "end", "name"),
    [
        ('<urn:d> <urn:p> "', '" .', "in.ttl"),
        ('{"@id": "urn:d", "urn:p": "', '"}', "in.jsonld"),
        (f'{RDF}<rdf:Description rdf:about="urn:d"><p xmlns="urn:">', "</p>", "in.rdf"),
    ],
)
def test_a_literal_that_is_too_long_is_refused_in_documents_too(
    read: Read, start: str, end: str, name: str
):
    with pytest.raises(TooMuch, match="literal is longer"):
        read(start + "x" * 16_100_000 + end, name)


@pytest.mark.parametrize("name", ["in.jsonld", "in.ttl", "in.rdf", "in.nt", "in.trig"])
def test_what_is_no_rdf_at_all_is_refused_with_its_place(read: Read, name: str):
    with pytest.raises(UnreadableInput) as caught:
        read("<html><body>Please log in</body>", name)
    assert "in." in caught.value.place
    assert caught.value.line == 1


def test_a_long_input_gives_signs_of_life_while_it_is_read(read: Read):
    lines = "".join(f'<urn:{n}> <urn:p> "x" .\n' for n in range(45_000))
    batches = read(lines + DATASET, "in.nt")
    assert [len(batch.parts) for batch in batches] == [0, 0, 1]
