"""How the hub and a sandbox worker speak: length-prefixed msgpack frames over a socket pair.

A call is `Call`; the answer is one `Reply`, or for a stream one a piece and a last that ends it.
Nothing that comes out of a worker is unpickled: a reply is decoded by the type that the called
function declares.
"""

import functools
import socket
import struct
import time
import typing
from collections.abc import Callable
from typing import Any, Final

import msgspec

_LENGTH: Final = struct.Struct("!Q")
_LARGEST: Final = 2_000_000_000
_CHUNK: Final = 1 << 20

OUT_OF_MEMORY: Final = 77
"""The exit code of a worker whose memory did not suffice."""


Scalar = str | int | float | bool | None


class Call(msgspec.Struct, frozen=True):
    """Run `function` (module:name) on an encoded argument, within `seconds` and `memory_mib`."""

    function: str
    argument: bytes
    seconds: float
    memory_mib: int
    is_stream: bool = False


class Fault(msgspec.Struct, frozen=True):
    """An error as it left the worker: its class, its words, and the plain values it carries."""

    kind: str
    message: str
    values: dict[str, Scalar] = {}


class Reply(msgspec.Struct, frozen=True):
    """A result, a piece of a stream, its end, or a fault."""

    result: bytes = b""
    is_end: bool = False
    fault: Fault | None = None


class HungUp(Exception):
    """The other side closed the connection."""


def send(channel: socket.socket, message: msgspec.Struct) -> None:
    """Send one frame; honours the time-out of the socket."""
    body = msgspec.msgpack.encode(message)
    channel.sendall(_LENGTH.pack(len(body)))
    channel.sendall(body)


def receive(channel: socket.socket, deadline: float = 0.0) -> bytes:
    """One whole frame, by the deadline (of the monotonic clock) if there is one.

    Raises:
        HungUp: the other side is gone, or sent a length that no message has.
        TimeoutError: the deadline passed, also when the frame was still dripping in.
    """
    (length,) = _LENGTH.unpack(_exactly(channel, _LENGTH.size, deadline))
    if length > _LARGEST:
        raise HungUp
    return _exactly(channel, length, deadline)


def _exactly(channel: socket.socket, length: int, deadline: float) -> bytes:
    buffer = bytearray(length)
    view = memoryview(buffer)
    filled = 0
    while filled < length:
        if deadline:
            channel.settimeout(max(0.001, deadline - time.monotonic()))
        got = channel.recv_into(view[filled : filled + _CHUNK])
        if not got:
            raise HungUp
        filled += got
    return bytes(buffer)


def name_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__}:{function.__qualname__}"


@functools.cache
def types_of(function: Callable[..., Any]) -> tuple[Any, Any]:
    """What a worker function takes and gives: its one parameter and its result or item."""
    hints = typing.get_type_hints(function)
    returns = hints.pop("return")
    (takes,) = hints.values()
    arguments = typing.get_args(returns)
    is_iterator = getattr(typing.get_origin(returns), "__name__", "") in {"Iterator", "Generator"}
    return takes, arguments[0] if is_iterator else returns
