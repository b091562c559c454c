"""`hutong`: every job of the hub from a terminal.

Exit codes: 0 done, 1 done with findings or refusals, 2 the input or the call was not understood,
3 the hub could not do it now.
"""

import sys
from typing import Annotated

import typer

from api.cli import checking, content, operating, searching
from api.cli.output import fail
from catalog.errors import Broken, Retry
from vocabularies.errors import HutongError

app = typer.Typer(
    name="hutong",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

app.command("demo")(operating.demo)
app.command("serve")(operating.serve)
app.command("ingest")(content.ingest)
app.command("validate")(checking.validate)
app.command("search")(searching.search)
app.add_typer(content.space, name="space")
app.add_typer(content.record, name="record")
app.add_typer(checking.profile, name="profile")
app.add_typer(checking.vocab, name="vocab")
app.command("reindex")(operating.reindex)
app.command("check-urls")(operating.check_urls)
app.command("doctor")(operating.doctor)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version  # noqa: PLC0415 - reads the disk

        typer.echo(f"hutong {version('hutong')}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and stop."
        ),
    ] = False,
) -> None:
    """A semantic catalogue and interoperability hub for trusted data spaces.

    Settings are environment variables: HUTONG_DATA is the data folder. Exit codes: 0 done; 1 done,
    with findings or refusals; 2 the input or the call was not understood; 3 not now.
    """


def main() -> None:
    """Run the command line; an error is one message and an exit code, never a traceback."""
    try:
        app(prog_name="hutong")
    except HutongError as error:
        fail(error)
        sys.exit(3 if isinstance(error, Retry | Broken) else 2)


if __name__ == "__main__":
    main()
