"""Profiles: named, versioned sets of SHACL shapes, found by looking into their folders.

A profile is a folder `<name>/<version>/` with `about.yaml`, `shapes.ttl` and, where it has them,
further Turtle files. Each of those is a part that can be switched on or off. `axioms.ttl` is no
part: it holds the `rdfs:subClassOf` statements that the shapes build on, which an engine reads
as background beside the vocabularies.

>>> find("dcat-ap").label
'dcat-ap@3.0.1'
>>> find("dcat-ap!controlled-vocabularies").parts
('shapes',)
"""

import difflib
import functools
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyoxigraph
import yaml

from vocabularies.errors import BrokenShapes, UnknownProfile, VocabularyError
from vocabularies.rdf import STRING, Graph, Term, Triple, iri, literal

FOLDER: Final = Path(__file__).parent / "profiles"
"""Where the profiles that ship with the hub live."""

MAIN: Final = "shapes"
"""The part that every profile has and that cannot be switched off."""

_AXIOMS: Final = "axioms"
_NEEDED: Final = ("name", "version", "title", "description")
_REFERENCE: Final = re.compile(r"([^@+!\s]+)(?:@([^@+!\s]+))?((?:[+!][^@+!\s]+)*)")


@dataclass(frozen=True, slots=True)
class ProfilePart:
    """A Turtle file of a profile; `on` says whether it is taken when nobody asks."""

    name: str
    on: bool
    title: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile with the shapes of the profiles it extends merged in and its parts chosen.

    Two profiles are equal when their name, version, parts and content are: `digest` is the SHA-256
    of every Turtle file that went in, so `(record hash, digest)` names one verdict for good.
    """

    name: str
    version: str
    parts: tuple[str, ...]
    digest: str
    title: Mapping[str, str] = field(compare=False)
    description: Mapping[str, str] = field(compare=False)
    shapes: Graph = field(compare=False, repr=False)
    axioms: Graph = field(compare=False, repr=False)
    folder: Path = field(compare=False)
    extends: tuple[str, ...] = field(default=(), compare=False)
    choices: tuple[ProfilePart, ...] = field(default=(), compare=False)
    vocabularies: tuple[str, ...] = field(default=(), compare=False)
    source: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def label(self) -> str:
        """`name@version`, as reports and commands write it."""
        return f"{self.name}@{self.version}"


def find(reference: str, *, extra: Path | None = None) -> Profile:
    """The profile that `name`, `name@version`, `name+part` or `name!part` names.

    Without a version it is the newest. `+part` switches a part on and `!part` off. `extra` is a
    further folder of profiles, an operator's own, which wins over a shipped one of the same name
    and version. A profile is read once and again when one of its files changes.

    Raises:
        UnknownProfile: no profile has that name and version, or no part that name; names the
            nearest.
        VocabularyError: the folder of the profile is not as it must be.
    """
    found = _REFERENCE.fullmatch(reference.strip())
    if not found:
        raise UnknownProfile(
            f"{reference!r} names no profile.", hint="Write it as name or name@version."
        )
    name, version, switches = found.groups()
    folder = _folder(name, version, _roots(extra))
    return _read(folder, tuple(re.findall(r"[+!][^+!]+", switches)), extra, _stamp(_roots(extra)))


def all_profiles(*, extra: Path | None = None) -> tuple[Profile, ...]:
    """Every profile with its parts as they are by default, by name and then newest first."""
    folders = _folders(_roots(extra))
    ordered = sorted(folders, key=lambda key: key[0])
    labels = [
        f"{name}@{version}"
        for name in dict.fromkeys(name for name, _ in ordered)
        for version in sorted((v for n, v in folders if n == name), key=version_order, reverse=True)
    ]
    return tuple(find(label, extra=extra) for label in labels)


def triples_of(
    turtle: bytes, place: str, prefix: str = "b", *, base: str | None = None
) -> Iterator[Triple]:
    """The triples of a trusted Turtle text, blank nodes renamed in the order of appearance.

    Raises:
        BrokenShapes: the text is no Turtle; says where.
    """
    labels: dict[str, Term] = {}

    def term(node: pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal) -> Term:
        if isinstance(node, pyoxigraph.NamedNode):
            return iri(node.value)
        if isinstance(node, pyoxigraph.BlankNode):
            return labels.setdefault(node.value, f"_:{prefix}{len(labels)}")
        kind = STRING if node.language else iri(node.datatype.value)
        return literal(node.value, lang=node.language or "", datatype=kind)

    try:
        for quad in pyoxigraph.parse(turtle, format=pyoxigraph.RdfFormat.TURTLE, base_iri=base):
            yield term(quad.subject), term(quad.predicate), term(quad.object)
    except SyntaxError as error:
        raise BrokenShapes(f"This is no Turtle: {error.msg}.", place=place) from error


def _roots(extra: Path | None) -> tuple[Path, ...]:
    return (FOLDER,) if extra is None else (FOLDER, extra)


def _folders(roots: tuple[Path, ...]) -> dict[tuple[str, str], Path]:
    return {
        (about.parent.parent.name, about.parent.name): about.parent
        for root in roots
        for about in sorted(root.glob("*/*/about.yaml"))
    }


def _folder(name: str, version: str | None, roots: tuple[Path, ...]) -> Path:
    folders = _folders(roots)
    versions = [known for title, known in folders if title == name]
    if version is None and versions:
        version = max(versions, key=version_order)
    if version is not None and (name, version) in folders:
        return folders[name, version]
    labels = sorted(f"{title}@{known}" for title, known in folders)
    asked = name if version is None else f"{name}@{version}"
    near = difflib.get_close_matches(asked, labels, n=1, cutoff=0.4)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(labels)}."
    raise UnknownProfile("There is no such profile.", place=asked, hint=hint)


def version_order(version: str) -> tuple[tuple[int, int, str], ...]:
    """Numbers by value, and a word (rc1) before the number that it leads up to."""
    pieces = re.findall(r"\d+|[A-Za-z]+", version)
    key = [(1, int(piece), "") if piece.isdigit() else (-1, 0, piece) for piece in pieces]
    return (*key, (0, 0, ""))


def _stamp(roots: tuple[Path, ...]) -> int:
    """A number that changes when a file of any profile changes, comes or goes."""
    files = [file for root in roots for file in sorted(root.glob("*/*/*"))]
    stats = [file.stat() for file in files]
    return hash(
        tuple((str(f), s.st_mtime_ns, s.st_size) for f, s in zip(files, stats, strict=True))
    )


@functools.lru_cache(maxsize=64)
def _read(folder: Path, switches: tuple[str, ...], extra: Path | None, _stamped: int) -> Profile:
    about = _about(folder)
    bases = tuple(
        _base(reference, switches, extra, _stamped) for reference in about.get("extends", ())
    )
    choices = _choices(folder, about)
    parts = _chosen(choices, switches, bases, place=f"{about['name']}@{about['version']}")
    files = {part: folder / f"{part}.ttl" for part in parts}
    axioms = folder / f"{_AXIOMS}.ttl"
    return Profile(
        name=about["name"],
        version=str(about["version"]),
        parts=(*dict.fromkeys(p for base in bases for p in base.parts if p != MAIN), *parts),
        digest=_digest((*files.values(), axioms), bases),
        title=about["title"],
        description=about["description"],
        shapes=_merged([base.shapes for base in bases], files.values(), folder),
        axioms=_merged([base.axioms for base in bases], [axioms], folder),
        folder=folder,
        extends=tuple(base.label for base in bases),
        choices=(*dict.fromkeys(choice for base in bases for choice in base.choices), *choices),
        vocabularies=tuple(
            dict.fromkeys(
                [name for base in bases for name in base.vocabularies]
                + list(about.get("vocabularies", ()))
            )
        ),
        source=about.get("source", {}),
    )


def _base(reference: str, switches: tuple[str, ...], extra: Path | None, stamped: int) -> Profile:
    """An extended profile; a switch that it knows applies to it, the others are not its own."""
    name, _, version = reference.partition("@")
    folder = _folder(name, version or None, _roots(extra))
    known = _known(folder, extra)
    return _read(folder, tuple(s for s in switches if s[1:] in known), extra, stamped)


def _known(folder: Path, extra: Path | None) -> frozenset[str]:
    """The names of every part that a profile has itself or through those it extends."""
    about = _about(folder)
    own = {choice.name for choice in _choices(folder, about)}
    for reference in about.get("extends", ()):
        name, _, version = reference.partition("@")
        own |= _known(_folder(name, version or None, _roots(extra)), extra)
    return frozenset(own)


def _about(folder: Path) -> dict[str, Any]:
    place = f"{folder.parent.name}/{folder.name}/about.yaml"
    try:
        about: dict[str, Any] = yaml.safe_load((folder / "about.yaml").read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise VocabularyError("This is no YAML.", place=place) from error
    missing = [key for key in _NEEDED if key not in (about or {})]
    if missing:
        raise VocabularyError(f"It lacks {', '.join(missing)}.", place=place)
    if (about["name"], str(about["version"])) != (folder.parent.name, folder.name):
        raise VocabularyError("Name and version differ from those of the folder.", place=place)
    return about


def _choices(folder: Path, about: Mapping[str, Any]) -> tuple[ProfilePart, ...]:
    said = about.get("parts") or {}
    names = sorted(file.stem for file in folder.glob("*.ttl") if file.stem != _AXIOMS)
    if MAIN not in names:
        raise VocabularyError("It has no shapes.ttl.", place=f"{folder.parent.name}/{folder.name}")
    return tuple(
        ProfilePart(
            name=name,
            on=name == MAIN or bool(said.get(name, {}).get("default", True)),
            title=said.get(name, {}).get("title", {}),
        )
        for name in names
    )


def _chosen(
    choices: tuple[ProfilePart, ...],
    switches: tuple[str, ...],
    bases: tuple[Profile, ...],
    place: str,
) -> tuple[str, ...]:
    inherited = {choice.name for base in bases for choice in base.choices}
    own = {choice.name: choice.on for choice in choices}
    for switch in switches:
        sign, name = switch[0], switch[1:]
        if name not in own and name not in inherited:
            known = ", ".join(sorted(own.keys() | inherited))
            raise UnknownProfile(f"It has no part {name!r}.", place=place, hint=f"Parts: {known}.")
        if name in own and name != MAIN:
            own[name] = sign == "+"
    return tuple(name for name, on in own.items() if on)


def _merged(bases: list[Graph], files: Iterable[Path], folder: Path) -> Graph:
    graph = Graph(triple for base in bases for triple in base.triples())
    prefix = re.sub(r"\W", "", f"{folder.parent.name}{folder.name}")
    for file in files:
        if file.is_file():
            label = f"{prefix}{re.sub(r'[^A-Za-z]', '', file.stem)}"
            for triple in triples_of(file.read_bytes(), str(file), label):
                graph.add(*triple)
    return graph


def _digest(files: tuple[Path, ...], bases: tuple[Profile, ...]) -> str:
    state = hashlib.sha256("".join(base.digest for base in bases).encode())
    for file in files:
        if file.is_file():
            state.update(hashlib.sha256(file.read_bytes()).digest())
    return state.hexdigest()
