"""A pool of worker processes: the wall that foreign bytes are read behind, and every core at work.

A call names a module-level function of one annotated parameter; argument and result are values
that msgspec can carry. A worker that dies, hangs or runs out of memory costs one call, never the
hub.
"""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Final, Literal, Self, TypeVar

import msgspec

import catalog.errors
import vocabularies.errors
from catalog.errors import Broken, Busy, WorkerDied
from catalog.sandbox.limits import Limits
from catalog.sandbox.protocol import Call, Fault, HungUp, Reply, name_of, receive, send, types_of
from vocabularies.errors import HutongError

A = TypeVar("A")
R = TypeVar("R")

_START: Final = 60.0
"""Seconds that a fresh worker may take to load its modules before its first answer."""


class Workers:
    """Worker processes, started when first needed and replaced when they die. Thread-safe."""

    def __init__(self, count: int, limits: Limits, *, preload: tuple[str, ...] = ()) -> None:
        self.count = count
        self.limits = limits
        self._preload = preload
        self._idle: deque[_Worker] = deque()
        self._all: set[_Worker] = set()
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(count)
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def warm(self) -> None:
        """Start every worker in the background, so that the first caller need not wait."""
        with self._lock:
            missing = self.count - len(self._all)
        for worker in [self._start() for _ in range(missing)]:
            self._put_back(worker)

    def run(self, function: Callable[[A], R], argument: A, *, limits: Limits | None = None) -> R:
        """What the function gives for the argument, computed in a worker.

        Raises:
            HutongError: what the function raised, as it raised it.
            WorkerDied: the worker was too slow, ran out of memory or crashed.
            Busy: no worker was free within the time that the call may take.
        """
        allowed = limits or self.limits
        if not self._free.acquire(timeout=allowed.seconds):
            raise Busy("Every sandbox worker is at work.", hint="Try again in a moment.")
        try:
            worker = self._take()
            call = _call(function, argument, allowed, is_stream=False)
            try:
                reply = worker.ask(call, allowed.seconds)
            except WorkerDied:
                self._discard(worker)
                raise
            return self._result(worker, reply, function)
        finally:
            self._free.release()

    def map(
        self, function: Callable[[A], R], arguments: Iterable[A], *, window: int | None = None
    ) -> Iterator[tuple[A, R | HutongError]]:
        """Each argument with its result, in order, computed in parallel; an error is a value.

        Arguments are taken lazily, `window` of them ahead of what has been given.
        """
        ahead = window or self.count * 2
        waiting: deque[tuple[A, Future[R | HutongError]]] = deque()
        with ThreadPoolExecutor(self.count, thread_name_prefix="sandbox") as threads:
            for argument in arguments:
                waiting.append((argument, threads.submit(self._outcome, function, argument)))
                if len(waiting) > ahead:
                    first, future = waiting.popleft()
                    yield first, future.result()
            while waiting:
                first, future = waiting.popleft()
                yield first, future.result()

    def stream(
        self, function: Callable[[A], Iterator[R]], argument: A, *, limits: Limits | None = None
    ) -> Iterator[R]:
        """The items of a generator function that runs in a worker of its own.

        The time limit counts for each item. Closing the iterator ends the worker.
        """
        allowed = limits or self.limits
        worker = self._take()
        is_done = False
        try:
            item_type = types_of(function)[1]
            reply = worker.ask(_call(function, argument, allowed, is_stream=True), allowed.seconds)
            while not reply.is_end:
                self._check(reply)
                yield msgspec.msgpack.decode(reply.result, type=item_type)
                reply = worker.next(allowed.seconds)
            is_done = True
        finally:
            if is_done:
                self._put_back(worker)
            else:
                self._discard(worker)

    def close(self) -> None:
        """End every worker."""
        with self._lock:
            self._is_closed = True
            workers, self._all = self._all, set()
            self._idle.clear()
        for worker in workers:
            worker.end()

    def _outcome(self, function: Callable[[A], R], argument: A) -> R | HutongError:
        try:
            return self.run(function, argument)
        except HutongError as error:
            return error

    def _result(self, worker: "_Worker", reply: Reply, function: Callable[[A], R]) -> R:
        if reply.fault is not None and reply.fault.kind == "memory":
            self._discard(worker)
        else:
            self._put_back(worker)
        self._check(reply)
        result: R = msgspec.msgpack.decode(reply.result, type=types_of(function)[1])
        return result

    def _check(self, reply: Reply) -> None:
        if reply.fault is not None:
            raise _error(reply.fault)

    def _take(self) -> "_Worker":
        with self._lock:
            if self._is_closed:
                raise Broken("The workers have been closed.")
            if self._idle:
                return self._idle.pop()
        return self._start()

    def _start(self) -> "_Worker":
        worker = _Worker(self.limits, self._preload)
        with self._lock:
            self._all.add(worker)
        return worker

    def _put_back(self, worker: "_Worker") -> None:
        with self._lock:
            if not self._is_closed and len(self._idle) <= self.count:
                self._idle.append(worker)
                return
        self._discard(worker)

    def _discard(self, worker: "_Worker") -> None:
        with self._lock:
            self._all.discard(worker)
        worker.end()


class _Worker:
    """One process and the channel to it."""

    def __init__(self, limits: Limits, preload: tuple[str, ...]) -> None:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "catalog.sandbox.worker"]
        arguments = [str(theirs.fileno()), str(limits.memory_mib), *preload]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command + arguments,
            stdin=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            start_new_session=True,
        )
        theirs.close()
        self._channel = ours
        self._is_fresh = True

    def ask(self, call: Call, seconds: float) -> Reply:
        wait = seconds + (_START if self._is_fresh else 0)
        self._channel.settimeout(wait)
        try:
            send(self._channel, call)
        except OSError as error:
            raise self._died(0) from error
        reply = self.next(wait)
        self._is_fresh = False
        return reply

    def next(self, seconds: float) -> Reply:
        deadline = time.monotonic() + seconds
        self._channel.settimeout(seconds)
        try:
            return msgspec.msgpack.decode(receive(self._channel), type=Reply)
        except (HungUp, OSError) as error:
            raise self._died(deadline) from error

    def _died(self, deadline: float) -> WorkerDied:
        if deadline and time.monotonic() >= deadline:
            return WorkerDied("It took longer than it may.", cause="time")
        self._channel.close()
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            code = 0
        causes: dict[int, Literal["time", "memory"]] = {
            -signal.SIGALRM: "time",
            -signal.SIGXCPU: "time",
            -signal.SIGABRT: "memory",
            1: "memory",
        }
        words = {"time": "It took longer than it may.", "memory": "It needed too much memory."}
        cause = causes.get(code)
        if cause is None:
            return WorkerDied(f"The parser crashed ({_ending(code)}).", cause="crash")
        return WorkerDied(words[cause], cause=cause)

    def end(self) -> None:
        self._channel.close()
        self._process.kill()
        self._process.wait()


def _call(function: Callable[[A], object], argument: A, limits: Limits, *, is_stream: bool) -> Call:
    body = msgspec.msgpack.encode(argument)
    return Call(name_of(function), body, limits.seconds, is_stream)


def _ending(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit {code}"


def _error(fault: Fault) -> HutongError:
    """The error that a worker sent, as the class that it was raised as."""
    if fault.kind == "memory":
        return WorkerDied(fault.message, cause="memory")
    module, _, name = fault.kind.partition(":")
    modules: dict[str, Any] = {
        "catalog.errors": catalog.errors,
        "vocabularies.errors": vocabularies.errors,
    }
    kind = getattr(modules.get(module), name, None)
    if not (isinstance(kind, type) and issubclass(kind, HutongError)) or kind is WorkerDied:
        return WorkerDied(f"The worker failed: {fault.message}", cause="crash")
    numbers = {key: int(number) for key, number in fault.numbers.items()}
    return kind(fault.message, place=fault.place, hint=fault.hint, **numbers)
