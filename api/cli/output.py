"""What the command line prints: results on standard output, everything else on standard error."""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from catalog.hub import Hub
from vocabularies.errors import HutongError

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Lang = Annotated[Literal["en", "zh"], typer.Option("--lang", help="The language of the texts.")]

out: Final = Console(highlight=False, soft_wrap=True)
err: Final = Console(stderr=True, highlight=False, soft_wrap=True)

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def safe(text: str) -> str:
    """Foreign text without the control characters that could drive a terminal."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def counted(number: int, noun: str) -> str:
    """A number and its noun: "no faults", "1 fault", "1,234 vocabularies"."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}" if number else f"no {plural}"


def fail(error: HutongError) -> None:
    """Say what went wrong, where, and what to do next."""
    err.print(Text.assemble((f"{error.code}: ", "bold red"), safe(str(error))))


def note(text: str) -> None:
    err.print(Text(safe(text), style="dim"))


def table(columns: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> None:
    grid = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        grid.add_row(*(Text(safe(cell)) for cell in row))
    out.print(grid)


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """A progress display on standard error; nothing where that is no terminal."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as shown:
        shown.add_task(what, total=None)
        yield shown


def space_names(incomplete: str) -> list[str]:
    """The spaces that a word on the way may become."""
    with hub() as opened:
        return [s.id for s in opened.store.spaces() if s.id.startswith(incomplete)]


@contextmanager
def hub() -> Iterator[Hub]:
    """The hub of HUTONG_DATA, as every command opens it."""
    from api.cli.environment import settings  # noqa: PLC0415
    from catalog.bootstrap import open_hub  # noqa: PLC0415 - loads the engines

    with open_hub(settings()) as opened:
        yield opened
