"""A server's care for its views: what others have committed is replayed within a second."""

import threading
from typing import Final, Self

import structlog

from catalog.hub import Hub
from catalog.views import follow, lag
from vocabularies.errors import HutongError

PAUSE: Final = 1.0
"""Seconds between two looks at the log."""


_ENGINE: Final = (OSError, ValueError)
"""What the engine of a view raises when its disk fails; the next look may find it mended."""


class ViewKeeper:
    """Keeps the search view up to date from a thread of its own, until it is stopped."""

    def __init__(self, hub: Hub, *, pause: float = PAUSE) -> None:
        self._hub = hub
        self._pause = pause
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="view-keeper", daemon=True)
        self._log = structlog.get_logger("hutong.keeper")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def look(self) -> int:
        """Replay what the view has not seen; nothing while another process is writing it."""
        return follow(self._hub) if lag(self._hub) else 0

    def _run(self) -> None:
        while not self._stopped.wait(self._pause):
            try:
                self.look()
            except (HutongError, *_ENGINE) as error:
                self._log.warning("not caught up", reason=str(error))
