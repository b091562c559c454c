"""What hostile input would have a worker do, without the gates that stand before it."""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pyoxigraph
import rdflib

from catalog.sandbox.canonical import canonicalise


@dataclass(frozen=True, slots=True)
class Text:
    """An argument and a result."""

    text: str


def match(text: Text) -> Text:
    pattern, _, value = text.text.partition(" ")
    return Text(str(re.match(pattern, value)))


def canonical_hash(text: Text) -> Text:
    return Text(canonicalise(text.text).hash)


def parse_json_ld(text: Text) -> Text:
    quads = pyoxigraph.parse(text.text, format=pyoxigraph.RdfFormat.JSON_LD)
    return Text(str(len(list(quads))))


def query(text: Text) -> Text:
    return Text(str(list(rdflib.Dataset().query(text.text))))


def follow_schema(text: Text) -> Text:
    jsonschema.validate({}, {"$ref": text.text})
    return text


def list_archive(text: Text) -> Text:
    return Text(",".join(zipfile.ZipFile(Path(text.text)).namelist()))
