"""The benchmarks run and print what the pages of figures are made from; here with few records."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def ran(script: str, *options: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, f"benchmarks/{script}.py", *options],
        cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    assert printed["benchmark"] == script
    assert printed["machine"]["cores"] >= 1
    return printed


@pytest.mark.slow
def test_ingest_is_measured_new_and_unchanged():
    printed = ran("ingest", "--records", "50")
    assert (printed["new"]["created"], printed["unchanged"]["unchanged"]) == (50, 50)
    assert printed["new"]["records_per_second"] > 0


@pytest.mark.slow
def test_validation_is_measured_beside_pyshacl():
    printed = ran("validate", "--records", "20", "--sample", "3", "--profile", "tds")
    assert printed["identical"] is True
    assert printed["times_pyshacl"] > 1


@pytest.mark.slow
def test_search_is_measured_over_http_and_bare(corpora: Path):
    assert corpora.is_dir()
    printed = ran("search", "--records", "300", "--queries", "12", "--clients", "2")
    assert printed["one_client"]["queries"] == 12
    assert 0 < printed["share_outside_engine"] < 1
