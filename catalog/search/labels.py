"""What the values of facets are called, and which value a reader means by a name."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from catalog.model import Space, Texts
from catalog.search.ports import FacetValue
from catalog.visibility import is_public
from vocabularies.registry import Vocabularies

_FIXED: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "kind": {
        "dataset": ("Dataset", "数据集"),
        "series": ("Dataset series", "数据集系列", "series", "系列"),
        "service": ("Data service", "数据服务", "api"),
        "product": ("Data product", "数据产品"),
        "application": ("Application", "应用"),
        "component": ("Technical component", "技术组件", "组件"),
        "participant": ("Participant", "参与方"),
    },
    "space_kind": {
        "enterprise": ("Enterprise space", "企业空间", "企业"),
        "industry": ("Industry space", "行业空间", "行业"),
        "city": ("City space", "城市空间", "城市"),
        "personal": ("Personal space", "个人空间", "个人"),
        "cross-border": ("Cross-border space", "跨境空间", "跨境"),
    },
    "quality": {
        "excellent": ("Excellent, 351–405", "优秀 351–405", "优秀"),
        "good": ("Good, 221–350", "良好 221–350", "良好"),
        "sufficient": ("Sufficient, 121–220", "尚可 121–220", "尚可"),
        "bad": ("Poor, 0–120", "不足 0–120", "不足", "poor"),
    },
    "offer": {
        "yes": ("Has an offer", "有报价", "有", "true"),
        "no": ("No offer", "无报价", "无", "false"),
    },
}  # fmt: skip
"""The English label, the Chinese one, and what else readers write."""

VOCABULARIES: Final[Mapping[str, tuple[str, ...]]] = {
    "theme": ("data-theme",),
    "format": ("file-type", "media-type"),
    "licence": ("licence",),
    "access": ("access-right",),
    "language": ("language",),
    "industry": ("industry-gbt4754", "industry-isic4"),
}
"""The facets whose values are concepts, and the vocabularies that these come from."""

_CODES: Final = {
    facet: {name.casefold(): value for value, names in values.items() for name in (value, *names)}
    for facet, values in _FIXED.items()
}
_VERSION: Final = re.compile(r"v?[\d.]+\Z")


@dataclass(frozen=True, slots=True)
class Names:
    """Where the names of values come from: vocabularies, public spaces, and records themselves."""

    vocabularies: Vocabularies
    spaces: Mapping[str, Texts]
    told: Callable[[str], Texts]

    def label(self, facet: str, value: str, lang: str) -> str:
        """What a value of a facet is called; one that has no name is its own."""
        fixed = _FIXED.get(facet, {}).get(value)
        if fixed is not None:
            return fixed[1] if lang.startswith("zh") else fixed[0]
        if facet == "space":
            return in_language(self.spaces.get(value, {}), lang) or value
        return self._concept(value, lang) if facet in VOCABULARIES and "/" in value else value

    def _concept(self, value: str, lang: str) -> str:
        known = self.vocabularies.concept(value)
        return (
            known.label(lang)
            if known
            else in_language(self.told(value), lang) or readable_iri(value)
        )


def code_of(facet: str, value: str) -> str:
    """The value that a reader means by its name, in a facet with fixed values; else as written.

    >>> code_of("kind", "数据集"), code_of("offer", "TRUE"), code_of("year", "2024")
    ('dataset', 'yes', '2024')
    """
    return _CODES.get(facet, {}).get(value.casefold(), value)


def space_titles(spaces: Iterable[Space]) -> dict[str, Texts]:
    """What the public spaces are called, by id and by IRI."""
    shown = [space for space in spaces if is_public(space)]
    return {name: space.title for space in shown for name in (space.id, space.iri) if name}


def in_language(texts: Texts, lang: str) -> str:
    """The text in that language, else in its base language, English, Chinese, or any."""
    for wanted in (lang, lang.partition("-")[0], "en", "zh", ""):
        if texts.get(wanted):
            return texts[wanted]
    return next(iter(texts.values()), "")


def told_apart(values: Sequence[FacetValue]) -> tuple[FacetValue, ...]:
    """The values of a facet; those that share a label get the end of their IRI behind it.

    >>> a, b = (FacetValue(f"https://{host}.example/terms/use", "Terms", 1) for host in "ab")
    >>> [value.label for value in told_apart((a, b))]
    ['Terms: use (a.example)', 'Terms: use (b.example)']
    """
    many = {label for label, n in Counter(value.label for value in values).items() if n > 1}
    return tuple(
        replace(v, label=f"{v.label}: {readable_iri(v.value)}") if v.label in many else v
        for v in values
    )


def readable_iri(value: str) -> str:
    """A name made of an IRI that nobody has named: its last piece, and whose it is.

    >>> readable_iri("http://dcat-ap.de/def/licenses/dl-by-de/2.0")
    'dl-by-de 2.0 (dcat-ap.de)'
    >>> readable_iri("https://www.galaxy.example/terms#use"), readable_iri("free/of charge")
    ('use (galaxy.example)', 'free/of charge')
    """
    if not value.startswith(("http://", "https://")):
        return value
    try:
        parts = urlsplit(value)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return value
    pieces = [p for p in (*parts.path.split("/"), *parts.fragment.split("/")) if p]
    if not pieces:
        return host
    start = -2 if len(pieces) > 1 and _VERSION.match(pieces[-1]) else -1
    return f"{' '.join(pieces[start:])} ({host})"
