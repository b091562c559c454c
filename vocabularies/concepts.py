"""A concept: one term of a vocabulary, with its names in every language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from vocabularies.rdf import (
    SKOS,
    Graph,
    Namespace,
    Term,
    is_iri,
    is_literal,
    language,
    lexical,
    plain,
)

MARK: Final = Namespace("https://w3id.org/hutong/mark#")
"""What the hub says of a concept beyond SKOS: machineReadable, nonProprietary, open, fileType."""


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of a SKOS vocabulary (SKOS Reference, section 3).

    `scheme` is the name of the vocabulary's folder. `broader`, `narrower` and `matches`
    (skos:exactMatch and closeMatch) are IRIs. `marks` are the local names of MARK that are true.
    """

    iri: str
    scheme: str
    notation: str
    labels: Mapping[str, str]
    alt_labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)
    broader: tuple[str, ...] = ()
    narrower: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    marks: frozenset[str] = frozenset()
    file_type: str = ""

    def label(self, lang: str) -> str:
        """The label in that language, else in its base language, English, Chinese, any, the code.

        >>> Concept("urn:a", "t", "A", {"en": "Air", "zh": "空气"}).label("zh-Hans")
        '空气'
        """
        for wanted in (lang, lang.partition("-")[0], "en", "zh"):
            if wanted in self.labels:
                return self.labels[wanted]
        return next(iter(self.labels.values()), self.notation or self.iri)

    @property
    def names(self) -> tuple[str, ...]:
        """Every label and alternative label, in every language."""
        others = tuple(name for names in self.alt_labels.values() for name in names)
        return (*self.labels.values(), *others)

    @property
    def code(self) -> str:
        """What stands for it in a URL: the last piece of its IRI."""
        return self.iri.rstrip("/").rpartition("/")[2].rpartition("#")[2]


def concept_of(graph: Graph, subject: Term, scheme: str) -> Concept:
    """The concept that a graph describes under that subject."""
    alternatives: dict[str, tuple[str, ...]] = {}
    for term in graph.objects(subject, SKOS["altLabel"]):
        tag = language(term)
        alternatives[tag] = (*alternatives.get(tag, ()), lexical(term))
    marks = {
        name
        for name in ("machineReadable", "nonProprietary", "open")
        if any(lexical(o) == "true" for o in graph.objects(subject, MARK[name]) if is_literal(o))
    }
    notation = graph.value(subject, SKOS["notation"])
    file_type = graph.value(subject, MARK["fileType"])
    return Concept(
        iri=plain(subject),
        scheme=scheme,
        notation=lexical(notation) if notation else "",
        labels=_texts(graph, subject, SKOS["prefLabel"]),
        alt_labels=alternatives,
        definitions=_texts(graph, subject, SKOS["definition"]),
        broader=_links(graph, subject, "broader"),
        narrower=_links(graph, subject, "narrower"),
        matches=_links(graph, subject, "exactMatch") + _links(graph, subject, "closeMatch"),
        marks=frozenset(marks),
        file_type=plain(file_type) if file_type else "",
    )


def _texts(graph: Graph, subject: Term, predicate: Term) -> dict[str, str]:
    return {language(o): lexical(o) for o in graph.objects(subject, predicate) if is_literal(o)}


def _links(graph: Graph, subject: Term, name: str) -> tuple[str, ...]:
    return tuple(plain(o) for o in graph.objects(subject, SKOS[name]) if is_iri(o))
