"""What is found in a file: where, against which rule, and what to write instead."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps a file from being applied; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: why it is there, and what to write instead of what breaks it."""

    id: str
    severity: Severity
    why: str
    instead: str


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or may be."""

    file: str
    mark: Mark
    rule: Rule
    detail: str

    @property
    def place(self) -> tuple[str, Mark, str]:
        """What findings are sorted by."""
        return self.file, self.mark, self.rule.id

    def __str__(self) -> str:
        where = f"{self.file}:{self.mark.line}:{self.mark.column}"
        return f"{where}: {self.rule.severity} {self.rule.id}: {self.detail}"
