"""`hutong search`."""

from typing import Annotated

import msgspec
import typer
from rich.text import Text

from api.cli.output import JsonOption, Lang, hub, note, out, print_json, safe
from catalog.finding import answer_json, ask
from catalog.search.filters import box_of, choices_of, period_of
from catalog.search.plan import resolved
from catalog.search.ports import Answer, Question, Sort


def search(  # noqa: PLR0913 - one parameter an option
    query: Annotated[
        str,
        typer.Argument(
            metavar="QUERY", help='Words, "phrases", -not, field:value, OR, prefix*; "" for all.'
        ),
    ],
    limit: Annotated[int, typer.Option(min=0, max=1000, help="How many results.")] = 20,
    filters: Annotated[
        list[str] | None,
        typer.Option(
            "--filter",
            help="facet=value, facet.all=value or facet.not=value; a code or a name will do.",
        ),
    ] = None,
    bbox: Annotated[
        str, typer.Option(metavar="W,S,E,N", help="Only what touches this box, in degrees.")
    ] = "",
    period: Annotated[
        str, typer.Option(metavar="START/END", help="Only what covers some of this: 2024-01/2025.")
    ] = "",
    sort: Annotated[Sort, typer.Option(help="The order of the results.")] = "relevance",
    cursor: Annotated[str, typer.Option(help="The `next` of the page before.")] = "",
    lang: Lang = "en",
    as_json: JsonOption = False,
) -> None:
    """Find what the spaces offer to everybody, in Chinese or English."""
    question = Question(
        text=query,
        choices=choices_of(filters or ()),
        box=box_of(bbox),
        period=period_of(period),
        sort=sort,
        limit=limit,
        cursor=cursor,
        lang=lang,
    )
    with hub() as opened:
        answer = ask(opened, resolved(question, opened.vocabularies))
    if as_json:
        print_json(answer_json(answer))
    else:
        _print(answer)


def _print(answer: Answer) -> None:
    for hit in answer.hits:
        stored = msgspec.json.decode(hit.stored)
        title = Text(safe(hit.title or hit.iri), style="bold")
        for start, end in hit.title_marks:
            title.stylize("yellow", start, end)
        out.print(title)
        facts = (hit.space, str(stored.get("kind", "")), hit.iri)
        out.print(Text("  " + safe(" · ".join(fact for fact in facts if fact)), style="dim"))
        if hit.snippet:
            out.print(Text("  " + safe(hit.snippet)))
    shown = len(answer.hits)
    note(f"{shown} of {answer.total:,} offerings")
    for word, instead in answer.corrections.items():
        note(f"Nothing has “{word}”; searched “{instead}” instead.")
    if answer.next:
        note(f"More with --cursor {answer.next}")
