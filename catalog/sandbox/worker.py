"""The process on the far side of the wall: `python -m catalog.sandbox.worker FD SECONDS MEMORY`.

It takes one call at a time. A timer of the kernel kills it when a call takes longer than it may,
also when the time is spent in native code, so that no worker outlives its hub for long.
"""

import gc
import importlib
import os
import queue
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from catalog.sandbox.limits import Limits, wall_in
from catalog.sandbox.protocol import Call, Fault, HungUp, Reply, name_of, receive, send, types_of
from vocabularies.errors import HutongError

_AHEAD: Final = 4
"""Pieces of a stream that a worker makes before the hub has taken the first."""

_MEMORY: Final = "memory"


def main(arguments: list[str]) -> None:
    descriptor, memory, *preload = arguments
    channel = socket.socket(fileno=int(descriptor))
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for module in preload:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    wall_in(Limits(memory_mib=int(memory)))
    functions: dict[str, tuple[Callable[[Any], Any], Any]] = {}
    while True:
        try:
            call = msgspec.msgpack.decode(receive(channel), type=Call)
        except HungUp:
            return
        signal.setitimer(signal.ITIMER_REAL, call.seconds + 1)
        _answer(channel, call, functions)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(
    channel: socket.socket, call: Call, functions: dict[str, tuple[Callable[[Any], Any], Any]]
) -> None:
    try:
        if call.function not in functions:
            functions[call.function] = _find(call.function)
        function, takes = functions[call.function]
        argument = msgspec.msgpack.decode(call.argument, type=takes)
        if call.is_stream:
            _stream(channel, call.seconds, function(argument))
        else:
            send(channel, Reply(msgspec.msgpack.encode(function(argument))))
    except MemoryError:
        send(channel, Reply(fault=Fault(_MEMORY, "The memory of the worker did not suffice.")))
        os._exit(1)
    except HutongError as error:
        send(channel, Reply(fault=_fault(error)))
    except (BrokenPipeError, ConnectionResetError):
        os._exit(0)
    except Exception as error:  # noqa: BLE001 - whatever foreign bytes provoke is one call's end
        send(channel, Reply(fault=Fault("crash", f"{type(error).__name__}: {error}")))


def _stream(channel: socket.socket, seconds: float, items: Iterator[object]) -> None:
    """Send the items as they are made, a few of them ahead of the hub."""
    ready: queue.Queue[Reply | None] = queue.Queue(_AHEAD)
    sender = threading.Thread(target=_send_all, args=(channel, ready), daemon=True)
    sender.start()
    try:
        for item in items:
            ready.put(Reply(msgspec.msgpack.encode(item)))
            signal.setitimer(signal.ITIMER_REAL, seconds + 1)
        ready.put(Reply(is_end=True))
    finally:
        ready.put(None)
        signal.setitimer(signal.ITIMER_REAL, 0)
        sender.join()


def _send_all(channel: socket.socket, ready: "queue.Queue[Reply | None]") -> None:
    while (reply := ready.get()) is not None:
        try:
            send(channel, reply)
        except OSError:
            os._exit(0)


def _find(name: str) -> tuple[Callable[[Any], Any], Any]:
    module, _, attribute = name.partition(":")
    function = getattr(importlib.import_module(module), attribute)
    return function, types_of(function)[0]


def _fault(error: HutongError) -> Fault:
    names = ("line", "column", "retry_after")
    numbers = {name: getattr(error, name) for name in names if getattr(error, name, None)}
    kind = name_of(type(error))
    return Fault(kind, error.message, error.place, error.hint, numbers)


if __name__ == "__main__":
    main(sys.argv[1:])
