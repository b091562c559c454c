"""Temporary folders that do not outlive a hub for long, even one that is killed."""

import functools
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_OWNED: Final = re.compile(r"hutong-(\d+)-")


@contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder for as long as the context lasts; what killed processes left is removed."""
    _sweep()
    with tempfile.TemporaryDirectory(prefix=f"hutong-{os.getpid()}-") as folder:
        yield Path(folder)


@functools.cache
def _sweep() -> None:
    """Remove the folders whose process has gone, once: a killed worker's successor comes by here.

    Those of other users are left to them.
    """
    for folder in Path(tempfile.gettempdir()).glob("hutong-*-*"):
        owner = _OWNED.match(folder.name)
        if owner and not _is_running(int(owner[1])):
            shutil.rmtree(folder, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass  # it is somebody else's, or was never ours
    return True
