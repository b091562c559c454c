"""ODRL offers in plain words: permissions, prohibitions, duties and their limits.

Nothing is hidden: an action, an operand or an operator that has no words here is shown as it was
published.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from catalog.model import Texts
from catalog.search.labels import in_language
from vocabularies.rdf import DCT, ODRL, RDF, RDFS, Graph, Term, is_literal, language, lexical, plain
from vocabularies.registry import Vocabularies

Sort = Literal["yes", "no", "must"]
_WORDS: Final[dict[str, dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "texts/policy.yaml").read_text("utf-8")
)
_KINDS: Final[tuple[tuple[str, Sort], ...]] = (
    ("permission", "yes"), ("prohibition", "no"), ("obligation", "must"), ("duty", "must"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule in words; `raw` holds what was published and has no words here."""

    sort: Sort
    text: str
    raw: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """What a record's offers say, and the few things that a card shows."""

    rules: tuple[Rule, ...]
    marks: tuple[str, ...]


def usage_of(
    graph: Graph,
    carriers: Iterable[Term],
    known: tuple[Vocabularies, Mapping[str, Texts]],
    lang: str,
) -> Usage:
    """The offers of a record and of its distributions, in the reader's language.

    `known` are the vocabularies and the titles of the public spaces, which rules name by IRI.
    """
    speaker = _Speaker(graph, *known, lang)
    policies = dict.fromkeys(p for c in carriers for p in graph.objects(c, ODRL["hasPolicy"]))
    rules = dict.fromkeys(rule for policy in policies for rule in speaker.rules(policy))
    return Usage(tuple(rules), tuple(dict.fromkeys(speaker.marks)))


class _Speaker:
    def __init__(
        self, graph: Graph, vocabularies: Vocabularies, spaces: Mapping[str, Texts], lang: str
    ) -> None:
        self.graph = graph
        self.vocabularies = vocabularies
        self.spaces = spaces
        self.lang = lang
        self.words: dict[str, Any] = _WORDS[lang]
        self.marks: list[str] = []

    def rules(self, policy: Term) -> Iterator[Rule]:
        if policy not in self.graph.by_subject:
            yield Rule("must", self.words["sentence"]["elsewhere"], (plain(policy),))
        for name, sort in _KINDS:
            for rule in self.graph.objects(policy, ODRL[name]):
                yield self._rule(rule, sort)
                for duty in self.graph.objects(rule, ODRL["duty"]):
                    yield self._rule(duty, "must")

    def _rule(self, rule: Term, sort: Sort) -> Rule:
        raw: list[str] = []
        actions = [self._action(a, sort, raw) for a in self.graph.objects(rule, ODRL["action"])]
        limits = [self._constraint(c, raw) for c in self._limits(rule)]
        act = self.words["join"].join(actions) or self.words["sentence"]["unnamed"]
        text = self.words["sentence"][sort].format(act=act)
        if limits:
            text += self.words["sentence"]["limits"].format(limits=self.words["join"].join(limits))
        return Rule(sort, text, tuple(raw))

    def _limits(self, rule: Term) -> list[Term]:
        own = self.graph.objects(rule, ODRL["constraint"])
        refined = [
            c
            for action in self.graph.objects(rule, ODRL["action"])
            for c in self.graph.objects(action, ODRL["refinement"])
        ]
        return [*own, *refined]

    def _action(self, action: Term, sort: Sort, raw: list[str]) -> str:
        value = self.graph.value(action, RDFS_VALUE) if action[0] == "_" else action
        name = _local(value or action)
        self._mark(name, sort)
        return self._word("action", value or action, raw)

    def _mark(self, name: str, sort: Sort) -> None:
        found = _MARKS.get((name, sort))
        if found:
            self.marks.append(found)

    def _constraint(self, constraint: Term, raw: list[str]) -> str:
        for name in ("or", "and", "xone", "andSequence"):
            members = self.graph.objects(constraint, ODRL[name])
            if members:
                told = [self._constraint(m, raw) for m in members]
                return str(self.words["logic"][name]).join(told)
        left = self.graph.value(constraint, ODRL["leftOperand"])
        operator = self.graph.value(constraint, ODRL["operator"])
        if left is None or operator is None:
            raw.append(plain(constraint))
            return str(self.words["sentence"]["unnamed"])
        if _local(left) == "recipient":
            self.marks.append("members_only")
        right = self.words["or"].join(self._values(constraint, raw))
        sentence = str(self.words["sentence"]["constraint"])
        return sentence.format(
            left=self._word("left", left, raw),
            op=self._word("operator", operator, raw),
            right=right,
        )

    def _values(self, constraint: Term, raw: list[str]) -> Iterator[str]:
        values = [
            *self.graph.objects(constraint, ODRL["rightOperand"]),
            *self.graph.objects(constraint, ODRL["rightOperandReference"]),
        ]
        unit = self.graph.value(constraint, ODRL["unit"])
        for value in values:
            text = self._value(value, raw)
            yield f"{text} {self._value(unit, raw)}" if unit else text

    def _value(self, value: Term, raw: list[str]) -> str:
        if is_literal(value):
            text = lexical(value)
            if text.isascii() and text.isdigit() and len(text) > _YEAR:
                return f"{int(text):,}"
            return self._duration(text) if text[:1] == "P" and text[1:2].isdigit() else text
        label = self._label(value)
        return label or self._word("value", value, raw)

    def _label(self, term: Term) -> str:
        concept = self.vocabularies.concept(plain(term))
        if concept is not None:
            return concept.label(self.lang)
        if plain(term) in self.spaces:
            return in_language(self.spaces[plain(term)], self.lang)
        labels = {
            language(o): lexical(o)
            for name in (DCT["title"], RDFS["label"])
            for o in self.graph.objects(term, name)
            if is_literal(o)
        }
        return in_language(labels, self.lang)

    def _duration(self, text: str) -> str:
        number, unit = text[1:-1], text[-1:]
        word = self.words["duration"].get(unit)
        return word.format(n=number) if word and number.isdigit() else text

    def _word(self, group: str, term: Term, raw: list[str]) -> str:
        found = self.words[group].get(_local(term))
        if found is None:
            raw.append(plain(term))
            return plain(term)
        return str(found)


_YEAR: Final = 4
"""Digits of a number that may be a year; longer ones are grouped by thousands."""

RDFS_VALUE: Final = RDF["value"]
_MARKS: Final = {
    ("commercialize", "yes"): "commercial_yes",
    ("commercialize", "no"): "commercial_no",
    ("CommercialUse", "yes"): "commercial_yes",
    ("CommercialUse", "no"): "commercial_no",
    ("distribute", "no"): "share_no",
    ("transfer", "no"): "share_no",
    ("derive", "no"): "derive_no",
    ("compensate", "must"): "pay",
}


def _local(term: Term) -> str:
    text = plain(term)
    return text[max(text.rfind("#"), text.rfind("/")) + 1 :]
