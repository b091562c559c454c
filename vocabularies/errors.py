"""The root of every error that Hutong raises, and the errors of vocabularies.

HutongError
└── VocabularyError      a vocabulary or profile folder is not as it must be
    ├── UnknownProfile   no profile has that name and version
    └── BrokenShapes     the shapes of a profile cannot be used as they stand
"""


class HutongError(Exception):
    """The root of the tree: says what is wrong, where, and what to do next.

    `code` is a stable word for machines; `place` names the file, line or field; `hint` is the next
    step for a person.
    """

    code = "error"

    def __init__(self, message: str, *, place: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        next_step = f" {self.hint}" if self.hint else ""
        return f"{where}{self.message}{next_step}"


class VocabularyError(HutongError):
    """A vocabulary or profile folder is not as it must be."""

    code = "vocabulary"


class UnknownProfile(VocabularyError):
    """No profile has that name and version."""

    code = "unknown-profile"


class BrokenShapes(VocabularyError):
    """The shapes of a profile cannot be used as they stand."""

    code = "broken-shapes"
