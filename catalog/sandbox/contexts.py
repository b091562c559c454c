"""JSON-LD contexts that a document may name: a pinned, bundled set; none is ever fetched."""

import json
from pathlib import Path
from typing import Any, Final

_FOLDER: Final = Path(__file__).parent / "jsonld"


def _load() -> dict[str, Any]:
    listed: dict[str, str] = json.loads((_FOLDER / "index.json").read_text(encoding="utf-8"))
    return {
        name: json.loads((_FOLDER / file).read_text(encoding="utf-8"))["@context"]
        for name, file in listed.items()
    }


CONTEXTS: Final[dict[str, Any]] = _load()
"""The bundled contexts by the IRI that documents name them by."""


def inlined(document: bytes) -> bytes:
    """The document with every bundled context in the place of its name."""
    if not any(json.dumps(name).encode() in document for name in CONTEXTS):
        return document
    return json.dumps(_inline(json.loads(document)), ensure_ascii=False).encode()


def _inline(value: Any) -> Any:  # noqa: ANN401 - JSON as it comes
    if isinstance(value, list):
        return [_inline(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _context(item) if key == "@context" else _inline(item) for key, item in value.items()
    }


def _context(value: Any) -> Any:  # noqa: ANN401 - JSON as it comes
    if isinstance(value, list):
        return [_context(item) for item in value]
    return CONTEXTS[value] if isinstance(value, str) else value
