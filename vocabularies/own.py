"""Where an operator keeps profiles and vocabularies beside those that ship with the hub."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Own:
    """A folder with `profiles/` and `vocabularies/` in it; neither need be there.

    >>> Own("data").profiles, Own().profiles
    (PosixPath('data/profiles'), None)
    """

    folder: str = ""

    @property
    def profiles(self) -> Path | None:
        return Path(self.folder) / "profiles" if self.folder else None

    @property
    def vocabularies(self) -> Path | None:
        return Path(self.folder) / "vocabularies" if self.folder else None
