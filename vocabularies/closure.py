"""What a concept stands for when one searches for it: itself, the narrower, and what matches."""

from collections.abc import Mapping

from vocabularies.concepts import Concept


def widened(concepts: Mapping[str, Concept]) -> dict[str, frozenset[str]]:
    """For each concept the set of itself, all that is narrower, and all that matches one of them.

    Matches (skos:exactMatch, closeMatch and SSSOM's) are followed in both directions, one step, so
    that a chain of loose matches does not drift. Only concepts that stand for more than themselves
    are listed.

    >>> a = Concept("a", "s", "", {}, narrower=("b",))
    >>> b = Concept("b", "s", "", {}, broader=("a",), matches=("c",))
    >>> sorted(widened({"a": a, "b": b})["a"])
    ['a', 'b', 'c']
    """
    matches: dict[str, set[str]] = {}
    for concept in concepts.values():
        for other in concept.matches:
            matches.setdefault(concept.iri, set()).add(other)
            matches.setdefault(other, set()).add(concept.iri)
    wide = {}
    for name in concepts:
        below = _below(name, concepts)
        around = {other for one in below for other in matches.get(one, ())}
        if len(below | around) > 1:
            wide[name] = frozenset(below | around)
    return wide


def _below(name: str, concepts: Mapping[str, Concept]) -> set[str]:
    """A concept and all that is narrower, cycles or not."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            known = concepts.get(one)
            waiting += known.narrower if known else ()
    return found
