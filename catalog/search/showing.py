"""What a reader sees of a hit: title and snippet in the best language, marked, and why."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from catalog.model import Texts
from catalog.search.analysis import asked_tokens, is_cjk, spans, stem
from catalog.search.plan import AllOf, AnyOf, Begins, Clause, Exactly, Has, Plan, Together, Unit
from catalog.search.ports import Hit, Reason
from vocabularies.mentions import folded
from vocabularies.registry import Vocabularies

SNIPPET: Final = 220
"""Characters of a snippet."""

Marks = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """The words that a question looked for, ready to be spotted in texts."""

    tokens: Mapping[str, str]
    runs: tuple[str, ...]
    starts: tuple[str, ...]
    concepts: Mapping[str, str]
    whole: str
    corrections: Mapping[str, str]
    lang: str


def looked_for(plan: Plan, corrections: Mapping[str, str], lang: str) -> Looked:
    tokens: dict[str, str] = {}
    runs: dict[str, None] = {}
    starts: list[str] = []
    concepts: dict[str, str] = {}
    for clause in _flat((*plan.units, *plan.rest)):
        if isinstance(clause, Unit):
            concepts |= dict.fromkeys(clause.concepts, clause.text)
            for met in clause.words:
                if is_cjk(met.word):
                    runs[met.word] = None
                tokens |= {token.lstrip("~"): met.word for token in met.tokens}
        elif isinstance(clause, Together):
            runs |= {w: None for w in clause.words if is_cjk(w)}
            tokens |= {t.lstrip("~"): w for w in clause.words for t in asked_tokens(w, lang)}
        elif isinstance(clause, Begins):
            starts.append(clause.start)
    for wrong, right in corrections.items():
        tokens |= {token.lstrip("~"): wrong for token in asked_tokens(right, lang)}
    return Looked(tokens, tuple(runs), tuple(starts), concepts, plan.whole, corrections, lang)


def shown(
    identity: tuple[str, str, str],
    score: float,
    stored: bytes,
    looked: Looked,
    vocabularies: Vocabularies,
) -> Hit:
    """The hit as a reader sees it; `identity` is its id, IRI and space."""
    record = msgspec.json.decode(stored)
    title = in_language(record.get("titles", {}), looked.lang)
    description = in_language(record.get("descriptions", {}), looked.lang)
    snippet, marks = _snippet(description, looked)
    return Hit(
        id=identity[0],
        iri=identity[1],
        space=identity[2],
        score=score,
        why=_why(record, looked, vocabularies),
        stored=stored,
        title=title,
        title_marks=marks_in(title, looked),
        snippet=snippet,
        snippet_marks=marks,
    )


def in_language(texts: Texts, lang: str) -> str:
    """The text in that language, else in its base language, English, Chinese, or any."""
    for wanted in (lang, lang.partition("-")[0], "en", "zh", ""):
        if texts.get(wanted):
            return texts[wanted]
    return next(iter(texts.values()), "")


def marks_in(text: str, looked: Looked) -> Marks:
    """The ranges of a text that the question looked for."""
    found: list[tuple[int, int]] = []
    for start, end, word in spans(text):
        if is_cjk(word):
            found += _marks_in_run(text, start, end, looked)
        elif _is_met(word, looked):
            found.append((start, end))
    return tuple(_joined(found))


def _marks_in_run(text: str, start: int, end: int, looked: Looked) -> list[tuple[int, int]]:
    """Chinese words within a run; folding keeps the length of simplified and traditional signs."""
    run = folded(text[start:end])
    if len(run) != end - start:
        return []
    return [
        (start + m.start(), start + m.end())
        for word in looked.runs
        for m in re.finditer(re.escape(word), run)
    ]


def _is_met(word: str, looked: Looked) -> bool:
    if word in looked.tokens or any(word.startswith(s) for s in looked.starts):
        return True
    return any(stem(word, lang) in looked.tokens for lang in {looked.lang.partition("-")[0], "en"})


def _joined(marks: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, overlapping and touching ones made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _snippet(text: str, looked: Looked) -> tuple[str, Marks]:
    """The part of a text with the most marks, and the marks within it."""
    marks = marks_in(text, looked)
    if len(text) <= SNIPPET:
        return text, marks
    starts = [0, *(max(0, start - 30) for start, _ in marks)]
    best = max(starts, key=lambda at: sum(at <= s and e <= at + SNIPPET for s, e in marks))
    if best and not is_cjk(text[best]):
        space = text.find(" ", best, best + 30)
        best = space + 1 if space >= 0 else best
    cut = text[best : best + SNIPPET]
    before, after = "…" if best else "", "…" if best + SNIPPET < len(text) else ""
    shift = len(before) - best
    inside = [(s + shift, e + shift) for s, e in marks if best <= s and e <= best + SNIPPET]
    return f"{before}{cut}{after}", tuple(inside)


_FIELDS: Final = (("title", "titles"), ("keyword", "keywords"), ("publisher", "publisher"),
                  ("description", "descriptions"))  # fmt: skip


def _why(
    record: Mapping[str, Any], looked: Looked, vocabularies: Vocabularies
) -> tuple[Reason, ...]:
    """The reasons for a hit, strongest first: exact, by field, through concepts."""
    reasons: dict[tuple[str, str], Reason] = {}
    titles = record.get("titles", {})
    if looked.whole and looked.whole in {folded(title) for title in titles.values()}:
        reasons["title", looked.whole] = Reason("title", looked.whole, "exact")
    for name, key in _FIELDS:
        said = record.get(key, ())
        for text in said.values() if isinstance(said, dict) else said:
            for word, through in _met_in(text, looked):
                reasons.setdefault((name, word), Reason(name, word, through))
    for concept in (*record.get("themes", ()), *_mentioned(titles, vocabularies)):
        if concept in looked.concepts:
            label = vocabularies.label(concept, looked.lang)
            word = looked.concepts[concept]
            reasons.setdefault(("concept", word), Reason(f"concept: {label}", word, "concept"))
    return tuple(reasons.values())[:8]


def _mentioned(titles: Texts, vocabularies: Vocabularies) -> list[str]:
    return [c for title in titles.values() for _, _, c in vocabularies.mentions(title)]


def _met_in(text: str, looked: Looked) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for _, _, word in spans(text):
        if is_cjk(word):
            found |= {run: "" for run in looked.runs if run in word}
        elif word in looked.tokens:
            asked = looked.tokens[word]
            found.setdefault(asked, _through(word, asked, looked))
        elif _is_met(word, looked):
            base = stem(word, looked.lang.partition("-")[0])
            asked = looked.tokens.get(base) or looked.tokens.get(stem(word, "en")) or word
            found.setdefault(asked, _through(word, asked, looked))
    return list(found.items())


def _through(word: str, asked: str, looked: Looked) -> str:
    if asked in looked.corrections:
        return "typo"
    if any(word.startswith(s) for s in looked.starts):
        return "prefix"
    return "" if word == asked else "stem"


def _flat(clauses: Iterable[Clause]) -> Iterable[Clause]:
    for clause in clauses:
        if isinstance(clause, AnyOf | AllOf):
            yield from _flat(clause.clauses)
        elif isinstance(clause, Unit | Together | Begins | Has | Exactly):
            yield clause
