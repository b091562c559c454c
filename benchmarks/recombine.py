"""Catalogue records by number, recombined from real titles and descriptions of open portals.

The term statistics are those of the portals: a title is the beginning of one real title and the
end of another, a description takes the place of some of its sentences by those of others. About
six in ten records are English of data.europa.eu, one English of AWS Open Data, a few German of
GovData, a quarter Chinese and English of FirstData. Facet values are drawn unevenly, as in the
field: few publishers have much, many have little.
"""

import functools
import json
import os
import random
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import rjieba
import yaml

from catalog.model import Metric, OfferingKind, Score, Space, SpaceKind
from catalog.sandbox.reading import ReadRequest, read_parts
from catalog.views import Entry
from vocabularies.rdf import (
    DCAT,
    DCT,
    FOAF,
    ODRL,
    TDS,
    TYPE,
    XSD,
    Graph,
    language,
    lexical,
    literal,
)

BASE: Final = "https://data.example"
EU: Final = "http://publications.europa.eu/resource/authority"
GB: Final = "https://w3id.org/hutong/gbt4754"

_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\s*\n\s*")
_PUBLISHERS: Final = 3000
_FORMATS: Final = (
    "CSV JSON XML GEOJSON XLSX PDF HTML ZIP TSV SHP WMS_SRVC NETCDF GRID PARQUET RDF_TURTLE "
    "JSON_LD GPKG TIFF XLS ODS KML SPARQLQ TXT DOCX"
).split()
_LICENCES: Final = ("CC_BY_4_0", "CC0", "CC_BYSA_4_0", "COM_REUSE", "OP_DATPRO", "ODC_BY")
_ACCESS: Final = ("PUBLIC", "RESTRICTED", "NON_PUBLIC")
_THEMES: Final = tuple("ECON GOVE SOCI ENVI TECH AGRI TRAN HEAL EDUC REGI ENER JUST INTR".split())
_KINDS: Final = {
    OfferingKind.DATASET: (DCAT["Dataset"], 84),
    OfferingKind.SERVICE: (DCAT["DataService"], 8),
    OfferingKind.PRODUCT: (TDS["DataProduct"], 4),
    OfferingKind.SERIES: (DCAT["DatasetSeries"], 3),
    OfferingKind.APPLICATION: (TDS["Application"], 1),
}
SPACES: Final = tuple(
    Space(id=f"yard-{n}", kind=kind, title={"en": f"Yard {n}", "zh": f"院子 {n}"})
    for n, kind in enumerate(list(SpaceKind) * 5)
)

Texts = dict[str, tuple[str, str]]
"""A title and a description by language."""


@dataclass(frozen=True, slots=True)
class Source:
    """What one portal says, and how many of a hundred records are made of it."""

    share: int
    offers: tuple[Texts, ...]
    themes: tuple[tuple[str, ...], ...]


def folder() -> Path:
    """Where the portals are: `HUTONG_CORPORA`, else beside the checkout."""
    root = Path(__file__).parents[1]
    found = Path(os.environ.get("HUTONG_CORPORA", root / "../shared/corpora")).resolve() / "portals"
    if not found.is_dir():
        raise SystemExit(f"{found} is not here: set HUTONG_CORPORA to the real catalogues.")
    return found


@functools.lru_cache(maxsize=1)
def sources() -> tuple[Source, ...]:
    """The portals' texts, read once in each process."""
    portals = folder()
    return (
        _source(61, _europe(portals / "data-europa-eu" / "eu_datasets.zip")),
        _source(10, _amazon(portals / "aws-open-data")),
        _source(4, _german(portals / "govdata")),
        _source(25, _first(portals / "firstdata" / "sources")),
    )


def entry(number: int, seed: int = 1) -> Entry:
    """One record; the same for the same number and seed."""
    rng = random.Random(f"{seed}-{number}")
    source = rng.choices(sources(), [s.share for s in sources()])[0]
    texts, themes = _recombined(source, rng)
    kind = rng.choices(list(_KINDS), [weight for _, weight in _KINDS.values()])[0]
    iri = f"{BASE}/{kind}/{number}"
    graph = Graph(_statements(f"<{iri}>", number, kind, texts, themes, rng))
    score = Score((Metric("sum", "all", min(405, max(0, round(rng.gauss(230, 70)))), 405),))
    return Entry(SPACES[_uneven(rng, len(SPACES))], iri, kind, graph.lines(), score)


def entries(start: int, stop: int, seed: int = 1) -> tuple[Entry, ...]:
    return tuple(entry(number, seed) for number in range(start, stop))


# the portals


def _source(share: int, found: Iterable[tuple[Texts, tuple[str, ...]]]) -> Source:
    offers, themes = zip(*found, strict=True)
    return Source(share, offers, themes)


def _europe(file: Path) -> Iterator[tuple[Texts, tuple[str, ...]]]:
    with zipfile.ZipFile(file) as packed:
        for name in sorted(n for n in packed.namelist() if n.endswith(".json")):
            for one in json.loads(packed.read(name)):
                if one["title"]:
                    yield {"en": (one["title"], one["description"] or "")}, tuple(one["categories"])


def _amazon(home: Path) -> Iterator[tuple[Texts, tuple[str, ...]]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for file in sorted(home.glob("*.yaml")):
        one: dict[str, Any] = yaml.load(file.read_bytes(), Loader=loader)
        yield {"en": (one["Name"], one.get("Description") or "")}, ("TECH",)


def _german(home: Path) -> Iterator[tuple[Texts, tuple[str, ...]]]:
    for file in sorted(home.glob("*.rdf")):
        for batch in read_parts(ReadRequest(str(file))):
            for part in batch.parts:
                graph = Graph.from_lines(part.lines)
                title, said = (
                    graph.value(f"<{part.iri}>", DCT[name]) for name in ("title", "description")
                )
                if title:
                    lang = language(title) or "de"
                    yield {lang: (lexical(title), lexical(said) if said else "")}, ("GOVE",)


def _first(home: Path) -> Iterator[tuple[Texts, tuple[str, ...]]]:
    for file in sorted(home.rglob("*.json")):
        one = json.loads(file.read_bytes())
        name, said = one["name"], one["description"]
        both = {lang: (name[lang], said.get(lang) or "") for lang in ("zh", "en") if name.get(lang)}
        if both:
            yield both, ("ECON",)


# one record


def _recombined(source: Source, rng: random.Random) -> tuple[Texts, tuple[str, ...]]:
    first, second, third = (rng.randrange(len(source.offers)) for _ in range(3))
    texts = {}
    for lang, (title, said) in source.offers[first].items():
        other = source.offers[second].get(lang, (title, said))
        further = source.offers[third].get(lang, (title, said))
        sentences = mixed(_SENTENCE.split(said), _SENTENCE.split(other[1] + " " + further[1]), rng)
        texts[lang] = (spliced(title, other[0], lang, rng), joint(lang).join(sentences))
    return texts, source.themes[first]


def spliced(one: str, other: str, lang: str, rng: random.Random) -> str:
    """The beginning of one title and the end of another."""
    a, b = words_of(one, lang), words_of(other, lang)
    return joint(lang).join([*a[: rng.randint(1, len(a) or 1)], *b[rng.randint(0, len(b)) :]])


def words_of(title: str, lang: str) -> list[str]:
    return rjieba.cut(title) if lang == "zh" else title.split()


def joint(lang: str) -> str:
    return "" if lang == "zh" else " "


def mixed(own: list[str], others: list[str], rng: random.Random) -> list[str]:
    """The sentences of a text, a third of them from elsewhere."""
    return [rng.choice(others) if rng.random() < 0.33 else sentence for sentence in own]


def _uneven(rng: random.Random, count: int) -> int:
    """A number below `count`, small ones far likelier (about as Zipf has it)."""
    return min(count - 1, int(count ** rng.random()) - 1)


def _statements(
    subject: str,
    number: int,
    kind: OfferingKind,
    texts: Texts,
    themes: tuple[str, ...],
    rng: random.Random,
) -> Iterator[tuple[str, str, str]]:
    office = _uneven(rng, _PUBLISHERS)
    agent = f"<{BASE}/office/{office}>"
    yield subject, TYPE, _KINDS[kind][0]
    for lang, (title, said) in texts.items():
        yield subject, DCT["title"], literal(title, lang=lang)
        yield subject, DCT["description"], literal(said, lang=lang)
        usable = [word for word in words_of(title, lang) if word.isalnum()]
        for word in rng.sample(usable, min(2, len(usable))):
            yield subject, DCAT["keyword"], literal(word, lang=lang)
        code = {"en": "ENG", "zh": "ZHO"}.get(lang, "DEU")
        yield subject, DCT["language"], f"<{EU}/language/{code}>"
    yield subject, DCT["identifier"], literal(f"set-{number:07}")
    yield subject, DCT["publisher"], agent
    yield agent, FOAF["name"], literal(_office(office), lang="en")
    for theme in themes or (rng.choice(_THEMES),):
        yield subject, DCAT["theme"], f"<{EU}/data-theme/{theme}>"
    yield subject, DCT["modified"], _day(rng)
    yield subject, DCT["accessRights"], _coded("access-right", _ACCESS, rng)
    if rng.random() < 0.3:
        yield subject, TDS["industry"], f"<{GB}/{rng.choice('ABCDEFGHIJKLMNOPQRST')}>"
    if rng.random() < 0.2:
        yield subject, ODRL["hasPolicy"], f"<{BASE}/offer/{number}>"
    yield from _files(subject, number, rng)


def _files(subject: str, number: int, rng: random.Random) -> Iterator[tuple[str, str, str]]:
    licence = _coded("licence", _LICENCES, rng)
    for at in range(rng.choice((1, 1, 1, 2, 2, 3))):
        own = f"<{BASE}/file/{number}/{at}>"
        yield subject, DCAT["distribution"], own
        yield own, TYPE, DCAT["Distribution"]
        yield own, DCT["format"], _coded("file-type", _FORMATS, rng)
        yield own, DCT["license"], licence


def _coded(table: str, codes: Iterable[str], rng: random.Random) -> str:
    known = list(codes)
    return f"<{EU}/{table}/{known[_uneven(rng, len(known))]}>"


def _day(rng: random.Random) -> str:
    year = 2025 - _uneven(rng, 16)
    return f'"{year}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"^^{XSD["date"]}'


@functools.cache
def _office(number: int) -> str:
    """The name of a publisher, of the words that titles have."""
    rng = random.Random(number)
    offers = sources()[0].offers
    words = [word for _ in range(3) for word in rng.choice(offers)["en"][0].split()[:1]]
    return f"Office of {' '.join(words)} {number}"


def kind_of(iri: str) -> OfferingKind:
    """The kind of one of these records."""
    return OfferingKind(iri.split("/")[3])
