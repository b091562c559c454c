"""The outcome of a check for build tools: SARIF 2.1.0 and JUnit XML."""

import json
import re
import urllib.parse
from typing import Any, Final
from xml.etree import ElementTree as ET

from catalog.model import Severity
from catalog.validation.checked import Checked, Located
from catalog.validation.explain import Group, component_name, in_language
from vocabularies.rdf import plain

_LEVELS: Final = {
    Severity.VIOLATION: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}
_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def sarif(checked: Checked, groups: tuple[Group, ...], *, name: str, lang: str) -> str:
    """One run; a rule for each shape and component, a result for each finding."""
    results = [
        _sarif_result(located, place, found, name=name, lang=lang)
        for place, found in enumerate(groups)
        for located in found.findings
    ]
    driver = {
        "name": "Hutong",
        "rules": [_sarif_rule(found, lang) for found in groups],
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {"profile": checked.profile, "engine": checked.engine},
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def rule_id(found: Group) -> str:
    """A name for a rule: the last word of its shape, and its component."""
    shape = re.split(r"[#/]", plain(found.shape))[-1]
    return f"{shape}/{component_name(found.component)}"


def _sarif_rule(found: Group, lang: str) -> dict[str, Any]:
    words = found.explanation
    rule: dict[str, Any] = {
        "id": rule_id(found),
        "shortDescription": {"text": in_language(words.title, lang)},
        "fullDescription": {"text": in_language(words.why, lang)},
        "defaultConfiguration": {"level": _LEVELS[found.severity]},
    }
    if words.advice:
        rule["help"] = {"text": in_language(words.advice, lang)}
    if words.see:
        rule["helpUri"] = words.see[0]
    return rule


def _sarif_result(
    located: Located, place: int, found: Group, *, name: str, lang: str
) -> dict[str, Any]:
    finding = located.finding
    physical: dict[str, Any] = {
        "artifactLocation": {"uri": urllib.parse.quote(name or "input")},
    }
    if located.line:
        physical["region"] = {"startLine": located.line, "startColumn": max(located.column, 1)}
    properties = {"path": finding.path, "value": finding.value, "shape": plain(finding.shape)}
    return {
        "ruleId": rule_id(found),
        "ruleIndex": place,
        "level": _LEVELS[finding.severity],
        "message": {"text": in_language(found.explanation.title, lang)},
        "locations": [
            {
                "physicalLocation": physical,
                "logicalLocations": [{"fullyQualifiedName": plain(finding.focus)}],
            }
        ],
        "properties": {key: value for key, value in properties.items() if value},
    }


def junit(checked: Checked, groups: tuple[Group, ...], *, name: str, lang: str) -> str:
    """A test case for each rule that found something: a violation fails it, the rest is output."""
    failures = sum(found.severity is Severity.VIOLATION for found in groups)
    suite = ET.Element(
        "testsuite",
        name=_clean(f"{checked.profile} {name}".strip()),
        tests=str(max(len(groups), 1)),
        failures=str(failures),
        errors="0",
        time=f"{checked.seconds:.3f}",
    )
    for found in groups:
        _junit_case(suite, found, checked.profile, lang)
    if not groups:
        ET.SubElement(suite, "testcase", classname=checked.profile, name="conforms")
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_xml(root)}\n'


def _junit_case(suite: ET.Element, found: Group, profile: str, lang: str) -> None:
    title = _clean(in_language(found.explanation.title, lang))
    case = ET.SubElement(
        suite, "testcase", classname=profile, name=f"{_clean(rule_id(found))}: {title}"
    )
    places = "\n".join(_clean(_place(located)) for located in found.findings)
    if found.severity is Severity.VIOLATION:
        failure = ET.SubElement(
            case, "failure", type=found.severity.value, message=f"{len(found.findings)} × {title}"
        )
        failure.text = places
    else:
        ET.SubElement(case, "system-out").text = f"{found.severity.value}\n{places}"


def _place(located: Located) -> str:
    where = f"{located.line}:{located.column} " if located.line else ""
    value = f" {located.finding.value}" if located.finding.value else ""
    return f"{where}{plain(located.finding.focus)}{value}"


def _clean(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("�", text)


def _xml(root: ET.Element) -> str:
    return ET.tostring(root, encoding="unicode")
