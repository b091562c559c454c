"""The search backend of the contract tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import vocabularies.registry
from catalog.search.tantivy import TantivyIndex


@pytest.fixture
def index(tmp_path: Path) -> Iterator[TantivyIndex]:
    opened = TantivyIndex(tmp_path, vocabularies.registry.load())
    yield opened
    opened.close()
