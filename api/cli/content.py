"""`hutong ingest`, `hutong space` and `hutong record`: what comes in, and where it lives."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from api.cli.checking import profile_names
from api.cli.output import (
    JsonOption,
    counted,
    hub,
    note,
    out,
    print_json,
    progress,
    safe,
    space_names,
    table,
)
from catalog import ingest as ingesting
from catalog import records, spaces
from catalog.hub import Hub
from catalog.ingest import Order, Tally, files_in
from catalog.model import SpaceKind
from catalog.sandbox.scratch import scratch

space = typer.Typer(help="The data spaces of this hub.", no_args_is_help=True)
record = typer.Typer(help="Single records: show, withdraw, restore.", no_args_is_help=True)


def ingest(  # noqa: PLR0913 - one parameter an option
    places: Annotated[
        list[str], typer.Argument(metavar="FILE", help="Files, folders or URLs of RDF.")
    ],
    space_id: Annotated[
        str,
        typer.Option("--space", "-s", help="The space they belong to.", autocompletion=space_names),
    ],
    kind: Annotated[
        SpaceKind | None, typer.Option(help="Make the space, of this kind, if it is not there.")
    ] = None,
    profile: Annotated[
        list[str] | None,
        typer.Option(
            "--profile",
            "-p",
            help="Check against this profile; becomes the space's own. May be repeated.",
            autocompletion=profile_names,
        ),
    ] = None,
    source: Annotated[
        str, typer.Option(help="Where they come from; a source alone changes its records.")
    ] = "upload",
    rdf_format: Annotated[
        str, typer.Option("--format", help="The format, where name and content do not tell.")
    ] = "",
    complete: Annotated[
        bool,
        typer.Option("--complete", help="What the source no longer has becomes a tombstone."),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Let --complete delete more than the guard allows.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Bring a catalogue in: each record is checked, scored, kept and made findable.

    Exit code 0 when everything landed, 1 when records were refused, 2 when nothing could be read.
    """
    with progress("opening") as shown, hub() as opened, _local(opened, places) as files:
        place = spaces.open_space(opened, space_id, kind=kind, profiles=tuple(profile or ()))
        order = Order(files, place, source, rdf_format, complete, force)
        tally = ingesting.ingest(opened, order, progress=lambda t: _show(shown, t))
    if as_json:
        print_json(_tally_json(tally))
    else:
        _print_tally(tally)
    landed = tally.created + tally.updated + tally.unchanged
    raise typer.Exit(0 if not tally.refused else 1 if landed else 2)


@contextmanager
def _local(opened: Hub, places: list[str]) -> Iterator[tuple[Path, ...]]:
    """The files that the arguments name; what is remote is fetched through the gateway."""
    from catalog.fetching import fetch_to_folder  # noqa: PLC0415 - only URLs need the network

    with scratch() as folder:
        files: list[Path] = []
        for index, place in enumerate(places):
            if "://" in place:
                files.append(fetch_to_folder(opened.settings, place, folder / str(index)))
            else:
                files += files_in(Path(place))
        yield tuple(files)


def _show(shown: Progress, tally: Tally) -> None:
    text = f"{tally.read:,} read, {tally.created:,} new, {tally.updated:,} changed"
    shown.update(shown.task_ids[0], description=f"{text}, {tally.refused:,} refused")


def _tally_json(tally: Tally) -> dict[str, object]:
    return {
        "created": tally.created,
        "updated": tally.updated,
        "unchanged": tally.unchanged,
        "refused": tally.refused,
        "deleted": tally.deleted,
        "findings": tally.findings,
        "seconds": round(tally.seconds, 3),
        "state_hash": tally.state_hash,
        "refusals": [
            {"iri": r.iri, "reason": r.reason, "message": r.message, "line": r.line}
            for r in tally.refusals
        ],
    }


def _print_tally(tally: Tally) -> None:
    out.print(
        f"{tally.created:,} created, {tally.updated:,} updated, {tally.unchanged:,} unchanged, "
        f"{tally.deleted:,} deleted, {tally.refused:,} refused; {tally.findings:,} findings; "
        f"{tally.seconds:.1f} s"
    )
    for refusal in tally.refusals[:20]:
        line = f" (line {refusal.line})" if refusal.line else ""
        note(f"refused {refusal.iri}{line}: {refusal.reason}: {refusal.message}")
    if tally.refused > 20:  # noqa: PLR2004
        note(f"and {tally.refused - 20:,} more; --json lists the first 100.")


@space.command("list")
def list_spaces(as_json: JsonOption = False) -> None:
    """The spaces and how much each offers, restricted records included."""
    with hub() as opened:
        found = spaces.overview(opened, public=False)
    if as_json:
        print_json(
            [
                {
                    "id": s.space.id,
                    "kind": s.space.kind,
                    "title": s.space.title,
                    "visibility": s.space.visibility,
                    "profiles": s.space.profiles,
                    "offerings": s.offerings,
                    "conforming": s.conforming,
                    "by_kind": dict(s.by_kind),
                }
                for s in found
            ]
        )
        return
    table(
        ("space", "kind", "title", "offerings", "conforming"),
        (
            (
                s.space.id,
                s.space.kind,
                s.space.title.get("en") or next(iter(s.space.title.values()), ""),
                str(s.offerings),
                str(s.conforming),
            )
            for s in found
        ),
    )


@space.command("put")
def put_space(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A space.yaml.", exists=True, dir_okay=False)
    ],
    as_json: JsonOption = False,
) -> None:
    """Keep a space as its `space.yaml` describes it."""
    described = spaces.read_space(file)
    with hub() as opened:
        changed = spaces.keep(opened, described)
    if as_json:
        print_json({"id": described.id, "changed": changed})
        return
    told = f"; {changed} records changed their visibility" if changed else ""
    out.print(f"{described.id}: kept{told}")


@space.command("refusals")
def refusals(
    space_id: Annotated[
        str, typer.Argument(metavar="SPACE", help="Its id.", autocompletion=space_names)
    ],
    as_json: JsonOption = False,
) -> None:
    """What could not land in a space, and why."""
    with hub() as opened:
        spaces.existing(opened, space_id)
        found = opened.store.refusals(space_id)
    if as_json:
        print_json(
            [
                {
                    "source": r.source,
                    "iri": r.refusal.iri,
                    "reason": r.refusal.reason,
                    "message": r.refusal.message,
                    "line": r.refusal.line,
                    "raw": r.refusal.raw.decode("utf-8", "replace"),
                }
                for r in found
            ]
        )
        return
    table(
        ("source", "iri", "reason", "message"),
        ((r.source, r.refusal.iri, r.refusal.reason, r.refusal.message) for r in found),
    )


@record.command("show")
def show(
    record_id: Annotated[str, typer.Argument(metavar="ID", help="The record's id.")],
    as_json: JsonOption = False,
) -> None:
    """A public record as canonical N-Triples, the publisher's own statements."""
    with hub() as opened:
        found = records.public_record(opened, record_id)
    if not as_json:
        out.print(safe(found.graph), markup=False, end="")
        return
    print_json(
        {
            "id": found.id,
            "iri": found.iri,
            "space": found.space,
            "kind": found.kind,
            "title": dict(found.title),
            "hash": found.hash,
            "quality": found.score.total,
            "graph": found.graph,
        }
    )


@record.command("delete")
def delete(
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Ids of records.")],
    reason: Annotated[str, typer.Option(help="Why; the tombstone says so.")],
    as_json: JsonOption = False,
) -> None:
    """Withdraw records: out of every view at once, until restored, whatever their source sends."""
    with hub() as opened:
        done = records.delete(opened, ids, reason)
    if as_json:
        print_json({"deleted": done})
    else:
        out.print(f"{counted(done, 'record')} deleted")


@record.command("restore")
def restore(
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Ids of tombstones.")],
    as_json: JsonOption = False,
) -> None:
    """Turn tombstones back into records."""
    with hub() as opened:
        done = records.restore(opened, ids)
    if as_json:
        print_json({"restored": done})
    else:
        out.print(f"{counted(done, 'record')} restored")
