"""Templates made into pages: escaping always on, undefined names are errors."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from api.web.links import link, rich, tidy
from api.web.texts import texts
from catalog.model import Texts

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"


class Pages:
    """The templates, compiled once; `stamps` make the address of a static file change with it."""

    def __init__(self) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.filters |= {
            "rich": rich, "tidy": tidy, "link": link, "marked": marked, "q": quote,
            "day": day, "number": number,
        }  # fmt: skip
        self.environment.globals |= {"static": _stamps().__getitem__, "with_query": with_query}

    def render(self, template: str, *, lang: str, base: str, **values: Any) -> str:  # noqa: ANN401 - what templates show
        said = texts(lang)
        return self.environment.get_template(template).render(
            t=said, lang=lang, base=base, best=lambda told: best(told, lang), **values
        )


def best(told: Texts, lang: str) -> str:
    """A text in the reader's language, else English, Chinese, any."""
    for wanted in (lang, "en", "zh", ""):
        if told.get(wanted):
            return tidy(told[wanted])
    return tidy(next(iter(told.values()), ""))


def marked(text: str, ranges: Iterable[tuple[int, int]]) -> Markup:
    """A text with what matched in <mark>, everything escaped.

    >>> str(marked("a <b>", [(2, 5)]))
    'a <mark>&lt;b&gt;</mark>'
    """
    pieces: list[Markup] = []
    at = 0
    for start, end in sorted(ranges):
        if start < at or end > len(text):
            continue
        pieces += [escape(text[at:start]), Markup("<mark>"), escape(text[start:end])]
        pieces.append(Markup("</mark>"))
        at = end
    return Markup("").join([*pieces, escape(text[at:])])


def day(moment: datetime | date) -> str:
    return moment.strftime("%Y-%m-%d")


def number(count: int) -> str:
    return f"{count:,}"


def with_query(path: str, query: Iterable[tuple[str, str]], **changes: str) -> str:
    """An address with its query changed; an empty value takes a parameter out.

    >>> with_query("/search", [("q", "a"), ("lang", "en")], lang="zh", q="")
    '/search?lang=zh'
    """
    kept = [(name, value) for name, value in query if name not in changes]
    kept += [(name, value) for name, value in changes.items() if value]
    return f"{quote(path)}?{urlencode(kept)}" if kept else quote(path)


def _stamps() -> Mapping[str, str]:
    return {
        file.name: f"/static/{file.name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:10]}"
        for file in STATIC.iterdir()
    }
