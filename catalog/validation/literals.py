"""Typed literals: is the lexical form one of its datatype's, and which of two comes first."""

import functools
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final

from vocabularies.rdf import LANG_STRING, STRING, XSD, Term, datatype, is_literal, language, lexical

_ZONE: Final = r"(Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
_YEAR: Final = r"-?(?:[1-9]\d{3,}|0\d{3})"
_DAY: Final = rf"({_YEAR})-(\d\d)-(\d\d)"
_CLOCK: Final = r"(?:([01]\d|2[0-3]):([0-5]\d):([0-5]\d(?:\.\d+)?)|(24):(00):(00(?:\.0+)?))"

_HOURS: Final = r"(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?"

_FORMS: Final = {
    "boolean": r"true|false|1|0",
    "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
    "integer": r"[+-]?\d+",
    "double": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN",
    "dateTime": rf"{_DAY}T{_CLOCK}{_ZONE}",
    "dateTimeStamp": rf"{_DAY}T{_CLOCK}(Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))",
    "date": rf"{_DAY}{_ZONE}",
    "time": rf"{_CLOCK}{_ZONE}",
    "gYear": rf"{_YEAR}{_ZONE}",
    "gYearMonth": rf"{_YEAR}-(?:0[1-9]|1[0-2]){_ZONE}",
    "gMonthDay": rf"--(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]){_ZONE}",
    "gDay": rf"---(?:0[1-9]|[12]\d|3[01]){_ZONE}",
    "gMonth": rf"--(?:0[1-9]|1[0-2]){_ZONE}",
    "duration": rf"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?{_HOURS}",
    "yearMonthDuration": r"-?P(?=.)(?:\d+Y)?(?:\d+M)?",
    "dayTimeDuration": rf"-?P(?=.)(?:\d+D)?{_HOURS}",
    "hexBinary": r"(?:[0-9A-Fa-f]{2})*",
    "base64Binary": r"(?:[A-Za-z0-9+/]\s?){0,}(?:=\s?){0,2}",
    "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
    "anyURI": r"[^\s<>\"{}|^`\\]*",
}
_RANGES: Final = {
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}
_COMPILED: Final = {XSD[name]: re.compile(form, re.ASCII) for name, form in _FORMS.items()} | {
    XSD["float"]: re.compile(_FORMS["double"], re.ASCII),
    **{XSD[name]: re.compile(_FORMS["integer"], re.ASCII) for name in _RANGES},
}
_BOUNDS: Final = {XSD[name]: bounds for name, bounds in _RANGES.items()}
_INTEGERS: Final = frozenset({XSD["integer"], *_BOUNDS})
_NUMBERS: Final = frozenset({*_INTEGERS, XSD["decimal"], XSD["double"], XSD["float"]})
_DATED: Final = frozenset({XSD["date"], XSD["dateTime"], XSD["dateTimeStamp"]})
_LONGEST_INTEGER: Final = 4000

Key = tuple[str, object, object]


@functools.lru_cache(maxsize=65_536)
def is_valid(term: Term, wanted: Term) -> bool:
    """True when the literal has the datatype and its lexical form is in that type's space.

    Types outside XSD have no form that could be wrong.
    """
    kind = datatype(term)
    if kind != wanted:
        return False
    if kind in (STRING, LANG_STRING):
        return True
    form = _COMPILED.get(kind)
    text = lexical(term)
    if form is None:
        return True
    if not form.fullmatch(text):
        return False
    return _is_in_range(kind, text)


def _is_in_range(kind: Term, text: str) -> bool:
    if kind in _BOUNDS:
        if len(text) > _LONGEST_INTEGER:
            return False
        least, most = _BOUNDS[kind]
        number = int(text)
        return (least is None or number >= least) and (most is None or number <= most)
    if kind in _DATED:
        found = re.match(_DAY, text)
        return found is not None and _is_day(int(found[1]), int(found[2]), int(found[3]))
    return True


def _is_day(year: int, month: int, day: int) -> bool:
    """Years beyond Python's calendar repeat every 400."""
    try:
        date((year % 400) + 400, month, day)
    except ValueError:
        return False
    return True


def is_less(a: Term, b: Term, *, or_equal: bool) -> bool:
    """SPARQL's `<` (or `<=`); False where the two cannot be compared (SHACL section 4.3)."""
    first, second = _key(a), _key(b)
    if first is None or second is None or first[0] != second[0]:
        return False
    if (first[1] is None) != (second[1] is None):
        return False
    x, y = first[2], second[2]
    less: bool = x < y  # type: ignore[operator]
    return less or (or_equal and x == y)


@functools.lru_cache(maxsize=4096)
def _key(term: Term) -> Key | None:
    """(what it is, its time zone if it has one, its value), comparable within the first two."""
    if not is_literal(term):
        return None
    kind, text = datatype(term), lexical(term)
    if kind in (STRING, LANG_STRING):
        return ("string", language(term), text)
    if not is_valid(term, kind):
        return None
    if kind in _DATED:
        return _moment(kind, text)
    if kind in _NUMBERS:
        return ("number", "", _number(text))
    return _KEYS[kind](text) if kind in _KEYS else None


_KEYS: Final[dict[Term, Callable[[str], Key]]] = {
    XSD["boolean"]: lambda text: ("boolean", "", text in {"true", "1"}),
    XSD["time"]: lambda text: ("time", "", text),
    XSD["gYear"]: lambda text: ("gYear", "", text),
    XSD["gYearMonth"]: lambda text: ("gYearMonth", "", text),
}


def _number(text: str) -> float | Decimal:
    if text.lstrip("+-") in {"INF", "NaN"}:
        return float(text.replace("INF", "inf").replace("NaN", "nan"))
    return Decimal(text)


def _moment(kind: Term, text: str) -> Key:
    found = re.match(_DAY, text)
    if found is None:
        raise AssertionError(text)
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    days = _ordinal(year, month, day)
    rest = text[found.end() :].removeprefix("T")
    clock = re.match(r"(\d\d):(\d\d):([\d.]+)", rest)
    seconds = Decimal(0)
    if clock:
        seconds = int(clock[1]) * 3600 + int(clock[2]) * 60 + Decimal(clock[3])
    zone = re.search(r"(Z|[+-]\d\d:\d\d)$", rest)
    shift = _shift(zone[0]) if zone else 0
    family = "date" if kind == XSD["date"] else "dateTime"
    return (family, "zoned" if zone else None, days * 86_400 + seconds - shift)


def _ordinal(year: int, month: int, day: int) -> int:
    cycles, within = divmod(year, 400)
    return cycles * 146_097 + date(within + 400, month, day).toordinal()


def _shift(zone: str) -> int:
    if zone == "Z":
        return 0
    sign = -1 if zone[0] == "-" else 1
    return sign * (int(zone[1:3]) * 3600 + int(zone[4:6]) * 60)
