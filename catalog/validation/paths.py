"""SHACL property paths (section 2.3.1): read from shapes, written as SPARQL, walked over data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from vocabularies.errors import BrokenShapes
from vocabularies.rdf import RDF, SH, Graph, Term, is_iri

Facts = Mapping[Term, Mapping[Term, list[Term]]]


@dataclass(frozen=True, slots=True)
class Data:
    """What a check walks over: the record with its slice of the background, and the way back."""

    facts: Facts
    incoming: Callable[[Term], Mapping[Term, list[Term]]]


Walk = Callable[[Data, Term], list[Term]]
Repeat = Literal["*", "+", "?"]

_REPEATS: Final[tuple[tuple[Term, Repeat], ...]] = (
    (SH["zeroOrMorePath"], "*"),
    (SH["oneOrMorePath"], "+"),
    (SH["zeroOrOnePath"], "?"),
)
_NONE: Final[dict[Term, list[Term]]] = {}


@dataclass(frozen=True, slots=True)
class Path:
    """A property path: its SPARQL text, how to walk it, and its predicate where it is just one."""

    text: str
    walk: Walk
    predicate: Term | None = None


def read_path(shapes: Graph, node: Term) -> Path:
    """The path that a node of the shapes graph stands for.

    Raises:
        BrokenShapes: it is no well-formed path, or leads into itself.
    """
    return _read(shapes, node, ())


def list_items(shapes: Graph, node: Term) -> list[Term]:
    """The members of an RDF list.

    Raises:
        BrokenShapes: it is no well-formed list.
    """
    items: list[Term] = []
    seen: set[Term] = set()
    while node != RDF["nil"]:
        first, rest = shapes.value(node, RDF["first"]), shapes.value(node, RDF["rest"])
        if first is None or rest is None or node in seen:
            raise BrokenShapes("This is no well-formed list.", place=node)
        seen.add(node)
        items.append(first)
        node = rest
    return items


def _read(shapes: Graph, node: Term, above: tuple[Term, ...]) -> Path:
    if is_iri(node):
        return Path(node, _step(node), node)
    if node in above:
        raise BrokenShapes("This path leads into itself.", place=node)
    inner = (*above, node)
    if shapes.value(node, RDF["first"]) is not None:
        paths = [_read(shapes, item, inner) for item in list_items(shapes, node)]
        return Path("/".join(map(_grouped, paths)), _chain([p.walk for p in paths]))
    inverse = shapes.value(node, SH["inversePath"])
    if inverse is not None:
        return _inverse(_read(shapes, inverse, inner), node)
    alternatives = shapes.value(node, SH["alternativePath"])
    if alternatives is not None:
        paths = [_read(shapes, item, inner) for item in list_items(shapes, alternatives)]
        return Path("|".join(map(_grouped, paths)), _either([p.walk for p in paths]))
    for predicate, sign in _REPEATS:
        repeated = shapes.value(node, predicate)
        if repeated is not None:
            path = _read(shapes, repeated, inner)
            return Path(f"{_grouped(path)}{sign}", _repeat(path.walk, sign))
    raise BrokenShapes("This is no property path.", place=node)


def _grouped(path: Path) -> str:
    return path.text if path.predicate else f"({path.text})"


def _step(predicate: Term) -> Walk:
    return lambda data, node: data.facts.get(node, _NONE).get(predicate, [])


def _inverse(path: Path, node: Term) -> Path:
    predicate = path.predicate
    if predicate is None:
        raise BrokenShapes("sh:inversePath is taken of a single property.", place=node)

    def walk(data: Data, target: Term) -> list[Term]:
        return data.incoming(target).get(predicate, [])

    return Path(f"^{predicate}", walk)


def _either(walks: Sequence[Walk]) -> Walk:
    def walk(data: Data, node: Term) -> list[Term]:
        return list(dict.fromkeys(value for one in walks for value in one(data, node)))

    return walk


def _chain(walks: Sequence[Walk]) -> Walk:
    def walk(data: Data, node: Term) -> list[Term]:
        nodes = [node]
        for one in walks:
            nodes = list(dict.fromkeys(value for at in nodes for value in one(data, at)))
        return nodes

    return walk


def _repeat(step: Walk, sign: Repeat) -> Walk:
    def walk(data: Data, node: Term) -> list[Term]:
        found: dict[Term, None] = {} if sign == "+" else {node: None}
        waiting = [node]
        while waiting:
            fresh = [v for at in waiting for v in step(data, at) if v not in found]
            waiting = list(dict.fromkeys(fresh))
            found.update(dict.fromkeys(waiting))
            if sign == "?":
                break
        return list(found)

    return walk
