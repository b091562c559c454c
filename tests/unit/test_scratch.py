"""Temporary folders go with their process, or with the next one."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from catalog.sandbox.scratch import _sweep, scratch


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    _sweep.cache_clear()
    return tmp_path


def test_a_scratch_folder_is_gone_afterwards(temporary):
    with scratch() as folder:
        (folder / "spool").write_text("x")
        assert folder.parent == temporary
    assert list(temporary.iterdir()) == []


def test_what_a_killed_process_left_is_removed_by_the_next(temporary):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = temporary / f"hutong-{ended.pid}-left"
    left.mkdir()
    (left / "spool").write_text("x")
    with scratch() as folder:
        assert list(temporary.iterdir()) == [folder]


def test_what_others_use_or_own_is_left_alone(temporary):
    with scratch() as mine:
        (temporary / "hutong-notes").mkdir()
        with scratch() as second:
            assert {mine, second, temporary / "hutong-notes"} == set(temporary.iterdir())
