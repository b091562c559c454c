"""Small catalogues and hubs for tests, made in one line."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import vocabularies.registry
from catalog.bootstrap import open_hub
from catalog.hub import Hub
from catalog.ingest import Order, Tally, ingest
from catalog.model import OfferingKind, Score, Space, SpaceKind, Visibility
from catalog.search.documents import Facts, document
from catalog.search.ports import Document
from catalog.settings import Settings
from vocabularies.rdf import DCT, Graph, iri, literal

PREFIXES = """\
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix tds: <https://w3id.org/hutong/tds#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
BASE = "https://data.example/"
SPACE = Space(id="yard", kind=SpaceKind.CITY, title={"en": "A yard", "zh": "院子"})


def dataset(name: str, title: str = "", *, lang: str = "en", more: str = "") -> str:
    """A dataset in Turtle, with a publisher and a description; `more` are further statements."""
    said = title or f"Dataset {name}"
    return f"""
<{BASE}{name}> a dcat:Dataset ;
    dct:title "{said}"@{lang} ;
    dct:description "About {said}."@{lang} ;
    dct:publisher <{BASE}org> {"; " + more if more else ""} .
<{BASE}org> a foaf:Agent ; foaf:name "The office"@en .
"""


def catalogue(*parts: str) -> str:
    return PREFIXES + "".join(parts)


def datasets(count: int, *, start: int = 0) -> str:
    return catalogue(*(dataset(f"d{n}") for n in range(start, start + count)))


def titled(name: str, description: str = "", **titles: str) -> Document:
    """The search document of a dataset with a title for each language."""
    graph = Graph()
    for lang, text in titles.items():
        graph.add(iri(BASE + name), DCT["title"], literal(text, lang=lang))
    if description:
        graph.add(iri(BASE + name), DCT["description"], literal(description, lang="en"))
    facts = Facts(BASE + name, OfferingKind.DATASET, SPACE, Score(()))
    return document(facts, graph, vocabularies=vocabularies.registry.load())


@contextmanager
def hub(folder: Path, **settings: object) -> Iterator[Hub]:
    """A hub over a data folder, with two workers and quiet logs."""
    wanted = Settings(data=folder / "data", workers=2, log_level="error", **settings)  # type: ignore[arg-type]
    with open_hub(wanted) as opened:
        yield opened


def bring(
    opened: Hub, text: str, *, space: Space = SPACE, name: str = "c.ttl", **order: object
) -> Tally:
    """Ingest a text as a file of that name into a space, which is made first."""
    opened.store.put_space(space)
    file = opened.settings.data / name
    file.write_text(text, encoding="utf-8")
    return ingest(opened, Order(files=(file,), space=space, **order))  # type: ignore[arg-type]


def routes_of(routes: Iterable[Any]) -> Iterator[Any]:
    """Every route, those of included routers too."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is None:
            yield route
        else:
            yield from routes_of(included.routes)


def paths_of(routes: Iterable[Any]) -> Iterator[str]:
    """The path of every route."""
    return (route.path for route in routes_of(routes))


def restricted(space: Space = SPACE) -> Space:
    return Space(id=space.id, kind=space.kind, visibility=Visibility.RESTRICTED)
