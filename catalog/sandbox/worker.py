"""The process on the far side of the wall: `python -m catalog.sandbox.worker FD MEMORY MODULES...`.

It takes one call at a time. A timer of the kernel kills it when a call takes longer than it may,
also when the time is spent in native code, and it ends as soon as its hub hangs up.
"""

import importlib
import os
import queue
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from catalog.sandbox.limits import Limits, cap_memory, wall_in
from catalog.sandbox.protocol import (
    OUT_OF_MEMORY,
    Call,
    Fault,
    HungUp,
    Reply,
    Scalar,
    name_of,
    receive,
    send,
    types_of,
)
from vocabularies.errors import HutongError

_AHEAD: Final = 4
"""Pieces of a stream that a worker makes before the hub has taken the first."""

_HANG_UP: Final = getattr(select, "POLLRDHUP", 0)


def main(arguments: list[str]) -> None:
    descriptor, memory, *preload = arguments
    channel = socket.socket(fileno=int(descriptor))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for module in preload:
        importlib.import_module(module)
    threading.Thread(target=_end_with_the_hub, args=(channel,), daemon=True).start()
    wall_in(Limits(memory_mib=int(memory)))
    send(channel, Reply())
    _be_silent()
    try:
        _serve(channel)
    except HungUp:
        return
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def _serve(channel: socket.socket) -> None:
    functions: dict[str, tuple[Callable[[Any], Any], Any]] = {}
    while True:
        call = msgspec.msgpack.decode(receive(channel), type=Call)
        _let_work_for(call.seconds)
        cap_memory(call.memory_mib)
        _answer(channel, call, functions)
        _let_work_for(0)


def _let_work_for(seconds: float) -> None:
    """The hub kills at the deadline; the timer, a little later, is for when the hub is gone."""
    signal.setitimer(signal.ITIMER_REAL, seconds + 1 if seconds else 0)


def _end_with_the_hub(channel: socket.socket) -> None:
    """Wait in the kernel for the hub to hang up, then end whatever is being worked on."""
    poll = select.poll()
    poll.register(channel, _HANG_UP)
    poll.poll()
    os._exit(0)


def _be_silent() -> None:
    """Foreign bytes may speak through warnings: from here on nothing reaches the hub's terminal."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)


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
    except HutongError as error:
        send(channel, Reply(fault=_fault(error)))
    except (BrokenPipeError, ConnectionResetError):
        os._exit(0)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever foreign bytes provoke is one call's end
        send(channel, Reply(fault=Fault("", f"{type(error).__name__}: {error}"[:2000])))


def _stream(channel: socket.socket, seconds: float, items: Iterator[object]) -> None:
    """Send the items as they are made, a few of them ahead of the hub.

    The clock stands while the hub is busy with what it has: only the making of an item counts.
    """
    ready: queue.Queue[Reply | None] = queue.Queue(_AHEAD)
    sender = threading.Thread(target=_send_all, args=(channel, ready), daemon=True)
    sender.start()
    try:
        for item in items:
            _let_work_for(0)
            ready.put(Reply(msgspec.msgpack.encode(item)))
            _let_work_for(seconds)
        ready.put(Reply(is_end=True))
    finally:
        _let_work_for(0)
        ready.put(None)
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
    values = {k: v for k, v in vars(error).items() if isinstance(v, Scalar)}
    return Fault(name_of(type(error)), error.message, values)


if __name__ == "__main__":
    main(sys.argv[1:])
