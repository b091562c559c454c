import time

import pytest

from catalog.errors import TooMuch, UnreadableInput
from catalog.sandbox import gates

TEXT = '<urn:d> <urn:p> "北京市空气质量监测数据" .\n'


@pytest.mark.parametrize(
    ("encoding", "guess"),
    [
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("gb18030", "GB18030"),
    ],
)
def test_another_encoding_is_named(encoding: str, guess: str):
    with pytest.raises(UnreadableInput) as caught:
        gates.check_utf8(TEXT.encode(encoding), "a.ttl")
    assert guess in caught.value.hint
    assert caught.value.place == "a.ttl"


def test_latin_1_is_told_with_line_column_and_byte():
    with pytest.raises(UnreadableInput, match="0xE9") as caught:
        gates.check_utf8('<urn:d>\n  "caf\u00e9 au lait"'.encode("latin-1"), "a.ttl", line=10)
    assert (caught.value.line, caught.value.column) == (11, 7)
    assert "Latin-1" in caught.value.hint


def test_a_nul_is_told_with_its_place():
    with pytest.raises(UnreadableInput, match="0x00") as caught:
        gates.check_utf8(b"one\ntwo \0 three", "a.ttl")
    assert (caught.value.line, caught.value.column) == (2, 5)


def test_utf8_in_chinese_passes():
    gates.check_utf8(TEXT.encode(), "a.ttl")


@pytest.mark.parametrize("depth", [gates.DEPTH, gates.DEPTH + 1])
def test_the_limit_of_depth_is_exact(depth: int):
    documents = (
        (gates.check_json, b"[" * depth + b"]" * depth),
        (gates.check_turtle, b"(" * depth + b")" * depth),
        (gates.check_xml, b"<a>" * depth + b"</a>" * depth),
    )
    for check, document in documents:
        if depth > gates.DEPTH:
            with pytest.raises(TooMuch, match="deeper than 200"):
                check(document, "x")
        else:
            check(document, "x")


def test_siblings_are_not_depth():
    gates.check_json(b"[" + b"[],{}," * 1000 + b"0]", "x")
    gates.check_turtle(b"[] <urn:p> [], ( ) . " * 1000, "x")
    gates.check_xml(b"<r>" + b"<a/>" * 1000 + b"</r>", "x")


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(b'"' + b'\\"' * 500_000, id="a string that never ends"),
        pytest.param(b'"""' + b'\\"""' * 300_000, id="a long string that never ends"),
        pytest.param(b"<" * 1_000_000, id="open angles"),
        pytest.param(b"'" * 1_000_001, id="quotes"),
    ],
)
def test_the_gates_are_linear_on_what_never_ends(document: bytes):
    begun = time.perf_counter()
    gates.check_json(document, "x")
    try:
        gates.check_turtle(document, "x")
    except TooMuch:
        assert document.startswith(b"<")
    assert time.perf_counter() - begun < 2


def test_xml_that_is_broken_is_told_with_its_place():
    with pytest.raises(UnreadableInput, match="mismatched tag") as caught:
        gates.check_xml(b"<a>\n <b></a>", "x.rdf")
    assert (caught.value.line, caught.value.column) == (2, 7)


def test_an_unknown_context_is_told_with_those_that_are_known():
    with pytest.raises(UnreadableInput, match=r"https://x\.example/c") as caught:
        gates.check_contexts(
            b'{"a":\n {"@context": "https://x.example/c"}}', "x", {"urn:known": {}}
        )
    assert "urn:known" in caught.value.hint
    assert caught.value.line == 2


def test_json_that_is_broken_is_told_with_its_place():
    with pytest.raises(UnreadableInput, match="no JSON") as caught:
        gates.check_contexts(b'{"a": 1,\n oops}', "x", {})
    assert (caught.value.line, caught.value.column) == (2, 2)


def test_a_document_that_is_too_large_is_told_another_way():
    gates.check_size(gates.DOCUMENT, "x")
    with pytest.raises(TooMuch) as caught:
        gates.check_size(gates.DOCUMENT + 1, "x")
    assert "N-Triples" in caught.value.hint
