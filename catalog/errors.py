"""The errors of the catalogue, by what the caller can do.

HutongError (vocabularies.errors)
├── FixInput                the input must change before it can be taken
│   ├── UnreadableInput     the bytes are not what they claim to be; carries line and column
│   ├── TooMuch             a limit of size, depth, ratio or time was met
│   ├── BadRequest          a parameter, filter, cursor or option is wrong
│   └── BadSetting          a setting is unknown or has a bad value
├── NotThere                no such space, record, vocabulary or profile
│   └── Gone                it was there and was withdrawn: carries its tombstone
├── NotAllowed              an address, a source or a change that the hub refuses
├── Retry                   the same call may go through later
│   ├── Busy                somebody else holds the lock, or a queue is full
│   └── Unreachable         a remote host did not answer as it should; carries retry_after
└── Broken                  the hub itself is at fault
    └── WorkerDied          a sandbox worker was killed or crashed; carries the cause

One table in api.http.problems maps these classes to problem+json; one in api.cli to exit codes.
"""

from typing import Literal

from vocabularies.errors import HutongError


class FixInput(HutongError):
    """The input must change before it can be taken."""

    code = "fix-input"


class UnreadableInput(FixInput):
    """The bytes are not what they claim to be."""

    code = "unreadable"

    def __init__(
        self, message: str, *, place: str = "", hint: str = "", line: int = 0, column: int = 0
    ) -> None:
        super().__init__(message, place=place, hint=hint)
        self.line = line
        self.column = column

    def __str__(self) -> str:
        at = f" (line {self.line}, column {self.column})" if self.line else ""
        return f"{super().__str__()}{at}"


class TooMuch(FixInput):
    """A limit of size, depth, ratio or time was met."""

    code = "too-much"


class BadRequest(FixInput):
    """A parameter, filter, cursor or option is wrong."""

    code = "bad-request"


class BadSetting(FixInput):
    """A setting is unknown or has a bad value."""

    code = "bad-setting"


class NotThere(HutongError):
    """No such space, record, vocabulary or profile."""

    code = "not-found"


class Gone(NotThere):
    """It was there and was withdrawn."""

    code = "gone"


class NotAllowed(HutongError):
    """An address, a source or a change that the hub refuses."""

    code = "not-allowed"


class Retry(HutongError):
    """The same call may go through later."""

    code = "retry"


class Busy(Retry):
    """Somebody else holds the lock, or a queue is full."""

    code = "busy"


class Unreachable(Retry):
    """A remote host did not answer as it should."""

    code = "unreachable"

    def __init__(
        self, message: str, *, place: str = "", hint: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(message, place=place, hint=hint)
        self.retry_after = retry_after


class Broken(HutongError):
    """The hub itself is at fault."""

    code = "broken"


class WorkerDied(Broken):
    """A sandbox worker was killed or crashed."""

    code = "worker-died"

    def __init__(self, message: str, *, cause: Literal["time", "memory", "crash"]) -> None:
        super().__init__(message)
        self.cause = cause
