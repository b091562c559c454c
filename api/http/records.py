"""`/records/{id}` and its API: a page, four RDF forms, JSON, its reports, its tombstone."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.http.answering import Face, face_of
from api.http.searching import cards
from api.http.serialise import WRITERS
from catalog import finding, spaces
from catalog import records as catalogue
from catalog.errors import Gone
from catalog.model import Record, Report
from catalog.validation.checked import Located
from catalog.validation.explain import SEVERITIES, group
from catalog.validation.quality import in_space, what_would_raise
from vocabularies import profiles
from vocabularies.errors import UnknownProfile

router = APIRouter()
FORMS = ("html", "jsonld", "ttl", "rdf", "nt", "json")
SHOWN = 5


@router.api_route("/records/{record}", methods=["GET", "HEAD"], include_in_schema=False)
def record(request: Request, record: str) -> Response:
    face = face_of(request)
    name, suffix = _split(record)
    form = face.form(FORMS, suffix)
    if form != "html":
        return _data(face, name, form)
    try:
        found = catalogue.public_record(face.hub, name)
    except Gone:
        left = catalogue.tombstone(face.hub, name)
        return face.page("gone.html", status=410, here="search", record=left)
    return _page(face, found)


@router.api_route("/api/v1/records/{record}", methods=["GET", "HEAD"])
def record_json(request: Request, record: str) -> Response:
    face = face_of(request)
    name, suffix = _split(record)
    return _data(face, name, face.form(("json", *FORMS[1:5]), suffix))


@router.api_route("/api/v1/records/{record}/report", methods=["GET", "HEAD"])
def report_json(request: Request, record: str) -> Response:
    face = face_of(request)
    found = catalogue.public_record(face.hub, record)
    told = [_report(report) for report in catalogue.reports(face.hub, found)]
    return face.json({"id": found.id, "score": _score(found), "reports": told})


def _split(name: str) -> tuple[str, str]:
    stem, _, suffix = name.partition(".")
    return stem, suffix[:10]


def _data(face: Face, name: str, form: str) -> Response:
    found = catalogue.public_record(face.hub, name)
    links = _links(face, found)
    if form == "json":
        return face.json(_object(face, found), links=links)
    return face.rdf(WRITERS[form](catalogue.record_graph(face.hub, found)), form, links=links)


def _links(face: Face, found: Record) -> tuple[str, ...]:
    here = face.url(f"/records/{found.id}")
    others = (("ttl", "text/turtle"), ("jsonld", "application/ld+json"),
              ("rdf", "application/rdf+xml"), ("nt", "application/n-triples"))  # fmt: skip
    alternate = (f'<{here}.{ending}>; rel="alternate"; type="{kind}"' for ending, kind in others)
    report = face.url(f"/api/v1/records/{found.id}/report")
    return (*alternate, f'<{report}>; rel="describedby"')


def _object(face: Face, found: Record) -> dict[str, Any]:
    (offering,) = face.offerings(found)
    use = offering.use()
    return {
        "id": found.id,
        "iri": found.iri,
        "url": face.url(f"/records/{found.id}"),
        "space": found.space,
        "kind": found.kind,
        "title": found.title,
        "use": {"sort": use.sort, "licence": use.licence, "rules": use.usage.rules},
        "formats": offering.formats(),
        "admission": found.admission,
        "hash": found.hash,
        "version": found.version,
        "created": found.created.isoformat(timespec="seconds"),
        "modified": found.modified.isoformat(timespec="seconds"),
        "score": _score(found),
    }


def _score(found: Record) -> dict[str, Any]:
    score = found.score
    return {
        "total": score.total,
        "of": 405,
        "band": score.band,
        "metrics": score.metrics,
        "space": score.space,
    }


def _report(report: Report) -> dict[str, Any]:
    findings = [
        {
            "severity": f.severity,
            "focus": f.focus.strip("<>"),
            "path": f.path,
            "component": f.component,
            "value": f.value,
            "message": f.messages.get("en", next(iter(f.messages.values()), "")),
        }
        for f in report.findings
    ]
    return {
        "profile": report.profile,
        "engine": report.engine,
        "conforms": report.conforms,
        "findings": findings,
    }


def _page(face: Face, found: Record) -> Response:
    (offering,) = face.offerings(found, neighbours=catalogue.neighbours(face.hub, found))
    similar = finding.similar(face.hub, found.id, lang=face.lang, limit=4)
    reports = catalogue.reports(face.hub, found)
    return face.page(
        "record.html",
        here="search",
        record=found,
        offering=offering,
        space=spaces.public_space(face.hub, found.space),
        reports=reports,
        findings=[(report, _groups(face, report)) for report in reports],
        severities=SEVERITIES,
        dimensions=_dimensions(found),
        waiting=sum(m.most for m in found.score.metrics if m.points is None),
        raises=what_would_raise(found.score)[:SHOWN],
        in_space=in_space(found.score),
        similar=cards(face, similar),
        shown=SHOWN,
    )


def _groups(face: Face, report: Report) -> tuple[Any, ...]:
    """The findings by rule, in the words of the profile where it is still there."""
    try:
        shapes = profiles.find(report.profile, extra=face.hub.settings.own.profiles).shapes
    except UnknownProfile:
        return ()
    located = [Located(f) for f in report.findings]
    return group(located, shapes)


def _dimensions(found: Record) -> list[tuple[str, int, int]]:
    sums: dict[str, list[int]] = {}
    for metric in found.score.metrics:
        own = sums.setdefault(metric.dimension, [0, 0])
        own[0] += metric.points or 0
        own[1] += metric.most
    return [(name, points, most) for name, (points, most) in sums.items()]
