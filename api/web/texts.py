"""What pages say, in English and Chinese: one YAML file a language, read once."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

FOLDER: Final = Path(__file__).parent / "texts"


class Texts:
    """The texts of one language: `texts("search.total", n=3)`, `texts.of("kind", "dataset")`."""

    def __init__(self, lang: str, said: Mapping[str, Mapping[str, Any]]) -> None:
        self.lang = lang
        self._said = said

    def __call__(self, name: str, **values: object) -> str:
        """The text of that name with its places filled.

        Raises:
            KeyError: there is no such text; the tests ask for every one that templates name.
        """
        group, _, key = name.partition(".")
        text = str(self._said[group][key])
        return text.format_map(values) if values else text

    def count(self, name: str, n: int) -> str:
        """The text of that name for so many things: `name_one` for a single one, where it is."""
        group, _, key = name.partition(".")
        own = f"{key}_one" if n == 1 and f"{key}_one" in self._said[group] else key
        return self(f"{group}.{own}", n=f"{n:,}")

    def of(self, group: str, key: str, otherwise: str = "") -> str:
        """The text of a code that comes from the outside; the code itself where there is none."""
        return str(self._said[group].get(key, otherwise or key))

    def names(self) -> frozenset[str]:
        """The names of all texts; what only tells one from many is no name of its own."""
        return frozenset(
            f"{group}.{key}"
            for group, told in self._said.items()
            for key in told
            if not (key.endswith("_one") and key.removesuffix("_one") in told)
        )


@functools.lru_cache(maxsize=8)
def texts(lang: str) -> Texts:
    said: dict[str, dict[str, Any]] = yaml.safe_load(
        (FOLDER / f"{lang}.yaml").read_text(encoding="utf-8")
    )
    return Texts(lang, said)
