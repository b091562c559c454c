"""Findings in plain words, English and Chinese: what is wrong, why it matters, how to mend it.

The words come from the shape where it has them (`sh:name`, `sh:message`, `sh:description`), else
from the table of constraint components below, so that a finding of any profile is explained.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from catalog.model import Finding, Severity, Texts
from catalog.validation.checked import Located
from catalog.validation.fixes import Fix, fix_of
from vocabularies.rdf import RDFS, SH, Graph, Term, language, lexical, plain

SHACL: Final = str(SH)

COMPONENTS: Final[dict[str, Texts]] = {
    name: {"en": en, "zh": zh}
    for name, en, zh in (
        ("Class", "The value is not of the type that is asked for.", "值不属于所要求的类型。"),
        ("Datatype", "The literal has another datatype, or its text is not valid for it.",
         "字面量的数据类型不符，或其文本对该类型无效。"),
        ("NodeKind", "A link is asked for and text was given, or the reverse.",
         "要求链接却给出文本，或相反。"),
        ("MinCount", "Something that is asked for is missing.", "缺少所要求的内容。"),
        ("MaxCount", "There are more values than are allowed.", "值的数量超过允许的上限。"),
        ("MinExclusive", "The value must be greater than the limit.", "值必须大于下限。"),
        ("MinInclusive", "The value is below the limit.", "值低于下限。"),
        ("MaxExclusive", "The value must be less than the limit.", "值必须小于上限。"),
        ("MaxInclusive", "The value is above the limit.", "值高于上限。"),
        ("MinLength", "The text is too short.", "文本过短。"),
        ("MaxLength", "The text is too long.", "文本过长。"),
        ("Pattern", "The text does not have the form that is asked for.",
         "文本不符合所要求的形式。"),
        ("LanguageIn", "The language of the text is not one of those allowed.",
         "文本语言不在允许范围内。"),
        ("UniqueLang", "There are two texts in the same language.", "同一语言出现两个文本。"),
        ("Equals", "Two properties must have the same values, and have not.",
         "两个属性的值应相同，实际不同。"),
        ("Disjoint", "Two properties share a value and must not.", "两个属性不应有相同的值。"),
        ("LessThan", "The value must come before that of the other property.",
         "值应小于另一属性的值。"),
        ("LessThanOrEquals", "The value must not come after that of the other property.",
         "值不应大于另一属性的值。"),
        ("Not", "The value is of a kind that is not allowed.", "值属于不被允许的种类。"),
        ("And", "The value does not meet all of the conditions.", "值未满足全部条件。"),
        ("Or", "The value meets none of the alternatives.", "值不满足任何一个备选条件。"),
        ("Xone", "The value must meet exactly one of the alternatives.",
         "值应恰好满足一个备选条件。"),
        ("Node", "The value does not have the form that is asked for.", "值不符合所要求的形式。"),
        ("Property", "A property of the node is not as it should be.",
         "节点的某个属性不符合要求。"),
        ("QualifiedMinCount", "There are too few values of the kind that is asked for.",
         "所要求种类的值过少。"),
        ("QualifiedMaxCount", "There are too many values of a kind.", "某一种类的值过多。"),
        ("Closed", "The node has a property that the profile does not know.",
         "节点带有应用规范未定义的属性。"),
        ("HasValue", "One certain value is asked for and is missing.", "缺少所要求的特定值。"),
        ("In", "The value is not in the list of those allowed.", "值不在允许的列表中。"),
        ("SPARQL", "A rule of the profile that looks at several places at once is not met.",
         "未满足应用规范中涉及多处的规则。"),
    )
}  # fmt: skip
"""What each constraint component of SHACL means, by its name without `ConstraintComponent`."""

SEVERITIES: Final[dict[Severity, Texts]] = {
    Severity.VIOLATION: {"en": "Violation", "zh": "违规"},
    Severity.WARNING: {"en": "Warning", "zh": "警告"},
    Severity.INFO: {"en": "Hint", "zh": "提示"},
}

_ORDER: Final = tuple(SEVERITIES)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A finding for a reader: what, why, what to do, where to read more, and a patch."""

    title: Texts
    why: Texts
    advice: Texts
    see: tuple[str, ...] = ()
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one rule: the same shape and the same constraint component."""

    severity: Severity
    shape: Term
    component: str
    explanation: Explanation
    findings: tuple[Located, ...]


def component_name(component: str) -> str:
    """`MinCount` of the IRI of its component; the last word of any other IRI."""
    name = component.removeprefix(SHACL).removesuffix("ConstraintComponent")
    return name.rpartition("/")[2].rpartition("#")[2] or component


def explain(finding: Finding, shapes: Graph, background: Graph | None = None) -> Explanation:
    """A finding in plain words; `background` lets a wrong term be matched to a known concept."""
    shape = finding.shape
    why = COMPONENTS.get(component_name(finding.component), COMPONENTS["Node"])
    title = texts(shapes, shape, SH["message"]) or _usable(finding.messages) or why
    return Explanation(
        title=_both(title, why),
        why=why,
        advice=_both(texts(shapes, shape, SH["description"]), {}),
        see=tuple(plain(term) for term in shapes.objects(shape, RDFS["seeAlso"])),
        fix=fix_of(finding, shapes, background),
    )


def group(
    findings: Iterable[Located], shapes: Graph, background: Graph | None = None
) -> tuple[Group, ...]:
    """The findings by rule: gravest first, then most frequent; the first one gives the fix."""
    rules: dict[tuple[Term, str, Severity], list[Located]] = {}
    for located in findings:
        finding = located.finding
        key = (finding.shape, finding.component, finding.severity)
        rules.setdefault(key, []).append(located)
    groups = [
        Group(severity, shape, component, explain(found[0].finding, shapes, background), (*found,))
        for (shape, component, severity), found in rules.items()
    ]
    return tuple(
        sorted(groups, key=lambda g: (_ORDER.index(g.severity), -len(g.findings), g.shape))
    )


def texts(shapes: Graph, shape: Term, predicate: Term) -> Texts:
    """The texts of a shape by language; one without a language counts as English."""
    return {
        language(term) or "en": lexical(term)
        for term in shapes.objects(shape, predicate)
        if term[0] == '"'
    }


def in_language(given: Texts, lang: str) -> str:
    """The text in a language, else in English, else in any; empty where there is none."""
    return given.get(lang) or given.get("en") or next(iter(given.values()), "")


def _usable(messages: Texts) -> Texts:
    return {lang or "en": text for lang, text in messages.items() if text}


def _both(given: Texts, otherwise: Texts) -> Texts:
    """The texts with English and Chinese for sure, where the other source has them."""
    return {**otherwise, **given} if "en" in given else {**given, **otherwise}
