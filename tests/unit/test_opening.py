"""Opening a hub: what cannot be opened is told, and what can be made anew is."""

from pathlib import Path

import pytest

from catalog.bootstrap import open_hub
from catalog.errors import BadSetting, HutongError
from catalog.search.ports import Question
from catalog.settings import Settings
from catalog.views import catch_up
from tests.builders import bring, datasets, hub


def refusal(**settings: object) -> HutongError:
    with pytest.raises(BadSetting) as raised:
        open_hub(Settings(workers=1, **settings))  # type: ignore[arg-type]
    return raised.value


def test_a_data_folder_that_is_a_file_is_told(tmp_path):
    file = tmp_path / "data"
    file.write_text("x")
    error = refusal(data=file)
    assert error.place == str(file)
    assert "HUTONG_DATA" in error.hint


@pytest.mark.parametrize(
    "database", ["nonsense", "nodatabase://x", "mysql://u:secret@h/n", "sqlite:////proc/no/x.db"]
)
def test_a_database_that_there_is_no_way_to_is_told_with_an_example(tmp_path, database):
    error = refusal(data=tmp_path, database=database)
    assert error.place == "HUTONG_DATABASE"
    assert "sqlite:///FILE" in error.hint
    assert "secret" not in str(error)


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "hutong.sqlite").write_text("a text that is long enough to be taken for one" * 9)
    error = refusal(data=tmp_path)
    assert "file is not a database" in error.message
    assert str(tmp_path) in error.place


def test_a_search_backend_that_there_is_not_is_told(tmp_path):
    assert refusal(data=tmp_path, search="grep").place == "HUTONG_SEARCH"


def test_a_clock_that_is_held_at_no_instant_is_told(tmp_path):
    assert refusal(data=tmp_path, frozen_time="yesterday").place == "HUTONG_FROZEN_TIME"


def test_a_held_clock_without_a_zone_is_in_utc(tmp_path):
    with hub(tmp_path, frozen_time="2026-01-02T03:04:05") as opened:
        assert opened.clock().isoformat() == "2026-01-02T03:04:05+00:00"


def test_a_search_view_that_cannot_be_read_is_made_anew_from_the_log(tmp_path: Path):
    with hub(tmp_path) as opened:
        bring(opened, datasets(3))
    (tmp_path / "data" / "search" / "meta.json").write_text("junk")
    with hub(tmp_path) as opened:
        assert catch_up(opened) == 3
        assert opened.search.search(Question("dataset")).total == 3
