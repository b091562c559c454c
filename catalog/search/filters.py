"""Filters as readers write them in URLs and on the command line: facet=value, .all=, .not=."""

import difflib
import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final

from catalog.errors import BadRequest
from catalog.search.ports import FACETS, Choice

OPEN_END: Final = 1_000_000_000
_DATE: Final = re.compile(r"(-?\d{4,})(?:-(\d\d)(?:-(\d\d))?)?")
_SUFFIXES: Final = {"": "any_of", "all": "all_of", "not": "none_of"}


def choices_of(filters: Iterable[str]) -> dict[str, Choice]:
    """The choices that `facet=value`, `facet.all=value` and `facet.not=value` make.

    Raises:
        BadRequest: one is no `name=value`, or names no facet; says which is nearest.
    """
    pairs = []
    for text in filters:
        name, equals, value = text.partition("=")
        if not equals:
            raise BadRequest(f"{text!r} is no facet=value.", place="filter")
        pairs.append((name, value))
    return choices_of_pairs(pairs)


def choices_of_pairs(pairs: Iterable[tuple[str, str]]) -> dict[str, Choice]:
    """The same from names and values."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, value in pairs:
        facet, _, suffix = name.partition(".")
        facet = facet.replace("-", "_")
        if facet not in FACETS or suffix not in _SUFFIXES:
            raise unknown(name, FACETS)
        own = found.setdefault(facet, {})
        key = _SUFFIXES[suffix]
        own[key] = (*own.get(key, ()), value)
    return {facet: Choice(**own) for facet, own in found.items()}


def unknown(name: str, known: Iterable[str]) -> BadRequest:
    """The error for a name that is not one of the known: the nearest that is, and all there are."""
    names = list(dict.fromkeys(known))
    near = difflib.get_close_matches(name.partition(".")[0], names, n=1)
    nearest = f"Did you mean {near[0]}? " if near else ""
    hint = f"{nearest}There are: {', '.join(names)}."
    return BadRequest(f"There is no filter {name[:40]!r}.", place=name, hint=hint)


def box_of(text: str) -> tuple[float, float, float, float] | None:
    """A bounding box from `west,south,east,north` in degrees; None for an empty text.

    Raises:
        BadRequest: it is no such box.
    """
    if not text:
        return None
    try:
        west, south, east, north = (float(number) for number in text.split(","))
    except ValueError as error:
        raise _no_box(text) from error
    is_fine = -180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90  # noqa: PLR2004
    if not is_fine:
        raise _no_box(text)
    return west, south, east, north


def period_of(text: str) -> tuple[int, int] | None:
    """A period from `start/end` (dates, years or months, either may be open), in days since 1970.

    Raises:
        BadRequest: it is no such period.
    """
    if not text:
        return None
    start, slash, end = text.partition("/")
    try:
        first = day_of(start, is_end=False) if start else -OPEN_END
        last = day_of(end if slash else start, is_end=True) if (end or not slash) else OPEN_END
    except ValueError as error:
        raise BadRequest(
            f"{text!r} is no period.", place="period", hint="Write it as 2020-01/2024-06."
        ) from error
    return first, last


@lru_cache(maxsize=20_000)
def day_of(text: str, *, is_end: bool) -> int:
    """Days since 1970 of a date, of the first or last day of a month or year, or of a moment.

    Raises:
        ValueError: it begins with no date.
    """
    found = _DATE.match(text.strip())
    if not found:
        raise ValueError(text)
    year = min(max(int(found[1]), 1), 9998)
    month = int(found[2] or (12 if is_end else 1))
    if found[3]:
        day = date(year, month, int(found[3]))
    elif is_end:
        first = date(year + month // 12, month % 12 + 1, 1)
        return (first - date(1970, 1, 1)).days - 1
    else:
        day = date(year, month, 1)
    return (day - date(1970, 1, 1)).days


def _no_box(text: str) -> BadRequest:
    return BadRequest(
        f"{text!r} is no bounding box.",
        place="bbox",
        hint="Write it as west,south,east,north in degrees, for example 73,18,135,54.",
    )
