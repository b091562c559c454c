"""The use case "validate": check an input against profiles, without keeping anything of it.

The verdict is the one that ingest would give: the same reader cuts the input into records, and the
same shapes check each record on its own.
"""

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Final, Literal, Protocol, TypeVar

import vocabularies.registry
from catalog.model import Finding, Part, Refusal, Severity
from catalog.sandbox.decompression import BLOCK, blocks
from catalog.sandbox.formats import format_of
from catalog.sandbox.limits import Limits
from catalog.sandbox.positions import Positions, locate
from catalog.sandbox.reading import ReadRequest, read_parts
from catalog.sandbox.scratch import scratch
from catalog.validation.checked import Checked, Located
from catalog.validation.engines import engine_for, usable_profile
from catalog.validation.ports import Engine
from vocabularies.own import Own
from vocabularies.profiles import Profile
from vocabularies.rdf import Graph, Term, iri

EngineChoice = Literal["auto", "compiled", "pyshacl"]

FEW: Final = 20
"""Up to so many records `auto` is pySHACL, the reference; more go to the compiled engine."""

REFUSALS: Final = "https://w3id.org/hutong/refusal#"
"""The base of the component of a finding that stands for a record that could not be read."""

_LOCATED: Final = 20_000_000
"""Bytes of a source in which findings are placed by line and column."""

_STEP: Final = re.compile("<[^>]*>")

A = TypeVar("A")
R = TypeVar("R")


class Runs(Protocol):
    """What a check asks of the sandbox: to run a function on an argument behind the wall."""

    def run(self, function: Callable[[A], R], argument: A, *, limits: Limits | None = None) -> R:
        """The result, computed in a worker process."""
        ...


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What to check: a file (`path`) or the bytes themselves (`body`), and against what.

    `profiles` are references such as `tds` or `dcat-ap@3.0.1!controlled-vocabularies`. The format
    is told from `format`, `media_type`, the ending of `name` or the bytes, in that order. `own` are
    an operator's own profiles and vocabularies.
    """

    profiles: tuple[str, ...]
    path: str = ""
    body: bytes = b""
    format: str = ""
    media_type: str = ""
    name: str = ""
    base: str = ""
    engine: EngineChoice = "auto"
    own: Own = field(default_factory=Own)


def check(workers: Runs, request: CheckRequest, *, limits: Limits | None = None) -> Checked:
    """What the profiles find in the input.

    Raises:
        UnknownProfile: no profile has that name and version.
        BrokenShapes: the shapes of one cannot be used; names the file and the shape.
        UnreadableInput: the input is not what it claims to be; with line and column.
        TooMuch: it met a limit of size, depth or ratio.
        WorkerDied: it took longer or more memory than one call may.
    """
    _profiles(request)
    return workers.run(check_here, request, limits=limits)


def check_here(request: CheckRequest) -> Checked:
    """The same in this process: for a sandbox worker, which parses foreign bytes."""
    if request.path:
        return _check_file(request, Path(request.path))
    with scratch() as folder:
        file = folder / "input"
        file.write_bytes(request.body)
        return _check_file(request, file)


def _check_file(request: CheckRequest, file: Path) -> Checked:
    begun = time.perf_counter()
    chosen = _profiles(request)
    refusals: list[Refusal] = []
    parts = _parts(request, file, refusals)
    first = list(islice(parts, FEW + 1))
    engines = _engines(chosen, _choice(request.engine, len(first)), request.own)
    counted = _Counted(chain(first, parts))
    found = tuple(_unique(_findings(counted, engines, _positions(request, file))))
    findings = (*found, *map(_of_refusal, refusals))
    return Checked(
        conforms=all(one.finding.severity is not Severity.VIOLATION for one in findings),
        records=counted.count,
        findings=findings,
        seconds=round(time.perf_counter() - begun, 6),
        engine=", ".join(dict.fromkeys(engine.name for engine in engines)),
        profile=", ".join(profile.label for profile in chosen),
    )


def _of_refusal(refusal: Refusal) -> Located:
    """A record that could not be read is told as a violation, so that no form can hide it."""
    component = f"{REFUSALS}{refusal.reason}"
    is_blank = refusal.iri.startswith("_:")
    focus = refusal.iri if is_blank else iri(refusal.iri)
    words = {"en": refusal.message}
    shape = iri(component)
    return Located(
        Finding(Severity.VIOLATION, focus, "", component, None, shape, words), refusal.line, 0
    )


def _profiles(request: CheckRequest) -> tuple[Profile, ...]:
    own = request.own.profiles
    return tuple(usable_profile(reference, extra=own) for reference in request.profiles)


def _choice(asked: EngineChoice, records: int) -> EngineChoice:
    if asked != "auto":
        return asked
    return "pyshacl" if records <= FEW else "auto"


@lru_cache(maxsize=16)
def _engines(chosen: tuple[Profile, ...], choice: EngineChoice, own: Own) -> tuple[Engine, ...]:
    background = vocabularies.registry.load(own.vocabularies).graph
    return tuple(engine_for(profile, background, choice=choice) for profile in chosen)


def _parts(request: CheckRequest, file: Path, refusals: list[Refusal]) -> Iterator[Part]:
    reading = ReadRequest(
        path=str(file),
        format=request.format,
        media_type=request.media_type,
        name=request.name or (Path(request.path).name if request.path else ""),
        base=request.base,
        with_catalogs=True,
        keep_anonymous=True,
    )
    for batch in read_parts(reading):
        refusals += batch.refusals
        yield from batch.parts


class _Counted:
    """An iterable that knows how many items it has given."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self.parts = parts
        self.count = 0

    def __iter__(self) -> Iterator[Part]:
        for part in self.parts:
            self.count += 1
            yield part


def _findings(
    parts: Iterable[Part], engines: tuple[Engine, ...], positions: Callable[[], Positions]
) -> Iterator[Located]:
    """What the engines find in each part, at its place in the source."""
    for part in parts:
        graph = Graph.from_lines(part.lines)
        for engine in engines:
            for finding in engine.validate(graph):
                line, column = positions().find(*_sought(graph, finding))
                yield Located(finding, line or part.line, column)


def _sought(graph: Graph, finding: Finding) -> tuple[Term, Term | None, Term | None]:
    """Subject, predicate and value to look for; a blank node stands where its owner names it."""
    steps = _STEP.findall(finding.path)
    predicate = steps[0] if steps else None
    focus, value = finding.focus, finding.value
    seen = set()
    while focus.startswith("_:") and focus not in seen:
        seen.add(focus)
        for name, subjects in graph.incoming(focus).items():
            focus, predicate, value = subjects[0], name, None
            break
    return focus, predicate, value


def _positions(request: CheckRequest, file: Path) -> Callable[[], Positions]:
    """The places of the source, scanned when the first finding asks; none for a large one."""

    @lru_cache(maxsize=1)
    def scanned() -> Positions:
        document = b"".join(islice(blocks(file), _LOCATED // BLOCK + 1))
        if len(document) > _LOCATED:
            return Positions()
        name = request.name or (Path(request.path).name if request.path else "")
        form = format_of(request.format, request.media_type, name, document[:65_536])
        text = document.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
        return locate(text, form.name, request.base)

    return scanned


def _unique(found: Iterable[Located]) -> Iterator[Located]:
    """Each finding once: what several records share is found with each of them."""
    seen: set[tuple[object, ...]] = set()
    for located in found:
        one = located.finding
        key = (one.focus, one.path, one.component, one.value, one.shape)
        if key not in seen:
            seen.add(key)
            yield located
