"""Write docs/benchmarks.md from the figures in docs/benchmarks/*.json: `report.py [--check]`.

Each file there is what a script of this folder printed, unchanged.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1] / "docs"
Figures = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit 1 when the page is out of date")
    page, file = written(), DOCS / "benchmarks.md"
    if parser.parse_args().check:
        raise SystemExit(file.read_text(encoding="utf-8") != page)
    file.write_text(page, encoding="utf-8")


def written() -> str:
    """The page, in Markdown."""
    found = {file.stem: json.loads(file.read_text()) for file in (DOCS / "benchmarks").iterdir()}
    parts = [
        _HEAD,
        _ingest(found["ingest"]),
        _validate([found[name] for name in sorted(found) if name.startswith("validate")]),
        _agreement(found["agreement"]),
        _search(found["search"]),
    ]
    return "\n".join(parts)


_HEAD = """# Measured

Written by `benchmarks/report.py` from what the scripts printed (`docs/benchmarks/*.json`). Times on
a shared machine say little by themselves: each section names the load that it met, and what can be
compared within one run is compared there. Run any of them yourself with
`.venv/bin/python benchmarks/NAME.py --records N`.
"""


def _ingest(one: Figures) -> str:
    new, same = one["new"], one["unchanged"]
    rows = [
        ("new, records a second", new["records_per_second"], 1000, True),
        ("new, peak memory of all processes, MiB", new["peak_mib"], 1536, False),
        ("unchanged, records a second", same["records_per_second"], 5000, True),
        ("unchanged, peak memory of all processes, MiB", same["peak_mib"], None, False),
    ]
    return f"""## Bringing records in
`benchmarks/ingest.py --records {one["records"]}`: {one["records"]:,} generated DCAT-AP records
({one["bytes"] / 1e6:,.0f} MB of N-Triples, about fifty triples each, 20 % with seeded defects) from
the command line to a searchable catalogue: read, split, canonical form, full validation, score,
store, change log, index. {new["findings"]:,} findings; {one["data_bytes"] / 1e6:,.0f} MB on disk
afterwards. Start of the program and of its workers is counted in.

{_table(rows)}
{_machine(one)}
"""


def _validate(many: list[Figures]) -> str:
    parts = [
        """## Validation
`benchmarks/validate.py --records N --profile P`: the compiled engine and pySHACL, both in one
process, on the same records in the same run; processor time.
"""
    ]
    for one in many:
        rows = [
            ("records a second and core", one["records_per_second_per_core"], 2000, True),
            ("times pySHACL, per record", one["times_pyshacl"], 80, True),
        ]
        same = "identical" if one["identical"] else "NOT identical"
        ref = one["pyshacl"]
        parts.append(
            f"`{one['profile']}`, {one['records']:,} records, pySHACL {ref['version']} on "
            f"{ref['records']} of them ({ref['milliseconds']} ms a record); findings {same}.\n\n"
            f"{_table(rows)}\n{_machine(one)}\n"
        )
    return "\n".join(parts)


def _agreement(one: Figures) -> str:
    lines = "\n".join(
        f"| {r['profile']} | {r['input']} | {r['records']:,} | {r['findings']:,} | "
        f"{r['different']} |"
        for r in one["results"]
    )
    return f"""### Agreement with pySHACL
`benchmarks/agreement.py`: the findings of both engines (focus, path, component, severity, value),
record by record.

| profile | input | records | findings | records that differ |
|---|---|---|---|---|
{lines}

{_machine(one)}
"""


def _search(one: Figures) -> str:
    alone, many, engine = one["one_client"], one["clients"], one["engine"]
    rows = [
        ("one client, p50, ms", alone["p50_ms"], 25, False),
        ("one client, p95, ms", alone["p95_ms"], 80, False),
    ]
    kinds = "\n".join(
        f"| {kind} | {f['p50_ms']} | {f['p95_ms']} | {f['max_ms']} |"
        for kind, f in one["by_kind"].items()
    )
    return f"""## Search
`benchmarks/search.py --records {one["records"]}`: {one["records"]:,} records whose titles and
descriptions are recombined from real portals; `GET /api/v1/search` with 20 hits and
{one["facets"]} facets, counted without their own selection; the server in a process of its own.

{_table(rows)}
- {many["count"]} clients at once: {many["queries_per_second"]} queries a second, p50
  {many["p50_ms"]} ms, p95 {many["p95_ms"]} ms
- the engine alone, the same calls made again in one thread: p50 {engine["p50_ms"]} ms, p95
  {engine["p95_ms"]} ms; {one["share_outside_engine"]:.0%} of the time of a request is outside it
- index: {one["index_bytes"] / 1e6:,.0f} MB; built at {one["build"]["records_per_second"]:,.0f}
  records a second, of which the engine alone could take {one["build"]["indexed_per_second"]:,.0f}
- the server: {one["server"]["anonymous_mib"]:,.0f} MiB of its own, {one["server"]["peak_mib"]:,.0f}
  MiB with the pages of the index that it has mapped

No question is asked twice, but those without words are all the same one: it is counted once for
each state of the index and kept, as by whoever opens the page of results.

| kind of query | p50, ms | p95, ms | longest, ms |
|---|---|---|---|
{kinds}

{_machine(one)}
"""


def _table(rows: Sequence[tuple[str, float, float | None, bool]]) -> str:
    lines = ["| figure | measured | target | |", "|---|---|---|---|"]
    for name, measured, target, is_least in rows:
        lines.append(
            f"| {name} | {measured:,} | {_target(target, is_least=is_least)} | "
            f"{_verdict(measured, target, is_least=is_least)} |"
        )
    return "\n".join(lines) + "\n"


def _target(target: float | None, *, is_least: bool) -> str:
    return f"{'≥' if is_least else '≤'} {target:,}" if target is not None else ""


def _verdict(measured: float, target: float | None, *, is_least: bool) -> str:
    if target is None:
        return ""
    share = measured / target if is_least else target / measured
    return "met" if share >= 1 else f"missed by {1 - share:.0%}"


def _machine(one: Figures) -> str:
    at = one["machine"]
    packages = ", ".join(f"{name} {version}" for name, version in at["packages"].items())
    load = f"load {at['load']} before" + (
        f", {at['load_after']} after" if "load_after" in at else ""
    )
    return f"*{at['cores']} cores, {load}; Python {at['python']}; {packages}.*\n"


if __name__ == "__main__":
    main()
