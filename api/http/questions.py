"""What a URL asks of the search: read strictly, the nearest named when a name is unknown."""

from collections.abc import Iterable
from typing import Final

from api.http.negotiation import FORMS
from catalog.errors import BadRequest
from catalog.search.filters import box_of, choices_of_pairs, period_of, unknown
from catalog.search.ports import FACETS, SORTS, Question

OWN: Final = (
    "q", "limit", "cursor", "sort", "bbox", "period", "lang", "format", "facet-size", "facets",
)  # fmt: skip
MOST_PARAMETERS: Final = 200
LONGEST: Final = 1000
MOST: Final = 100


def question_of(pairs: Iterable[tuple[str, str]], *, lang: str, limit: int = 20) -> Question:
    """The question in a query string; `facet=`, `facet.all=` and `facet.not=` may come repeatedly.

    Raises:
        BadRequest: a parameter is unknown, too long, too many, or has a value that is none.
    """
    given = list(pairs)
    if len(given) > MOST_PARAMETERS:
        raise BadRequest("These are too many parameters.", hint=f"At most {MOST_PARAMETERS}.")
    own = {name: value for name, value in given if _is_own(name, value)}
    filters = [(name, value) for name, value in given if not _is_own(name, value) and value]
    for name, value in given:
        _check(name, value)
    return Question(
        text=own.get("q", "").strip(),
        choices=choices_of_pairs(filters),
        box=box_of(own.get("bbox", "")),
        period=period_of(own.get("period", "")),
        sort=_sort(own.get("sort", "")),
        limit=_whole(own, "limit", limit, MOST),
        cursor=own.get("cursor", ""),
        facets=_facets(own.get("facets", "")),
        facet_size=_whole(own, "facet-size", 12, MOST),
        lang=lang,
    )


def _is_own(name: str, value: str) -> bool:
    """`format` is the form of the answer when it names one, and else the facet."""
    return name in OWN and (name != "format" or value in FORMS)


def _check(name: str, value: str) -> None:
    if len(value) > LONGEST:
        raise BadRequest("This value is too long.", place=name[:40], hint=f"At most {LONGEST}.")
    facet = name.partition(".")[0].replace("-", "_")
    if name not in OWN and facet not in FACETS:
        raise unknown(name[:40], (*OWN, *FACETS))


def _sort(text: str) -> str:
    if text and text not in SORTS:
        raise BadRequest("There is no such order.", place="sort", hint=f"{', '.join(SORTS)}.")
    return text or "relevance"


def _facets(text: str) -> tuple[str, ...]:
    """The facets to count, a comma between; all where none is named."""
    asked = [name.strip().replace("-", "_") for name in text.split(",") if name.strip()]
    for name in asked:
        if name not in FACETS:
            raise unknown(name[:40], FACETS)
    return tuple(name for name in FACETS if name in asked) or FACETS


def _whole(own: dict[str, str], name: str, otherwise: int, most: int) -> int:
    text = own.get(name, "")
    if not text:
        return otherwise
    is_whole = text.isascii() and text.isdigit() and len(text) < 6  # noqa: PLR2004 - digits
    if not is_whole or not 0 <= int(text) <= most:
        raise BadRequest(f"This is no number from 0 to {most}.", place=name)
    return int(text)
