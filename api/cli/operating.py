"""`hutong demo`, `serve`, `reindex`, `check-urls` and `doctor`: running a hub."""

from dataclasses import replace
from typing import Annotated

import typer

from api.cli.environment import settings
from api.cli.output import JsonOption, err, hub, note, out, print_json, progress, table
from catalog import doctor as doctoring
from catalog.hub import Hub
from catalog.settings import Settings

_Host = Annotated[str, typer.Option(help="The address to listen on; else HUTONG_HOST.")]
_Port = Annotated[int, typer.Option(help="The port to listen on; else HUTONG_PORT.")]


def serve(host: _Host = "", port: _Port = 0) -> None:
    """Serve pages and the API until interrupted."""
    from catalog.bootstrap import open_hub  # noqa: PLC0415 - loads the engines

    wanted = _addressed(settings(), host, port)
    with open_hub(wanted) as opened:
        _serve(opened, wanted)


def demo(host: _Host = "", port: _Port = 0) -> None:
    """Load the example spaces, unless they are there, and serve them."""
    from catalog.bootstrap import open_hub  # noqa: PLC0415 - loads the engines
    from catalog.demo import load_examples  # noqa: PLC0415

    wanted = _addressed(settings(), host, port)
    with open_hub(wanted) as opened:
        load_examples(
            opened,
            progress=lambda space, tally: note(f"{space}: {tally.read} offerings"),
        )
        _serve(opened, wanted)


def _addressed(found: Settings, host: str, port: int) -> Settings:
    return replace(found, host=host or found.host, port=port or found.port)


def _serve(opened: Hub, wanted: Settings) -> None:
    import uvicorn  # noqa: PLC0415 - only a server needs it

    from api.http.app import create_app  # noqa: PLC0415
    from catalog.keeper import ViewKeeper  # noqa: PLC0415

    err.print(f"Hutong is at {wanted.url}")
    with ViewKeeper(opened):
        uvicorn.run(
            create_app(opened),
            host=wanted.host,
            port=wanted.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        )


def reindex(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make the search view anew, not only catch up.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Bring the search view up to the change log."""
    from catalog import views  # noqa: PLC0415

    with hub() as opened, progress("replaying the log") as shown:
        task = shown.task_ids[0]
        run = views.rebuild if rebuild else views.catch_up
        replayed = run(
            opened, progress=lambda done, total: shown.update(task, completed=done, total=total)
        )
    if as_json:
        print_json({"replayed": replayed})
    else:
        out.print(f"{replayed:,} changes replayed")


def check_urls(
    space: Annotated[str, typer.Option("--space", "-s", help="Only records of this space.")] = "",
    limit: Annotated[int, typer.Option(help="The most URLs to ask.")] = 1000,
    as_json: JsonOption = False,
) -> None:
    """Ask the access and download URLs of public records whether they answer, and score it."""
    from catalog.urls import check_urls as check  # noqa: PLC0415

    with hub() as opened, progress("asking"):
        done = check(opened, space=space, limit=limit)
    if as_json:
        print_json({"asked": done.asked, "answered": done.answered, "records": done.records})
    else:
        out.print(
            f"{done.answered} of {done.asked} URLs answer; {done.records} records scored anew"
        )


def doctor(as_json: JsonOption = False) -> None:
    """Say how the hub is: log, views, disk, sandbox. Exit code 1 when something is not well."""
    with hub() as opened:
        found = doctoring.examine_hub(opened)
    if as_json:
        print_json(
            [{"name": d.name, "well": d.is_well, "seen": d.seen, "remedy": d.remedy} for d in found]
        )
    else:
        table(
            ("", "what", "seen", "what to do"),
            (("ok" if d.is_well else "!!", d.name, d.seen, d.remedy) for d in found),
        )
    raise typer.Exit(0 if all(d.is_well for d in found) else 1)
