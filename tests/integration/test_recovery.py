"""kill -9 at each named step of an ingest; a restart converges to the state of an unkilled run."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.bootstrap import open_hub
from catalog.search.ports import Question
from catalog.settings import Settings
from catalog.views import lag
from tests.builders import datasets

ROOT = Path(__file__).parents[2]
STEPS = (
    "read",
    "examined",
    "before-commit",
    "after-commit",
    "before-delete",
    "after-delete",
    "before-index-commit",
    "after-index-commit",
)


def run(data: Path, file: Path, *, crash_at: str = "") -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "HUTONG_DATA": str(data),
        "HUTONG_CRASH_AT": crash_at,
        "HUTONG_WORKERS": "1",
        "HUTONG_LOG_LEVEL": "error",
    }
    command = [sys.executable, "-m", "api.cli.main", "ingest", str(file), "--space", "yard"]
    options = ["--kind", "city", "--complete", "--force", "--json"]
    return subprocess.run(
        command + options, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("recovery")
    before, after = folder / "before.ttl", folder / "after.ttl"
    before.write_text(datasets(6), encoding="utf-8")
    after.write_text(datasets(8, start=2).replace("About", "All about"), encoding="utf-8")
    return before, after


@pytest.fixture(scope="module")
def prepared(files: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("prepared") / "data"
    done = run(data, files[0])
    assert done.returncode == 0, done.stderr
    return data


@pytest.fixture(scope="module")
def uninterrupted(files: tuple[Path, Path], prepared: Path) -> str:
    data = prepared.parent / "uninterrupted"
    shutil.copytree(prepared, data)
    done = run(data, files[1])
    assert done.returncode == 0, done.stderr
    state: str = json.loads(done.stdout)["state_hash"]
    return state


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_a_killed_ingest_converges_once_it_is_run_again(
    step: str, files: tuple[Path, Path], prepared: Path, uninterrupted: str, tmp_path: Path
):
    data = tmp_path / "data"
    shutil.copytree(prepared, data)
    killed = run(data, files[1], crash_at=step)
    assert killed.returncode == -9, killed.stderr
    again = run(data, files[1])
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["state_hash"] == uninterrupted
    with open_hub(Settings(data=data)) as opened:
        assert lag(opened) == 0
        assert opened.search.search(Question()).total == 8
