"""What an index of Tantivy holds of a document: its fields, and how they are filled."""

import hashlib
from typing import Final

import tantivy

from catalog.search.documents import weight
from catalog.search.ports import FACETS, Document
from catalog.search.tantivy_queries import BOOSTS
from vocabularies.mentions import folded

VERSION: Final = "4"
"""Of the schema; an index of another version is made anew."""

_SORT_BITS: Final = 40
_RAW: Final = ("id", "named", "iri", "space", "exact", "suggest")
_BAGS: Final = ("net", "concept")
_SORTS: Final = ("s_modified", "s_quality")
_EDGES: Final = ("west", "south", "east", "north")
_ENDS: Final = ("starts", "ends")


def schema() -> tantivy.Schema:
    """The fields: texts as ready tokens, facets and numbers as columns, what is shown as bytes."""
    builder = tantivy.SchemaBuilder()
    for name in _RAW:
        is_shown = name in {"id", "iri", "space"}
        builder.add_text_field(name, is_shown, tokenizer_name="raw", index_option="basic")
    for name in (*BOOSTS, *_BAGS):
        option = "position" if name in BOOSTS else "basic"
        builder.add_text_field(name, tokenizer_name="words", index_option=option)
    for name in FACETS:
        builder.add_text_field(f"f_{name}", fast=True, tokenizer_name="raw", index_option="basic")
    _add_numbers(builder)
    builder.add_bytes_field("stored", stored=True)
    return builder.build()


def _add_numbers(builder: tantivy.SchemaBuilder) -> None:
    for name in _SORTS:
        builder.add_unsigned_field(name, fast=True, indexed=True)
    for name in _EDGES:
        builder.add_float_field(name, fast=True, indexed=True)
    for name in _ENDS:
        builder.add_integer_field(name, fast=True, indexed=True)
    builder.add_float_field("weight", fast=True)


def tokenizer() -> tantivy.TextAnalyzer:
    """Tokens come ready; they only have to be taken apart again at their spaces."""
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()


def packed(document: Document) -> tantivy.Document:
    """A document in the fields of the schema."""
    made = tantivy.Document()
    made.add_text("id", document.id)
    made.add_text("iri", document.iri)
    made.add_text("space", document.space)
    for field in (*BOOSTS, "net", "concept"):
        made.add_text(field, document.tokens.get(field, ""))
    for text in document.exact:
        made.add_text("exact", text)
    for text in document.suggestions:
        made.add_text("suggest", f"{folded(text)}\x1f{text}")
    for iri, texts in document.names.items():
        for lang, text in texts.items():
            made.add_text("named", f"{iri}\x1f{lang}\x1f{text[:100]}")
    for name, values in document.facets.items():
        for value in dict.fromkeys(values):
            made.add_text(f"f_{name}", value)
    made.add_unsigned("s_modified", _sort_key(document.modified // 86_400, document.id))
    made.add_unsigned("s_quality", _sort_key(document.quality, document.id))
    made.add_float("weight", weight(document))
    _add_extents(made, document)
    made.add_bytes("stored", document.stored)
    return made


def _add_extents(made: tantivy.Document, document: Document) -> None:
    if document.box:
        for name, degrees in zip(_EDGES, document.box, strict=True):
            made.add_float(name, degrees)
    if document.period:
        made.add_integer("starts", document.period[0])
        made.add_integer("ends", document.period[1])


def _sort_key(value: int, record: str) -> int:
    """The value in the high bits and a hash of the id below, so that no two keys are the same."""
    low = int.from_bytes(hashlib.blake2b(record.encode(), digest_size=5).digest())
    return (max(0, value) << _SORT_BITS) | low
