"""What a server does by itself and what a job does for it: views kept up to date, URLs asked."""

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest.mock import patch

import pytest
import structlog

from catalog.errors import Busy, NotThere, Unreachable
from catalog.hub import Hub
from catalog.keeper import ViewKeeper
from catalog.model import Record, record_id
from catalog.search.ports import Question
from catalog.urls import check_urls, urls_of
from catalog.views import catch_up, lag
from tests.builders import BASE, SPACE, bring, catalogue, dataset, datasets, hub, restricted

pytestmark = pytest.mark.usefixtures("shared_workers")


def eventually(claim: Callable[[], bool], seconds: float = 10.0) -> bool:
    until = time.monotonic() + seconds
    while not claim() and time.monotonic() < until:
        time.sleep(0.01)
    return claim()


# the keeper


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Hub]:
    """A hub with three records, whose search view has forgotten them."""
    with hub(tmp_path) as opened:
        bring(opened, datasets(3))
        opened.search.clear()
        yield opened


def found(opened: Hub) -> int:
    return opened.search.search(Question("dataset", limit=0)).total


def test_a_look_replays_what_the_view_has_not_seen_and_then_nothing(kept):
    assert (lag(kept), found(kept)) == (3, 0)
    keeper = ViewKeeper(kept)
    assert (keeper.look(), keeper.look()) == (3, 0)
    assert found(kept) == 3


def test_the_keeper_catches_up_by_itself(kept):
    with ViewKeeper(kept, pause=0.01):
        assert eventually(lambda: found(kept) == 3)


def test_while_another_process_writes_the_view_the_keeper_waits(kept):
    with patch("catalog.views.catch_up", side_effect=Busy("another writes")):
        assert ViewKeeper(kept).look() == 0
    assert lag(kept) == 3


@pytest.mark.parametrize("error", [Unreachable("gone"), OSError("disk"), ValueError("index")])
def test_the_keeper_survives_a_view_that_fails_and_says_so(kept, error):
    failures = [error, error]

    def failing(opened: Hub) -> int:
        if failures:
            raise failures.pop()
        return catch_up(opened)

    with structlog.testing.capture_logs() as told, patch("catalog.keeper.follow", failing):  # noqa: SIM117
        with ViewKeeper(kept, pause=0.01):
            assert eventually(lambda: found(kept) == 3)
    assert [entry["reason"] for entry in told] == [str(error)] * 2


def test_the_keeper_stops_at_once_however_long_its_pause(kept):
    begun = time.monotonic()
    with ViewKeeper(kept, pause=3600):
        assert "view-keeper" in {thread.name for thread in threading.enumerate()}
    assert time.monotonic() - begun < 5
    assert "view-keeper" not in {thread.name for thread in threading.enumerate()}


# URLs


class Site:
    """A server on loopback, on a port that the gateway goes to; it remembers what was asked."""

    def __init__(self) -> None:
        self.statuses: dict[str, int] = {}
        self.asked: list[str] = []
        self.pause = 0.0
        self.most_at_once = 0
        self._now = 0
        self._lock = threading.Lock()
        self._server = self._listening()
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def _listening(self) -> ThreadingHTTPServer:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.answer(self)

            def log_message(self, *_: object) -> None:
                return

        for port in range(8100, 9000):
            try:
                return ThreadingHTTPServer(("127.0.0.1", port), Handler)
            except OSError:
                continue
        raise AssertionError("no port is free")

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self.asked.append(handler.path)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        time.sleep(self.pause)
        with self._lock:
            self._now -= 1
        try:
            handler.send_response(self.statuses.get(handler.path, 404))
            handler.send_header("Content-Length", "9000000000")
            handler.end_headers()
        except (BrokenPipeError, ConnectionResetError):
            return

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    running = Site()
    yield running
    running.close()


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Hub]:
    with hub(tmp_path, private_networks="127.0.0.0/8") as one:
        yield one


def linking(name: str, *urls: str) -> str:
    """A dataset with a distribution for each URL."""
    files = [f"<{BASE}{name}/{n}>" for n, _ in enumerate(urls)]
    owned = "".join(
        f"{file} a dcat:Distribution ; dcat:accessURL <{url}> .\n"
        for file, url in zip(files, urls, strict=True)
    )
    return dataset(name, more=f"dcat:distribution {', '.join(files)}" if files else "") + owned


def record(opened: Hub, name: str = "a") -> Record:
    key = record_id(SPACE.id, BASE + name)
    return opened.store.records([key])[key]


def points(opened: Hub, name: str = "a") -> int | None:
    metrics = {metric.name: metric.points for metric in record(opened, name).score.metrics}
    return metrics["access_url_reachable"]


def test_what_a_url_answers_is_kept_and_the_record_scored_anew(opened, site):
    site.statuses = {"/good": 200, "/gone": 410}
    bring(opened, catalogue(linking("a", f"{site.base}/good"), linking("b", f"{site.base}/gone")))
    before = record(opened).score.total
    assert points(opened) is None
    done = check_urls(opened)
    assert (done.asked, done.answered, done.records) == (2, 1, 2)
    assert (points(opened), points(opened, "b")) == (50, 0)
    assert record(opened).score.total == before + 50
    urls = [f"{site.base}/good", f"{site.base}/gone"]
    assert opened.store.answers(urls) == {urls[0]: True, urls[1]: False}


def test_a_second_run_with_the_same_answers_changes_no_score(opened, site):
    site.statuses = {"/good": 200}
    bring(opened, catalogue(linking("a", f"{site.base}/good")))
    check_urls(opened)
    sequence = opened.store.last_sequence()
    assert check_urls(opened).records == 0
    assert opened.store.last_sequence() == sequence
    site.statuses = {}
    assert check_urls(opened).records == 1
    assert points(opened) == 0


def test_the_view_learns_of_the_new_score(opened, site):
    site.statuses = {"/good": 200}
    bring(opened, catalogue(linking("a", f"{site.base}/good"), linking("b")))
    check_urls(opened)
    assert lag(opened) == 0
    best = opened.search.search(Question("dataset", sort="quality")).hits[0]
    assert best.iri == f"{BASE}a"


def test_a_url_is_asked_once_however_many_records_name_it(opened, site):
    bring(opened, catalogue(*(linking(f"d{n}", f"{site.base}/same") for n in range(3))))
    assert check_urls(opened).asked == 1
    assert site.asked == ["/same"]


def test_no_more_urls_are_asked_than_the_limit(opened, site):
    bring(opened, catalogue(linking("a", *(f"{site.base}/{n}" for n in range(5)))))
    told: list[int] = []
    assert check_urls(opened, limit=2, progress=told.append).asked == 2
    assert len(site.asked) == 2
    assert told == [2]


def test_the_urls_of_one_host_are_asked_one_by_one(opened, site):
    site.pause = 0.02
    bring(opened, catalogue(linking("a", *(f"{site.base}/{n}" for n in range(5)))))
    check_urls(opened)
    assert (len(site.asked), site.most_at_once) == (5, 1)


def test_a_slow_host_counts_as_none_that_answers(opened, site):
    site.pause, site.statuses = 2.0, {"/slow": 200}
    bring(opened, catalogue(linking("a", f"{site.base}/slow")))
    begun = time.monotonic()
    with patch("catalog.urls._SECONDS", 0.2):
        assert check_urls(opened).answered == 0
    assert time.monotonic() - begun < 2
    assert points(opened) == 0


def test_the_body_of_an_answer_is_not_read(opened, site):
    site.statuses = {"/large": 200}
    bring(opened, catalogue(linking("a", f"{site.base}/large")))
    begun = time.monotonic()
    assert check_urls(opened).answered == 1
    assert time.monotonic() - begun < 5


def test_an_address_that_the_gateway_does_not_go_to_is_not_asked(tmp_path, site):
    site.statuses = {"/inside": 200}
    with hub(tmp_path) as opened:
        bring(opened, catalogue(linking("a", f"{site.base}/inside", "ftp://data.example/x")))
        done = check_urls(opened)
        assert (done.asked, done.answered, site.asked) == (2, 0, [])
        assert points(opened) == 0


def test_only_public_records_are_asked_about(opened, site):
    bring(opened, catalogue(linking("a", f"{site.base}/x")), space=restricted())
    assert check_urls(opened).asked == 0
    assert site.asked == []


def test_records_without_urls_are_passed_by(opened):
    bring(opened, datasets(2))
    done = check_urls(opened)
    assert (done.asked, done.answered, done.records) == (0, 0, 0)


def test_a_space_that_is_not_there_is_told(opened):
    with pytest.raises(NotThere, match="There is none yet"):
        check_urls(opened, space="none")


def test_the_urls_of_a_record_are_those_of_its_access(opened):
    more = 'dcat:landingPage <http://h/page> ; dcat:endpointURL <http://h/api>, "text"'
    bring(opened, catalogue(dataset("a", more=more)))
    assert urls_of(record(opened)) == ["http://h/api"]
