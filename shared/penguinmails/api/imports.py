"""What the API does with imports."""

from http import HTTPStatus

from pydantic import Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from penguinmails.api.body import Query
from penguinmails.api.call import NDJSON, Call, Sheet, With, identity
from penguinmails.api.operation import Operations
from penguinmails.api.types import Id, Instant, instant
from penguinmails.errors import InvalidInput, Problem
from penguinmails.imports.errors import errors_file
from penguinmails.imports.job import (
    FileFormat,
    ImportJob,
    ImportMode,
    ImportOptions,
    ImportStatus,
    RowError,
    RowOutcome,
)
from penguinmails.imports.upload import take_upload
from penguinmails.tenants.scope import Scope

operations = Operations("imports")
_MAPPING = TypeAdapter(dict[str, str | None])
_FILES = ("text/csv", "application/csv", "application/octet-stream", "text/plain", *NDJSON)
_LONGEST_MAPPING = 6_000


class ImportQuery(Query):
    """Where the people go, and how the file is read."""

    segment: str = Field(
        "",
        max_length=64,
        description="Slug or id; a new slug makes a segment.",
        examples=["newsletter-readers"],
    )
    mapping: str = Field(
        "",
        max_length=_LONGEST_MAPPING,
        description=(
            "JSON: columns (of NDJSON: keys) and the names that they stand for; "
            "null leaves one out."
        ),
        examples=[""],
    )
    mode: ImportMode = Field(
        ImportMode.UPSERT,
        description="What becomes of people who are there already: merged into, or left alone.",
    )
    consent: str = Field(
        "",
        max_length=255,
        description="Where the people agreed to get mail.",
        examples=["Trade fair 2026"],
    )

    def columns(self) -> dict[str, str | None]:
        """Read the mapping; raises InvalidInput."""
        try:
            return _MAPPING.validate_json(self.mapping or "{}", strict=True)
        except ValidationError as error:
            detail = 'write JSON such as {"E-Mail": "email", "Notes": null}'
            raise InvalidInput(Problem("/mapping", "invalid_mapping", detail)) from error


class ErrorsQuery(Query):
    """Which part of the errors is wanted."""

    part: int = Field(1, ge=1, le=1_000, description="From 1; the header `Link` leads to the next.")


class RowErrorView(TypedDict):
    """What is wrong with a row; the header is row 1."""

    row: int
    column: str | None
    code: str
    detail: str


class ImportView(TypedDict):
    """How far an import is, and what became of its rows."""

    id: Id
    status: ImportStatus
    progress: float
    mode: ImportMode
    segmentId: Id | None
    totalRows: int
    rows: int
    created: int
    updated: int
    unchanged: int
    existing: int
    skipped: int
    errors: list[RowErrorView]
    errorCounts: dict[str, int]
    failure: str | None
    createdAt: Instant
    updatedAt: Instant


@operations.post("/api/imports", Scope.CONTACTS_WRITE, HTTPStatus.ACCEPTED, file_types=_FILES)
def begin_import(
    call: Call, content: bytes, media_type: str, query: ImportQuery
) -> With[ImportView]:
    """Take a file of CSV or NDJSON; its rows are read after the answer."""
    kind = FileFormat.NDJSON if media_type in NDJSON else FileFormat.CSV
    options = ImportOptions(kind, query.columns(), query.mode, query.consent)
    job = take_upload(
        call.tenant, call.ids.new(), content, query.segment, call.ports.upload, options
    )
    return With(_view(job), {"Location": f"/api/imports/{job.id}"})


@operations.get("/api/imports/<upload>", Scope.CONTACTS_READ)
def read_import(call: Call, upload: str) -> ImportView:
    """Show how far an import is, and what became of its rows."""
    return _view(call.ports.upload.imports.get(call.tenant, identity(upload, "import")))


@operations.get("/api/imports/<upload>/errors", Scope.CONTACTS_READ)
def read_errors(call: Call, upload: str, query: ErrorsQuery) -> Sheet:
    """Download all errors that an import has found so far, in CSV.

    A part holds 6,000 rows or fewer. Cells that a spreadsheet could take for a formula begin
    with an apostrophe.
    """
    job = identity(upload, "import")
    text, more = errors_file(call.tenant, job, query.part, call.ports.people().errors)
    next_path = f"/api/imports/{job}/errors?part={query.part + 1}" if more else ""
    return Sheet(f"errors-{job}.csv", text, next_path)


def _view(job: ImportJob) -> ImportView:
    outcomes = {each: job.outcomes.get(each, 0) for each in RowOutcome}
    return {
        "id": job.id,
        "status": job.status,
        "progress": job.progress,
        "mode": job.mode,
        "segmentId": job.segment or None,
        "totalRows": job.total,
        "rows": sum(outcomes.values()),
        "created": outcomes[RowOutcome.CREATED],
        "updated": outcomes[RowOutcome.UPDATED],
        "unchanged": outcomes[RowOutcome.UNCHANGED],
        "existing": outcomes[RowOutcome.EXISTING],
        "skipped": outcomes[RowOutcome.SKIPPED],
        "errors": [_error(error) for error in job.errors],
        "errorCounts": dict(job.error_counts),
        "failure": job.failure or None,
        "createdAt": instant(job.created_at),
        "updatedAt": instant(job.updated_at),
    }


def _error(error: RowError) -> RowErrorView:
    return {
        "row": error.row,
        "column": error.column or None,
        "code": error.code,
        "detail": error.detail,
    }
