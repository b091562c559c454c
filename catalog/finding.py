"""Searching, as every face does it: ask the view, check with the truth, tell it as one object."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from catalog.hub import Hub
from catalog.search.labels import Names, space_titles, told_apart
from catalog.search.ports import Answer, FacetValue, Hit, Question, Reason

Facets = Mapping[str, tuple[FacetValue, ...]]


def ask(hub: Hub, question: Question) -> Answer:
    """The answer of the search view, without hits that have just been hidden or withdrawn.

    The view may lag behind the store for a moment; what a reader is shown never does.
    """
    answer = hub.search.search(question)
    facets = _named(hub, answer.facets, question.lang) if answer.facets else {}
    return replace(answer, hits=_still_public(hub, answer.hits), facets=facets)


def similar(hub: Hub, record: str, *, lang: str, limit: int = 5) -> tuple[Hit, ...]:
    """Records like this one that everybody may see."""
    return _still_public(hub, hub.search.similar(record, lang=lang, limit=limit))


def answer_json(answer: Answer) -> dict[str, Any]:
    """The object that the API and the command line print for a search (docs/reference/search)."""
    return {
        "total": answer.total,
        "hits": [
            {
                "id": hit.id,
                "iri": hit.iri,
                "space": hit.space,
                "title": hit.title,
                "score": round(hit.score, 6),
                "why": [_reason(reason) for reason in hit.why],
            }
            for hit in answer.hits
        ],
        "facets": {
            name: [{"value": v.value, "label": v.label, "count": v.count} for v in values]
            for name, values in answer.facets.items()
        },
        "next": answer.next or None,
        "corrections": dict(answer.corrections),
        "expansions": {word: list(labels) for word, labels in answer.expansions.items()},
        "dropped": list(answer.dropped),
    }


def _named(hub: Hub, facets: Facets, lang: str) -> Facets:
    """Every value of every facet by the name that a reader knows it by."""
    names = Names(hub.vocabularies, space_titles(hub.store.spaces()), hub.search.names_of)
    return {
        facet: told_apart(
            tuple(replace(v, label=names.label(facet, v.value, lang)) for v in values)
        )
        for facet, values in facets.items()
    }


def _reason(reason: Reason) -> dict[str, str]:
    said = {"field": reason.field, "word": reason.word}
    return said | {"through": reason.through} if reason.through else said


def _still_public(hub: Hub, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    public = hub.store.public_ids(hit.id for hit in hits)
    return tuple(hit for hit in hits if hit.id in public)
