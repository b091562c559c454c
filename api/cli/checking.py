"""`hutong validate`, `hutong profile` and `hutong vocab`: checks, and what they check against."""

import sys
from pathlib import Path
from typing import Annotated

import typer

import vocabularies.registry
from api.cli.environment import settings
from api.cli.output import JsonOption, out, print_json, progress, safe, table
from catalog.check import CheckRequest, EngineChoice, check
from catalog.sandbox.limits import Limits
from catalog.sandbox.workers import Workers
from catalog.settings import Settings
from catalog.validation.lint import lint
from catalog.validation.reports import FORMATS, Style, render
from vocabularies import checks, profiles
from vocabularies.errors import UnknownProfile
from vocabularies.profiles import Profile
from vocabularies.rdf import Graph
from vocabularies.registry import Scheme

profile = typer.Typer(help="Profiles: named, versioned sets of shapes.", no_args_is_help=True)
vocab = typer.Typer(help="Vocabularies: concepts and their names.", no_args_is_help=True)

_LONGEST: float = 3600.0


def validate(
    file: Annotated[Path, typer.Argument(help="A file of RDF.", exists=True, dir_okay=False)],
    profile: Annotated[
        list[str], typer.Option("--profile", "-p", help="name, name@version or name!part.")
    ] = ["dcat-ap"],  # noqa: B006 - typer copies it
    engine: Annotated[str, typer.Option(help="auto, compiled or pyshacl.")] = "auto",
    form: Annotated[str, typer.Option("--format", help=f"{', '.join(FORMATS)}.")] = "text",
    rdf_format: Annotated[str, typer.Option("--rdf", help="The format of the file.")] = "",
    lang: Annotated[str, typer.Option(help="The language of the texts: en or zh.")] = "en",
) -> None:
    """Check a file against profiles, keeping nothing of it.

    Exit code 0 when it conforms, 1 when there are violations, 2 when it could not be read.
    """
    wanted = settings()
    request = CheckRequest(
        profiles=tuple(profile),
        path=str(file),
        format=rdf_format,
        name=file.name,
        engine=_engine(engine),
        extra_profiles=_extra(wanted),
    )
    found = [profiles.find(name, extra=_folder(wanted)) for name in profile]
    with Workers(1, Limits(_LONGEST, wanted.worker_memory)) as workers, progress("checking"):
        checked = check(workers, request)
    background = vocabularies.registry.load().graph
    style = Style(shapes=_united(found), background=background, lang=lang, name=file.name)
    text = render(checked, form, style)
    sys.stdout.write(text if form != "text" else safe_lines(text))
    sys.stdout.write("" if text.endswith("\n") else "\n")
    raise typer.Exit(0 if checked.conforms else 1)


def safe_lines(text: str) -> str:
    return "\n".join(safe(line) for line in text.split("\n"))


@profile.command("list")
def list_profiles(as_json: JsonOption = False) -> None:
    """The profiles, the hub's own folder included."""
    found = profiles.all_profiles(extra=_folder(settings()))
    if as_json:
        print_json(
            [
                {
                    "name": p.name,
                    "version": p.version,
                    "title": dict(p.title),
                    "extends": p.extends,
                    "parts": [{"name": c.name, "on": c.on} for c in p.choices],
                }
                for p in found
            ]
        )
        return
    table(
        ("profile", "title", "parts"), ((p.label, p.title["en"], " ".join(p.parts)) for p in found)
    )


@profile.command("lint")
def lint_profile(
    name: Annotated[str, typer.Argument(help="name or name@version.")], as_json: JsonOption = False
) -> None:
    """Look the shapes of a profile over. Exit code 1 when something is wrong."""
    problems = lint(profiles.find(name, extra=_folder(settings())).shapes)
    if as_json:
        print_json(
            [{"severity": p.severity, "place": p.place, "message": p.message} for p in problems]
        )
    else:
        for problem in problems:
            out.print(f"{problem.severity}: {problem.place}: {problem.message}", markup=False)
    raise typer.Exit(1 if problems else 0)


@vocab.command("list")
def list_vocabularies(as_json: JsonOption = False) -> None:
    """The vocabularies and how many concepts each has."""
    words = vocabularies.registry.load()
    if as_json:
        print_json(
            [
                {"name": s.name, "version": s.version, "iri": s.iri, "concepts": len(s.concepts)}
                for s in words.schemes()
            ]
        )
        return
    table(
        ("vocabulary", "version", "concepts", "title"),
        ((s.name, s.version, str(len(s.concepts)), s.title["en"]) for s in words.schemes()),
    )


@vocab.command("show")
def show_concept(
    concept: Annotated[str, typer.Argument(help="An IRI, a code or a name.")],
    as_json: JsonOption = False,
) -> None:
    """A concept: its names, what is broader and narrower, what it matches."""
    words = vocabularies.registry.load()
    known = words.resolve(concept)
    found = (known,) if known else words.find(concept)
    if as_json:
        print_json([{"iri": c.iri, "scheme": c.scheme, "labels": dict(c.labels)} for c in found])
    for one in found if not as_json else ():
        out.print(f"{one.iri}  ({one.scheme})", markup=False)
        for lang, label in one.labels.items():
            out.print(f"  {lang}: {label}", markup=False)
        for name, others in (("broader", one.broader), ("narrower", one.narrower)):
            for other in others:
                out.print(f"  {name}: {other}", markup=False)
    raise typer.Exit(0 if found else 1)


@vocab.command("check")
def check_vocabularies(
    owl: Annotated[
        bool, typer.Option("--owl", help="Reason over the OWL too; needs a Java.")
    ] = False,
) -> None:
    """Check every vocabulary for SKOS integrity. Exit code 1 when something is wrong."""
    schemes = vocabularies.registry.load().schemes()
    problems = [str(problem) for scheme in schemes for problem in checks.check(scheme)]
    if owl:
        problems += [line for scheme in schemes for line in _contradictions(scheme)]
    for problem in problems:
        out.print(problem, markup=False)
    raise typer.Exit(1 if problems else 0)


def _contradictions(scheme: Scheme) -> list[str]:
    from vocabularies import reasoning  # noqa: PLC0415 - loads the reasoner

    verdict = reasoning.check(scheme) if not scheme.concepts else None
    if verdict is None or verdict.is_consistent:
        return []
    return [f"{scheme.name}: it contradicts itself {' '.join(verdict.unsatisfiable)}".rstrip()]


def _engine(name: str) -> EngineChoice:
    engines: dict[str, EngineChoice] = {
        "auto": "auto", "compiled": "compiled", "pyshacl": "pyshacl",
    }  # fmt: skip
    if name not in engines:
        raise typer.BadParameter(f"{name!r} is no engine: use {', '.join(engines)}.")
    return engines[name]


def _folder(found: Settings) -> Path | None:
    folder = found.data / "profiles"
    return folder if folder.is_dir() else None


def _extra(found: Settings) -> str:
    folder = _folder(found)
    return str(folder) if folder else ""


def _united(found: list[Profile]) -> Graph:
    if not found:
        raise UnknownProfile("Name a profile to check against.")
    return (
        found[0].shapes if len(found) == 1 else Graph(t for p in found for t in p.shapes.triples())
    )
