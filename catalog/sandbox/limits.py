"""What a worker may use, and the walls that it builds around itself before it reads anything."""

import ctypes
import os
import resource
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """The longest that a call (or one piece of a stream) may take, and its memory."""

    seconds: float = 30.0
    memory_mib: int = 2048


class Forbidden(Exception):
    """Code in a worker tried what no worker may do."""


_NEW_NET: Final = 0x40000000
_NEW_USER: Final = 0x10000000
_FORBIDDEN: Final = frozenset(
    {
        "socket.connect",
        "socket.bind",
        "socket.sendto",
        "socket.sendmsg",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.spawn",
        "os.fork",
        "os.forkpty",
        "pty.spawn",
    }
)


def wall_in(limits: Limits) -> None:
    """Leave the network, cap memory and files, forbid new processes; for good.

    A network namespace of its own is taken where the system gives one; everywhere an audit hook
    refuses sockets and processes.
    """
    _leave_the_network()
    resource.setrlimit(resource.RLIMIT_AS, (_bytes(limits.memory_mib),) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    files = min(256, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    sys.addaudithook(_refuse)


def cap_memory(memory_mib: int) -> None:
    """Let the next call use so much memory, never more than the worker as a whole may."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (min(_bytes(memory_mib), most), most))


def _bytes(mib: int) -> int:
    return mib * 1024 * 1024


def _refuse(event: str, _arguments: tuple[object, ...]) -> None:
    if event in _FORBIDDEN:
        raise Forbidden(f"A sandbox worker may not do this: {event}.")


def _leave_the_network() -> None:
    """Best effort: without privileges a user namespace comes first, mapped onto itself."""
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "unshare"):
        return
    if libc.unshare(_NEW_NET) == 0 or libc.unshare(_NEW_USER | _NEW_NET) != 0:
        return
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        Path(f"/proc/self/{name}").write_text(text, encoding="ascii")
