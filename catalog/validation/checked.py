"""What a check hands back: findings with their places, and what they sum to."""

from dataclasses import dataclass

from catalog.model import Finding, Severity


@dataclass(frozen=True, slots=True)
class Located:
    """A finding and where its focus stands in the input; 0 where that is unknown."""

    finding: Finding
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of checking one input; `profile` is `name@version`, several joined by commas."""

    conforms: bool
    records: int
    findings: tuple[Located, ...]
    seconds: float
    engine: str
    profile: str

    def count(self, severity: Severity) -> int:
        return sum(located.finding.severity is severity for located in self.findings)
