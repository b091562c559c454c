"""The query grammar: words, "phrases", -not, field:value, OR, prefix*, parentheses.

It is total: every text is a query, nothing raises, and no sign of another engine's language means
anything. Full-width signs, Chinese quotation marks and 或 are understood.

>>> parse('电池 "carbon footprint" -test 格式:CSV')
All(parts=(Word(text='电池'), Phrase(text='carbon footprint'), Not(part=Word(text='test')), \
Field(name='format', value='CSV')))
"""

import re
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 1000
"""Characters of a query that are read; what is beyond is dropped."""

MOST: Final = 32
"""Parts of a query that are read."""

_DEEPEST: Final = 5

FIELDS: Final = {
    "title": ("title", "标题", "名称"),
    "description": ("description", "描述", "摘要"),
    "keyword": ("keyword", "tag", "关键词"),
    "publisher": ("publisher", "provider", "提供方", "发布者"),
    "theme": ("theme", "topic", "主题"),
    "format": ("format", "格式"),
    "space": ("space", "空间"),
    "space_kind": ("space_kind", "空间类型"),
    "kind": ("kind", "type", "类型"),
    "licence": ("licence", "license", "许可"),
    "access": ("access", "访问"),
    "language": ("language", "lang", "语言"),
    "industry": ("industry", "行业"),
    "quality": ("quality", "质量"),
    "offer": ("offer", "报价"),
    "year": ("year", "年份"),
    "id": ("id", "iri", "identifier", "标识"),
}
"""The fields that a query can name, with every name that they go by."""

_NAMES: Final = {name: field for field, names in FIELDS.items() for name in names}


@dataclass(frozen=True, slots=True)
class Word:
    """A word, to be met in any field and any inflection."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of a word."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words next to each other."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A value of one field or facet."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be met."""

    part: "Part"


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these."""

    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class All:
    """Every one of these; none means everything there is."""

    parts: tuple["Part", ...] = ()


Part = Word | Prefix | Phrase | Field | Not | Either | All

_SIGNS: Final = str.maketrans(
    {
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "「": '"', "」": '"', "＂": '"',
        "（": "(", "）": ")", "：": ":", "－": "-", "＊": "*", "\u3000": " ", "，": " ", "、": " ",
    }
)  # fmt: skip
_TOKEN: Final = re.compile(r'(-?)(?:([^\s":()]+):)?"([^"]*)"?|([()])|([^\s"()]+)')


def parse(text: str) -> All:
    """The query that a text asks for."""
    readable = text[:LONGEST].translate(_SIGNS)
    tokens = list(_TOKEN.finditer(readable))[:MOST]
    parts, _ = _sequence(tokens, 0, 0)
    return All(tuple(parts))


def words_of(part: Part) -> list[str]:
    """The words that a query hopes to meet, phrases and fields included, negations not."""
    if isinstance(part, Word | Prefix | Phrase):
        return [part.text]
    if isinstance(part, Field):
        return [part.value] if part.name in {"title", "description", "keyword"} else []
    if isinstance(part, Either | All):
        return [word for inner in part.parts for word in words_of(inner)]
    return []


def _sequence(tokens: list[re.Match[str]], at: int, depth: int) -> tuple[list[Part], int]:
    """The parts from a place to the closing parenthesis, OR binding its two neighbours."""
    parts: list[Part] = []
    joins = False
    while at < len(tokens):
        sign = tokens[at][4]
        if sign == ")" and depth:
            return parts, at + 1
        if tokens[at][5] in {"OR", "或", "||"}:
            joins = bool(parts)
            at += 1
            continue
        part, at = _part(tokens, at, depth)
        if part is None:
            continue
        if joins:
            former = parts.pop()
            before = former.parts if isinstance(former, Either) else (former,)
            parts.append(Either((*before, part)))
            joins = False
        else:
            parts.append(part)
    return parts, at


def _part(tokens: list[re.Match[str]], at: int, depth: int) -> tuple[Part | None, int]:
    minus, name, phrase, sign, word = tokens[at].groups()
    if sign == "(" and depth < _DEEPEST:
        inner, after = _sequence(tokens, at + 1, depth + 1)
        return (All(tuple(inner)) if inner else None), after
    if sign:
        return None, at + 1
    if phrase is not None:
        return _negated(_quoted(name, phrase), is_not=bool(minus)), at + 1
    if word == "NOT" and at + 1 < len(tokens):
        part, after = _part(tokens, at + 1, depth)
        return (Not(part) if part and not isinstance(part, Not) else part), after
    is_not = word.startswith("-") and len(word) > 1
    return _negated(_plain(word.removeprefix("-") if is_not else word), is_not=is_not), at + 1


def _negated(part: Part | None, *, is_not: bool) -> Part | None:
    return Not(part) if part is not None and is_not else part


def _quoted(name: str | None, phrase: str) -> Part | None:
    if not phrase.strip():
        return None
    field = _NAMES.get((name or "").lstrip("-").lower())
    return Field(field, phrase.strip()) if field else Phrase(phrase.strip())


def _plain(word: str) -> Part | None:
    name, colon, value = word.partition(":")
    field = _NAMES.get(name.lower())
    if colon and field and value:
        return Field(field, value)
    bare = word.strip("+&|!{}[]^~?\\/:;,.<>=")
    if bare.endswith("*"):
        start = bare.rstrip("*")
        return Prefix(start) if start else None
    bare = bare.replace("*", "")
    return Word(bare) if any(c.isalnum() for c in bare) else None
