"""A pool of worker processes: the wall that foreign bytes are read behind, and every core at work.

A call names a module-level function of one annotated parameter; argument and result are values
that msgspec can carry. A worker that dies, hangs or runs out of memory costs one call, never the
hub.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Final, Literal, Self, TypeVar

import msgspec

from catalog.errors import Broken, Busy, WorkerDied
from catalog.sandbox.limits import Limits
from catalog.sandbox.protocol import (
    OUT_OF_MEMORY,
    Call,
    Fault,
    HungUp,
    Reply,
    name_of,
    receive,
    send,
    types_of,
)
from vocabularies.errors import HutongError

A = TypeVar("A")
R = TypeVar("R")

_START: Final = 60.0
"""Seconds that a fresh worker may take to load its modules."""

_KNOWN: Final = frozenset({"HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ"})
_KNOWN_FAMILIES: Final = ("LC_", "PYTHON", "COV")


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
            return self._run(function, argument, allowed)
        finally:
            self._free.release()

    def map(
        self,
        function: Callable[[A], R],
        arguments: Iterable[A],
        *,
        window: int | None = None,
        limits: Limits | None = None,
    ) -> Iterator[tuple[A, R | HutongError]]:
        """Each argument with its result, in order, computed in parallel; an error is a value.

        Arguments are taken lazily, `window` of them ahead of what has been given. The limits
        count for each call.
        """
        allowed = limits or self.limits
        ahead = window or self.count * 2
        waiting: deque[tuple[A, Future[R | HutongError]]] = deque()
        with ThreadPoolExecutor(self.count, thread_name_prefix="sandbox") as threads:
            try:
                for argument in arguments:
                    future = threads.submit(self._outcome, function, argument, allowed)
                    waiting.append((argument, future))
                    if len(waiting) > ahead:
                        first, future = waiting.popleft()
                        yield first, future.result()
                while waiting:
                    first, future = waiting.popleft()
                    yield first, future.result()
            finally:
                threads.shutdown(cancel_futures=True)

    def stream(
        self, function: Callable[[A], Iterator[R]], argument: A, *, limits: Limits | None = None
    ) -> Generator[R, None, None]:
        """The items of a generator function that runs in a worker of its own.

        The time limit counts for each item. Closing the iterator ends the worker.
        """
        allowed = limits or self.limits
        call = _call(function, argument, allowed, is_stream=True)
        worker = self._take()
        is_done = False
        try:
            reply = worker.ask(call)
            while not (is_done := reply.is_end or reply.fault is not None):
                item: R = _value(reply, function)
                yield item
                reply = worker.next(allowed.seconds)
            if reply.fault is not None:
                raise _error(reply.fault)
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
            worker.ask_to_end()
        for worker in workers:
            worker.end(patience=1.0)

    def _outcome(self, function: Callable[[A], R], argument: A, allowed: Limits) -> R | HutongError:
        with self._free:
            try:
                return self._run(function, argument, allowed)
            except HutongError as error:
                return error

    def _run(self, function: Callable[[A], R], argument: A, allowed: Limits) -> R:
        """The result; a worker that did not answer in full is not used again."""
        call = _call(function, argument, allowed, is_stream=False)
        worker = self._take()
        has_answered = False
        try:
            reply = worker.ask(call)
            has_answered = True
        finally:
            if has_answered:
                self._put_back(worker)
            else:
                self._discard(worker)
        result: R = _value(reply, function)
        return result

    def _take(self) -> "_Worker":
        while True:
            with self._lock:
                if self._is_closed:
                    raise Broken("The workers have been closed.")
                worker = self._idle.pop() if self._idle else None
            if worker is None:
                return self._start()
            if worker.is_alive():
                return worker
            self._discard(worker)

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
            stdout=subprocess.DEVNULL,
            env=_environment(),
            pass_fds=(theirs.fileno(),),
            start_new_session=True,
        )
        theirs.close()
        self._channel = ours
        self._is_ready = False

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, call: Call) -> Reply:
        """The first reply to a call; the time to start the worker does not count."""
        if not self._is_ready:
            self.next(_START)
            self._is_ready = True
        self._channel.settimeout(call.seconds)
        try:
            send(self._channel, call)
        except OSError as error:
            raise self._died(error) from error
        return self.next(call.seconds)

    def next(self, seconds: float) -> Reply:
        try:
            frame = receive(self._channel, time.monotonic() + seconds)
            return msgspec.msgpack.decode(frame, type=Reply)
        except (HungUp, OSError, msgspec.DecodeError) as error:
            raise self._died(error) from error

    def _died(self, reason: Exception) -> WorkerDied:
        if isinstance(reason, TimeoutError):
            return WorkerDied("It took longer than it may.", cause="time")
        try:
            code = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return WorkerDied("The worker spoke nonsense.", cause="crash")
        causes: dict[int, Literal["time", "memory"]] = {
            -signal.SIGALRM: "time",
            -signal.SIGABRT: "memory",
            OUT_OF_MEMORY: "memory",
        }
        words = {"time": "It took longer than it may.", "memory": "It needed too much memory."}
        cause = causes.get(code)
        if cause is None:
            return WorkerDied(f"The parser crashed ({_ending(code)}).", cause="crash")
        return WorkerDied(words[cause], cause=cause)

    def ask_to_end(self) -> None:
        self._process.terminate()

    def end(self, *, patience: float = 0.0) -> None:
        """Kill it first: a thread that waits for it then sees it hang up, not a closed channel."""
        try:
            self._process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._channel.close()


def _environment() -> dict[str, str]:
    """What a worker may know of the environment: no setting of the hub, so no password."""
    inherited = os.environ  # noqa: TID251 - handed on, not read
    return {k: v for k, v in inherited.items() if k in _KNOWN or k.startswith(_KNOWN_FAMILIES)}


def _call(function: Callable[[A], object], argument: A, limits: Limits, *, is_stream: bool) -> Call:
    body = msgspec.msgpack.encode(argument)
    return Call(name_of(function), body, limits.seconds, limits.memory_mib, is_stream)


def _ending(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit {code}"


def _value(reply: Reply, function: Callable[..., Any]) -> Any:  # noqa: ANN401 - as annotated
    """What a reply carries, decoded by the type that the function declares.

    Raises:
        HutongError: what the function raised.
        WorkerDied: the function failed, or gave what it does not declare.
    """
    if reply.fault is not None:
        raise _error(reply.fault)
    try:
        return msgspec.msgpack.decode(reply.result, type=types_of(function)[1])
    except msgspec.DecodeError as error:
        raise WorkerDied(f"The worker gave another value: {error}", cause="crash") from error


def _error(fault: Fault) -> HutongError:
    """The error that a worker sent, as the class that it was raised as, with what it carried."""
    module, _, name = fault.kind.partition(":")
    kind = getattr(sys.modules.get(module), name, None) if module else None
    if not (isinstance(kind, type) and issubclass(kind, HutongError)):
        return WorkerDied(f"The worker failed: {fault.message}", cause="crash")
    error = kind.__new__(kind)
    HutongError.__init__(error, fault.message)
    for key, value in fault.values.items():
        if not key.startswith("_"):
            setattr(error, key, value)
    return error
