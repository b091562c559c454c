"""The map of spaces: yards on an oval, lanes between them, laid out from the relations alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from catalog.spaces import SpaceSummary

WIDTH: Final = 1100
_HALF_WIDTH: Final = 104
_HALF_HEIGHT: Final = 62


@dataclass(frozen=True, slots=True)
class Yard:
    """A space on the map; the middle of its house."""

    id: str
    x: int
    y: int
    offerings: int


@dataclass(frozen=True, slots=True)
class Lane:
    """A relation as a path from one yard to the other."""

    kind: str
    source: str
    target: str
    path: str


@dataclass(frozen=True, slots=True)
class Map:
    """Everything that is drawn, in units of its own; WIDTH wide."""

    height: int
    yards: tuple[Yard, ...]
    lanes: tuple[Lane, ...]


def drawn(spaces: Sequence[SpaceSummary]) -> Map:
    """The same spaces always give the same map; neighbours on the oval are those with lanes."""
    order = _order(spaces)
    rows = max(1, math.ceil(len(order) / 5))
    height = 420 + 160 * (rows - 1)
    yards = {s.space.id: _yard(s, i, len(order), height) for i, s in enumerate(order)}
    lanes = [
        _lane(relation.kind, yards[s.space.id], yards[relation.target], height)
        for s in order
        for relation in s.space.relations
        if relation.target in yards and relation.target != s.space.id
    ]
    return Map(height, tuple(yards.values()), tuple(_once(lanes)))


def _order(spaces: Sequence[SpaceSummary]) -> list[SpaceSummary]:
    """The best connected first, then always the one with most lanes to those that are placed."""
    left = sorted(spaces, key=lambda s: s.space.id)
    ties = {frozenset((s.space.id, r.target)) for s in left for r in s.space.relations}
    placed: list[SpaceSummary] = []
    while left:
        last = placed[-1].space.id if placed else ""
        best = max(
            left,
            key=lambda s: (
                frozenset((last, s.space.id)) in ties,
                sum(s.space.id in tie for tie in ties),
            ),
        )
        placed.append(best)
        left.remove(best)
    return placed


def _yard(summary: SpaceSummary, place: int, of: int, height: int) -> Yard:
    angle = -math.pi / 2 + 2 * math.pi * place / of
    x = WIDTH / 2 + math.cos(angle) * (WIDTH / 2 - _HALF_WIDTH - 30)
    y = height / 2 + math.sin(angle) * (height / 2 - _HALF_HEIGHT - 28)
    if of == 1:
        x, y = WIDTH / 2, height / 2
    return Yard(summary.space.id, round(x), round(y), summary.offerings)


def _lane(kind: str, start: Yard, end: Yard, height: int) -> Lane:
    """A curve that leans a little to the middle, so that lanes do not cross houses between them."""
    middle_x = (start.x + end.x) / 2 * 0.82 + WIDTH / 2 * 0.18
    middle_y = (start.y + end.y) / 2 * 0.82 + height / 2 * 0.18
    path = f"M{start.x} {start.y}Q{middle_x:.0f} {middle_y:.0f} {end.x} {end.y}"
    return Lane(kind, start.id, end.id, path)


def _once(lanes: Sequence[Lane]) -> list[Lane]:
    """An interconnection that both sides declare is one lane."""
    seen: dict[object, Lane] = {}
    for lane in lanes:
        is_mutual = lane.kind == "interconnectsWith"
        ends: object = frozenset((lane.source, lane.target)) if is_mutual else (
            lane.source, lane.target,
        )  # fmt: skip
        seen.setdefault((lane.kind, ends), lane)
    return list(seen.values())
