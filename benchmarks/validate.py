"""How fast records are checked, against pySHACL in the same run: `validate.py --records N`."""

import argparse
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import pyshacl

import vocabularies.registry
from benchmarks import generate, machine
from catalog.model import Finding
from catalog.sandbox.canonical import canonicalise
from catalog.validation.engines import engine_for
from catalog.validation.pyshacl_engine import PyshaclEngine
from vocabularies import profiles
from vocabularies.rdf import Graph


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=2000)
    parser.add_argument("--sample", type=int, default=40, help="records for pySHACL")
    parser.add_argument("--profile", default="dcat-ap")
    asked = parser.parse_args()
    profile = profiles.find(asked.profile)
    background = vocabularies.registry.load().graph
    texts = [canonicalise(text).text for text in generate.records(asked.records)]
    compiled = engine_for(profile, background, choice="compiled")
    reference = engine_for(profile, background, choice="pyshacl")
    before = machine.facts("pyshacl", "rdflib")
    compiled.validate(Graph.from_lines(texts[0]))
    began = time.process_time()
    found = [compiled.validate(Graph.from_lines(text)) for text in texts]
    ours = (time.process_time() - began) / len(texts)
    sample = texts[: asked.sample]
    assert isinstance(reference, PyshaclEngine)
    reference.validate(Graph.from_lines(sample[0]))
    began = time.process_time()
    theirs_found = [reference.validate(Graph.from_lines(text)) for text in sample]
    theirs = (time.process_time() - began) / len(sample)
    same = all(keys(a) == keys(b) for a, b in zip(found, theirs_found, strict=False))
    print(
        json.dumps(
            {
                "benchmark": "validate",
                "profile": profile.label,
                "records": len(texts),
                "findings": sum(map(len, found)),
                "records_per_second_per_core": round(1 / ours, 1),
                "milliseconds": round(ours * 1000, 3),
                "pyshacl": {
                    "records": len(sample),
                    "records_per_second_per_core": round(1 / theirs, 1),
                    "milliseconds": round(theirs * 1000, 1),
                    "version": pyshacl.__version__,
                },
                "times_pyshacl": round(theirs / ours, 1),
                "identical": same,
                "machine": before | {"load_after": round(os.getloadavg()[0], 2)},
            }
        )
    )


def keys(findings: tuple[Finding, ...]) -> Counter[tuple[object, ...]]:
    return Counter((f.focus, f.path, f.component, f.severity, f.value) for f in findings)


if __name__ == "__main__":
    main()
