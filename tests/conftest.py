"""What every test may ask for."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from catalog.bootstrap import WORKER_MODULES
from catalog.sandbox.limits import Limits
from catalog.sandbox.workers import Workers

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real catalogues and official suites; the test is skipped where it is absent."""
    folder = Path(os.environ.get("HUTONG_CORPORA", ROOT / "../shared/corpora")).resolve()
    if not folder.is_dir():
        pytest.skip("the corpora are not here: set HUTONG_CORPORA to their folder")
    return folder


class KeptWorkers(Workers):
    """Workers that one hub hands on to the next, as starting them takes most of a small test."""

    def close(self) -> None:
        """They are ended with the session."""


@pytest.fixture(scope="session")
def kept_workers() -> Iterator[Workers]:
    kept = KeptWorkers(2, Limits(60, 2048), preload=WORKER_MODULES)
    yield kept
    Workers.close(kept)


@pytest.fixture(scope="module")
def shared_workers(kept_workers: Workers) -> Iterator[Workers]:
    """The workers of every hub that the tests of this module open."""
    with patch("catalog.bootstrap.Workers", return_value=kept_workers):
        yield kept_workers
