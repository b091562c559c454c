"""Which engine checks which shape: decided when the shapes are compiled, never while checking."""

from collections.abc import Hashable
from functools import lru_cache
from pathlib import Path
from typing import Literal, Protocol

from catalog.model import Finding
from catalog.validation.compiled import CompiledEngine
from catalog.validation.constraints import BeyondCore, Compiler
from catalog.validation.lint import check_shapes
from catalog.validation.ports import Engine
from catalog.validation.shapes import read_shape, targets
from vocabularies import profiles
from vocabularies.errors import BrokenShapes
from vocabularies.profiles import Profile
from vocabularies.rdf import Graph, Term

Choice = Literal["auto", "compiled", "pyshacl"]


class Shaped(Hashable, Protocol):
    """What an engine needs of a profile: equal profiles have equal shapes."""

    @property
    def shapes(self) -> Graph: ...

    @property
    def axioms(self) -> Graph: ...


def usable_profile(reference: str, *, extra: Path | None = None) -> Profile:
    """The profile of that name, its shapes looked over; `extra` is a further folder of profiles.

    Raises:
        UnknownProfile: no profile has that name and version.
        BrokenShapes: a shape is such that a check would be silently incomplete; names the file.
    """
    found = profiles.find(reference, extra=extra)
    try:
        check_shapes(found.shapes)
    except BrokenShapes as error:
        raise BrokenShapes(
            error.message, place=f"{found.folder}: {error.place}", hint=error.hint
        ) from error
    return found


class BothEngines:
    """The compiled engine for what it can take, pySHACL for the rest; their findings united."""

    name = "compiled+pyshacl"

    def __init__(self, compiled: Engine, reference: Engine) -> None:
        self._compiled = compiled
        self._reference = reference

    def validate(self, graph: Graph) -> tuple[Finding, ...]:
        return (*self._compiled.validate(graph), *self._reference.validate(graph))


def engine_for(profile: Shaped, background: Graph, *, choice: Choice = "auto") -> Engine:
    """The engine that checks against a profile, its vocabularies beside it; made once.

    `auto` and `compiled` both give shapes that are beyond SHACL Core to pySHACL.

    Raises:
        BrokenShapes: the shapes have an error that would make a check silently incomplete.
    """
    return _engine(profile, background, choice)


@lru_cache(maxsize=32)
def _engine(profile: Shaped, background: Graph, choice: Choice) -> Engine:
    check_shapes(profile.shapes)
    known = _with_axioms(background, profile.axioms)
    if choice == "pyshacl":
        return _reference(profile.shapes, known)
    core, beyond = sorted_out(profile.shapes)
    if not beyond:
        return CompiledEngine(profile.shapes, known)
    if not core:
        return _reference(profile.shapes, known)
    compiled = CompiledEngine(profile.shapes, known, only=core)
    return BothEngines(compiled, _reference(profile.shapes, known, only=beyond))


def sorted_out(shapes: Graph) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """The shapes with targets that the compiled engine can take, and those that it cannot."""
    core: list[Term] = []
    beyond: list[Term] = []
    for node in targets(shapes):
        try:
            Compiler(shapes).compile(read_shape(shapes, node))
        except BeyondCore:
            beyond.append(node)
        else:
            core.append(node)
    return tuple(core), tuple(beyond)


def _reference(shapes: Graph, known: Graph, only: tuple[Term, ...] = ()) -> Engine:
    from catalog.validation.pyshacl_engine import PyshaclEngine  # noqa: PLC0415 - loads rdflib

    return PyshaclEngine(shapes, known, only=only)


def _with_axioms(background: Graph, axioms: Graph) -> Graph:
    """The background with a profile's axioms, sharing what it does not change."""
    if not len(axioms):
        return background
    known = Graph()
    known.by_subject = dict(background.by_subject)
    for subject, facts in axioms.by_subject.items():
        there = known.by_subject.get(subject, {})
        known.by_subject[subject] = {
            **there,
            **{p: [*there.get(p, []), *objects] for p, objects in facts.items()},
        }
    return known
