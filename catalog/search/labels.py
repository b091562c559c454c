"""What the values of facets are called, in English and Chinese."""

from typing import Final

from vocabularies.registry import Vocabularies

_FIXED: Final = {
    "kind": {
        "dataset": ("Dataset", "数据集"),
        "series": ("Dataset series", "数据集系列"),
        "service": ("Data service", "数据服务"),
        "product": ("Data product", "数据产品"),
        "application": ("Application", "应用"),
        "component": ("Technical component", "技术组件"),
        "participant": ("Participant", "参与方"),
    },
    "space_kind": {
        "enterprise": ("Enterprise space", "企业空间"),
        "industry": ("Industry space", "行业空间"),
        "city": ("City space", "城市空间"),
        "personal": ("Personal space", "个人空间"),
        "cross-border": ("Cross-border space", "跨境空间"),
    },
    "quality": {
        "excellent": ("Excellent, 351–405", "优秀 351–405"),
        "good": ("Good, 221–350", "良好 221–350"),
        "sufficient": ("Sufficient, 121–220", "尚可 121–220"),
        "bad": ("Poor, 0–120", "不足 0–120"),
    },
    "offer": {"yes": ("Has an offer", "有报价"), "no": ("No offer", "无报价")},
}
_CONCEPTS: Final = frozenset({"theme", "format", "licence", "access", "language", "industry"})


def label_of(facet: str, value: str, lang: str, vocabularies: Vocabularies) -> str:
    """The label of a facet's value; a value that has none is its own."""
    fixed = _FIXED.get(facet, {}).get(value)
    if fixed is not None:
        return fixed[1] if lang.startswith("zh") else fixed[0]
    return vocabularies.label(value, lang) if facet in _CONCEPTS and "/" in value else value
