"""Do the engines agree? Every record, every profile, compiled against pySHACL: `agreement.py`.

Over the GovData catalogues and the DCAT-AP examples of the corpora (HUTONG_CORPORA), and over
`--records` generated ones with seeded defects. Takes minutes: pySHACL is the slower one.
"""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import vocabularies.registry
from benchmarks import generate, machine
from catalog.errors import UnreadableInput
from catalog.model import Finding
from catalog.sandbox.canonical import canonicalise
from catalog.sandbox.reading import ReadRequest, read_parts
from catalog.validation.engines import engine_for
from vocabularies import profiles
from vocabularies.rdf import Graph

CORPORA = Path(os.environ.get("HUTONG_CORPORA", Path(__file__).parents[2] / "shared/corpora"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1000)
    asked = parser.parse_args()
    inputs = {"generated": [canonicalise(t).text for t in generate.records(asked.records)]}
    for name, files in catalogues():
        inputs[name] = [text for file in files for text in readable(file)]
    began = time.perf_counter()
    results = [
        compare(profile, name, texts)
        for profile in profiles.all_profiles()
        for name, texts in inputs.items()
    ]
    print(
        json.dumps(
            {
                "benchmark": "agreement",
                "identical": all(result["different"] == 0 for result in results),
                "results": results,
                "seconds": round(time.perf_counter() - began, 1),
                "machine": machine.facts("pyshacl", "rdflib"),
            }
        )
    )


def catalogues() -> Iterator[tuple[str, list[Path]]]:
    for name in ("bremen", "destatis"):
        file = CORPORA / f"portals/govdata/{name}-catalog-original-input.rdf"
        if file.is_file():
            yield f"GovData {name}", [file]
    examples = sorted((CORPORA / "profiles/dcat-ap-3.0.1").rglob("examples/*.ttl"))
    if examples:
        yield "DCAT-AP examples", examples


def readable(file: Path) -> list[str]:
    """The records of a file; none where it is no Turtle, as some published examples are not."""
    try:
        return list(parts(file))
    except UnreadableInput as error:
        print(f"left out: {error}", file=sys.stderr)
        return []


def parts(file: Path) -> Iterator[str]:
    request = ReadRequest(path=str(file), with_catalogs=True, keep_anonymous=True)
    return (part.lines for batch in read_parts(request) for part in batch.parts)


def compare(profile: profiles.Profile, name: str, texts: list[str]) -> dict[str, object]:
    background = vocabularies.registry.load().graph
    compiled = engine_for(profile, background, choice="compiled")
    reference = engine_for(profile, background, choice="pyshacl")
    findings = different = 0
    for text in texts:
        graph = Graph.from_lines(text)
        ours, theirs = keys(compiled.validate(graph)), keys(reference.validate(graph))
        findings += ours.total()
        different += ours != theirs
    return {
        "profile": profile.label,
        "input": name,
        "records": len(texts),
        "findings": findings,
        "different": different,
    }


def keys(findings: tuple[Finding, ...]) -> Counter[tuple[object, ...]]:
    return Counter((f.focus, f.path, f.component, f.severity, f.value) for f in findings)


if __name__ == "__main__":
    main()
