import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.errors import UnreadableInput, WorkerDied
from catalog.sandbox.limits import Limits
from catalog.sandbox.workers import Workers
from tests import worker_functions as functions
from tests.worker_functions import Word


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(2, Limits(seconds=2, memory_mib=1024)) as pool:
        yield pool


def test_a_result_comes_back_as_the_value_that_was_returned(workers: Workers):
    assert workers.run(functions.echo, Word("院子", 7)) == Word("院子", 7)


def test_a_worker_is_used_again(workers: Workers):
    pids = {workers.run(functions.who, Word("a")).number for _ in range(5)}
    assert len(pids) == 1
    assert os.getpid() not in pids


def test_an_error_comes_back_as_itself_with_its_place(workers: Workers):
    with pytest.raises(UnreadableInput, match=r"x cannot be read") as caught:
        workers.run(functions.refuse, Word("x"))
    error = caught.value
    assert (error.place, error.hint, error.line, error.column) == ("a.ttl", "Mend it.", 3, 7)


def test_a_hanging_call_is_ended_at_its_deadline(workers: Workers):
    workers.run(functions.echo, Word("warm"))
    started = time.monotonic()
    with pytest.raises(WorkerDied) as caught:
        workers.run(functions.spin, Word("x"), limits=Limits(seconds=0.3))
    assert caught.value.cause == "time"
    assert time.monotonic() - started < 2


def test_a_crash_is_survived_and_named(workers: Workers):
    with pytest.raises(WorkerDied) as caught:
        workers.run(functions.crash, Word("x"))
    assert caught.value.cause == "crash"
    assert workers.run(functions.echo, Word("still here")).text == "still here"


def test_a_call_that_needs_too_much_memory_is_refused(workers: Workers):
    with pytest.raises(WorkerDied) as caught:
        workers.run(functions.hoard, Word("x", 4_000_000_000))
    assert caught.value.cause == "memory"


def test_a_bug_in_a_worker_function_names_the_exception(workers: Workers):
    with pytest.raises(WorkerDied, match="ZeroDivisionError"):
        workers.run(functions.stumble, Word("x", 0))


def test_map_keeps_the_order_and_one_bad_argument_costs_one_result(workers: Workers):
    words = [Word("ok", 1), Word("bad", 0), Word("ok", 2)]
    results = [outcome for _, outcome in workers.map(functions.stumble, words)]
    assert isinstance(results[1], WorkerDied)
    assert [results[0], results[2]] == [Word("1.0"), Word("0.5")]


def test_map_takes_its_arguments_lazily(workers: Workers):
    taken: list[int] = []

    def words() -> Iterator[Word]:
        for number in range(1000):
            taken.append(number)
            yield Word("x", number)

    results = workers.map(functions.echo, words(), window=3)
    next(results)
    assert len(taken) < 10
    results.close()  # type: ignore[attr-defined]


def test_a_stream_gives_its_items_in_order(workers: Workers):
    numbers = [word.number for word in workers.stream(functions.count, Word("n", 500))]
    assert numbers == list(range(500))


def test_a_stream_that_is_left_early_leaves_no_process(workers: Workers):
    items = workers.stream(functions.count, Word("n", 10_000_000))
    assert next(items).number == 0
    items.close()  # type: ignore[attr-defined]
    assert workers.run(functions.echo, Word("next")).text == "next"


def test_a_worker_reaches_no_network(workers: Workers):
    with pytest.raises(WorkerDied, match="may not do this"):
        workers.run(functions.call_home, Word("x", 80))


def test_a_worker_starts_no_process(workers: Workers):
    with pytest.raises(WorkerDied, match="may not do this"):
        workers.run(functions.start_a_process, Word("x"))


def test_workers_end_with_their_hub(tmp_path: Path):
    script = (
        "from catalog.sandbox.workers import Workers, Limits\n"
        "from tests import worker_functions as f\n"
        "pool = Workers(1, Limits(seconds=30))\n"
        "print(pool.run(f.who, f.Word('x')).number, flush=True)\n"
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=False
    )
    pid = int(done.stdout)
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
