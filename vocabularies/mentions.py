"""Where a text names a concept: the longest names first, in languages with and without spaces."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

import opencc

_HAN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_SIMPLE: Final = opencc.OpenCC("t2s")
_LETTER: Final = r"[^\W_\u3400-\u9fff\uf900-\ufaff]"
_START: Final = re.compile(rf"[\u3400-\u9fff\uf900-\ufaff]|{_LETTER}+")
"""Where a name can begin: at any Chinese sign, and where a word of letters does."""

_ACCENTS: Final = re.compile(r"[\u0300-\u036f]+")

_LEAST: Final = 2

_SHORT: Final = 100
"""Characters up to which a text is likely to be met again: a keyword, a name, a title."""


def folded(text: str) -> str:
    """A text as names are compared: NFKC, lower case, simplified Chinese, no accents.

    Its length may differ from the text's.

    >>> folded("Émissions ＣＯ２ 動力電池")
    'emissions co2 动力电池'
    """
    if text.isascii():
        return text.lower()
    return _folded_short(text) if len(text) <= _SHORT else _folded_long(text)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    if _HAN.search(plain):
        plain = _SIMPLE.convert(plain)
    decomposed = unicodedata.normalize("NFD", plain)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed))


_folded_short: Final = lru_cache(maxsize=50_000)(_folded)
_folded_long: Final = lru_cache(maxsize=32)(_folded)


class Mentions:
    """A dictionary of names, looked up by their first word, or their first two Chinese signs."""

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        self._concepts: dict[str, tuple[str, ...]] = {}
        for concept, own in names.items():
            for name in own:
                key = folded(name)
                if len(key) >= _LEAST and concept not in self._concepts.get(key, ()):
                    self._concepts[key] = (*self._concepts.get(key, ()), concept)
        self._starts: dict[str, list[str]] = {}
        for name in sorted(self._concepts, key=len, reverse=True):
            if found := _START.match(name):
                self._starts.setdefault(_key(name, found), []).append(name)
        self._find_short = lru_cache(maxsize=50_000)(self._find)

    def named(self, text: str) -> tuple[str, ...]:
        """The concepts that have exactly this name."""
        return self._concepts.get(folded(text).strip(), ())

    def find(self, text: str) -> tuple[tuple[int, int, str], ...]:
        """(start, end, concept) of each name in the folded text; names do not overlap."""
        return self._find_short(text) if len(text) <= _SHORT else self._find(text)

    def _find(self, text: str) -> tuple[tuple[int, int, str], ...]:
        searched = folded(text)
        found: list[tuple[int, int, str]] = []
        end = 0
        for start in _START.finditer(searched):
            names = self._starts.get(_key(searched, start))
            at = start.start()
            name = _name_at(searched, at, names) if names and at >= end else None
            if name is not None:
                end = at + len(name)
                found += [(at, end, concept) for concept in self._concepts[name]]
        return tuple(found)


def _key(text: str, start: re.Match[str]) -> str:
    word = start[0]
    at = start.start()
    return word if len(word) > 1 or not _HAN.match(word) else text[at : at + _LEAST]


def _name_at(text: str, at: int, names: Iterable[str]) -> str | None:
    """The first of the names that stands there and does not end within a word."""
    for name in names:
        if text.startswith(name, at):
            end = at + len(name)
            inside = end < len(text) and _is_word(text[end]) and _is_word(text[end - 1])
            if not inside:
                return name
    return None


def _is_word(character: str) -> bool:
    """True for what words with spaces between them are made of."""
    return character.isalnum() and not _HAN.match(character)
