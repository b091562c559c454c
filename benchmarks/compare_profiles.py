"""Verdicts of our DCAT-AP shapes beside the official ones, over real catalogues; prints JSON.

Both sets run through pySHACL on the same graphs, with the same axioms. The official file is
repaired first: its two dangling `sh:property` links would make pySHACL raise on a data service.
What a finding is about is (focus, path): the constraint components of the two sets differ by
design.
"""

import argparse
import json
import os
import sys
import time
import warnings
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import pyshacl
import rdflib
from rdflib import RDF, SH
from rdflib.plugins.parsers.notation3 import BadSyntax

from benchmarks import machine
from vocabularies import profiles

ROOT = Path(__file__).parents[1]
Key = tuple[str, str]


def main() -> None:
    """Compare over the catalogues below HUTONG_CORPORA, or over the files that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    named = parser.parse_args().files
    warnings.simplefilter("ignore")
    corpora = Path(os.environ.get("HUTONG_CORPORA", ROOT / "../shared/corpora"))
    files = named or [
        *sorted((corpora / "portals/govdata").glob("*.rdf")),
        *sorted((corpora / "profiles/dcat-ap-3.0.1/html/examples").glob("*.ttl")),
    ]
    official = repaired(corpora / "profiles/dcat-ap-3.0.1/shacl/dcat-ap-SHACL.ttl")
    ours = profiles.find("dcat-ap!controlled-vocabularies")
    print(json.dumps(compared(files, official, ours), indent=2, ensure_ascii=False))


def repaired(file: Path) -> rdflib.Graph:
    """The official shapes without links to property shapes that the file does not define."""
    graph = rdflib.Graph().parse(file)
    for triple in [
        t for t in graph.triples((None, SH.property, None)) if (t[2], None, None) not in graph
    ]:
        graph.remove(triple)
    return graph


def compared(
    files: list[Path], official: rdflib.Graph, profile: profiles.Profile
) -> dict[str, object]:
    ours = rdflib.Graph().parse(data=profile.shapes.lines(), format="nt")
    axioms = rdflib.Graph().parse(data=profile.axioms.lines(), format="nt")
    began = time.perf_counter()
    unreadable: list[str] = []
    found: dict[str, Counter[str]] = {
        name: Counter() for name in ("both", "official_only", "ours_only")
    }
    for file in files:
        try:
            graph = rdflib.Graph().parse(file)
        except BadSyntax:
            unreadable.append(file.name)
            continue
        mine, other = results(graph, ours, axioms), results(graph, official, axioms)
        said = other | mine
        found["both"].update(said[key] for key in mine.keys() & other.keys())
        found["ours_only"].update(said[key] for key in mine.keys() - other.keys())
        found["official_only"].update(said[key] for key in other.keys() - mine.keys())
    return {
        "benchmark": "compare_profiles",
        "files": len(files) - len(unreadable),
        "unreadable": unreadable,
        "seconds": round(time.perf_counter() - began, 1),
        "findings": {who: counter.total() for who, counter in found.items()},
        **{who: dict(counter.most_common()) for who, counter in found.items()},
        "machine": machine.facts("pyshacl", "rdflib"),
    }


def results(graph: rdflib.Graph, shapes: rdflib.Graph, axioms: rdflib.Graph) -> dict[Key, str]:
    """What is found, by focus and path, with severity, class, path and component as its words."""
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, ont_graph=axioms)
    found: dict[Key, str] = {}
    for result in report.objects(None, SH.result):
        focus, path = report.value(result, SH.focusNode), report.value(result, SH.resultPath)
        severity = local(report.value(result, SH.resultSeverity))
        kind = local(next(graph.objects(focus, RDF.type), ""))
        component = local(report.value(result, SH.sourceConstraintComponent))
        component = component.removesuffix("ConstraintComponent")
        name = local(path) if isinstance(path, rdflib.URIRef) else "(several)"
        found[str(focus), name] = f"{severity} {kind} {name} {component}"
    return found


def local(term: object) -> str:
    return str(term).rstrip("/").rpartition("#")[2].rpartition("/")[2]


if __name__ == "__main__":
    main()
