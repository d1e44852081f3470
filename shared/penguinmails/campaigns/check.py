"""What was looked at before a launch, and what came of it."""

from dataclasses import dataclass
from enum import StrEnum

from penguinmails.errors import Problem


class Area(StrEnum):
    """What is looked at, in this order."""

    AUDIENCE = "audience"
    STEPS = "steps"
    CONTENT = "content"
    VARIABLES = "variables"
    SCHEDULE = "schedule"
    SENDER = "sender"
    LINKS = "links"
    TEXT = "text"
    SIZE = "size"
    UNSUBSCRIBE = "unsubscribe"


class Level(StrEnum):
    """An error keeps a campaign from being launched, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend, or to think about, before a launch."""

    area: Area
    level: Level
    problem: Problem


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist; `code` is empty where all is well."""

    id: str
    ok: bool
    level: Level
    detail: str
    pointer: str
    code: str = ""


def error(area: Area, pointer: str, code: str, detail: str) -> Finding:
    """Find what keeps the campaign from being launched."""
    return Finding(area, Level.ERROR, Problem(pointer, code, detail))


def warning(area: Area, pointer: str, code: str, detail: str) -> Finding:
    """Find what somebody should think about."""
    return Finding(area, Level.WARNING, Problem(pointer, code, detail))
