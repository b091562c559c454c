"""Spaces: what the hub knows of each yard, and what it shows of it."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from catalog.errors import BadRequest, NotThere, UnreadableInput
from catalog.hub import Hub
from catalog.model import Space, SpaceKind
from catalog.validation.engines import usable_profile
from catalog.views import follow
from catalog.visibility import is_public, visibility_of
from vocabularies.rdf import Graph, iri

_PAGE: Final = 500
_NAME: Final = "a-z, 0-9 and hyphens, at most 64"


@dataclass(frozen=True, slots=True)
class SpaceSummary:
    """A space and what it offers: offerings by kind, and how many of them conform."""

    space: Space
    offerings: int
    conforming: int
    by_kind: Mapping[str, int]


def overview(hub: Hub, *, public: bool = True) -> tuple[SpaceSummary, ...]:
    """Every space with its counts; for the public, only public spaces and public records."""
    counts = hub.store.counts(public=public)
    spaces = hub.store.spaces()
    if not public:
        return tuple(_summary(space, counts) for space in spaces)
    known = {space.id for space in spaces if is_public(space)}
    return tuple(_summary(_told(s, known), counts) for s in spaces if s.id in known)


def summary(hub: Hub, space: str) -> SpaceSummary:
    """One public space with its counts.

    Raises:
        NotThere: there is no public space of that name.
    """
    return _summary(public_space(hub, space), hub.store.counts())


def public_space(hub: Hub, space: str) -> Space:
    """The space, when everybody may see it, without its relations to those that not all may see.

    Raises:
        NotThere: there is none, or it is restricted; the two look the same.
    """
    known = {one.id: one for one in hub.store.spaces() if is_public(one)}
    found = known.get(space)
    if found is None:
        raise NotThere("There is no such space.", place=space, hint="GET /spaces lists them.")
    return _told(found, known)


def keep(hub: Hub, space: Space) -> int:
    """Keep a space as described; how many of its records became hidden or public by it.

    What becomes hidden is hidden before the space is kept, what becomes public is shown after it:
    whenever this is cut off, nothing is seen that must not be.

    Raises:
        UnknownProfile: the hub has no such profile; nothing was changed.
    """
    _look_over(hub, space.profiles)
    before = hub.store.space(space.id)
    if before is None or before.visibility is space.visibility:
        hub.store.put_space(space)
        return 0
    if not is_public(space):
        changed = _judge_anew(hub, space)
        hub.store.put_space(space)
    else:
        hub.store.put_space(space)
        changed = _judge_anew(hub, space)
    follow(hub)
    return changed


def existing(hub: Hub, space: str) -> Space:
    """The space of that name for an operator.

    Raises:
        NotThere: there is none; names those there are.
    """
    found = hub.store.space(space)
    if found is None:
        known = ", ".join(one.id for one in hub.store.spaces())
        hint = f"There are: {known}." if known else "There is none yet."
        raise NotThere("There is no such space.", place=space, hint=hint)
    return found


def open_space(
    hub: Hub, space: str, *, kind: SpaceKind | None = None, profiles: tuple[str, ...] = ()
) -> Space:
    """The space of that name for an operator: made when it is not there and a kind is given.

    `profiles`, when given, become the space's own.

    Raises:
        NotThere: it is not there and no kind was given.
        UnknownProfile: the hub has no such profile; nothing was changed.
        BadRequest: the name cannot stand in a URL.
    """
    _look_over(hub, profiles)
    found = hub.store.space(space)
    if found is None:
        if kind is None:
            raise NotThere(
                "There is no such space.",
                place=space,
                hint=f"Give its kind to make it: --kind {'|'.join(SpaceKind)}.",
            )
        found = Space(id=_checked(space), kind=kind, title={"": space})
        hub.store.put_space(found)
    if profiles and profiles != found.profiles:
        found = replace(found, profiles=profiles)
        hub.store.put_space(found)
    return found


def read_space(file: Path) -> Space:
    """The space that a `space.yaml` describes.

    Raises:
        UnreadableInput: it is no YAML, or a field is unknown, missing or of the wrong kind.
    """
    try:
        described: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
        _known_fields(described, file)
        space = msgspec.convert(described, Space)
    except (yaml.YAMLError, msgspec.ValidationError, OSError) as error:
        raise UnreadableInput(f"This describes no space: {error}.", place=str(file)) from error
    _checked(space.id)
    return space


def _look_over(hub: Hub, profiles: Sequence[str]) -> None:
    for name in profiles:
        usable_profile(name, extra=hub.settings.own.profiles)


def _judge_anew(hub: Hub, space: Space) -> int:
    changed, after = 0, ""
    while page := hub.store.of_space(space.id, after=after, limit=_PAGE, public=False):
        verdicts = {r.id: visibility_of(space, Graph.from_lines(r.graph), iri(r.iri)) for r in page}
        changed += len(hub.store.rejudge(verdicts).operations)
        after = page[-1].id
    return changed


def _known_fields(described: object, file: Path) -> None:
    known = {field.name for field in fields(Space)}
    unknown = sorted(set(described) - known) if isinstance(described, dict) else []
    if unknown:
        raise UnreadableInput(
            f"A space has no field {unknown[0]!r}.",
            place=str(file),
            hint=f"It has: {', '.join(sorted(known))}.",
        )


def _checked(name: str) -> str:
    fine = 0 < len(name) <= 64 and all(c.isascii() and (c.isalnum() or c == "-") for c in name)  # noqa: PLR2004
    if not fine or name != name.lower():
        raise BadRequest(f"{name!r} cannot name a space.", hint=f"Use {_NAME}.")
    return name


def _told(space: Space, known: Container[str]) -> Space:
    return replace(space, relations=tuple(r for r in space.relations if r.target in known))


def _summary(space: Space, counts: Mapping[tuple[str, str, bool], int]) -> SpaceSummary:
    own = [(kind, fine, n) for (name, kind, fine), n in counts.items() if name == space.id]
    by_kind: dict[str, int] = {}
    for kind, _, n in sorted(own):
        by_kind[kind] = by_kind.get(kind, 0) + n
    return SpaceSummary(
        space=space,
        offerings=sum(n for _, _, n in own),
        conforming=sum(n for _, fine, n in own if fine),
        by_kind=by_kind,
    )
