"""Functions that tests run inside sandbox workers, most of them to do harm."""

import ctypes
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.errors import Unreachable, UnreadableInput


@dataclass(frozen=True, slots=True)
class Word:
    """An argument and a result."""

    text: str
    number: int = 0


def echo(word: Word) -> Word:
    return word


def nap(word: Word) -> Word:
    time.sleep(word.number)
    return word


def spin(word: Word) -> Word:
    while True:
        word = Word(word.text, word.number + 1)


def crash(word: Word) -> Word:
    ctypes.string_at(0)
    return word


def hoard(word: Word) -> Word:
    held = bytearray(word.number)
    return Word(str(len(held)))


def refuse(word: Word) -> Word:
    raise UnreadableInput(
        f"{word.text} cannot be read.", place="a.ttl", hint="Mend it.", line=3, column=7
    )


def stumble(word: Word) -> Word:
    return Word(str(1 / word.number))


def count(word: Word) -> Iterator[Word]:
    for number in range(word.number):
        yield Word(word.text, number)


def call_home(word: Word) -> Word:
    with socket.create_connection(("127.0.0.1", word.number), timeout=2):
        return word


def start_a_process(word: Word) -> Word:
    subprocess.run(["true"], check=True)
    return word


def who(word: Word) -> Word:
    return Word(word.text, os.getpid())


def wait_for(word: Word) -> Word:
    """Slow or failing by the number: negative ones ask to come again later."""
    if word.number < 0:
        raise Unreachable("Not now.", retry_after=12.5)
    return word


def count_then_hang(word: Word) -> Iterator[Word]:
    yield word
    time.sleep(60)


def shout(word: Word) -> Word:
    sys.stderr.write(word.text * word.number)
    sys.stdout.write(word.text * word.number)
    return word


def look_around(word: Word) -> Word:
    return Word(",".join(sorted(name for name in os.environ if name.startswith(word.text))))


def lie(word: Word) -> Word:
    return word.text  # type: ignore[return-value]


def leave(word: Word) -> Word:
    sys.exit(word.number)
