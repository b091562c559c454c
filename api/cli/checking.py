"""`hutong validate`, `hutong profile` and `hutong vocab`: checks, and what they check against."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

import vocabularies.registry
from api.cli.environment import settings
from api.cli.output import JsonOption, Lang, counted, note, out, print_json, progress, safe, table
from catalog.check import FEW, CheckRequest, EngineChoice, check
from catalog.errors import NotThere
from catalog.sandbox.limits import Limits
from catalog.sandbox.workers import Workers
from catalog.validation.engines import usable_profile
from catalog.validation.lint import lint
from catalog.validation.reports import ReportForm, Style, render
from vocabularies import checks, profiles
from vocabularies.concepts import Concept
from vocabularies.errors import UnknownProfile
from vocabularies.profiles import Profile
from vocabularies.rdf import Graph
from vocabularies.scheme import Scheme

profile = typer.Typer(help="Profiles: named, versioned sets of shapes.", no_args_is_help=True)
vocab = typer.Typer(help="Vocabularies: concepts and their names.", no_args_is_help=True)

_LONGEST: float = 3600.0


def profile_names(incomplete: str) -> list[str]:
    """The profiles that a word on the way may become."""
    found = profiles.all_profiles(extra=settings().own.profiles)
    return [p.name for p in found if p.name.startswith(incomplete)]


def validate(  # noqa: PLR0913 - one parameter an option
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A file of RDF.", exists=True, dir_okay=False)
    ],
    profile: Annotated[
        list[str],
        typer.Option(
            "--profile",
            "-p",
            help="name, name@version, name+part or name!part; may be repeated.",
            autocompletion=profile_names,
        ),
    ] = ["dcat-ap"],  # noqa: B006 - typer copies it
    engine: Annotated[
        EngineChoice,
        typer.Option(help=f"auto is pyshacl for up to {FEW} records, compiled for more."),
    ] = "auto",
    form: Annotated[ReportForm, typer.Option("--format", help="The form of the report.")] = "text",
    rdf_format: Annotated[
        str, typer.Option("--rdf", help="The format of the file, where nothing tells it.")
    ] = "",
    lang: Lang = "en",
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Check a file against profiles, keeping nothing of it.

    Exit code 0 when it conforms, 1 when there are violations, 2 when it could not be read.
    """
    wanted = settings()
    form = "json" if as_json else form
    own = wanted.own
    request = CheckRequest(
        profiles=tuple(profile),
        path=str(file),
        format=rdf_format,
        name=file.name,
        engine=engine,
        own=own,
    )
    found = [usable_profile(name, extra=own.profiles) for name in profile]
    with Workers(1, Limits(_LONGEST, wanted.worker_memory)) as workers, progress("checking"):
        checked = check(workers, request)
    background = vocabularies.registry.load(own.vocabularies).graph
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
    found = profiles.all_profiles(extra=settings().own.profiles)
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
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="name or name@version.", autocompletion=profile_names),
    ],
    as_json: JsonOption = False,
) -> None:
    """Look the shapes of a profile over. Exit code 1 when something is wrong."""
    problems = lint(profiles.find(name, extra=settings().own.profiles).shapes)
    if as_json:
        print_json(
            [{"severity": p.severity, "place": p.place, "message": p.message} for p in problems]
        )
    else:
        for problem in problems:
            out.print(f"{problem.severity}: {problem.place}: {problem.message}", markup=False)
        note(f"{name}: {counted(len(problems), 'problem')}")
    raise typer.Exit(1 if problems else 0)


@vocab.command("list")
def list_vocabularies(as_json: JsonOption = False) -> None:
    """The vocabularies and how many concepts each has."""
    words = vocabularies.registry.load(settings().own.vocabularies)
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
    concept: Annotated[str, typer.Argument(metavar="CONCEPT", help="An IRI, a code or a name.")],
    as_json: JsonOption = False,
) -> None:
    """The concepts of that IRI, code or name: their names, what is broader, what they match."""
    words = vocabularies.registry.load(settings().own.vocabularies)
    found = words.meant(concept, *(scheme.name for scheme in words.schemes()))
    if not found:
        raise NotThere(
            "No vocabulary has such a concept.", place=concept,
            hint="`hutong vocab list` shows the vocabularies.",
        )  # fmt: skip
    if as_json:
        print_json([_concept_json(one) for one in found])
        return
    for one in found:
        out.print(f"{one.iri}  ({one.scheme})", markup=False)
        for key, value in _facts(one):
            out.print(f"  {key}: {safe(value)}", markup=False)


def _concept_json(concept: Concept) -> dict[str, object]:
    return {
        "iri": concept.iri,
        "scheme": concept.scheme,
        "notation": concept.notation,
        "labels": dict(concept.labels),
        "definitions": dict(concept.definitions),
        "broader": concept.broader,
        "narrower": concept.narrower,
        "matches": concept.matches,
    }


def _facts(concept: Concept) -> Iterator[tuple[str, str]]:
    """What there is to say of a concept, a line each."""
    if concept.notation:
        yield "code", concept.notation
    yield from concept.labels.items()
    links = {
        "broader": concept.broader, "narrower": concept.narrower, "matches": concept.matches,
    }  # fmt: skip
    yield from ((name, other) for name, others in links.items() for other in others)


@vocab.command("check")
def check_vocabularies(
    owl: Annotated[
        bool, typer.Option("--owl", help="Reason over the OWL too; needs a Java.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check every vocabulary for SKOS integrity. Exit code 1 when something is wrong."""
    schemes = vocabularies.registry.schemes(settings().own.vocabularies)
    faults = [fault for scheme in schemes for fault in checks.check(scheme)]
    if owl:
        faults += [fault for scheme in schemes for fault in _contradictions(scheme)]
    if as_json:
        print_json(
            [
                {"vocabulary": f.scheme, "concept": f.concept, "rule": f.rule, "message": f.message}
                for f in faults
            ]
        )
    else:
        for fault in faults:
            out.print(str(fault), markup=False)
        note(f"{counted(len(schemes), 'vocabulary')}, {counted(len(faults), 'fault')}")
    raise typer.Exit(1 if faults else 0)


def _contradictions(scheme: Scheme) -> list[checks.Fault]:
    from vocabularies import reasoning  # noqa: PLC0415 - loads the reasoner

    verdict = reasoning.check(scheme) if not scheme.concepts else None
    if verdict is None or verdict.is_consistent:
        return []
    terms = verdict.unsatisfiable or (scheme.iri,)
    return [checks.Fault(scheme.name, term, "OWL", "it contradicts itself") for term in terms]


def _united(found: list[Profile]) -> Graph:
    if not found:
        raise UnknownProfile("Name a profile to check against.")
    return (
        found[0].shapes if len(found) == 1 else Graph(t for p in found for t in p.shapes.triples())
    )
