"""How the hub and a sandbox worker speak: length-prefixed msgpack frames over a socket pair.

A call is `Call`; the answer is one `Reply`, or for a stream one a piece and a last that ends it.
Nothing that comes out of a worker is unpickled: a reply is decoded by the type that the called
function declares.
"""

import socket
import struct
import typing
from collections.abc import Callable
from typing import Any, Final

import msgspec

_LENGTH: Final = struct.Struct("!Q")
_LARGEST: Final = 2_000_000_000
_CHUNK: Final = 1 << 20


class Call(msgspec.Struct, frozen=True):
    """Run `function` (module:name) on an encoded argument, for at most `seconds`."""

    function: str
    argument: bytes
    seconds: float
    is_stream: bool = False


class Fault(msgspec.Struct, frozen=True):
    """An error as it left the worker: its class, its words, and the numbers that it carries."""

    kind: str
    message: str
    place: str = ""
    hint: str = ""
    numbers: dict[str, float] = {}


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


def receive(channel: socket.socket) -> bytes:
    """One frame; honours the time-out of the socket.

    Raises:
        HungUp: the other side is gone, or sent a length that no message has.
    """
    (length,) = _LENGTH.unpack(_exactly(channel, _LENGTH.size))
    if length > _LARGEST:
        raise HungUp
    return _exactly(channel, length)


def _exactly(channel: socket.socket, length: int) -> bytes:
    buffer = bytearray(length)
    view = memoryview(buffer)
    filled = 0
    while filled < length:
        got = channel.recv_into(view[filled : filled + _CHUNK])
        if not got:
            raise HungUp
        filled += got
    return bytes(buffer)


def name_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__}:{function.__qualname__}"


def types_of(function: Callable[..., Any]) -> tuple[Any, Any]:
    """What a worker function takes and gives: its one parameter and its result or item."""
    hints = typing.get_type_hints(function)
    returns = hints.pop("return")
    (takes,) = hints.values()
    arguments = typing.get_args(returns)
    is_iterator = getattr(typing.get_origin(returns), "__name__", "") in {"Iterator", "Generator"}
    return takes, arguments[0] if is_iterator else returns
