"""Cursors: where a page ended, opaque to readers, checked when they come back."""

import base64
import binascii
import hashlib
from dataclasses import dataclass

import msgspec

from catalog.errors import BadRequest
from catalog.search.ports import Question


@dataclass(frozen=True, slots=True)
class Cursor:
    """The key of the last result that was shown, and how many came before.

    `key` is a sort key, which no float can hold, or a score for the order by relevance; `mark`
    names the question.
    """

    mark: str
    key: int | float
    id: str
    seen: int


def mark_of(question: Question) -> str:
    """What a cursor belongs to: the text, the filters and the order, not the size of a page."""
    said = (question.text, sorted(question.choices.items()), question.box, question.period)
    body = msgspec.json.encode((said, question.sort))
    return hashlib.sha256(body).hexdigest()[:12]


def written(cursor: Cursor) -> str:
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(cursor)).decode().rstrip("=")


def read(question: Question) -> Cursor | None:
    """The cursor of a question; None where it has none.

    Raises:
        BadRequest: it is no cursor of ours, or belongs to another question.
    """
    if not question.cursor:
        return None
    try:
        packed = base64.urlsafe_b64decode(question.cursor + "=" * (-len(question.cursor) % 4))
        cursor = msgspec.msgpack.decode(packed, type=Cursor)
    except (binascii.Error, msgspec.DecodeError, ValueError) as error:
        raise _wrong("This is no cursor.") from error
    if cursor.mark != mark_of(question):
        raise _wrong("This cursor belongs to another search.")
    return cursor


def _wrong(message: str) -> BadRequest:
    return BadRequest(message, place="cursor", hint="Begin again without it.")
