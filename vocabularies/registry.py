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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import jsonschema
import yaml

from vocabularies.closure import widened
from vocabularies.concepts import Concept, concept_of
from vocabularies.errors import VocabularyError
from vocabularies.mentions import Mentions, folded
from vocabularies.profiles import triples_of
from vocabularies.rdf import RDFS, SKOS, TYPE, Graph, iri
from vocabularies.sssom import read_mappings

FOLDER: Final = Path(__file__).parent / "library"
"""Where the vocabularies that ship with the hub live."""

_SCHEMA: Final = Path(__file__).parent / "about.schema.json"
_BACKGROUND: Final = (TYPE, SKOS["prefLabel"], SKOS["inScheme"], RDFS["subClassOf"])


@dataclass(frozen=True, slots=True)
class Scheme:
    """A vocabulary: its folder's name and version, its titles, and its concepts in order."""

    name: str
    version: str
    iri: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    source: Mapping[str, str]
    folder: Path
    concepts: tuple[str, ...] = ()
    tops: tuple[str, ...] = ()
    graph: Graph = field(default_factory=Graph, repr=False, compare=False)


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
            {c.iri: c.names for c in concepts.values() if c.scheme in _SEARCHED}
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


_SEARCHED: Final = frozenset(
    {
        "topics", "data-theme", "industry-gbt4754", "industry-isic4", "space-kind",
        "delivery-method", "dataset-type", "access-right", "country",
    }
)  # fmt: skip
"""Vocabularies whose names in a query widen it."""


@functools.lru_cache(maxsize=4)
def load(*extra: Path) -> Vocabularies:
    """The vocabularies that ship with the hub, and those in further folders; read once.

    Raises:
        VocabularyError: a folder is not as it must be; names the file and the field.
    """
    schemes: dict[str, Scheme] = {}
    concepts: dict[str, Concept] = {}
    for root in (FOLDER, *extra):
        for about in sorted(root.glob("*/*/about.yaml")):
            scheme, found = _read(about.parent)
            schemes[scheme.name] = scheme
            concepts |= found
    for root in (FOLDER, *extra):
        for mapping in sorted(root.glob("*/*/*.sssom.tsv")):
            concepts |= read_mappings(mapping, concepts)
    return Vocabularies(schemes, _with_narrower(concepts))


def _read(folder: Path) -> tuple[Scheme, dict[str, Concept]]:
    about = _about(folder)
    graph = Graph()
    for file in sorted(folder.glob("*.ttl")):
        for triple in triples_of(file.read_bytes(), str(file.relative_to(folder.parent.parent))):
            graph.add(*triple)
    subjects = graph.subjects(TYPE, SKOS["Concept"])
    concepts = [concept_of(graph, subject, about["name"]) for subject in subjects]
    scheme = Scheme(
        name=about["name"],
        version=str(about["version"]),
        iri=about["iri"],
        title=about["title"],
        description=about.get("description", {}),
        source=about.get("source", {}),
        folder=folder,
        concepts=tuple(c.iri for c in concepts),
        tops=tuple(c.iri for c in concepts if not c.broader),
        graph=graph,
    )
    return scheme, {c.iri: c for c in concepts}


def _about(folder: Path) -> dict[str, Any]:
    place = f"{folder.parent.name}/{folder.name}/about.yaml"
    try:
        about: dict[str, Any] = yaml.safe_load((folder / "about.yaml").read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise VocabularyError("This is no YAML.", place=place) from error
    problem = jsonschema.exceptions.best_match(_validator().iter_errors(about))
    if problem is not None:
        field_name = "/".join(str(step) for step in problem.absolute_path) or "the document"
        raise VocabularyError(f"{field_name}: {problem.message}", place=place)
    if (about["name"], str(about["version"])) != (folder.parent.name, folder.name):
        raise VocabularyError("Name and version differ from those of the folder.", place=place)
    return about


@functools.lru_cache(maxsize=1)
def _validator() -> jsonschema.Draft202012Validator:
    schema = yaml.safe_load(_SCHEMA.read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)


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
