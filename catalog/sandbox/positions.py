"""Where in a source a statement stands: line and column of a subject, a predicate, a value.

Parsers of RDF do not tell. These scanners do no parsing of their own: they follow just enough of
each syntax to know which subject and predicate they are in, never fail, and where they lose their
way they name the nearest place that they are sure of.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin
from xml.parsers import expat

from vocabularies.rdf import TYPE, XSD, Term, iri, literal

Place = tuple[int, int]
NOWHERE: Final[Place] = (0, 0)


@dataclass(slots=True)
class Positions:
    """The first place of each subject, of each of its predicates, and of each value.

    Predicates are known by their last piece, since a JSON-LD context may call them anything.
    """

    subjects: dict[Term, Place] = field(default_factory=dict)
    predicates: dict[tuple[Term, str], Place] = field(default_factory=dict)
    values: dict[tuple[Term, str, Term], Place] = field(default_factory=dict)

    def find(self, focus: Term, predicate: Term | None, value: Term | None) -> Place:
        """The place of a value, else of its predicate, else of its subject, else (0, 0)."""
        name = _name(predicate) if predicate else ""
        return (
            self.values.get((focus, name, value or ""))
            or self.predicates.get((focus, name))
            or self.subjects.get(focus)
            or NOWHERE
        )

    def add(self, place: Place, subject: Term, predicate: Term = "", value: Term = "") -> None:
        self.subjects.setdefault(subject, place)
        if predicate:
            name = _name(predicate)
            self.predicates.setdefault((subject, name), place)
            if value:
                self.values.setdefault((subject, name, value), place)


def locate(text: str, form: str, base: str = "") -> Positions:
    """The places of a text in one of the formats of `catalog.sandbox.formats`."""
    positions = Positions()
    if form == "rdf-xml":
        _Xml(positions, base).read(text)
    elif form == "json-ld":
        _scan_json(text, positions)
    else:
        _Turtle(positions, base).read(text)
    return positions


def _name(predicate: Term) -> str:
    return re.split(r"[/#:]", predicate.strip("<>"))[-1]


class _Lines:
    """Offsets to lines and columns, both counted from 1."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(m.end() for m in re.finditer("\n", text))]

    def place(self, offset: int) -> Place:
        low, high = 0, len(self._starts)
        while low + 1 < high:
            middle = (low + high) // 2
            low, high = (middle, high) if self._starts[middle] <= offset else (low, middle)
        return low + 1, offset - self._starts[low] + 1


_TOKEN: Final = re.compile(
    r'(?P<text>"""(?:[^"\\]|\\.|"(?!""))*+"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*+\'\'\''
    r'|"(?:[^"\\\n]|\\.)*+"|\'(?:[^\'\\\n]|\\.)*+\')'
    r"|(?P<iri><[^<>\s]*+>)"
    r"|(?P<comment>\#[^\n]*+)"
    r"|(?P<directive>@prefix\b|@base\b|(?i:PREFIX|BASE)\b(?=\s))"
    r"|(?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*+)"
    r"|(?P<typed>\^\^)"
    r"|(?P<blank>_:[\w.\-]*\w)"
    r"|(?P<number>[+-]?(?:\d+\.\d*(?=[^\s.;,]|\d)|\d*\.\d+|\d+)(?:[eE][+-]?\d+)?)(?![\w:])"
    r"|(?P<name>[\w\-.%\\]*:[\w\-.%\\:~!$&'()*+,;=/?#@]*[\w\-%)~/]|[\w\-]*:)"
    r"|(?P<word>[A-Za-z]\w*)"
    r"|(?P<sign>[\[\](){}.;,])",
    re.DOTALL,
)


@dataclass(slots=True)
class _Frame:
    """What a bracket interrupts."""

    subject: Term
    predicate: Term
    is_list: bool = False


class _Turtle:
    """Turtle, TriG, N-Triples and N-Quads."""

    def __init__(self, positions: Positions, base: str) -> None:
        self._positions = positions
        self._base = base
        self._prefixes: dict[str, str] = {}
        self._frames: list[_Frame] = []
        self._subject: Term = ""
        self._predicate: Term = ""
        self._blanks = 0

    def read(self, text: str) -> None:
        lines = _Lines(text)
        tokens = [m for m in _TOKEN.finditer(text) if m.lastgroup != "comment"]
        at = 0
        while at < len(tokens):
            token = tokens[at]
            if token.lastgroup == "directive":
                at = self._directive(tokens, at)
            elif token.lastgroup == "sign":
                self._sign(token[0], lines.place(token.start()))
                at += 1
            else:
                term, at = self._term(tokens, at)
                self._take(term, lines.place(token.start()))

    def _directive(self, tokens: list[re.Match[str]], at: int) -> int:
        following = tokens[at + 1 : at + 3]
        names = [m[0] for m in following if m.lastgroup == "name"]
        iris = [m[0][1:-1] for m in following if m.lastgroup == "iri"]
        if names and iris:
            self._prefixes[names[0].rstrip(":")] = self._resolved(iris[0])
        elif iris:
            self._base = self._resolved(iris[0])
        after = at + 1 + len(names[:1]) + len(iris[:1])
        is_dotted = after < len(tokens) and tokens[after][0] == "."
        return after + 1 if is_dotted and tokens[at][0].startswith("@") else after

    def _sign(self, sign: str, place: Place) -> None:
        if sign in "[(":
            self._blanks += 1
            own = f"_:[{self._blanks}]"
            if self._subject and self._predicate:
                self._positions.add(place, self._subject, self._predicate)
            self._frames.append(_Frame(self._subject, self._predicate, sign == "("))
            if sign == "[":
                self._subject, self._predicate = own, ""
                self._positions.add(place, own)
        elif sign in "])" and self._frames:
            frame = self._frames.pop()
            closed = self._subject
            self._subject = frame.subject or closed
            self._predicate = frame.predicate
        elif sign == ";":
            self._predicate = ""
        elif sign in ".{}" and not self._frames:
            self._subject = self._predicate = ""

    def _take(self, term: Term, place: Place) -> None:
        if not self._subject:
            self._subject = term
            self._positions.add(place, term)
        elif not self._predicate:
            self._predicate = term
            self._positions.add(place, self._subject, term)
        else:
            self._positions.add(place, self._subject, self._predicate, term)

    def _term(self, tokens: list[re.Match[str]], at: int) -> tuple[Term, int]:
        token = tokens[at]
        text = token[0]
        if token.lastgroup == "text":
            return self._literal(tokens, at)
        if token.lastgroup == "iri":
            return iri(self._resolved(text[1:-1])), at + 1
        if token.lastgroup == "name":
            return iri(self._expanded(text)), at + 1
        if token.lastgroup == "number":
            kind = "double" if "e" in text.lower() else "decimal" if "." in text else "integer"
            return literal(text, datatype=XSD[kind]), at + 1
        if text in {"true", "false"}:
            return literal(text, datatype=XSD["boolean"]), at + 1
        return (TYPE if text == "a" else text), at + 1

    def _literal(self, tokens: list[re.Match[str]], at: int) -> tuple[Term, int]:
        text = tokens[at][0]
        width = 3 if text[:3] in {'"""', "'''"} else 1
        said = _unescaped(text[width:-width])
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if after is not None and after.lastgroup == "tag":
            return literal(said, lang=after[0][1:].lower()), at + 2
        if after is not None and after.lastgroup == "typed" and at + 2 < len(tokens):
            kind, end = self._term(tokens, at + 2)
            return literal(said, datatype=kind), end
        return literal(said), at + 1

    def _expanded(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        return self._prefixes.get(prefix, f"{prefix}:") + local.replace("\\", "")

    def _resolved(self, reference: str) -> str:
        is_absolute = re.match("[A-Za-z][A-Za-z0-9+.-]*:", reference)
        return reference if is_absolute or not self._base else urljoin(self._base, reference)


_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_SHORT: Final = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}


def _unescaped(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        if code:
            return chr(int(code, 16)) if int(code, 16) < 0x110000 else ""  # noqa: PLR2004
        return _SHORT.get(found[3], found[3])

    return _ESCAPE.sub(one, text) if "\\" in text else text


_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML_BASE: Final = "http://www.w3.org/XML/1998/namespace base"
_XML_LANG: Final = "http://www.w3.org/XML/1998/namespace lang"


@dataclass(slots=True)
class _Element:
    """An open element: a node (its subject) or a property (its predicate)."""

    is_node: bool
    subject: Term
    predicate: Term = ""
    place: Place = NOWHERE
    text: str = ""
    lang: str = ""
    kind: str = ""


class _Xml:
    """RDF/XML: nodes and properties take turns (RDF 1.1 XML Syntax, section 2.1)."""

    def __init__(self, positions: Positions, base: str) -> None:
        self._positions = positions
        self._base = base
        self._open: list[_Element] = []
        self._blanks = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def read(self, text: str) -> None:
        try:
            self._parser.Parse(text.encode("utf-8", "replace"), True)  # noqa: FBT003 - expat's own
        except expat.ExpatError:
            return

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        place = (self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)
        self._base = attributes.get(_XML_BASE, self._base)
        above = self._open[-1] if self._open else None
        if name == f"{_RDF} RDF":
            return
        if above is None or not above.is_node:
            self._node(attributes, place, above)
        else:
            self._property(name.replace(" ", ""), attributes, place, above)

    def _node(self, attributes: dict[str, str], place: Place, above: _Element | None) -> None:
        subject = self._subject(attributes)
        if above is not None:
            self._positions.add(above.place, above.subject, above.predicate, subject)
        self._positions.add(place, subject)
        self._open.append(_Element(is_node=True, subject=subject, place=place))

    def _property(
        self, predicate: str, attributes: dict[str, str], place: Place, above: _Element
    ) -> None:
        resource = attributes.get(f"{_RDF} resource")
        value = iri(urljoin(self._base, resource)) if resource is not None else ""
        self._positions.add(place, above.subject, iri(predicate), value)
        nested = attributes.get(f"{_RDF} parseType") == "Resource"
        self._open.append(
            _Element(
                is_node=nested,
                subject=self._blank() if nested else above.subject,
                predicate="" if nested else iri(predicate),
                place=place,
                lang=attributes.get(_XML_LANG, "").lower(),
                kind=attributes.get(f"{_RDF} datatype", ""),
            )
        )

    def _characters(self, text: str) -> None:
        if self._open and not self._open[-1].is_node:
            self._open[-1].text += text

    def _end(self, name: str) -> None:
        if name == f"{_RDF} RDF" or not self._open:
            return
        closed = self._open.pop()
        if closed.predicate and closed.text.strip():
            if closed.kind:
                value = literal(closed.text, datatype=iri(closed.kind))
            else:
                value = literal(closed.text, lang=closed.lang)
            self._positions.add(closed.place, closed.subject, closed.predicate, value)

    def _subject(self, attributes: dict[str, str]) -> Term:
        about = attributes.get(f"{_RDF} about")
        if about is not None:
            return iri(urljoin(self._base, about))
        named = attributes.get(f"{_RDF} ID")
        return iri(f"{self._base}#{named}") if named else self._blank()

    def _blank(self) -> Term:
        self._blanks += 1
        return f"_:[{self._blanks}]"


_JSON: Final = re.compile(r'"((?:[^"\\]|\\.)*+)"(\s*:)?|([{}\[\]])', re.DOTALL)


@dataclass(slots=True)
class _Object:
    """An open JSON object: its subject once it is known, and what was met before that."""

    start: Place
    subject: Term = ""
    key: str = ""
    waiting: list[tuple[Place, str, str]] = field(default_factory=list)


def _scan_json(text: str, positions: Positions) -> None:
    """Objects by their @id; the keys of an object without one belong to the object around it."""
    lines = _Lines(text)
    open_objects: list[_Object] = []
    for place, token, is_key, sign in _json_tokens(text, lines):
        if sign == "{":
            open_objects.append(_Object(place))
        elif sign == "}" and open_objects:
            _close(open_objects, positions)
        elif open_objects and is_key:
            current = open_objects[-1]
            current.key = token
            current.waiting.append((place, token, ""))
        elif open_objects and not sign:
            current = open_objects[-1]
            if current.key in {"@id", "id"} and not current.subject:
                current.subject = iri(token) if not token.startswith("_:") else token
            current.waiting.append((place, current.key, token))


def _json_tokens(text: str, lines: _Lines) -> Iterator[tuple[Place, str, bool, str]]:
    for found in _JSON.finditer(text):
        place = lines.place(found.start())
        yield place, _unescaped(found[1] or ""), found[2] is not None, found[3] or ""


def _close(open_objects: list[_Object], positions: Positions) -> None:
    closed = open_objects.pop()
    above = open_objects[-1] if open_objects else None
    if closed.subject:
        positions.add(closed.start, closed.subject)
        for place, key, value in closed.waiting:
            if not key.startswith("@"):
                positions.add(place, closed.subject, key)
                for term in (iri(value), literal(value)) if value else ():
                    positions.add(place, closed.subject, key, term)
    elif above is not None:
        above.waiting += [
            (place, above.key or key, value) for place, key, value in closed.waiting if value
        ]
