"""The outcome of a check as a `sh:ValidationReport` in Turtle (SHACL section 3.6)."""

import re
from typing import Final

from catalog.validation.checked import Checked, Located
from catalog.validation.fixes import PREFIXES, short
from vocabularies.rdf import SH, iri, literal

_TOKEN: Final = re.compile(r"<[^>]*>|[\^/|*+?()]")
_CLOSURES: Final = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}


def report_turtle(checked: Checked) -> str:
    """The report; a message stands once for each language that the shape has."""
    results = [_result(located) for located in checked.findings]
    conforms = str(not checked.findings).lower()
    names = "".join(f"@prefix {name}: <{base!s}> .\n" for name, base in PREFIXES.items())
    head = f"{names}\n[] a sh:ValidationReport ;\n    sh:conforms {conforms}"
    body = "".join(f" ;\n    sh:result {result}" for result in results)
    return f"{head}{body} .\n"


def path_turtle(path: str) -> str:
    """A property path of SPARQL as the nodes of SHACL section 2.3.1.

    >>> path_turtle("<http://purl.org/dc/terms/title>")
    'dct:title'
    >>> path_turtle("^<u:a>/(<u:b>|<u:c>)*")
    '( [ sh:inversePath <u:a> ] [ sh:zeroOrMorePath [ sh:alternativePath ( <u:b> <u:c> ) ] ] )'
    """
    return _Path(_TOKEN.findall(path)).alternatives()


class _Path:
    """A reader of one property path, left to right; the path was written by an engine of ours."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens[::-1]

    def alternatives(self) -> str:
        steps = [self.sequence()]
        while self._take("|"):
            steps.append(self.sequence())
        return steps[0] if len(steps) == 1 else f"[ sh:alternativePath ( {' '.join(steps)} ) ]"

    def sequence(self) -> str:
        steps = [self.step()]
        while self._take("/"):
            steps.append(self.step())
        return steps[0] if len(steps) == 1 else f"( {' '.join(steps)} )"

    def step(self) -> str:
        if self._take("^"):
            return f"[ sh:inversePath {self.step()} ]"
        if self._take("("):
            inner = self.alternatives()
            self._take(")")
        else:
            inner = short(self.tokens.pop())
        while self.tokens and self.tokens[-1] in _CLOSURES:
            inner = f"[ sh:{_CLOSURES[self.tokens.pop()]} {inner} ]"
        return inner

    def _take(self, token: str) -> bool:
        found = bool(self.tokens) and self.tokens[-1] == token
        if found:
            self.tokens.pop()
        return found


def _result(located: Located) -> str:
    finding = located.finding
    facts = [
        ("sh:resultSeverity", short(SH[finding.severity.value])),
        ("sh:focusNode", short(finding.focus)),
        ("sh:sourceConstraintComponent", short(iri(finding.component))),
        ("sh:sourceShape", short(finding.shape)),
    ]
    if finding.path:
        facts.append(("sh:resultPath", path_turtle(finding.path)))
    if finding.value is not None:
        facts.append(("sh:value", short(finding.value)))
    facts += [
        ("sh:resultMessage", literal(text, lang=lang)) for lang, text in finding.messages.items()
    ]
    lines = " ;\n        ".join(f"{predicate} {term}" for predicate, term in facts)
    return f"[\n        a sh:ValidationResult ;\n        {lines}\n    ]"
