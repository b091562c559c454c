"""How fast records come in, new and unchanged, by command line: `ingest.py --records N`."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import generate, machine

Run = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--defects", type=float, default=0.2)
    parser.add_argument("--profile", default="dcat-ap")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "records.nt"
        with file.open("w", encoding="utf-8") as out:
            out.writelines(generate.records(asked.records, defects=asked.defects))
        before = machine.facts("pyoxigraph", "tantivy", "sqlalchemy")
        new = ingest(file, Path(folder) / "data", asked.profile)
        unchanged = ingest(file, Path(folder) / "data", asked.profile)
        print(
            json.dumps(
                {
                    "benchmark": "ingest",
                    "records": asked.records,
                    "bytes": file.stat().st_size,
                    "new": new,
                    "unchanged": unchanged,
                    "data_bytes": size(Path(folder) / "data"),
                    "machine": before | {"load_after": round(os.getloadavg()[0], 2)},
                }
            )
        )


def ingest(file: Path, data: Path, profile: str) -> Run:
    """One ingest: records a second as a user waits for them, and the memory of all processes."""
    command = [sys.executable, "-m", "api.cli.main", "ingest", str(file), "--space", "bench"]
    options = ["--kind", "city", "--profile", profile, "--json"]
    environment = os.environ | {"HUTONG_DATA": str(data), "HUTONG_LOG_LEVEL": "error"}
    began = time.perf_counter()
    process = subprocess.Popen(
        command + options, env=environment, cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    watch = Watch(process.pid)
    out, _ = process.communicate()
    seconds = time.perf_counter() - began
    tally = json.loads(out)
    count = tally["created"] + tally["updated"] + tally["unchanged"]
    return {
        "seconds": round(seconds, 2),
        "records_per_second": round(count / seconds, 1),
        "peak_mib": watch.stop(),
        **{key: tally[key] for key in ("created", "unchanged", "refused", "findings")},
    }


class Watch:
    """The largest sum of the proportional memory of a process and its children, once a second."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._most = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        self._stopped.set()
        self._thread.join()
        return round(self._most, 1)

    def _run(self) -> None:
        while not self._stopped.wait(1.0):
            self._most = max(self._most, sum(map(proportional_mib, family(self._pid))))


def family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        found += [one for child in children for one in family(int(child))]
    return found


def proportional_mib(pid: int) -> float:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    line = next((line for line in rollup.splitlines() if line.startswith("Pss:")), "Pss: 0 kB")
    return int(line.split()[1]) / 1024


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


if __name__ == "__main__":
    main()
