"""Do the URLs of a record answer? Asked by a job, never while ingesting, and scored anew."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from catalog.errors import NotAllowed, TooMuch, Unreachable
from catalog.hub import Hub
from catalog.model import Record
from catalog.sandbox.gateway import Policy, probe
from catalog.spaces import existing
from catalog.validation.quality import score
from catalog.views import follow
from vocabularies.rdf import DCAT, Graph, Term, is_iri, plain

_PREDICATES: Final = (DCAT["accessURL"], DCAT["downloadURL"], DCAT["endpointURL"])
_PAGE: Final = 200
_SECONDS: Final = 10.0
_HOSTS: Final = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """How many URLs were asked, how many answered, and how many records have a new score."""

    asked: int
    answered: int
    records: int


def check_urls(
    hub: Hub,
    *,
    space: str = "",
    limit: int = 1000,
    progress: Callable[[int], None] = lambda _: None,
) -> Asked:
    """Ask the URLs of public records through the gateway, keep what they answered, score anew.

    No more than `limit` URLs are asked, each once, and none for longer than ten seconds.
    `progress` is told how many have been asked.

    Raises:
        NotThere: there is no such space.
    """
    spaces = [existing(hub, space)] if space else hub.store.spaces()
    asked: dict[str, int] = {}
    changed = 0
    for page in _pages(hub, [one.id for one in spaces]):
        fresh = dict.fromkeys(u for r in page for u in urls_of(r) if u not in asked)
        answers = _answers(hub, list(fresh)[: limit - len(asked)])
        asked |= answers
        hub.store.put_answers(answers)
        changed += _score_anew(hub, page)
        progress(len(asked))
        if len(asked) >= limit:
            break
    follow(hub)
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


def _pages(hub: Hub, spaces: Iterable[str]) -> Iterator[tuple[Record, ...]]:
    for space in spaces:
        after = ""
        while page := hub.store.of_space(space, after=after, limit=_PAGE):
            yield page
            after = page[-1].id


def _answers(hub: Hub, urls: Iterable[str]) -> dict[str, int]:
    """What each URL answers: several hosts at a time, the URLs of one host one by one."""
    policy = Policy(allowed_networks=hub.settings.networks, seconds=_SECONDS)
    hosts: dict[str, list[str]] = {}
    for url in urls:
        hosts.setdefault(urlsplit(url).netloc, []).append(url)
    with ThreadPoolExecutor(_HOSTS, thread_name_prefix="asking") as threads:
        found = threads.map(lambda own: {url: _status(url, policy) for url in own}, hosts.values())
        return {url: status for own in found for url, status in own.items()}


def _status(url: str, policy: Policy) -> int:
    """The status that a URL answers with, 0 for none."""
    try:
        return probe(url, policy)
    except (NotAllowed, TooMuch, Unreachable):
        return 0


def _score_anew(hub: Hub, page: Iterable[Record]) -> int:
    scores = {}
    for record in page:
        answers = hub.store.answers(urls_of(record))
        root: Term = f"<{record.iri}>"
        conforms = all(report.conforms for report in hub.store.reports(record))
        graph = Graph.from_lines(record.graph)
        new = score(
            graph,
            root,
            record.kind,
            conforms=conforms,
            vocabularies=hub.vocabularies,
            answers=answers,
        )
        if new != record.score:
            scores[record.id] = new
    hub.store.rescore(scores)
    return len(scores)
