"""What went wrong, as problem+json (RFC 9457): one table from error class to status and title."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from catalog import errors
from vocabularies.errors import HutongError, UnknownProfile

STATUS: Final[tuple[tuple[type[HutongError], HTTPStatus], ...]] = (
    (errors.TooMuch, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (errors.UnreadableInput, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.FixInput, HTTPStatus.BAD_REQUEST),
    (UnknownProfile, HTTPStatus.NOT_FOUND),
    (errors.Gone, HTTPStatus.GONE),
    (errors.NotThere, HTTPStatus.NOT_FOUND),
    (errors.NotAllowed, HTTPStatus.FORBIDDEN),
    (errors.Busy, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.Unreachable, HTTPStatus.BAD_GATEWAY),
    (errors.Retry, HTTPStatus.SERVICE_UNAVAILABLE),
    (HutongError, HTTPStatus.INTERNAL_SERVER_ERROR),
)
"""From the most particular class to the root: the first that fits decides."""

_EVERYDAY: Final = {404: "not-found", 405: "method", 406: "not-acceptable", 413: "too-much"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem, ready for a page or for a program."""

    status: int
    code: str
    title: str
    detail: str = ""
    hint: str = ""
    place: str = ""
    line: int = 0
    column: int = 0
    retry_after: int = 0

    def document(self, base: str, instance: str = "") -> dict[str, Any]:
        """The members of RFC 9457 and ours, those that say nothing left out."""
        told = {
            "type": f"{base}/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            "hint": self.hint,
            "line": self.line,
            "column": self.column,
        }
        return {name: value for name, value in told.items() if value}


def of_error(error: HutongError) -> Problem:
    """The problem that an error of the catalogue is to whoever asked.

    An error of the hub itself says no more than that: its message may name files and hosts.
    """
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    if isinstance(error, errors.WorkerDied):
        return _too_heavy(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return unexpected()
    return Problem(
        status=status,
        code=error.code,
        title=status.phrase,
        detail=error.message,
        hint=error.hint,
        line=getattr(error, "line", 0),
        column=getattr(error, "column", 0),
        retry_after=1 if isinstance(error, errors.Retry) else 0,
    )


def of_status(status: int, detail: str = "", hint: str = "") -> Problem:
    """The problem that a bare HTTP status is."""
    said = HTTPStatus(status)
    code = _EVERYDAY.get(status, "bad-request" if status < 500 else "broken")  # noqa: PLR2004
    return Problem(status, code, said.phrase, detail or said.description, hint)


def unexpected() -> Problem:
    return Problem(500, "broken", "Internal Server Error", "The hub failed; it has been logged.")


def _too_heavy(error: errors.WorkerDied) -> Problem:
    detail = {
        "time": "Reading this took longer than one request may take.",
        "memory": "Reading this took more memory than one request may use.",
        "crash": "This input crashed its reader; nothing else was harmed.",
    }[error.cause]
    return Problem(
        422, error.code, "Unprocessable Content", detail, "Send a smaller or simpler input."
    )
