"""The example spaces, loaded once: a second start finds them as they are."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from catalog.errors import NotThere
from catalog.hub import Hub
from catalog.ingest import Order, Tally, files_in, ingest
from catalog.spaces import keep, read_space

SOURCE: Final = "examples"
_MARK: Final = "examples.sha256"


def example_folder() -> Path:
    """Where the example spaces are: beside the packages in a checkout, inside them in a wheel.

    Raises:
        NotThere: neither is there.
    """
    here = Path(__file__).parent
    for place in (here.parent / "examples" / "spaces", here / "examples" / "spaces"):
        if place.is_dir():
            return place
    raise NotThere("The example spaces are not installed.", place=str(here))


def load_examples(hub: Hub, *, progress: Callable[[str, Tally], None] | None = None) -> bool:
    """Load every example space; False when they are there already, unchanged."""
    folder = example_folder()
    mark = hub.settings.data / _MARK
    state = _state(folder)
    if mark.is_file() and mark.read_text() == state and hub.store.spaces():
        return False
    for described in sorted(folder.glob("*/space.yaml")):
        space = read_space(described)
        keep(hub, space)
        files = files_in(described.parent)
        order = Order(files=files, space=space, source=SOURCE, complete=True, force=True)
        tally = ingest(hub, order)
        if progress:
            progress(space.id, tally)
    mark.write_text(state)
    return True


def _state(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            digest.update(f"{file.relative_to(folder)}\n".encode() + file.read_bytes())
    return digest.hexdigest()
