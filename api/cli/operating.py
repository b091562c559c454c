"""`hutong demo`, `serve`, `reindex`, `check-urls` and `doctor`: running a hub."""

import contextlib
import errno
import socket
from dataclasses import replace
from typing import Annotated

import typer

from api.cli.environment import settings
from api.cli.output import (
    JsonOption,
    counted,
    err,
    hub,
    note,
    out,
    print_json,
    progress,
    space_names,
    table,
)
from catalog import doctor as doctoring
from catalog.errors import BadSetting, Busy
from catalog.hub import Hub
from catalog.settings import Settings

_Host = Annotated[
    str, typer.Option(metavar="HOST", help="The address to listen on; else HUTONG_HOST.")
]
_Port = Annotated[
    int | None,
    typer.Option(min=1, max=65_535, help="The port to listen on; else HUTONG_PORT."),
]
_Json = Annotated[
    bool, typer.Option("--json", help="Print the address as JSON once the hub answers.")
]


def serve(host: _Host = "", port: _Port = None, as_json: _Json = False) -> None:
    """Serve pages and the API until interrupted."""
    from catalog.bootstrap import open_hub  # noqa: PLC0415 - loads the engines

    wanted = _addressed(settings(), host, port)
    with _listening(wanted) as taken, open_hub(wanted) as opened:
        _serve(opened, wanted, taken, as_json=as_json)


def demo(host: _Host = "", port: _Port = None, as_json: _Json = False) -> None:
    """Load the example spaces, unless they are there, and serve them until interrupted."""
    from catalog.bootstrap import open_hub  # noqa: PLC0415 - loads the engines
    from catalog.demo import load_examples  # noqa: PLC0415

    wanted = _addressed(settings(), host, port)
    with _listening(wanted) as taken, open_hub(wanted) as opened:
        with progress("loading the example spaces"):
            load_examples(
                opened, progress=lambda space, tally: note(f"{space}: {tally.read} offerings")
            )
        _serve(opened, wanted, taken, as_json=as_json)


def _addressed(found: Settings, host: str, port: int | None) -> Settings:
    return replace(found, host=host or found.host, port=port or found.port)


def _listening(wanted: Settings) -> socket.socket:
    """A socket on the address, taken before anything is opened.

    Raises:
        Busy: somebody else listens there.
        BadSetting: this machine has no such address, or this user may not listen there.
    """
    place = f"{wanted.host}:{wanted.port}"
    family = socket.AF_INET6 if ":" in wanted.host else socket.AF_INET
    try:
        taken = socket.create_server((wanted.host, wanted.port), family=family)
        # asyncio sets this only where the protocol is named, which create_server does not do;
        # without it the second packet of an answer waits 40 ms for the reader's delayed ACK.
        taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Busy(
                "Something listens there already.", place=place,
                hint="Stop it, or give another port: --port or HUTONG_PORT.",
            ) from error  # fmt: skip
        raise BadSetting(
            f"The hub cannot listen there: {error.strerror}.", place=place,
            hint="Give another address: --host and --port, or HUTONG_HOST and HUTONG_PORT.",
        ) from error  # fmt: skip
    return taken


def _serve(opened: Hub, wanted: Settings, taken: socket.socket, *, as_json: bool) -> None:
    import uvicorn  # noqa: PLC0415 - only a server needs it

    from api.http.app import create_app  # noqa: PLC0415
    from catalog.keeper import ViewKeeper  # noqa: PLC0415

    config = uvicorn.Config(
        create_app(opened),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    if as_json:
        print_json({"url": wanted.url})
    else:
        err.print(f"Hutong is at {wanted.url}")
    with ViewKeeper(opened), contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[taken])


def reindex(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make the search view anew, not only catch up.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Bring the search view up to the change log."""
    from catalog import views  # noqa: PLC0415

    with progress("replaying the log") as shown, hub() as opened:
        task = shown.task_ids[0]
        run = views.rebuild if rebuild else views.catch_up
        replayed = run(
            opened, progress=lambda done, total: shown.update(task, completed=done, total=total)
        )
    if as_json:
        print_json({"replayed": replayed})
    else:
        out.print(f"{counted(replayed, 'change')} replayed")


def check_urls(
    space: Annotated[
        str,
        typer.Option(
            "--space", "-s", help="Only records of this space.", autocompletion=space_names
        ),
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="The most URLs to ask.")] = 1000,
    as_json: JsonOption = False,
) -> None:
    """Ask the URLs of public records whether they answer, and score it."""
    from catalog.urls import check_urls as check  # noqa: PLC0415

    with progress("asking") as shown, hub() as opened:
        task = shown.task_ids[0]
        done = check(
            opened,
            space=space,
            limit=limit,
            progress=lambda asked: shown.update(task, description=f"{asked:,} asked"),
        )
    if as_json:
        print_json({"asked": done.asked, "answered": done.answered, "records": done.records})
    else:
        out.print(
            f"{done.answered:,} of {counted(done.asked, 'URL')} answer; "
            f"{counted(done.records, 'record')} scored anew"
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
