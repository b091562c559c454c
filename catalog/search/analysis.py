"""Text to tokens, once and the same for every backend: folded, segmented, stemmed.

A token is a folded word. A stem that differs from its word is a token of its own with `~` before
it, so that the word itself counts more than what it is derived from. Chinese is segmented by
dictionary, with bigrams as a net for words that no dictionary has.

>>> tokens("Batteries of EVs", "en")
['batteries', 'of', 'evs', '~batteri', '~ev']
>>> tokens("EV動力電池護照", "zh")
['ev', '动力', '电池', '动力电池', '护照']
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import rjieba
import snowballstemmer

from vocabularies.mentions import folded

_HAN_SIGNS: Final = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_OTHER_SIGNS: Final = r"\u3040-\u30ff\uac00-\ud7af\u1100-\u11ff"
_LETTER: Final = rf"[^\W_{_HAN_SIGNS}{_OTHER_SIGNS}]"
_WORD: Final = re.compile(rf"[{_HAN_SIGNS}]+|[{_OTHER_SIGNS}]+|{_LETTER}+(?:['’.]{_LETTER}+)*")
_ASCII_WORD: Final = re.compile("[a-z0-9]+(?:['.][a-z0-9]+)*")
"""What _WORD finds in text that is all ASCII, at twice the speed."""
_HAN: Final = re.compile(rf"[{_HAN_SIGNS}]+")
_OTHER_CJK: Final = re.compile(rf"[{_OTHER_SIGNS}]+")
_CJK: Final = re.compile(rf"[{_HAN_SIGNS}{_OTHER_SIGNS}]+")
_FIRST_CJK: Final = "\u1100"
"""What sorts before it is written in letters with spaces between the words."""

_CAMEL: Final = re.compile(r"[A-Z](?<=[a-z].)(?=[a-z])")

STEMMED: Final = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "fi": "finnish", "fr": "french", "ga": "irish",
    "hu": "hungarian", "it": "italian", "lt": "lithuanian", "nl": "dutch", "no": "norwegian",
    "nb": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish",
    "tr": "turkish",
}  # fmt: skip
"""The languages whose words are stemmed, by their tag."""

ASKED: Final = ("en", "de", "fr", "es", "it", "pt", "nl")
"""The languages that a word of a question may be in, beside the reader's own."""

STOP: Final = frozenset(
    "a an and are as at by for from in is it of on or that the this to with "  # noqa: SIM905
    "der die das des dem den ein eine und oder von zu im in für mit auf "
    "le la les un une des du de et ou en au aux pour par sur dans "
    "el los las y o del con por para il lo gli e di da "
    "的 了 和 与 或 在 是 及 等 对 为 之 有 将 于".split()
)
"""Words that decide nothing by themselves."""

_STEMMERS: Final = {
    tag: snowballstemmer.stemmer(name)
    for tag, name in STEMMED.items()
    if name in snowballstemmer.algorithms()
}


def words(text: str) -> list[str]:
    """The folded words of a text in order, Chinese segmented for search."""
    plain = folded(_CAMEL.sub(r" \g<0>", text))
    found: list[str] = []
    for piece in (_ASCII_WORD if plain.isascii() else _WORD).findall(plain):
        if piece < _FIRST_CJK:
            found += (piece,) if piece.isalnum() else _halves(piece)
        elif _HAN.match(piece):
            found += rjieba.cut_for_search(piece)
        elif _OTHER_CJK.match(piece):
            found += bigrams(piece)
        else:
            found += (piece,) if piece.isalnum() else _halves(piece)
    return found


def tokens(text: str, lang: str) -> list[str]:
    """The words of a text, then the stems of those that have one in its language."""
    found = words(text)
    base = lang.partition("-")[0].lower()
    if base not in _STEMMERS:
        return found
    stems = [s for word in found if (s := stem(word, base)) != word]
    return [*found, *(f"~{one}" for one in stems)]


@lru_cache(maxsize=200_000)
def stem(word: str, lang: str) -> str:
    """The stem of a folded word; the word itself where the language has no stemmer or script."""
    stemmer = _STEMMERS.get(lang)
    if stemmer is None or not word.isalpha() or is_cjk(word):
        return word
    stemmed: str = stemmer.stemWord(word)
    return stemmed


def asked_tokens(word: str, lang: str) -> list[str]:
    """The tokens that a word of a question can be met as: itself first, then its stems."""
    found = {word: None}
    for tag in dict.fromkeys((lang.partition("-")[0], *ASKED)):
        stemmed = stem(word, tag)
        if stemmed != word:
            found |= {stemmed: None}
        found |= {f"~{stemmed}": None}
    return list(found)


def bigrams(text: str) -> list[str]:
    """The overlapping pairs of a run of characters; a single one is itself."""
    return [text[at : at + 2] for at in range(len(text) - 1)] or [text]


def net(texts: Iterable[str]) -> list[str]:
    """The bigrams of every run of Chinese, Japanese or Korean in the texts, each once."""
    found: dict[str, None] = {}
    for text in texts:
        if not text.isascii():
            for run in _CJK.findall(folded(text)):
                found |= dict.fromkeys(bigrams(run))
    return list(found)


def is_cjk(word: str) -> bool:
    return _CJK.match(word) is not None


def spans(text: str) -> list[tuple[int, str]]:
    """The words of a text as it stands, each with its place; Chinese runs are whole."""
    return [(m.start(), m[0]) for m in _WORD.finditer(text)]


def word_around(text: str, at: int) -> tuple[int, str]:
    """The place and the letters of the word that a place is in, as `spans` would have it."""
    start = at
    while start and (text[start - 1].isalnum() or _joins(text, start - 1)):
        start -= 1
    found = _WORD.match(text, start)
    return (start, found[0]) if found else (at, text[at])


def _joins(text: str, at: int) -> bool:
    return text[at] in "'’." and at > 0 and text[at - 1].isalnum()


def _halves(piece: str) -> list[str]:
    """A word that a point or apostrophe joins, and its halves."""
    halves = re.split(r"['’.]", piece)
    return [piece.replace("’", "'"), *(half for half in halves if half)]
