"""The outcome of a check as text, JSON, Turtle, SARIF, JUnit or CSV."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from catalog.errors import BadRequest
from catalog.model import Severity
from catalog.validation.checked import Checked, Located
from catalog.validation.explain import SEVERITIES, Group, explain, group, in_language, texts
from catalog.validation.report_graph import report_turtle
from catalog.validation.report_tools import junit, sarif
from vocabularies.rdf import SH, Graph, Term, is_iri

COLUMNS: Final = (
    "severity", "focus", "path", "component", "value", "shape", "message", "line", "column",
)  # fmt: skip
"""The fields of a finding in JSON and CSV, in this order."""

_EVIL: Final = ("=", "+", "-", "@", "\t", "\r")
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Style:
    """What a report is written with: the shapes for its words, the language, the input's name."""

    shapes: Graph = field(default_factory=Graph)
    background: Graph = field(default_factory=Graph)
    lang: str = "en"
    name: str = ""


def as_json(checked: Checked, style: Style) -> str:
    return json.dumps(as_object(checked, style), ensure_ascii=False, indent=2) + "\n"


def as_object(checked: Checked, style: Style) -> dict[str, Any]:
    """The outcome as the object that the CLI and the API document.

    IRIs stand plain, blank nodes as `_:x`, literals as N-Triples text; a complex path is SPARQL.
    What there is not (a value, the path of a node shape, a line) is null.
    """
    return {
        "conforms": checked.conforms,
        "records": checked.records,
        "findings": [_row(located, style) for located in checked.findings],
        "seconds": checked.seconds,
        "engine": checked.engine,
    }


def as_text(checked: Checked, style: Style) -> str:
    """The outcome for a terminal: by rule, gravest first, with places, advice and a patch."""
    groups = group(checked.findings, style.shapes, style.background)
    return "\n".join([_headline(checked, style), *(_paragraph(found, style) for found in groups)])


def as_csv(checked: Checked, style: Style) -> str:
    """A line for each finding; a cell that a spreadsheet would run starts with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for located in checked.findings:
        row = _row(located, style)
        writer.writerow([defused(row[column]) for column in COLUMNS])
    return out.getvalue()


def as_turtle(checked: Checked, style: Style) -> str:
    del style
    return report_turtle(checked)


def as_sarif(checked: Checked, style: Style) -> str:
    groups = group(checked.findings, style.shapes, style.background)
    return sarif(checked, groups, name=style.name, lang=style.lang)


def as_junit(checked: Checked, style: Style) -> str:
    groups = group(checked.findings, style.shapes, style.background)
    return junit(checked, groups, name=style.name, lang=style.lang)


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """A form of the report: its media type and what writes it."""

    media_type: str
    write: Callable[[Checked, Style], str]


ReportForm = Literal["text", "json", "turtle", "sarif", "junit", "csv"]

FORMATS: Final[Mapping[str, ReportFormat]] = {
    "text": ReportFormat("text/plain", as_text),
    "json": ReportFormat("application/json", as_json),
    "turtle": ReportFormat("text/turtle", as_turtle),
    "sarif": ReportFormat("application/sarif+json", as_sarif),
    "junit": ReportFormat("application/xml", as_junit),
    "csv": ReportFormat("text/csv", as_csv),
}


def render(checked: Checked, form: str, style: Style) -> str:
    """The report in one of FORMATS.

    Raises:
        BadRequest: there is no such format; names those there are.
    """
    if form not in FORMATS:
        raise BadRequest(
            f"There is no report format {form!r}.", hint=f"Formats: {', '.join(FORMATS)}."
        )
    return FORMATS[form].write(checked, style)


def term_text(term: Term) -> str:
    """An IRI plain, a blank node as it is, a literal as N-Triples text."""
    return term[1:-1] if is_iri(term) else term


def defused(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_EVIL) else text


def message(located: Located, style: Style) -> str:
    """What is wrong, in the language of the report."""
    finding = located.finding
    said = texts(style.shapes, finding.shape, SH["message"]) or finding.messages
    if style.lang in said:
        return said[style.lang]
    return in_language(said or explain(finding, style.shapes).why, style.lang)


def _row(located: Located, style: Style) -> dict[str, Any]:
    finding = located.finding
    simple = finding.path.count("<") == 1 and finding.path.startswith("<")
    path = finding.path[1:-1] if simple and finding.path.endswith(">") else finding.path
    return {
        "severity": finding.severity.value,
        "focus": term_text(finding.focus),
        "path": path or None,
        "component": finding.component,
        "value": None if finding.value is None else term_text(finding.value),
        "shape": term_text(finding.shape),
        "message": message(located, style),
        "line": located.line or None,
        "column": located.column or None,
    }


class _Words(NamedTuple):
    """The fixed words of a report for people, in one language."""

    conforms: str
    conforms_not: str
    record: str
    records: str
    advice: str
    add: str
    replace: str
    more: str
    line: str


_COUNTED: Final = {
    Severity.VIOLATION: "violations", Severity.WARNING: "warnings", Severity.INFO: "hints",
}  # fmt: skip
_WORDS: Final = {
    "en": _Words(
        "conforms to",
        "does not conform to",
        "record",
        "records",
        "Do",
        "Add, for example",
        "Write instead",
        "and {} more",
        "line",
    ),
    "zh": _Words(
        "符合", "不符合", "个条目", "个条目", "建议", "可添加", "可改为", "另有{}处", "行"
    ),
}


def _headline(checked: Checked, style: Style) -> str:
    words = _WORDS.get(style.lang, _WORDS["en"])
    counts = ", ".join(_count(checked, severity, style.lang) for severity in Severity)
    verdict = words.conforms if checked.conforms else words.conforms_not
    name = f"{style.name} " if style.name else ""
    records = _numbered(checked.records, words.record, words.records)
    run = f"{records}, {checked.engine}, {checked.seconds:.2f} s"
    return f"{name}{verdict} {checked.profile}: {counts} ({run})\n"


def _count(checked: Checked, severity: Severity, lang: str) -> str:
    one = in_language(SEVERITIES[severity], lang).lower()
    return _numbered(checked.count(severity), one, one if lang == "zh" else _COUNTED[severity])


def _numbered(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _paragraph(found: Group, style: Style) -> str:
    words = _WORDS.get(style.lang, _WORDS["en"])
    said = found.explanation
    title = in_language(said.title, style.lang)
    severity = in_language(SEVERITIES[found.severity], style.lang).upper()
    lines = [f"{severity}  {title}  ×{len(found.findings)}"]
    lines += [f"  {_place(located, words.line)}" for located in found.findings[:_SHOWN]]
    if len(found.findings) > _SHOWN:
        lines.append(f"  … {words.more.format(len(found.findings) - _SHOWN)}")
    if said.advice:
        lines.append(f"  {words.advice}: {in_language(said.advice, style.lang)}")
    if said.fix and said.fix.old is None:
        lines.append(f"  {words.add}: {said.fix.turtle}")
    elif said.fix:
        lines.append(f"  {words.replace}: {said.fix.turtle}")
    return "\n".join(lines) + "\n"


def _place(located: Located, line: str) -> str:
    where = f"{line} {located.line}:{located.column}  " if located.line else ""
    value = f"  {located.finding.value}" if located.finding.value is not None else ""
    return f"{where}{located.finding.focus}{value}"
