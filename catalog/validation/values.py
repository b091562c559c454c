"""The tests of values, one maker for each constraint component of SHACL Core (section 4).

A maker gets the compiler and a shape and gives one test a parameter value.
"""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from catalog.validation.literals import is_less, is_valid
from catalog.validation.shapes import Shape
from vocabularies.rdf import (
    SH,
    TYPE,
    Term,
    is_blank,
    is_iri,
    is_literal,
    language,
    lexical,
    plain,
)

if TYPE_CHECKING:
    from catalog.validation.constraints import Check, Compiler, Scope, Test

_FLAGS: Final = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}
_KINDS: Final[dict[Term, Callable[[Term], bool]]] = {
    SH["IRI"]: is_iri,
    SH["BlankNode"]: is_blank,
    SH["Literal"]: is_literal,
    SH["BlankNodeOrIRI"]: lambda term: not is_literal(term),
    SH["BlankNodeOrLiteral"]: lambda term: not is_iri(term),
    SH["IRIOrLiteral"]: lambda term: not is_blank(term),
}


def each(
    compiler: "Compiler", shape: Shape, component: str, is_fine: Callable[["Scope", Term], bool]
) -> "Test":
    """A test that reports every value that is not fine."""
    report = compiler.reporter(shape, component)

    def test(scope: "Scope", focus: Term, values: list[Term]) -> None:
        for value in values:
            if not is_fine(scope, value):
                report(scope, focus, value)

    return test


def of_class(compiler: "Compiler", shape: Shape) -> list["Test"]:
    return [each(compiler, shape, "Class", _is_instance(kind)) for kind in shape.values("class")]


def _is_instance(wanted: Term) -> Callable[["Scope", Term], bool]:
    def is_fine(scope: "Scope", value: Term) -> bool:
        facts = scope.data.facts.get(value)
        if not facts:
            return False
        above = scope.classes.above
        return any(kind == wanted or wanted in above(kind) for kind in facts.get(TYPE, ()))

    return is_fine


def of_datatype(compiler: "Compiler", shape: Shape) -> list["Test"]:
    (kind,) = shape.values("datatype")
    return [each(compiler, shape, "Datatype", lambda _, v: is_literal(v) and is_valid(v, kind))]


def of_node_kind(compiler: "Compiler", shape: Shape) -> list["Test"]:
    (kind,) = shape.values("nodeKind")
    is_kind = _KINDS.get(kind)
    if is_kind is None:
        raise ValueError(kind)
    return [each(compiler, shape, "NodeKind", lambda _, v: is_kind(v))]


def of_min_count(compiler: "Compiler", shape: Shape) -> list["Test"]:
    least = int(lexical(shape.values("minCount")[0]))
    report = compiler.reporter(shape, "MinCount")

    def test(scope: "Scope", focus: Term, values: list[Term]) -> None:
        if len(values) < least:
            report(scope, focus, None)

    return [test] if least > 0 else []


def of_max_count(compiler: "Compiler", shape: Shape) -> list["Test"]:
    most = int(lexical(shape.values("maxCount")[0]))
    report = compiler.reporter(shape, "MaxCount")

    def test(scope: "Scope", focus: Term, values: list[Term]) -> None:
        if len(values) > most:
            report(scope, focus, None)

    return [test]


def _bound(
    name: str, component: str, *, is_least: bool, or_equal: bool
) -> Callable[["Compiler", Shape], list["Test"]]:
    def make(compiler: "Compiler", shape: Shape) -> list["Test"]:
        (limit,) = shape.values(name)

        def is_fine(_: "Scope", value: Term) -> bool:
            pair = (limit, value) if is_least else (value, limit)
            return is_less(*pair, or_equal=or_equal)

        return [each(compiler, shape, component, is_fine)]

    return make


def of_min_length(compiler: "Compiler", shape: Shape) -> list["Test"]:
    least = int(lexical(shape.values("minLength")[0]))
    return [
        each(compiler, shape, "MinLength", lambda _, v: not is_blank(v) and len(plain(v)) >= least)
    ]


def of_max_length(compiler: "Compiler", shape: Shape) -> list["Test"]:
    most = int(lexical(shape.values("maxLength")[0]))
    return [
        each(compiler, shape, "MaxLength", lambda _, v: not is_blank(v) and len(plain(v)) <= most)
    ]


def of_pattern(compiler: "Compiler", shape: Shape) -> list["Test"]:
    flags = 0
    for sign in "".join(lexical(term) for term in shape.values("flags")):
        flags |= _FLAGS.get(sign, 0)
    patterns = [_regex(lexical(term), flags) for term in shape.values("pattern")]
    return [each(compiler, shape, "Pattern", _matches(pattern)) for pattern in patterns]


def _regex(text: str, flags: int) -> re.Pattern[str]:
    try:
        return re.compile(text, flags)
    except re.error as error:
        raise ValueError(text) from error


def _matches(pattern: re.Pattern[str]) -> Callable[["Scope", Term], bool]:
    return lambda _, value: not is_blank(value) and pattern.search(plain(value)) is not None


def of_language_in(compiler: "Compiler", shape: Shape) -> list["Test"]:
    wanted = [lexical(term).lower() for term in compiler.list_of(shape.values("languageIn")[0])]

    def is_fine(_: "Scope", value: Term) -> bool:
        tag = language(value).lower() if is_literal(value) else ""
        return any(tag == one or tag.startswith(f"{one}-") for one in wanted if tag)

    return [each(compiler, shape, "LanguageIn", is_fine)]


def of_unique_lang(compiler: "Compiler", shape: Shape) -> list["Test"]:
    report = compiler.reporter(shape, "UniqueLang")

    def test(scope: "Scope", focus: Term, values: list[Term]) -> None:
        tags = [language(v).lower() for v in values if is_literal(v)]
        for tag in dict.fromkeys(tags):
            if tag and tags.count(tag) > 1:
                report(scope, focus, None)

    return [test] if shape.values("uniqueLang")[0].startswith('"true"^^') else []


def of_equals(compiler: "Compiler", shape: Shape) -> list["Test"]:
    report = compiler.reporter(shape, "Equals")

    def make(other: Term) -> "Test":
        def test(scope: "Scope", focus: Term, values: list[Term]) -> None:
            there = scope.data.facts.get(focus, {}).get(other, [])
            for value in values:
                if value not in there:
                    report(scope, focus, value)
            for value in there:
                if value not in values:
                    report(scope, focus, value)

        return test

    return [make(other) for other in shape.values("equals")]


def of_disjoint(compiler: "Compiler", shape: Shape) -> list["Test"]:
    report = compiler.reporter(shape, "Disjoint")

    def make(other: Term) -> "Test":
        def test(scope: "Scope", focus: Term, values: list[Term]) -> None:
            there = scope.data.facts.get(focus, {}).get(other, [])
            for value in values:
                if value in there:
                    report(scope, focus, value)

        return test

    return [make(other) for other in shape.values("disjoint")]


def _less(
    name: str, component: str, *, or_equal: bool
) -> Callable[["Compiler", Shape], list["Test"]]:
    def make(compiler: "Compiler", shape: Shape) -> list["Test"]:
        report = compiler.reporter(shape, component)

        def against(other: Term) -> "Test":
            def test(scope: "Scope", focus: Term, values: list[Term]) -> None:
                for value in values:
                    for limit in scope.data.facts.get(focus, {}).get(other, []):
                        if not is_less(value, limit, or_equal=or_equal):
                            report(scope, focus, value)

            return test

        return [against(other) for other in shape.values(name)]

    return make


def of_has_value(compiler: "Compiler", shape: Shape) -> list["Test"]:
    report = compiler.reporter(shape, "HasValue")

    def make(wanted: Term) -> "Test":
        def test(scope: "Scope", focus: Term, values: list[Term]) -> None:
            if wanted not in values:
                report(scope, focus, None)

        return test

    return [make(wanted) for wanted in shape.values("hasValue")]


def of_in(compiler: "Compiler", shape: Shape) -> list["Test"]:
    allowed = frozenset(compiler.list_of(shape.values("in")[0]))
    return [each(compiler, shape, "In", lambda _, v: v in allowed)]


def conforms(check: "Check", scope: "Scope", value: Term) -> bool:
    """True when a shape has nothing to say of a value, whatever the severity (section 3.4.3)."""
    aside = scope.aside()
    check(aside, value)
    return not aside.out


def of_node(compiler: "Compiler", shape: Shape) -> list["Test"]:
    checks = [compiler.at(node) for node in shape.values("node")]
    return [each(compiler, shape, "Node", _conforming(check)) for check in checks]


def _conforming(check: "Check") -> Callable[["Scope", Term], bool]:
    return lambda scope, value: conforms(check, scope, value)


def of_not(compiler: "Compiler", shape: Shape) -> list["Test"]:
    checks = [compiler.at(node) for node in shape.values("not")]
    return [each(compiler, shape, "Not", _not(check)) for check in checks]


def _not(check: "Check") -> Callable[["Scope", Term], bool]:
    return lambda scope, value: not conforms(check, scope, value)


Joined = Callable[[Iterable[bool]], bool]


def _joined(
    name: str, component: str, holds: Joined
) -> Callable[["Compiler", Shape], list["Test"]]:
    """sh:and, sh:or, sh:xone: which of a list of shapes a value must conform to."""

    def make(compiler: "Compiler", shape: Shape) -> list["Test"]:
        def one(node: Term) -> "Test":
            checks = [compiler.at(member) for member in compiler.list_of(node)]

            def is_fine(scope: "Scope", value: Term) -> bool:
                return holds(conforms(check, scope, value) for check in checks)

            return each(compiler, shape, component, is_fine)

        return [one(node) for node in shape.values(name)]

    return make


def of_qualified(compiler: "Compiler", shape: Shape) -> list["Test"]:
    check = compiler.at(shape.values("qualifiedValueShape")[0])
    disjoint = shape.values("qualifiedValueShapesDisjoint")
    beside = compiler.siblings(shape) if disjoint and lexical(disjoint[0]) == "true" else []
    least = [int(lexical(term)) for term in shape.values("qualifiedMinCount")]
    most = [int(lexical(term)) for term in shape.values("qualifiedMaxCount")]
    too_few = compiler.reporter(shape, "QualifiedMinCount")
    too_many = compiler.reporter(shape, "QualifiedMaxCount")

    def test(scope: "Scope", focus: Term, values: list[Term]) -> None:
        count = sum(
            conforms(check, scope, v) and not any(conforms(b, scope, v) for b in beside)
            for v in values
        )
        if least and count < least[0]:
            too_few(scope, focus, None)
        if most and count > most[0]:
            too_many(scope, focus, None)

    return [test]


def of_closed(compiler: "Compiler", shape: Shape) -> list["Test"]:
    if not any(lexical(term) in {"true", "1"} for term in shape.values("closed")):
        return []
    allowed = compiler.paths_of(shape)
    for node in shape.values("ignoredProperties"):
        allowed |= set(compiler.list_of(node))
    report = compiler.reporter_at(shape, "Closed")

    def test(scope: "Scope", focus: Term, values: list[Term]) -> None:
        for value in values:
            for predicate, objects in scope.data.facts.get(value, {}).items():
                if predicate not in allowed:
                    for object_ in objects:
                        report(scope, focus, predicate, object_)

    return [test]


MAKERS: Final[dict[str, Callable[["Compiler", Shape], list["Test"]]]] = {
    "class": of_class,
    "datatype": of_datatype,
    "nodeKind": of_node_kind,
    "minCount": of_min_count,
    "maxCount": of_max_count,
    "minExclusive": _bound("minExclusive", "MinExclusive", is_least=True, or_equal=False),
    "minInclusive": _bound("minInclusive", "MinInclusive", is_least=True, or_equal=True),
    "maxExclusive": _bound("maxExclusive", "MaxExclusive", is_least=False, or_equal=False),
    "maxInclusive": _bound("maxInclusive", "MaxInclusive", is_least=False, or_equal=True),
    "minLength": of_min_length,
    "maxLength": of_max_length,
    "pattern": of_pattern,
    "languageIn": of_language_in,
    "uniqueLang": of_unique_lang,
    "equals": of_equals,
    "disjoint": of_disjoint,
    "lessThan": _less("lessThan", "LessThan", or_equal=False),
    "lessThanOrEquals": _less("lessThanOrEquals", "LessThanOrEquals", or_equal=True),
    "hasValue": of_has_value,
    "in": of_in,
    "node": of_node,
    "not": of_not,
    "and": _joined("and", "And", all),
    "or": _joined("or", "Or", any),
    "xone": _joined("xone", "Xone", lambda fine: sum(fine) == 1),
    "qualifiedValueShape": of_qualified,
    "closed": of_closed,
}
"""The maker of each constraint component, by the parameter that asks for it."""
