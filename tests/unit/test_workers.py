import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from catalog.errors import Busy, Unreachable, UnreadableInput, WorkerDied
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


def test_an_error_keeps_the_fraction_of_its_seconds(workers: Workers):
    with pytest.raises(Unreachable, match="Not now") as caught:
        workers.run(functions.wait_for, Word("x", -1))
    assert caught.value.retry_after == 12.5


def test_a_value_of_another_type_than_declared_is_refused(workers: Workers):
    with pytest.raises(WorkerDied, match="another value"):
        workers.run(functions.lie, Word("x"))


def test_a_worker_that_exits_is_a_crash_that_names_its_code(workers: Workers):
    with pytest.raises(WorkerDied, match="exit 3"):
        workers.run(functions.leave, Word("x", 3))


def test_a_call_may_have_less_memory_than_the_worker(workers: Workers):
    big = Word("x", 300_000_000)
    assert workers.run(functions.hoard, big).text == "300000000"
    with pytest.raises(WorkerDied) as caught:
        workers.run(functions.hoard, big, limits=Limits(seconds=2, memory_mib=256))
    assert caught.value.cause == "memory"


def test_megabytes_pass_both_ways(workers: Workers):
    text = "数据" * 5_000_000
    assert workers.run(functions.echo, Word(text)).text == text


def test_a_noisy_parser_neither_blocks_nor_reaches_the_terminal(
    workers: Workers, capfd: pytest.CaptureFixture[str]
):
    assert workers.run(functions.shout, Word("\x1b[31m", 300_000)).number == 300_000
    assert capfd.readouterr() == ("", "")


def test_a_worker_knows_no_setting_of_the_hub(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HUTONG_DATABASE", "postgresql://hub:secret@db/hub")
    with Workers(1, Limits(seconds=5)) as pool:
        assert pool.run(functions.look_around, Word("HUTONG")).text == ""


def test_a_worker_that_died_while_idle_is_replaced_unnoticed(workers: Workers):
    pid = workers.run(functions.who, Word("a")).number
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)
    assert workers.run(functions.who, Word("b")).number != pid


def test_more_threads_than_workers_take_turns(workers: Workers):
    with ThreadPoolExecutor(8) as threads:
        words = [Word("t", number) for number in range(100)]
        assert list(threads.map(lambda w: workers.run(functions.echo, w), words)) == words
    assert len(workers._all) <= workers.count


def test_a_caller_that_waits_in_vain_is_told_to_come_again():
    with Workers(1, Limits(seconds=5)) as pool, ThreadPoolExecutor(1) as threads:
        pool.run(functions.echo, Word("warm"))
        busy = threads.submit(pool.run, functions.nap, Word("x", 1))
        time.sleep(0.2)
        with pytest.raises(Busy, match="at work"):
            pool.run(functions.echo, Word("y"), limits=Limits(seconds=0.1))
        assert busy.result() == Word("x", 1)


def test_a_slow_reader_of_a_stream_does_not_cost_the_worker_its_life(workers: Workers):
    items = workers.stream(functions.count, Word("n", 40), limits=Limits(seconds=0.2))
    taken = [next(items).number]
    time.sleep(1.6)
    assert taken + [word.number for word in items] == list(range(40))


def test_a_stream_is_ended_when_one_item_takes_too_long(workers: Workers):
    items = workers.stream(functions.count_then_hang, Word("n"), limits=Limits(seconds=0.3))
    assert next(items) == Word("n")
    with pytest.raises(WorkerDied) as caught:
        next(items)
    assert caught.value.cause == "time"


def test_an_argument_that_cannot_be_sent_costs_no_worker(workers: Workers):
    before = set(workers._all)
    with pytest.raises(TypeError):
        workers.run(functions.echo, Word(object()))  # type: ignore[arg-type]
    assert set(workers._all) == before


def test_closing_leaves_no_process():
    pool = Workers(2, Limits(seconds=5))
    pids = [pool.run(functions.who, Word("x")).number]
    pool.warm()
    pids += [worker._process.pid for worker in pool._all]
    pool.close()
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def _run_hub_that_dies(work: str) -> int:
    script = (
        "import os, signal, threading, time\n"
        "from catalog.sandbox.workers import Workers, Limits\n"
        "from tests import worker_functions as f\n"
        "pool = Workers(1, Limits(seconds=60))\n"
        "print(pool.run(f.who, f.Word('x')).number, flush=True)\n"
        f"{work}\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    return int(done.stdout)


@pytest.mark.parametrize(
    "work",
    [
        pytest.param("", id="idle"),
        pytest.param(
            "threading.Thread(target=pool.run, args=(f.nap, f.Word('x', 50))).start()\n"
            "time.sleep(0.3)",
            id="at work",
        ),
    ],
)
def test_workers_end_with_their_hub(work: str):
    pid = _run_hub_that_dies(work)
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
