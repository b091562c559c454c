"""A vocabulary as its folder holds it: `<name>/<version>/` with `about.yaml` and Turtle."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import jsonschema
import yaml

from vocabularies.errors import VocabularyError
from vocabularies.profiles import triples_of, version_order
from vocabularies.rdf import SKOS, TYPE, Graph, Term, is_iri, plain

_SCHEMA: Final = Path(__file__).parent / "about.schema.json"


@dataclass(frozen=True, slots=True)
class Scheme:
    """A vocabulary: its folder's name and version, its titles, and its concepts in order.

    `is_searched` says that its names in a question widen it.
    """

    name: str
    version: str
    iri: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    source: Mapping[str, str]
    folder: Path
    licence: str = ""
    is_searched: bool = False
    concepts: tuple[str, ...] = ()
    tops: tuple[str, ...] = ()
    graph: Graph = field(default_factory=Graph, repr=False, compare=False)


def read_schemes(roots: Iterable[Path]) -> tuple[Scheme, ...]:
    """The vocabularies of these folders by name, the newest version of each.

    Of two with the same name and version the one of the later folder counts.

    Raises:
        VocabularyError: a folder is not as it must be; names the file and the field.
    """
    folders: dict[tuple[str, str], Path] = {
        (about.parent.parent.name, about.parent.name): about.parent
        for root in roots
        for about in root.glob("*/*/about.yaml")
    }
    ordered = sorted(folders, key=lambda key: (key[0], version_order(key[1])))
    return tuple(_read(folders[key]) for key in dict(ordered).items())


def file_of(scheme: Scheme, subject: Term) -> Path:
    """The file of a vocabulary that describes a subject."""
    for file in sorted(scheme.folder.glob("*.ttl")):
        if any(subject == one for one, _, _ in triples_of(file.read_bytes(), str(file))):
            return file
    return scheme.folder / "about.yaml"


def _read(folder: Path) -> Scheme:
    about = _about(folder)
    graph = Graph()
    for file in sorted(folder.glob("*.ttl")):
        for triple in triples_of(file.read_bytes(), str(file)):
            graph.add(*triple)
    subjects = [s for s in graph.subjects(TYPE, SKOS["Concept"]) if is_iri(s)]
    return Scheme(
        name=about["name"],
        version=str(about["version"]),
        iri=about["iri"],
        title=about["title"],
        description=about.get("description", {}),
        source=about.get("source", {}),
        folder=folder,
        licence=about["licence"],
        is_searched=about.get("searched", False),
        concepts=tuple(plain(s) for s in subjects),
        tops=tuple(plain(s) for s in subjects if not any(graph.objects(s, SKOS["broader"]))),
        graph=graph,
    )


def _about(folder: Path) -> dict[str, Any]:
    place = str(folder / "about.yaml")
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
