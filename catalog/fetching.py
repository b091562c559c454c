"""Catalogues that lie elsewhere: brought here through the one gateway, then read like any file."""

from pathlib import Path

from catalog.sandbox.gateway import Policy, fetch
from catalog.settings import Settings


def fetch_to_folder(settings: Settings, url: str, folder: Path) -> Path:
    """The file that a URL gives, kept under its own name in the folder.

    Raises:
        NotAllowed: the address is one that the hub does not go to.
        Unreachable: the host did not answer as it should.
        TooMuch: it met a limit of size or time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = Path(url.partition("?")[0].rstrip("/")).name or "catalogue"
    file = folder / name
    networks = tuple(n.strip() for n in settings.private_networks.split(",") if n.strip())
    fetch(url, file, policy=Policy(allowed_networks=networks))
    return file
