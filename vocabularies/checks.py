"""Integrity of a vocabulary: SKOS Reference S9, S13, S14, S27, S37, S46, and what the hub adds."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from vocabularies.rdf import SKOS, TYPE, Graph, Term, language, lexical, plain
from vocabularies.scheme import Scheme

LANGUAGES: Final = ("en", "zh")
"""Every concept is called something in these."""

_LABELS: Final = (SKOS["prefLabel"], SKOS["altLabel"], SKOS["hiddenLabel"])
_UP: Final = (SKOS["broader"], SKOS["broaderTransitive"])


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a concept, and the condition that it breaks."""

    scheme: str
    concept: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.scheme}: {self.concept}: {self.message} ({self.rule})"


def check(scheme: Scheme) -> list[Fault]:
    """The faults of a vocabulary, none when it is whole."""
    graph = scheme.graph
    faults = [
        Fault(scheme.name, plain(concept), rule, message)
        for concept in graph.subjects(TYPE, SKOS["Concept"])
        for rule, message in (*_labels(graph, concept), *_relations(graph, concept))
    ]
    return [*faults, *_notations(scheme)]


def _labels(graph: Graph, concept: Term) -> Iterator[tuple[str, str]]:
    preferred = Counter(language(o) for o in graph.objects(concept, SKOS["prefLabel"]))
    for tag, count in preferred.items():
        if count > 1:
            yield "S14", f"it has {count} preferred labels in {tag or 'no language'}"
    for tag in LANGUAGES:
        if tag not in preferred:
            yield "label", f"it has no preferred label in {tag}"
    kinds = [set(graph.objects(concept, predicate)) for predicate in _LABELS]
    for label in (kinds[0] & kinds[1]) | (kinds[0] & kinds[2]) | (kinds[1] & kinds[2]):
        yield "S13", f"{lexical(label)!r} is a label of two kinds"


def _relations(graph: Graph, concept: Term) -> Iterator[tuple[str, str]]:
    types = graph.types(concept)
    if SKOS["ConceptScheme"] in types:
        yield "S9", "it is a concept and a concept scheme"
    if SKOS["Collection"] in types:
        yield "S37", "it is a concept and a collection"
    for broader in graph.objects(concept, SKOS["broader"]):
        if broader not in graph.by_subject:
            yield "broader", f"{plain(broader)} is not in the vocabulary"
    above = _above(graph, concept)
    for related in graph.objects(concept, SKOS["related"]):
        if related in above:
            yield "S27", f"{plain(related)} is related and broader"
    exact = set(graph.objects(concept, SKOS["exactMatch"]))
    loose = {
        o for name in ("broadMatch", "relatedMatch") for o in graph.objects(concept, SKOS[name])
    }
    for target in exact & loose:
        yield "S46", f"{plain(target)} matches exactly and loosely"


def _above(graph: Graph, concept: Term) -> set[Term]:
    found: set[Term] = set()
    waiting = [concept]
    while waiting:
        concept = waiting.pop()
        for broader in (o for p in _UP for o in graph.objects(concept, p)):
            if broader not in found:
                found.add(broader)
                waiting.append(broader)
    return found


def _notations(scheme: Scheme) -> Iterator[Fault]:
    owners: dict[str, Term] = {}
    for concept in scheme.graph.subjects(TYPE, SKOS["Concept"]):
        for notation in map(lexical, scheme.graph.objects(concept, SKOS["notation"])):
            owner = owners.setdefault(notation, concept)
            if owner != concept:
                message = f"its notation {notation!r} is that of {plain(owner)} too"
                yield Fault(scheme.name, plain(concept), "notation", message)
