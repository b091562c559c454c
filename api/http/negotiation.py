"""Which form and which language a reader gets, from the URL first and the headers second.

>>> choose("text/turtle;q=0.5, application/ld+json", ("html", "ttl", "jsonld"))
'jsonld'
>>> choose("image/png", ("html", "ttl")) is None
True
"""

from collections.abc import Iterator, Sequence
from typing import Final

LONGEST: Final = 4096
"""Characters of an Accept header that are looked at; a longer one is refused."""

MOST: Final = 64
"""Ranges of a header that are looked at."""

FORMS: Final = {
    "html": ("text/html", "application/xhtml+xml"),
    "ttl": ("text/turtle", "application/x-turtle"),
    "jsonld": ("application/ld+json",),
    "rdf": ("application/rdf+xml",),
    "nt": ("application/n-triples", "text/plain"),
    "json": ("application/json",),
    "csv": ("text/csv",),
}
"""The media types of each form; the first is the one that is sent."""

LANGUAGES: Final = ("en", "zh")


def media_type(form: str) -> str:
    """What is written into Content-Type for a form."""
    name = FORMS[form][0]
    return f"{name}; charset=utf-8" if name.startswith("text/") else name


def choose(accept: str, offered: Sequence[str]) -> str | None:
    """The offered form that the header likes best; None when it likes none.

    The order of `offered` breaks ties. An empty header takes the first. A header that is too long,
    or a weight that is no number from 0 to 1, is as if that part were not there (RFC 9110, 12.5.1).
    """
    ranges = list(_ranges(accept[:LONGEST]))
    if not accept.strip():
        return offered[0]
    weighed = [(_weight(form, ranges), -place) for place, form in enumerate(offered)]
    best, place = max(weighed)
    return offered[-place] if best > 0 else None


def language(accept: str) -> str:
    """English or Chinese, whichever the header names with more weight; English when neither.

    >>> language("fr, zh-CN;q=0.9, en;q=0.8"), language("*"), language("zh;q=NaN")
    ('zh', 'en', 'en')
    """
    liked = {"en": 0.0, "zh": 0.0}
    for name, weight in _ranges(accept[:LONGEST]):
        primary = name.partition("-")[0]
        if primary in liked:
            liked[primary] = max(liked[primary], weight)
    return "zh" if liked["zh"] > liked["en"] else "en"


def _weight(form: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The weight that the most specific matching range gives to a form."""
    best = (-1, 0.0)
    for media in FORMS[form]:
        family = media.partition("/")[0]
        for wanted, weight in ranges:
            exactness = {media: 2, f"{family}/*": 1, "*/*": 0}.get(wanted, -1)
            if exactness >= 0:
                best = max(best, (exactness, weight))
    return best[1]


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    for part in header.split(",")[:MOST]:
        name, *parameters = part.split(";")
        weight = _quality(parameters)
        if weight is not None:
            yield name.strip().lower(), weight


def _quality(parameters: Sequence[str]) -> float | None:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            return _number(value.strip())
    return 1.0


def _number(text: str) -> float | None:
    digits = text.replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit()) or len(text) > 5:  # noqa: PLR2004 - 0.123
        return None
    value = float(text)
    return value if value <= 1 else None
