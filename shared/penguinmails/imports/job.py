"""An import: one uploaded file, how far it was read, and what became of its rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from penguinmails.errors import Rejected

MOST_ERRORS = 100
"""How many errors are kept in full; the others are counted."""


class TooLarge(Rejected):
    """More bytes than one request may bring."""

    code = "too_large"


class ImportStatus(StrEnum):
    """Done and failed are final."""

    WAITING = "waiting"
    READING = "reading"
    DONE = "done"
    FAILED = "failed"


class RowOutcome(StrEnum):
    """What became of a row. Existing: somebody was there already, and was left alone."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    EXISTING = "existing"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with a row (the header is row 1), without saying what it holds."""

    row: int
    column: str
    code: str
    detail: str


class FileFormat(StrEnum):
    """How a file is written."""

    CSV = "csv"
    NDJSON = "ndjson"


class ImportMode(StrEnum):
    """What is done to people who are there already: merge into them, or leave them alone."""

    UPSERT = "upsert"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the uploader asks for besides.

    `columns` gives columns (of NDJSON: keys) the name of a field or of an attribute, and None to
    those that are left out. `consent` says where the people agreed to get mail.
    """

    format: FileFormat = FileFormat.CSV
    columns: Mapping[str, str | None] = field(default_factory=dict)
    mode: ImportMode = ImportMode.UPSERT
    consent: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is laid out.

    CSV has a delimiter and a name for each column, which is empty if it is left out; NDJSON has
    names for those keys that do not go by their own.
    """

    columns: tuple[str, ...]
    delimiter: str
    format: FileFormat = FileFormat.CSV
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Position:
    """Where reading goes on: the byte after the last record, and that record's number."""

    offset: int = 0
    row: int = 0


@dataclass(frozen=True, slots=True)
class PageResult:
    """What became of one page of rows. `end` tells that there is no other."""

    position: Position
    outcomes: Counter[RowOutcome]
    errors: Sequence[RowError]
    end: bool


@dataclass(frozen=True, slots=True)
class ImportJob:
    """One import. `total` is the number of rows that the file was found to have.

    `parts` names the files that hold all errors, in the order of the rows.
    """

    tenant: str
    id: str
    segment: str
    layout: Layout
    total: int
    created_at: datetime
    updated_at: datetime
    status: ImportStatus = ImportStatus.WAITING
    position: Position = Position()
    outcomes: Mapping[RowOutcome, int] = field(default_factory=dict)
    errors: tuple[RowError, ...] = ()
    error_counts: Mapping[str, int] = field(default_factory=dict)
    failure: str = ""
    mode: ImportMode = ImportMode.UPSERT
    consent: str = ""
    parts: tuple[str, ...] = ()
    version: int = 1

    @property
    def file(self) -> str:
        """The name of the uploaded file."""
        return f"{self.tenant}/{self.id}.{self.layout.format}"

    @property
    def progress(self) -> float:
        """How much of the file was read, from 0 to 1."""
        if self.status is ImportStatus.DONE:
            return 1.0
        return min(sum(self.outcomes.values()) / self.total, 1.0) if self.total else 0.0

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in {ImportStatus.DONE, ImportStatus.FAILED}

    def after(self, page: PageResult, now_at: datetime) -> "ImportJob":
        """Give the import with one more page read."""
        return replace(
            self,
            status=ImportStatus.DONE if page.end else ImportStatus.READING,
            position=page.position,
            outcomes=Counter(self.outcomes) + page.outcomes,
            errors=(*self.errors, *page.errors)[:MOST_ERRORS],
            error_counts=Counter(self.error_counts) + Counter(e.code for e in page.errors),
            updated_at=now_at,
        )

    def failed(self, why: str, now_at: datetime) -> "ImportJob":
        """Give the import as one that cannot go on."""
        return replace(self, status=ImportStatus.FAILED, failure=why, updated_at=now_at)
