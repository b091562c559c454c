"""The quality of a record's description: the method of data.europa.eu, 405 points.

Five dimensions, 23 metrics; what they look at and what they are worth is in `METRICS`. What data
spaces ask beyond that is in `SPACE` and counted apart. Metrics of
a distribution are taken from the best one, since several distributions may carry the same content.
An offering without distributions (a service, an application) is its own carrier.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from catalog.model import Metric, OfferingKind, Score, Texts
from vocabularies.rdf import (
    DCAT,
    DCT,
    DQV,
    ODRL,
    TYPE,
    VCARD,
    XSD,
    Graph,
    Term,
    iri,
    is_iri,
    literal,
    plain,
)

AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
MEDIA_TYPES: Final = "www.iana.org/assignments/media-types/"
MEASURES: Final = "https://w3id.org/hutong/quality#"
"""The base of the IRIs of the metrics and dimensions."""


class Vocabularies(Protocol):
    """What quality asks of the vocabularies, by the upper-case code of a file type (`CSV`)."""

    @property
    def machine_readable(self) -> frozenset[str]:
        """The codes of the file types that programs can read without guessing."""

    @property
    def non_proprietary(self) -> frozenset[str]:
        """The codes of the file types whose specification is open."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric of the method: where it belongs, what it is worth, and what would earn it."""

    name: str
    dimension: str
    most: int
    title: Texts = field(default_factory=dict)
    advice: Texts = field(default_factory=dict)


def _measure(name: str, dimension: str, most: int, title: tuple[str, str], *advice: str) -> Measure:
    en, zh = advice
    return Measure(name, dimension, most, {"en": title[0], "zh": title[1]}, {"en": en, "zh": zh})


METRICS: Final = (
    _measure(
        "keyword", "findability", 30, ("Keywords", "关键词"),
        "Add keywords that people would search for.", "添加人们会用来搜索的关键词。",
    ),
    _measure(
        "theme", "findability", 30, ("Theme", "主题"),
        "Choose a theme of the data theme table.", "从数据主题表中选择主题。",
    ),
    _measure(
        "spatial", "findability", 20, ("Place", "地理范围"),
        "Say which place it is about.", "写明涉及的地区。",
    ),
    _measure(
        "temporal", "findability", 20, ("Period", "时间范围"),
        "Say which period it is about.", "写明涉及的时间段。",
    ),
    _measure(
        "access_url_reachable", "accessibility", 50, ("Access URL answers", "访问地址可用"),
        "Give an access URL that answers.", "提供可以响应的访问地址。",
    ),
    _measure(
        "download_url", "accessibility", 20, ("Download URL", "下载地址"),
        "Add the download URL of the file.", "添加文件的下载地址。",
    ),
    _measure(
        "download_url_reachable", "accessibility", 30, ("Download URL answers", "下载地址可用"),
        "Give a download URL that answers.", "提供可以响应的下载地址。",
    ),
    _measure(
        "format", "interoperability", 20, ("Format", "格式"),
        "Name the file format.", "写明文件格式。",
    ),
    _measure(
        "media_type", "interoperability", 10, ("Media type", "媒体类型"),
        "Name the media type.", "写明媒体类型。",
    ),
    _measure(
        "format_vocabulary", "interoperability", 10,
        ("Format from a vocabulary", "格式取自词表"),
        "Take format and media type from the EU file type table and the IANA list.",
        "格式与媒体类型取自欧盟文件类型表和IANA列表。",
    ),
    _measure(
        "non_proprietary", "interoperability", 20, ("Open format", "开放格式"),
        "Offer an open format too, such as CSV, JSON or GeoPackage.",
        "另提供开放格式，例如CSV、JSON或GeoPackage。",
    ),
    _measure(
        "machine_readable", "interoperability", 20, ("Machine-readable", "机器可读"),
        "Offer a format that programs can read, such as CSV or JSON.",
        "另提供程序可读的格式，例如CSV或JSON。",
    ),
    _measure(
        "compliance", "interoperability", 30, ("Conforms to its profile", "符合应用规范"),
        "Mend the violations that the check found.", "修正校验发现的违规。",
    ),
    _measure(
        "licence", "reusability", 20, ("Licence", "许可"),
        "Name the licence.", "写明许可。",
    ),
    _measure(
        "licence_vocabulary", "reusability", 10, ("Known licence", "通用许可"),
        "Name the licence by the IRI of a known one.", "用通用许可的IRI写明许可。",
    ),
    _measure(
        "access_rights", "reusability", 10, ("Access right", "访问权限"),
        "Say whether it is public, restricted or not public.", "写明是公开、受限还是不公开。",
    ),
    _measure(
        "access_rights_vocabulary", "reusability", 5,
        ("Access right from a vocabulary", "访问权限取自词表"),
        "Take the access right from the EU table.", "访问权限取自欧盟词表。",
    ),
    _measure(
        "contact", "reusability", 20, ("Contact point", "联系点"),
        "Say whom to ask.", "写明咨询对象。",
    ),
    _measure(
        "publisher", "reusability", 10, ("Publisher", "发布者"),
        "Say who publishes it.", "写明由谁发布。",
    ),
    _measure(
        "rights", "contextuality", 5, ("Rights", "权利"),
        "Add a rights statement to the distribution.", "为分发添加权利声明。",
    ),
    _measure(
        "byte_size", "contextuality", 5, ("Size", "大小"),
        "Give the size in bytes.", "给出字节数。",
    ),
    _measure(
        "issued", "contextuality", 5, ("Release date", "发布日期"),
        "Say when it was first published.", "写明首次发布的日期。",
    ),
    _measure(
        "modified", "contextuality", 5, ("Modification date", "修改日期"),
        "Say when it last changed.", "写明最近一次更改的日期。",
    ),
)  # fmt: skip
"""Every metric in the order in which it is shown."""

SPACE: Final = (
    _measure(
        "policy", "space", 1, ("Usage policy", "使用策略"),
        "Attach an ODRL offer that says who may use it, and how.",
        "附上ODRL报价，写明谁可以怎样使用。",
    ),
    _measure(
        "endpoint_answers", "space", 1, ("Endpoint answers", "接口可用"),
        "Give an endpoint that answers.", "提供可以响应的接口地址。",
    ),
    _measure(
        "semantic_model", "space", 1, ("Semantic model", "语义模型"),
        "Name the model that gives its fields their meaning.", "写明赋予字段含义的语义模型。",
    ),
    _measure(
        "reachable_contact", "space", 1, ("Contact with an address", "可联系的联系点"),
        "Give the contact point an e-mail address or a web form.", "为联系点写明邮箱或网页表单。",
    ),
)  # fmt: skip
"""What the hub asks of offerings in data spaces beyond the method, a point each."""

_METRICS: Final = {
    (measure.name, points): Metric(measure.name, measure.dimension, points, measure.most)
    for measure in (*METRICS, *SPACE)
    for points in (None, 0, measure.most)
}
_MEDIA: Final = {
    "application/geo+json": "GEOJSON",
    "application/geopackage+sqlite3": "GPKG",
    "application/gml+xml": "GML",
    "application/json": "JSON",
    "application/ld+json": "JSON_LD",
    "application/n-triples": "RDF_N_TRIPLES",
    "application/pdf": "PDF",
    "application/rdf+xml": "RDF_XML",
    "application/vnd.apache.parquet": "PARQUET",
    "application/vnd.ms-excel": "XLS",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/xml": "XML",
    "text/csv": "CSV",
    "text/html": "HTML",
    "text/plain": "TXT",
    "text/tab-separated-values": "TSV",
    "text/turtle": "RDF_TURTLE",
    "text/xml": "XML",
}
"""The file type that a media type stands for, where a portal gives the media type only."""

_ACCESS_RIGHTS: Final = f"<{AUTHORITY}access-right/"
_FILE_TYPE: Final = f"<{AUTHORITY}file-type/"
# Terms of the hot path: indexing a namespace makes a new string each time.
_CONTACT, _DISTRIBUTION, _KEYWORD, _THEME = (
    DCAT[name] for name in ("contactPoint", "distribution", "keyword", "theme")
)
_BYTE_SIZE, _DOWNLOAD_URL, _MEDIA_TYPE = (
    DCAT[name] for name in ("byteSize", "downloadURL", "mediaType")
)
_ACCESS, _FORMAT, _ISSUED, _LICENCE, _MODIFIED, _PUBLISHER, _RIGHTS, _SPATIAL, _TEMPORAL = (
    DCT[name]
    for name in (
        "accessRights", "format", "issued", "license", "modified", "publisher", "rights",
        "spatial", "temporal",
    )
)  # fmt: skip
_ENDPOINT, _SERVICE = DCAT["endpointURL"], DCAT["accessService"]
_ACCESS_URL: Final = (DCAT["accessURL"], _ENDPOINT)
_POLICY, _MODEL = ODRL["hasPolicy"], DCT["conformsTo"]
_EMAIL, _WEB = VCARD["hasEmail"], VCARD["hasURL"]
_LICENCES: Final = (
    f"<{AUTHORITY}licence/",
    "<http://creativecommons.org/",
    "<https://creativecommons.org/",
    "<http://www.opendatacommons.org/licenses/",
    "<http://opendatacommons.org/licenses/",
    "<https://opendatacommons.org/licenses/",
    "<http://dcat-ap.de/def/licenses/",
    "<https://spdx.org/licenses/",
    "<http://spdx.org/licenses/",
)

Predicates = dict[Term, list[Term]]
Earned = dict[str, int | None]


def score(
    graph: Graph,
    root: Term,
    kind: OfferingKind,
    *,
    conforms: bool,
    vocabularies: Vocabularies,
    answers: Mapping[str, bool] | None = None,
) -> Score:
    """The score of the offering `root` as `graph` describes it.

    `answers` says which URLs were seen to answer; a URL that it does not name is unmeasured, and
    so is its metric (None), which counts nothing. The method asks the same of every kind.
    """
    facts = graph.by_subject.get(root, {})
    distributions = facts.get(_DISTRIBUTION, [])
    carriers = [graph.by_subject.get(term, {}) for term in distributions] or [facts]
    earned = _of_resource(facts, conforms=conforms)
    best = max(
        (_of_carrier(carrier, vocabularies, answers or {}) for carrier in carriers),
        key=lambda points: sum(value or 0 for value in points.values()),
    )
    earned.update({name: earned.get(name) or points for name, points in best.items()})
    is_offered = kind is not OfferingKind.PARTICIPANT
    own = _of_space(graph, facts, carriers, answers or {}) if is_offered else {}
    return Score(
        tuple(_METRICS[measure.name, earned[measure.name]] for measure in METRICS),
        tuple(
            _METRICS[measure.name, own[measure.name]] for measure in SPACE if measure.name in own
        ),
    )


def _of_space(
    graph: Graph, facts: Predicates, carriers: list[Predicates], answers: Mapping[str, bool]
) -> Earned:
    """What a data space asks for; of an endpoint only where the offering has one."""
    everywhere = (facts, *carriers)
    contacts = [graph.by_subject.get(term, {}) for term in facts.get(_CONTACT, [])]
    earned: Earned = {
        "policy": int(any(_POLICY in one for one in everywhere)),
        "semantic_model": int(any(_MODEL in one for one in everywhere)),
        "reachable_contact": int(any(_EMAIL in one or _WEB in one for one in contacts)),
    }
    endpoints = [
        url
        for node in (
            facts,
            *(graph.by_subject.get(s, {}) for c in carriers for s in c.get(_SERVICE, [])),
        )
        for url in node.get(_ENDPOINT, [])
    ]
    if endpoints:
        earned["endpoint_answers"] = _answering(endpoints, answers, 1)
    return earned


def _of_resource(facts: Predicates, *, conforms: bool) -> Earned:
    access = facts.get(_ACCESS, [])
    return {
        "keyword": 30 if _KEYWORD in facts else 0,
        "theme": 30 if _THEME in facts else 0,
        "spatial": 20 if _SPATIAL in facts else 0,
        "temporal": 20 if _TEMPORAL in facts else 0,
        "compliance": 30 if conforms else 0,
        "access_rights": 10 if access else 0,
        "access_rights_vocabulary": 5 if _starts(access, _ACCESS_RIGHTS) else 0,
        "contact": 20 if _CONTACT in facts else 0,
        "publisher": 10 if _PUBLISHER in facts else 0,
        "issued": 5 if _ISSUED in facts else 0,
        "modified": 5 if _MODIFIED in facts else 0,
    }


def _of_carrier(
    facts: Predicates, vocabularies: Vocabularies, answers: Mapping[str, bool]
) -> Earned:
    formats, media = facts.get(_FORMAT, []), facts.get(_MEDIA_TYPE, [])
    access = [url for predicate in _ACCESS_URL for url in facts.get(predicate, [])]
    downloads = facts.get(_DOWNLOAD_URL, [])
    licences = facts.get(_LICENCE, [])
    codes = {_code(term) for term in (*formats, *media)}
    return {
        "access_url_reachable": _answering(access, answers, 50),
        "download_url": 20 if downloads else 0,
        "download_url_reachable": _answering(downloads, answers, 30),
        "format": 20 if formats else 0,
        "media_type": 10 if media else 0,
        "format_vocabulary": 10 if _are_known(formats, media) else 0,
        "non_proprietary": 20 if codes & vocabularies.non_proprietary else 0,
        "machine_readable": 20 if codes & vocabularies.machine_readable else 0,
        "licence": 20 if licences else 0,
        "licence_vocabulary": 10 if _starts(licences, _LICENCES) else 0,
        "rights": 5 if _RIGHTS in facts else 0,
        "byte_size": 5 if _BYTE_SIZE in facts else 0,
        "issued": 5 if _ISSUED in facts else 0,
        "modified": 5 if _MODIFIED in facts else 0,
    }


def _answering(urls: list[Term], answers: Mapping[str, bool], most: int) -> int | None:
    measured = [answers[url] for url in map(plain, urls) if url in answers]
    if any(measured):
        return most
    return 0 if len(measured) == len(urls) else None


def _are_known(formats: list[Term], media: list[Term]) -> bool:
    """True when all that is said of format and media type comes from the two vocabularies."""
    return bool(formats or media) and (
        all(term.startswith(_FILE_TYPE) for term in formats)
        and all(MEDIA_TYPES in term and is_iri(term) for term in media)
    )


def _starts(terms: list[Term], bases: str | tuple[str, ...]) -> bool:
    return any(term.startswith(bases) for term in terms)


@functools.lru_cache(maxsize=4096)
def _code(term: Term) -> str:
    """The upper-case code of a file type that a format or media type stands for."""
    text = plain(term)
    if MEDIA_TYPES in text:
        text = text.partition(MEDIA_TYPES)[2]
    elif is_iri(term):
        text = text.rpartition("/")[2]
    return _MEDIA.get(text.lower(), text.upper().lstrip("."))


@dataclass(frozen=True, slots=True)
class Advice:
    """What would raise a score: the metric, the points to gain and the step, in en and zh."""

    metric: str
    gain: int
    title: Texts
    text: Texts


def in_space(given: Score) -> tuple[tuple[Measure, int | None], ...]:
    """What a data space asks, each with its point: 1, 0, or None where it was not measured."""
    measures = {measure.name: measure for measure in SPACE}
    return tuple((measures[m.name], m.points) for m in given.space)


def what_would_raise(given: Score) -> tuple[Advice, ...]:
    """The steps that would raise a score, the most rewarding first; unmeasured metrics are none."""
    steps = [
        Advice(measure.name, metric.most, measure.title, measure.advice)
        for measure, metric in zip(METRICS, given.metrics, strict=True)
        if metric.points == 0
    ]
    return tuple(sorted(steps, key=lambda step: -step.gain))


def dqv_lines(record: str, given: Score) -> str:
    """The score as sorted N-Triples lines in the Data Quality Vocabulary.

    `record` is the IRI of the catalogue record, without brackets; each measurement has an IRI
    below it. Metrics that were not measured are left out.
    """
    graph = Graph()
    metrics = (*given.metrics, *given.space)
    measured = [(m.name, m.points) for m in metrics if m.points is not None]
    for name, points in (*measured, ("total", given.total)):
        measurement = iri(f"{record}#quality-{name}")
        graph.add(iri(record), DQV["hasQualityMeasurement"], measurement)
        graph.add(measurement, TYPE, DQV["QualityMeasurement"])
        graph.add(measurement, DQV["computedOn"], iri(record))
        graph.add(measurement, DQV["isMeasurementOf"], iri(f"{MEASURES}{name}"))
        graph.add(measurement, DQV["value"], literal(str(points), datatype=XSD["integer"]))
    return graph.lines()
