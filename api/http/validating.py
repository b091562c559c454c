"""`/validate` and `POST /api/v1/validate`: checking what a person or a program submits.

The bytes go to a sandbox worker as they came; this process never parses them.
"""

import re
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import Response

from api.http.answering import Face, face_of
from api.http.problems import Problem, of_error
from api.http.serialise import WRITERS
from api.web.texts import FOLDER as TEXTS
from catalog.check import CheckRequest, check
from catalog.errors import BadRequest, FixInput, WorkerDied
from catalog.model import Severity
from catalog.validation.checked import Checked
from catalog.validation.explain import SEVERITIES, Group, group
from catalog.validation.reports import FORMATS, Style, render
from vocabularies import profiles
from vocabularies.errors import UnknownProfile
from vocabularies.profiles import Profile

router = APIRouter()
PLACES = 8
"""Places of a rule that the page lists; the other forms list them all."""
EXAMPLE = TEXTS / "example.ttl"
"""A short description with a few mistakes, to try the page with."""
_MOST_PROFILES = 8
_IRI_FIRST = re.compile(r"\s*<(?:https?|urn|mailto|tag):[^<>\s]*>")
"""A paste that begins with an IRI is Turtle, of which N-Triples is a part."""
_GENERIC = {"", "application/octet-stream", "application/x-www-form-urlencoded", "text/plain"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the page shows after a check: findings by rule, or why there was none."""

    checked: Checked | None = None
    groups: tuple[Group, ...] = ()
    problem: Problem | None = None


@router.api_route("/validate", methods=["GET", "HEAD"], include_in_schema=False)
def form(request: Request) -> Response:
    query = request.query_params
    pasted = EXAMPLE.read_text(encoding="utf-8") if "example" in query else ""
    return _page(face_of(request), query.get("profile", "tds"), pasted, None)


@router.post("/validate", include_in_schema=False)
async def check_form(request: Request) -> Response:
    async with request.form(max_files=1, max_fields=10, max_part_size=20_000_000) as sent:
        text, upload = sent.get("text", ""), sent.get("file")
        profile = str(sent.get("profile", "tds"))[:100]
        syntax = str(sent.get("syntax", ""))[:20]
        name = upload.filename or "" if isinstance(upload, UploadFile) else ""
        body = await upload.read() if isinstance(upload, UploadFile) and name else b""
    pasted = "" if body else str(text)
    face = face_of(request)
    asked = CheckRequest(
        profiles=(profile,), body=body or pasted.encode("utf-8", "replace"),
        format=syntax or ("turtle" if _IRI_FIRST.match(pasted) else ""), name=name[-100:],
        own=face.hub.settings.own,
    )  # fmt: skip
    return await run_in_threadpool(_checked_page, face, asked, pasted)


@router.post("/api/v1/validate")
async def check_body(request: Request) -> Response:
    body = await request.body()
    return await run_in_threadpool(_answer, face_of(request), body)


@router.api_route("/api/v1/profiles", methods=["GET", "HEAD"])
def all_profiles(request: Request) -> Response:
    face = face_of(request)
    told = [
        {"name": p.name, "version": p.version, "title": p.title, "description": p.description}
        for p in profiles.all_profiles(extra=face.hub.settings.own.profiles)
    ]
    return face.json({"profiles": told})


@router.api_route("/profiles/{name}/{version}", methods=["GET", "HEAD"], include_in_schema=False)
def profile(request: Request, name: str, version: str) -> Response:
    """The shapes of a profile, which records say that they conform to."""
    face = face_of(request)
    form_ = face.form(("ttl", "jsonld", "rdf", "nt"))
    return face.rdf(
        WRITERS[form_](
            profiles.find(f"{name}@{version}", extra=face.hub.settings.own.profiles).shapes
        ),
        form_,
    )


def _answer(face: Face, body: bytes) -> Response:
    query = face.request.query_params
    form_ = query.get("format", "json")
    if form_ not in FORMATS:
        raise BadRequest("There is no such report format.", hint=f"{', '.join(FORMATS)}.")
    if not body.strip():
        raise BadRequest("There is nothing to check: the body is empty.")
    wanted = tuple(query.getlist("profile")[:_MOST_PROFILES]) or ("tds",)
    media = face.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    asked = CheckRequest(
        profiles=wanted, body=body, media_type="" if media in _GENERIC else media,
        format=query.get("syntax", ""), own=face.hub.settings.own,
    )  # fmt: skip
    checked = check(face.hub.workers, asked)
    return face.text(render(checked, form_, _style(face, wanted)), FORMATS[form_].media_type)


def _style(face: Face, wanted: tuple[str, ...]) -> Style:
    shapes = profiles.find(wanted[0], extra=face.hub.settings.own.profiles).shapes
    return Style(shapes, face.hub.vocabularies.graph, face.lang, "input")


def _checked_page(face: Face, asked: CheckRequest, pasted: str) -> Response:
    if not asked.body.strip():
        return _page(face, asked.profiles[0], pasted, Outcome())
    try:
        found: Profile = profiles.find(asked.profiles[0], extra=face.hub.settings.own.profiles)
        checked = check(face.hub.workers, asked)
    except (FixInput, UnknownProfile, WorkerDied) as error:
        return _page(face, asked.profiles[0], pasted, Outcome(problem=of_error(error)))
    groups = group(checked.findings, found.shapes, face.hub.vocabularies.graph)
    return _page(face, asked.profiles[0], pasted, Outcome(checked, groups))


def _page(face: Face, chosen: str, pasted: str, outcome: Outcome | None) -> Response:
    return face.page(
        "validate.html",
        status=outcome.problem.status if outcome and outcome.problem else 200,
        here="validate",
        profiles=profiles.all_profiles(extra=face.hub.settings.own.profiles),
        chosen=chosen,
        pasted=pasted,
        outcome=outcome,
        counted=_counted(outcome),
        severities=SEVERITIES,
        places=PLACES,
    )


def _counted(outcome: Outcome | None) -> dict[str, int]:
    checked = outcome.checked if outcome else None
    return {s.value: checked.count(s) for s in Severity} if checked else {}
