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
    if _COLLECTIONS.intersection(types):
        yield "S37", "it is a concept and a collection"
    for broader in graph.objects(concept, SKOS["broader"]):
        if broader not in graph.by_subject:
            yield "broader", f"{plain(broader)} is not in the vocabulary"
    for related in sorted(_linked(graph, concept, "related", "related") & _above(graph, concept)):
        yield "S27", f"{plain(related)} is related and broader"
    exact = _linked(graph, concept, "exactMatch", "exactMatch")
    loose = _linked(graph, concept, "relatedMatch", "relatedMatch")
    loose |= _linked(graph, concept, "broadMatch", "narrowMatch")
    loose |= _linked(graph, concept, "narrowMatch", "broadMatch")
    for target in sorted(exact & loose):
        yield "S46", f"{plain(target)} matches exactly and loosely"


_COLLECTIONS: Final = frozenset({SKOS["Collection"], SKOS["OrderedCollection"]})


def _linked(graph: Graph, concept: Term, name: str, inverse: str) -> set[Term]:
    """What a concept is linked with, said of it or, the other way round, of the other."""
    said = graph.incoming(concept).get(SKOS[inverse], ())
    return {*graph.objects(concept, SKOS[name]), *said}


def _above(graph: Graph, concept: Term) -> set[Term]:
    found: set[Term] = set()
    waiting = [concept]
    while waiting:
        one = waiting.pop()
        above = _linked(graph, one, "broader", "narrower")
        above |= _linked(graph, one, "broaderTransitive", "narrowerTransitive")
        waiting += above - found
        found |= above
    return found


def _notations(scheme: Scheme) -> Iterator[Fault]:
    owners: dict[str, Term] = {}
    for concept in scheme.graph.subjects(TYPE, SKOS["Concept"]):
        for notation in map(lexical, scheme.graph.objects(concept, SKOS["notation"])):
            owner = owners.setdefault(notation, concept)
            if owner != concept:
                message = f"its notation {notation!r} is that of {plain(owner)} too"
                yield Fault(scheme.name, plain(concept), "notation", message)
