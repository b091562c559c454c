"""Do the URLs of a record answer? Asked by a job, never while ingesting, and scored anew."""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import vocabularies.registry
from catalog.errors import FixInput, NotAllowed, Unreachable
from catalog.hub import Hub
from catalog.model import Record
from catalog.sandbox.gateway import Policy, fetch
from catalog.validation.quality import score
from catalog.views import catch_up
from vocabularies.rdf import DCAT, Graph, Term, is_iri, plain

_PREDICATES: Final = (DCAT["accessURL"], DCAT["downloadURL"], DCAT["endpointURL"])
_PAGE: Final = 200
_MOST_BYTES: Final = 65_536
_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Asked:
    """How many URLs were asked, how many answered, and how many records have a new score."""

    asked: int
    answered: int
    records: int


def check_urls(hub: Hub, *, space: str = "", limit: int = 1000) -> Asked:
    """Ask the URLs of public records through the gateway, keep what they answered, score anew."""
    asked: dict[str, int] = {}
    changed = 0
    for page in _pages(hub, space):
        fresh = [u for r in page for u in urls_of(r) if u not in asked][: limit - len(asked)]
        answers = {url: _status(hub, url) for url in dict.fromkeys(fresh)}
        asked |= answers
        hub.store.put_answers(answers)
        changed += _score_anew(hub, page)
        if len(asked) >= limit:
            break
    catch_up(hub)
    return Asked(len(asked), sum(200 <= s < 300 for s in asked.values()), changed)  # noqa: PLR2004


def urls_of(record: Record) -> list[str]:
    """The access, download and endpoint URLs that a record names."""
    graph = Graph.from_lines(record.graph)
    return [
        plain(term)
        for facts in graph.by_subject.values()
        for predicate in _PREDICATES
        for term in facts.get(predicate, ())
        if is_iri(term)
    ]


def _pages(hub: Hub, space: str) -> Iterator[tuple[Record, ...]]:
    names = [space] if space else [s.id for s in hub.store.spaces()]
    for name in names:
        after = ""
        while page := hub.store.of_space(name, after=after, limit=_PAGE):
            yield page
            after = page[-1].id


def _status(hub: Hub, url: str) -> int:
    """What a URL answers: its status, 0 for none. The body is cut off after a little."""
    allowed = tuple(n.strip() for n in hub.settings.private_networks.split(",") if n.strip())
    policy = Policy(allowed_networks=allowed, most_bytes=_MOST_BYTES, seconds=_SECONDS)
    with tempfile.TemporaryDirectory() as folder:
        try:
            return fetch(url, Path(folder) / "body", policy=policy).status
        except FixInput:
            return 200
        except (Unreachable, NotAllowed):
            return 0


def _score_anew(hub: Hub, page: Iterable[Record]) -> int:
    words = vocabularies.registry.load()
    scores = {}
    for record in page:
        answers = hub.store.answers(urls_of(record))
        root: Term = f"<{record.iri}>"
        conforms = all(report.conforms for report in hub.store.reports(record))
        graph = Graph.from_lines(record.graph)
        new = score(
            graph, root, record.kind, conforms=conforms, vocabularies=words, answers=answers
        )
        if new != record.score:
            scores[record.id] = new
    hub.store.rescore(scores)
    return len(scores)
