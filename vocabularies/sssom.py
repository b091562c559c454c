"""Mappings between concepts, as SSSOM tables: tab-separated, their metadata in `#` lines above."""

from collections.abc import Mapping
from csv import DictReader
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import yaml

from vocabularies.concepts import Concept
from vocabularies.errors import VocabularyError

_NEEDED: Final = ("subject_id", "predicate_id", "object_id", "mapping_justification")
_MATCHES: Final = frozenset({"skos:exactMatch", "skos:closeMatch"})


def read_mappings(file: Path, concepts: Mapping[str, Concept]) -> dict[str, Concept]:
    """The concepts that an SSSOM set adds matches to, with them.

    Raises:
        VocabularyError: a column is missing, a prefix is not declared, or a subject or object of a
            match is no concept of the hub; names the line.
    """
    lines = file.read_text(encoding="utf-8").splitlines()
    header: dict[str, Any] = yaml.safe_load("\n".join(x[1:] for x in lines if x[:1] == "#")) or {}
    rows = DictReader([line for line in lines if line[:1] != "#"], delimiter="\t")
    prefixes: Mapping[str, str] = header.get("curie_map", {})
    first = sum(line[:1] == "#" for line in lines) + 2
    changed: dict[str, Concept] = {}
    for number, row in enumerate(rows, first):
        place = f"{file.name}, line {number}"
        missing = [name for name in _NEEDED if not row.get(name)]
        if missing:
            raise VocabularyError(f"It lacks {missing[0]}.", place=place)
        subject, target = (_expanded(row[n], prefixes, place) for n in ("subject_id", "object_id"))
        for name in (subject, target):
            if name not in concepts:
                raise VocabularyError(f"{name} is no concept of the hub.", place=place)
        if row["predicate_id"] in _MATCHES:
            concept = changed.get(subject, concepts[subject])
            changed[subject] = replace(concept, matches=(*concept.matches, target))
    return changed


def _expanded(curie: str, prefixes: Mapping[str, str], place: str) -> str:
    prefix, _, local = curie.partition(":")
    if prefix not in prefixes:
        raise VocabularyError(f"The prefix {prefix!r} is not in its curie_map.", place=place)
    return prefixes[prefix] + local
