"""`/readyz`: ready, or not and why; for whatever stands in front of a hub."""

import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.http.app import create_app
from catalog import doctor
from catalog.bootstrap import open_hub
from catalog.doctor import PATIENCE, Readiness
from catalog.hub import Hub
from catalog.views import catch_up, rebuild
from tests.builders import SPACE, bring, datasets
from tests.web.conftest import settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it announces a successor of httpx that is not needed here
    from starlette.testclient import TestClient


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Hub]:
    with open_hub(settings(tmp_path)) as opened:
        bring(opened, datasets(3))
        yield opened


def asked(hub: Hub) -> tuple[int, str]:
    answer = TestClient(create_app(hub)).get("/readyz")
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.text


def test_a_hub_whose_view_has_seen_everything_is_ready(own):
    assert asked(own) == (200, "ready\n")


def test_an_empty_hub_is_ready(tmp_path):
    with open_hub(settings(tmp_path)) as empty:
        assert asked(empty) == (200, "ready\n")


def test_a_view_that_was_emptied_is_not_ready_until_it_is_made_anew(own):
    own.search.clear()
    assert asked(own) == (503, "not ready: the search view is empty\n")
    catch_up(own)
    assert asked(own)[0] == 200


def test_a_view_that_is_ahead_of_a_restored_log_is_not_ready(own):
    own.search.commit(own.store.last_sequence() + 7)
    assert asked(own) == (503, "not ready: the search view is ahead of the change log\n")
    rebuild(own)
    assert asked(own)[0] == 200


def test_a_view_that_follows_is_ready_and_one_that_stands_still_is_not(own):
    now = 0.0
    readiness = Readiness(own, clock=lambda: now)
    assert readiness.reason() == ""
    own.store.delete([record.id for record in own.store.of_space(SPACE.id)], "sold")
    now = PATIENCE
    own.search.commit(own.search.sequence() + 1)
    assert readiness.reason() == ""
    now = 2 * PATIENCE + 1
    assert readiness.reason() == "the search view stands still behind the change log"
    catch_up(own)
    assert readiness.reason() == ""


def test_a_view_far_behind_is_not_ready(own, monkeypatch):
    monkeypatch.setattr(doctor, "FAR", 1)
    own.store.delete([record.id for record in own.store.of_space(SPACE.id)], "sold")
    assert asked(own) == (503, "not ready: the search view is far behind the change log\n")


def test_a_hub_that_cannot_reach_its_store_is_not_ready_and_says_503_elsewhere(own):
    own.store.close()
    for file in own.settings.data.glob("hutong.sqlite*"):
        file.unlink()
    (own.settings.data / "hutong.sqlite").mkdir()
    assert asked(own) == (503, "not ready: the record store does not answer\n")
    answer = TestClient(create_app(own)).get("/api/v1/spaces")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert str(own.settings.data) not in answer.text
    shutil.rmtree(own.settings.data / "hutong.sqlite")


def test_readiness_tells_no_numbers(own):
    own.search.clear()
    assert not any(sign.isdigit() for sign in asked(own)[1])
