"""The vocabularies of the hub: found by looking into their folders, read once, shared read-only.

>>> words = load()
>>> words.label("https://w3id.org/hutong/space-kind/city", "zh")
'城市空间'
>>> words.resolve("text/csv").code
'csv'
"""

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from vocabularies.checks import check
from vocabularies.closure import widened
from vocabularies.concepts import Concept, concept_of
from vocabularies.errors import VocabularyError
from vocabularies.mentions import Mentions, folded
from vocabularies.rdf import RDFS, SKOS, TYPE, Graph, iri
from vocabularies.scheme import Scheme, file_of, read_schemes
from vocabularies.sssom import read_mappings

FOLDER: Final = Path(__file__).parent / "library"
"""Where the vocabularies that ship with the hub live."""

_BACKGROUND: Final = (TYPE, SKOS["prefLabel"], SKOS["inScheme"], RDFS["subClassOf"])


class Vocabularies:
    """Every vocabulary of the hub, read-only."""

    def __init__(self, schemes: Mapping[str, Scheme], concepts: Mapping[str, Concept]) -> None:
        self._schemes = schemes
        self._concepts = concepts
        self._wide = widened(concepts)
        self.graph = _background(schemes.values())
        self._codes = _codes(concepts)
        self._meanings = _meanings(concepts.values())
        self._mentions = Mentions(
            {c.iri: c.names for c in concepts.values() if schemes[c.scheme].is_searched}
        )
        self.machine_readable = _marked(concepts, "machineReadable")
        self.non_proprietary = _marked(concepts, "nonProprietary")

    def schemes(self) -> tuple[Scheme, ...]:
        """The vocabularies by name."""
        return tuple(self._schemes[name] for name in sorted(self._schemes))

    def scheme(self, name: str) -> Scheme | None:
        return self._schemes.get(name)

    def concept(self, concept: str) -> Concept | None:
        return self._concepts.get(concept)

    def concepts(self, scheme: str) -> tuple[Concept, ...]:
        """The concepts of a vocabulary in the order of its file."""
        found = self._schemes.get(scheme)
        return tuple(self._concepts[c] for c in found.concepts) if found else ()

    def label(self, concept: str, lang: str) -> str:
        """The label of a concept; of an IRI that is none, its last piece."""
        found = self._concepts.get(concept)
        if found is not None:
            return found.label(lang)
        return re.split(r"[/#]", concept.rstrip("/#"))[-1] or concept

    def widen(self, concept: str) -> frozenset[str]:
        """The concept itself, all that is narrower, and what matches any of them exactly."""
        return self._wide.get(concept, frozenset((concept,)))

    def resolve(self, text: str) -> Concept | None:
        """The concept that an IRI or a code means, as catalogues in the field write them.

        http for https, a slash too many, a bare code or media type are understood.
        """
        found = self._concepts.get(text)
        return found or self._codes.get(_code_key(text))

    def mentions(self, text: str) -> tuple[tuple[int, int, str], ...]:
        """Where a text names concepts: (start, end, IRI) in characters of the folded text."""
        return self._mentions.find(text)

    def find(self, text: str, *, scheme: str = "") -> tuple[Concept, ...]:
        """The concepts that have this very name, in any language."""
        named = (self._concepts[c] for c in self._mentions.named(text))
        return tuple(c for c in named if not scheme or c.scheme == scheme)

    def meant(self, text: str, *schemes: str) -> tuple[Concept, ...]:
        """The concepts of these vocabularies that a reader may mean: by IRI, code or name.

        >>> [c.code for c in load().meant("tech", "data-theme")]
        ['TECH']
        >>> [c.code for c in load().meant("英语", "language")], load().meant("no such", "language")
        (['ENG'], ())
        """
        known = self.resolve(text)
        if known is not None and known.scheme in schemes:
            return (known,)
        key = folded(text).strip()
        return tuple(c for scheme in schemes for c in self._meanings.get((scheme, key), ()))

    def is_open(self, licence: str) -> bool:
        """True when the licence lets anybody use the data for any purpose."""
        found = self.resolve(licence)
        return found is not None and "open" in found.marks

    def triples_of(self, concept: str) -> Graph:
        """What a vocabulary says of one concept: a small graph of its own."""
        found = self._concepts[concept]
        subject = iri(concept)
        facts = self._schemes[found.scheme].graph.by_subject.get(subject, {})
        return Graph((subject, p, o) for p, objects in facts.items() for o in objects)


def load(extra: Path | None = None) -> Vocabularies:
    """The vocabularies that ship with the hub, and those of a further folder; read once.

    `extra` is an operator's own folder, which need not be there. What is in it is checked: a fault
    that a reader would stumble over later is one now.

    Raises:
        VocabularyError: a folder is not as it must be; names the file and the field or concept.
    """
    return _load(extra if extra is not None and extra.is_dir() else None)


def schemes(extra: Path | None = None) -> tuple[Scheme, ...]:
    """The vocabularies by name, read but not looked over."""
    return read_schemes((FOLDER,) if extra is None else (FOLDER, extra))


@functools.lru_cache(maxsize=4)
def _load(extra: Path | None) -> Vocabularies:
    found = {scheme.name: scheme for scheme in schemes(extra)}
    concepts: dict[str, Concept] = {}
    for scheme in found.values():
        if extra is not None and scheme.folder.is_relative_to(extra):
            _check(scheme)
        for concept in scheme.concepts:
            concepts[concept] = concept_of(scheme.graph, iri(concept), scheme.name)
    for scheme in found.values():
        for mapping in sorted(scheme.folder.glob("*.sssom.tsv")):
            concepts |= read_mappings(mapping, concepts)
    return Vocabularies(found, _with_narrower(concepts))


def _check(scheme: Scheme) -> None:
    faults = check(scheme)
    if faults:
        first = faults[0]
        more = f" ({len(faults) - 1} more)" if len(faults) > 1 else ""
        raise VocabularyError(
            f"{first.concept}: {first.message} ({first.rule}){more}.",
            place=str(file_of(scheme, iri(first.concept))),
            hint="Mend it, or take the folder away; `hutong vocab check` lists every fault.",
        )


def _background(schemes: Iterable[Scheme]) -> Graph:
    """Types, labels and class axioms of every vocabulary: what a check reads beside a record."""
    graph = Graph()
    for scheme in schemes:
        for subject, predicates in scheme.graph.by_subject.items():
            for predicate in _BACKGROUND:
                for object_ in predicates.get(predicate, ()):
                    graph.add(subject, predicate, object_)
    return graph


def _with_narrower(concepts: Mapping[str, Concept]) -> dict[str, Concept]:
    """The concepts with skos:narrower as the inverse of skos:broader, said or not (S25)."""
    narrower: dict[str, list[str]] = {}
    for concept in concepts.values():
        for broader in concept.broader:
            narrower.setdefault(broader, []).append(concept.iri)
    return {
        name: replace(concept, narrower=tuple(dict.fromkeys((*concept.narrower, *found))))
        for name, concept in concepts.items()
        for found in (narrower.get(name, ()),)
    }


def _marked(concepts: Mapping[str, Concept], mark: str) -> frozenset[str]:
    return frozenset(
        c.notation.upper() for c in concepts.values() if c.scheme == "file-type" and mark in c.marks
    )


def _codes(concepts: Mapping[str, Concept]) -> dict[str, Concept]:
    """What a catalogue may write for a concept, to the concept; a full IRI wins over a code.

    The IRI of an exact match elsewhere means the concept too, unless it is a concept here.
    """
    codes: dict[str, Concept] = {}
    for scheme in ("file-type", "media-type", "language", "licence", "access-right", "frequency"):
        for concept in concepts.values():
            if concept.scheme == scheme:
                for key in (concept.notation, concept.code):
                    codes.setdefault(key.casefold(), concept)
    for concept in concepts.values():
        if concept.scheme in _WRITTEN:
            codes |= {_code_key(other): concept for other in concept.matches}
    for concept in concepts.values():
        codes[_code_key(concept.iri)] = concept
    return codes


_WRITTEN: Final = frozenset({"language", "licence"})
"""Vocabularies whose concepts catalogues often name by the IRI of somebody else."""

_ISO_639_1: Final = "http://id.loc.gov/vocabulary/iso639-1/"


def _keys(concept: Concept) -> Iterator[str]:
    """The codes and names of a concept, folded."""
    yield from (folded(key) for key in (concept.iri, concept.code, concept.notation) if key)
    yield from (folded(name) for name in concept.names)
    for other in concept.matches:
        if other.startswith(_ISO_639_1):
            yield other.removeprefix(_ISO_639_1)


def _meanings(concepts: Iterable[Concept]) -> dict[tuple[str, str], tuple[Concept, ...]]:
    """Vocabulary and key to concepts; a code means its concept, whatever is called so too."""
    found: dict[tuple[str, str], dict[str, Concept]] = {}
    for concept in concepts:
        for key in _keys(concept):
            found.setdefault((concept.scheme, key), {})[concept.iri] = concept
    return {key: tuple(named.values()) for key, named in found.items()}


def _code_key(text: str) -> str:
    key = text.strip().casefold().rstrip("/").removeprefix("https://").removeprefix("http://")
    return key.removeprefix("www.").removeprefix(".")
