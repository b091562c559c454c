"""Catalogues that lie elsewhere: brought here through the one gateway, then read like any file."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from catalog.sandbox.gateway import Policy, fetch
from catalog.settings import Settings

_NO_NAME: Final = "catalogue"
_LONGEST: Final = 100
_STRANGE: Final = re.compile(r"[^\w.-]+")


def fetch_to_folder(settings: Settings, url: str, folder: Path) -> Path:
    """The file that a URL gives, kept under its own name in the folder.

    Raises:
        NotAllowed: the address is one that the hub does not go to.
        Unreachable: the host did not answer as it should.
        TooMuch: it met a limit of size or time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / file_name(url)
    fetch(url, file, policy=Policy(allowed_networks=settings.networks))
    return file


def file_name(url: str) -> str:
    """What to call the file that a URL gives: its last piece, made harmless, its endings kept.

    The endings tell the format of a catalogue, and how it is packed.

    >>> file_name("https://data.example/all/catalogue.ttl.gz?page=1#top")
    'catalogue.ttl.gz'
    >>> file_name("https://data.example/.."), file_name("https://data.example/a%2F..%2Fb c.ttl")
    ('catalogue', 'b_c.ttl')
    """
    try:
        path = urlsplit(url).path
    except ValueError:  # the gateway says what is wrong with such a URL
        return _NO_NAME
    last = unquote(path.rstrip("/")).replace("\\", "/").rpartition("/")[2]
    return _STRANGE.sub("_", last).lstrip(".")[-_LONGEST:].lstrip(".") or _NO_NAME
