"""The W3C SHACL Core suite, over both engines (w3c/data-shapes, core/)."""

import os
from collections import Counter
from pathlib import Path

import pytest

from catalog.validation.compiled import CompiledEngine
from catalog.validation.paths import read_path
from catalog.validation.ports import Engine
from catalog.validation.pyshacl_engine import PyshaclEngine
from vocabularies.profiles import triples_of
from vocabularies.rdf import RDF, SH, Graph, Namespace, Term, plain

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
FOLDER = Path(os.environ.get("HUTONG_CORPORA", Path(__file__).parents[3] / "shared/corpora"))
SUITE = FOLDER / "suites/shacl/core"
CASES = sorted(p for p in SUITE.glob("*/*.ttl") if b"sht:Validate" in p.read_bytes())

PYSHACL_GAPS = {
    "property/uniqueLang-002": 'takes "1"^^xsd:boolean for true',
}

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.corpora,
    pytest.mark.skipif(not CASES, reason="the corpora are not here: set HUTONG_CORPORA"),
]

Result = tuple[Term, str, str, str, Term | None]


def read(file: Path) -> Graph:
    base = f"https://suite.example/{file.parent.name}/{file.name}"
    return Graph(triples_of(file.read_bytes(), file.name, base=base))


def case(file: Path) -> tuple[Graph, Graph, Graph]:
    """The test itself, its data and its shapes, which are often one file."""
    test = read(file)
    (action,) = [s for s, facts in test.by_subject.items() if SHT["dataGraph"] in facts]
    data, shapes = (
        read(file.parent / plain(test.value(action, SHT[name]) or "").rpartition("/")[2])
        for name in ("dataGraph", "shapesGraph")
    )
    return test, data, shapes


def expected(graph: Graph) -> Counter[Result]:
    (report,) = graph.subjects(RDF["type"], SH["ValidationReport"])
    return Counter(
        blanked(
            graph.value(result, SH["focusNode"]) or "",
            read_path(graph, path).text if (path := graph.value(result, SH["resultPath"])) else "",
            plain(graph.value(result, SH["sourceConstraintComponent"]) or "<>"),
            plain(graph.value(result, SH["resultSeverity"]) or "<>").rpartition("#")[2],
            graph.value(result, SH["value"]),
        )
        for result in graph.objects(report, SH["result"])
    )


def found(engine: Engine, graph: Graph) -> Counter[Result]:
    return Counter(
        blanked(
            f.focus,
            f.path,
            f.component,
            f.own_severity.rpartition("#")[2] or f.severity.value,
            f.value,
        )
        for f in engine.validate(graph)
    )


def blanked(focus: Term, path: str, component: str, severity: str, value: Term | None) -> Result:
    def of(term: Term) -> Term:
        return "_:" if term.startswith("_:") else term

    return of(focus), path, component, severity, of(value) if value else None


def name_of(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


@pytest.mark.parametrize("file", CASES, ids=name_of)
def test_the_compiled_engine_finds_what_the_suite_expects(file: Path):
    test, data, shapes = case(file)
    assert found(CompiledEngine(shapes, Graph()), data) == expected(test)


@pytest.mark.parametrize("file", CASES, ids=name_of)
def test_the_reference_engine_finds_what_the_suite_expects(
    file: Path, request: pytest.FixtureRequest
):
    if name_of(file) in PYSHACL_GAPS:
        reason = PYSHACL_GAPS[name_of(file)]
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    test, data, shapes = case(file)
    assert found(PyshaclEngine(shapes, Graph()), data) == expected(test)


def test_the_suite_is_whole():
    assert len(CASES) == 98
