"""Bytes as they were before they were packed: plain, gzip or Zstandard, told by their first bytes.

What unpacks to far more than it holds, is packed twice, or ends too early is refused. Nothing is
ever unpacked to a path: archives of several files are refused with a hint.
"""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import zstandard

from catalog.errors import TooMuch, UnreadableInput

BLOCK: Final = 4 << 20

_SIP: Final = 2048

_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_ARCHIVES: Final = {
    b"PK\x03\x04": "a zip archive",
    b"PK\x05\x06": "a zip archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
}


@dataclass(frozen=True, slots=True)
class Caps:
    """The most bytes that may come out, and how many times what went in once that is a lot."""

    most: int = 200_000_000_000
    ratio: int = 300
    free: int = 10_000_000
    """Bytes that may come out before the ratio counts."""


def blocks(path: Path, caps: Caps | None = None) -> Iterator[bytes]:
    """The unpacked bytes of a file, a few megabytes at a time, in bounded memory.

    Raises:
        UnreadableInput: it is an archive, packed twice, damaged or cut off; names the byte.
        TooMuch: it unpacks to more than the caps allow.
    """
    with path.open("rb") as file:
        first = file.read(8)
    unpack = _unpacker(first, path.name)
    if unpack is None:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                yield block
        return
    is_first = True
    for block in _capped(path, unpack(path), caps or Caps()):
        if is_first and block[257:262] == b"ustar":
            raise _archive("a tar archive", path.name)
        if is_first and _unpacker(block[:8], path.name) is not None:
            raise UnreadableInput(
                "This is packed more than once.", place=path.name, hint="Unpack it once first."
            )
        is_first = False
        yield block


def is_packed(path: Path) -> bool:
    """True for gzip and Zstandard.

    Raises:
        UnreadableInput: it is an archive.
    """
    with path.open("rb") as file:
        return _unpacker(file.read(8), path.name) is not None


def stretch(path: Path, start: int, end: int) -> Iterator[bytes]:
    """The bytes of a plain file from `start` to `end`, a few megabytes at a time."""
    with path.open("rb") as file:
        file.seek(start)
        while start < end and (block := file.read(min(BLOCK, end - start))):
            start += len(block)
            yield block


def _unpacker(first: bytes, name: str) -> Callable[[Path], Iterator[bytes]] | None:
    for magic, what in _ARCHIVES.items():
        if first.startswith(magic):
            raise _archive(what, name)
    if first.startswith(_GZIP):
        return _gzip
    return _zstd if first.startswith(_ZSTD) else None


def _archive(what: str, name: str) -> UnreadableInput:
    return UnreadableInput(
        f"This is {what}, which is not read.",
        place=name,
        hint="Unpack it first, or pack the file itself with gzip or zstd.",
    )


def _capped(path: Path, unpacked: Iterator[bytes], caps: Caps) -> Iterator[bytes]:
    size = path.stat().st_size
    total = 0
    for block in unpacked:
        total += len(block)
        if total > caps.most:
            raise TooMuch(f"It unpacks to more than {caps.most:,} bytes.", place=path.name)
        if total > caps.free and total > caps.ratio * size:
            raise TooMuch(f"It unpacks to more than {caps.ratio} times its size.", place=path.name)
        yield block


def _gzip(path: Path) -> Iterator[bytes]:
    """Every member of a gzip file (RFC 1952, section 2.2)."""
    read = 0
    unpacker = zlib.decompressobj(wbits=31)
    is_inside = False
    with path.open("rb") as file:
        while packed := file.read(1 << 16):
            read += len(packed)
            while packed:
                is_inside = True
                try:
                    block = unpacker.decompress(packed, BLOCK)
                except zlib.error as error:
                    raise _damaged(path, read, "gzip") from error
                if block:
                    yield block
                packed = unpacker.unconsumed_tail
                if unpacker.eof:
                    packed = unpacker.unused_data.lstrip(b"\0")
                    unpacker = zlib.decompressobj(wbits=31)
                    is_inside = False
    if is_inside:
        raise _cut_off(path, read, "gzip")


def _zstd(path: Path) -> Iterator[bytes]:
    """Every frame of a Zstandard file (RFC 8878, section 3).

    It is fed by the sip: four bytes can stand for 128 KiB, and nothing else bounds what one step
    gives.
    """
    read = 0
    unpacker = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
    is_inside = False
    with path.open("rb") as file:
        while packed := file.read(_SIP):
            read += len(packed)
            while packed:
                is_inside = True
                try:
                    block = unpacker.decompress(packed)
                except zstandard.ZstdError as error:
                    raise _damaged(path, read, "zstd") from error
                if block:
                    yield block
                packed = unpacker.unused_data if unpacker.eof else b""
                if unpacker.eof:
                    unpacker = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
                    is_inside = False
    if is_inside:
        raise _cut_off(path, read, "zstd")


def _damaged(path: Path, read: int, what: str) -> UnreadableInput:
    return UnreadableInput(
        f"This is no whole {what}: damaged before byte {read:,}.",
        place=path.name,
        hint="Fetch or pack it again.",
    )


def _cut_off(path: Path, read: int, what: str) -> UnreadableInput:
    return UnreadableInput(
        f"This {what} is cut off after byte {read:,}.",
        place=path.name,
        hint="Fetch or pack it again; nothing of it was taken.",
    )
