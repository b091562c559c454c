"""The way of a record inside a sandbox worker: canonical form, checks, score, search document."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import vocabularies.registry
from catalog.errors import TooMuch
from catalog.model import (
    Admission,
    OfferingKind,
    Part,
    Refusal,
    Report,
    Space,
    Texts,
    Visibility,
)
from catalog.sandbox.canonical import canonicalise
from catalog.search.documents import Facts, document
from catalog.search.ports import Document
from catalog.store.ports import PackedReport
from catalog.store.rows import compress, json, packed
from catalog.validation.engines import engine_for
from catalog.validation.ports import Engine
from catalog.validation.quality import score
from catalog.visibility import admission_of, visibility_of
from vocabularies import profiles
from vocabularies.own import Own
from vocabularies.rdf import DCT, FOAF, RDFS, SKOS, Graph, Term, iri, is_literal, language, lexical
from vocabularies.registry import Vocabularies


@dataclass(frozen=True, slots=True)
class Task:
    """A batch of parts to examine for one space against its profiles (`name@version`)."""

    space: Space
    profiles: tuple[str, ...]
    own: Own
    parts: tuple[Part, ...]
    answers: dict[str, bool]


@dataclass(frozen=True, slots=True)
class Examined:
    """A part that can land, in the form in which the store keeps it; `hash` is its SHA-256."""

    iri: str
    kind: OfferingKind
    digest: str
    hash: str
    graph: bytes
    title: str
    visibility: Visibility
    admission: Admission | None
    score: str
    reports: tuple[PackedReport, ...]
    document: Document | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task: each part is in one of the two, in the order of the parts."""

    examined: tuple[Examined, ...]
    refusals: tuple[Refusal, ...]


def examine(task: Task) -> Outcome:
    """Examine each part; one that is too much to take is a refusal and never stops the rest."""
    words = vocabularies.registry.load(task.own.vocabularies)
    examined: list[Examined] = []
    refusals: list[Refusal] = []
    for part in task.parts:
        try:
            examined.append(_examine(task, part, words))
        except TooMuch as error:
            raw = part.lines.encode()
            refusals.append(Refusal(part.iri, error.code, str(error), raw, part.line))
    return Outcome(tuple(examined), tuple(refusals))


def title_of(graph: Graph, root: Term) -> Texts:
    """The names of a resource by language: the first of dct:title, foaf:name, skos:prefLabel."""
    for predicate in _TITLES:
        literals = [o for o in graph.objects(root, predicate) if is_literal(o)]
        if literals:
            return {language(o): lexical(o) for o in reversed(literals)}
    return {}


_TITLES: Final = (DCT["title"], FOAF["name"], SKOS["prefLabel"], RDFS["label"])


def _examine(task: Task, part: Part, words: Vocabularies) -> Examined:
    canonical = canonicalise(part.lines)
    graph = Graph.from_lines(canonical.text)
    root = iri(part.iri)
    reports = tuple(
        Report(name, engine.name, engine.validate(graph))
        for name, engine in _engines(task.profiles, task.own)
    )
    points = score(
        graph,
        root,
        part.kind,
        conforms=all(report.conforms for report in reports),
        vocabularies=words,
        answers=task.answers,
    )
    visibility = visibility_of(task.space, graph, root)
    facts = Facts(part.iri, part.kind, task.space, points)
    return Examined(
        iri=part.iri,
        kind=part.kind,
        digest=part.digest,
        hash=canonical.hash,
        graph=compress(canonical.text),
        title=json(title_of(graph, root)),
        visibility=visibility,
        admission=admission_of(graph, root),
        score=json(points),
        reports=tuple(packed(report) for report in reports),
        document=_document(facts, graph, words) if visibility is Visibility.PUBLIC else None,
    )


def _document(facts: Facts, graph: Graph, words: Vocabularies) -> Document:
    return document(facts, graph, vocabularies=words)


@lru_cache(maxsize=8)
def _engines(names: tuple[str, ...], own: Own) -> tuple[tuple[str, Engine], ...]:
    background = vocabularies.registry.load(own.vocabularies).graph
    found = [profiles.find(name, extra=own.profiles) for name in names]
    return tuple((p.label, engine_for(p, background, choice="auto")) for p in found)
