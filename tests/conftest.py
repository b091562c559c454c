"""What every test may ask for."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real catalogues and official suites; the test is skipped where it is absent."""
    folder = Path(os.environ.get("HUTONG_CORPORA", ROOT / "../shared/corpora")).resolve()
    if not folder.is_dir():
        pytest.skip("the corpora are not here: set HUTONG_CORPORA to their folder")
    return folder
