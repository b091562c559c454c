"""The outcome of a check in each of its forms, read back by a parser that is not ours."""

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import rdflib

from catalog.errors import BadRequest
from catalog.model import Finding, Severity
from catalog.validation import reports
from catalog.validation.checked import Checked, Located
from catalog.validation.reports import Style
from vocabularies import profiles

AP = "https://w3id.org/hutong/profiles/dcat-ap/3.0.1#"
SH = rdflib.SH

MISSING = Located(
    Finding(
        Severity.VIOLATION, "<https://e.example/d>", "<http://purl.org/dc/terms/title>",
        f"{SH}MinCountConstraintComponent", None, f"<{AP}Dataset-title-needed>",
        {"en": "No title.", "zh": "无标题。"},
    ),
    12, 3,
)  # fmt: skip
WRONG = Located(
    Finding(
        Severity.WARNING, "_:c14n0", "^<urn:a>/(<urn:b>|<urn:c>)+",
        f"{SH}OrConstraintComponent", '"=cmd\\n|x"@en', "_:b7", {"": "Odd."},
    )
)  # fmt: skip
NODE = Located(
    Finding(
        Severity.INFO, '"text"', "", f"{SH}NodeKindConstraintComponent", '"text"',
        f"<{AP}Agent>",
    ),
    1, 1,
)  # fmt: skip


def checked(*findings: Located) -> Checked:
    bad = any(one.finding.severity is Severity.VIOLATION for one in findings)
    return Checked(not bad, 2, findings, 0.25, "compiled", "dcat-ap@3.0.1")


def style(lang: str = "en") -> Style:
    return Style(profiles.find("dcat-ap").shapes, lang=lang, name="in put.ttl")


def render(form: str, *findings: Located, lang: str = "en") -> str:
    return reports.render(checked(*findings), form, style(lang))


def test_json_is_the_documented_object():
    told = json.loads(render("json", MISSING, WRONG, NODE))
    assert list(told) == ["conforms", "records", "findings", "seconds", "engine"]
    assert told["conforms"] is False
    assert told["findings"][0] == {
        "severity": "Violation",
        "focus": "https://e.example/d",
        "path": "http://purl.org/dc/terms/title",
        "component": "http://www.w3.org/ns/shacl#MinCountConstraintComponent",
        "value": None,
        "shape": f"{AP}Dataset-title-needed",
        "message": "A dataset must have a title (dct:title).",
        "line": 12,
        "column": 3,
    }


def test_json_writes_blank_nodes_literals_and_paths_as_text():
    one, node = json.loads(render("json", WRONG, NODE))["findings"]
    assert (one["focus"], one["value"]) == ("_:c14n0", '"=cmd\\n|x"@en')
    assert one["path"] == "^<urn:a>/(<urn:b>|<urn:c>)+"
    assert (one["line"], one["column"]) == (None, None)
    assert (node["path"], node["focus"]) == (None, '"text"')


def test_json_speaks_the_language_of_the_reader():
    told = json.loads(render("json", MISSING, lang="zh"))
    assert told["findings"][0]["message"] == "数据集必须有标题(dct:title)。"


def test_turtle_is_a_validation_report():
    graph = rdflib.Graph().parse(data=render("turtle", MISSING, WRONG, NODE), format="turtle")
    report = graph.value(predicate=rdflib.RDF.type, object=SH.ValidationReport)
    assert graph.value(report, SH.conforms).toPython() is False
    assert len(list(graph.objects(report, SH.result))) == 3


def test_a_result_in_turtle_carries_what_shacl_asks_for():
    graph = rdflib.Graph().parse(data=render("turtle", MISSING), format="turtle")
    (result,) = graph.subjects(rdflib.RDF.type, SH.ValidationResult)
    assert graph.value(result, SH.focusNode) == rdflib.URIRef("https://e.example/d")
    assert graph.value(result, SH.resultPath) == rdflib.DCTERMS.title
    assert graph.value(result, SH.resultSeverity) == SH.Violation
    assert graph.value(result, SH.sourceConstraintComponent) == SH.MinCountConstraintComponent
    assert graph.value(result, SH.sourceShape) == rdflib.URIRef(f"{AP}Dataset-title-needed")
    assert {m.language for m in graph.objects(result, SH.resultMessage)} == {"en", "zh"}


def test_a_complex_path_in_turtle_is_a_path_of_nodes():
    graph = rdflib.Graph().parse(data=render("turtle", WRONG), format="turtle")
    path = graph.value(predicate=SH.resultPath, subject=next(graph.subjects(SH.resultPath)))
    first, second = rdflib.collection.Collection(graph, path)
    assert graph.value(first, SH.inversePath) == rdflib.URIRef("urn:a")
    either = graph.value(graph.value(second, SH.oneOrMorePath), SH.alternativePath)
    assert len(list(graph.items(either))) == 2


def test_a_report_without_findings_conforms_in_turtle():
    graph = rdflib.Graph().parse(data=render("turtle"), format="turtle")
    report = graph.value(predicate=rdflib.RDF.type, object=SH.ValidationReport)
    assert graph.value(report, SH.conforms).toPython() is True


TEXT: dict[str, Any] = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string", "minLength": 1}},
}
POSITIVE: dict[str, Any] = {"type": "integer", "minimum": 1}
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "uniqueItems": True,
                                        "items": {
                                            "required": ["id"],
                                            "properties": {
                                                "shortDescription": TEXT,
                                                "fullDescription": TEXT,
                                                "help": TEXT,
                                                "helpUri": {"type": "string"},
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "results": {
                        "type": "array",
                        "items": {
                            "required": ["message"],
                            "properties": {
                                "ruleIndex": {"type": "integer", "minimum": -1},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": TEXT,
                                "locations": {
                                    "items": {
                                        "properties": {
                                            "physicalLocation": {
                                                "required": ["artifactLocation"],
                                                "properties": {
                                                    "artifactLocation": {
                                                        "properties": {
                                                            "uri": {"pattern": r"^[^\s]*$"}
                                                        }
                                                    },
                                                    "region": {
                                                        "properties": {
                                                            "startLine": POSITIVE,
                                                            "startColumn": POSITIVE,
                                                        }
                                                    },
                                                },
                                            }
                                        }
                                    }
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}
"""What SARIF 2.1.0 asks of the parts that are written here."""


def test_sarif_is_what_its_schema_asks_for():
    jsonschema.validate(json.loads(render("sarif", MISSING, WRONG, NODE)), SARIF)


def test_sarif_results_point_at_their_rule_and_place():
    (run,) = json.loads(render("sarif", MISSING, WRONG))["runs"]
    result = run["results"][0]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert rule["id"] == result["ruleId"] == "Dataset-title-needed/MinCount"
    assert result["level"] == "error"
    place = result["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "in%20put.ttl"},
        "region": {"startLine": 12, "startColumn": 3},
    }


def test_junit_fails_for_violations_and_notes_the_rest():
    suite = ET.fromstring(render("junit", MISSING, WRONG, NODE).encode()).find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    assert len(suite.findall("testcase/failure")) == 1
    assert len(suite.findall("testcase/system-out")) == 2


def test_junit_without_findings_is_one_passed_case():
    suite = ET.fromstring(render("junit").encode()).find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("1", "0")
    assert len(suite.findall("testcase")) == 1


def test_junit_survives_characters_that_xml_cannot_hold():
    odd = Finding(
        Severity.VIOLATION, "<urn:d>", "", f"{SH}InConstraintComponent", '"\\u0000\x01"', "_:s"
    )
    assert ET.fromstring(render("junit", Located(odd)).encode()).find(".//failure") is not None


def test_csv_has_a_row_for_each_finding():
    rows = list(csv.DictReader(io.StringIO(render("csv", MISSING, WRONG))))
    assert list(rows[0]) == list(reports.COLUMNS)
    assert rows[0]["focus"] == "https://e.example/d"
    assert rows[1]["focus"] == "_:c14n0"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_run_is_defused(start: str):
    assert reports.defused(f"{start}1+1") == f"'{start}1+1"


def test_a_harmless_cell_is_left_as_it_is():
    assert reports.defused("a=b") == "a=b"
    assert reports.defused(None) == ""


def test_text_names_verdict_rule_place_advice_and_patch():
    told = render("text", MISSING)
    assert "in put.ttl does not conform to dcat-ap@3.0.1: 1 violation" in told
    assert "VIOLATION  A dataset must have a title (dct:title).  ×1" in told
    assert "line 12:3  <https://e.example/d>" in told
    assert 'Add, for example: <https://e.example/d> dct:title "Charging sessions 2026"@en .' in told


def test_text_shows_a_few_places_and_counts_the_others():
    told = render("text", *[MISSING] * 8)
    assert told.count("line 12:3") == 5
    assert "… and 3 more" in told


def test_text_in_chinese_holds_no_english_sentence():
    told = render("text", MISSING, lang="zh")
    assert "不符合" in told
    assert "数据集必须有标题" in told
    assert "must" not in told


def test_an_unknown_form_names_those_there_are():
    with pytest.raises(BadRequest, match="text, json, turtle, sarif, junit, csv"):
        render("pdf")


@pytest.mark.parametrize("form", list(reports.FORMATS))
def test_every_form_can_tell_of_nothing(form: str):
    assert render(form)
