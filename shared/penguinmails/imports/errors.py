"""Keeps all errors of an import as CSV, which a spreadsheet opens without running anything."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from penguinmails.blobs.port import Blobs
from penguinmails.errors import NotFound
from penguinmails.imports.job import ImportJob, RowError

PAGES_A_PART: Final = 20
_LARGEST: Final = 100_000_000
_HEADER: Final = ("row", "column", "code", "detail")
_RUNS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A cell that starts so is a formula to some spreadsheet."""


class Imports(Protocol):
    """The imports as they stand."""

    def get(self, tenant: str, job: str) -> ImportJob: ...


@dataclass(frozen=True, slots=True)
class ErrorPorts:
    """What showing the errors touches."""

    imports: Imports
    blobs: Blobs


def errors_file(tenant: str, job: str, part: int, given: ErrorPorts) -> tuple[str, bool]:
    """Give the errors that an import has found so far, as CSV: 6,000 rows of them or fewer.

    Parts count from 1, and only the first has a header; tells whether there is another. Raises
    NotFound.
    """
    found = given.imports.get(tenant, job)
    names = found.parts[part - 1 : part]
    if not names and part > 1:
        raise NotFound(f"the import {job} has no part {part} of errors")
    texts = [_read(_name(found, name), given.blobs).decode() for name in names]
    header = _written([_HEADER]) if part == 1 else ""
    return header + "".join(texts), part < len(found.parts)


def keep_errors(job: ImportJob, errors: Sequence[RowError], blobs: Blobs) -> tuple[str, ...]:
    """Add a page's errors to what was kept; give the names of all parts as they then are.

    A part that grows gets another name, so that a page that is read again adds nothing twice.
    """
    if not errors:
        return job.parts
    full, first, pages, before = job.parts, job.position.row, 0, b""
    if full:
        last = full[-1]
        begun, count, _ = map(int, last.split("."))
        if count < PAGES_A_PART:
            full, first, pages, before = full[:-1], begun, count, _read(_name(job, last), blobs)
    part = f"{first}.{pages + 1}.{job.position.row}"
    rows = [(str(e.row), e.column, e.code, e.detail) for e in errors]
    blobs.put(_name(job, part), before + _written(rows).encode())
    return (*full, part)


def safe_cell(text: str) -> str:
    """Give a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_RUNS) else text


def _written(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([map(safe_cell, row) for row in rows])
    return text.getvalue()


def _name(job: ImportJob, part: str) -> str:
    return f"{job.tenant}/{job.id}.errors.{part}.csv"


def _read(name: str, blobs: Blobs) -> bytes:
    return blobs.read(name, 0, _LARGEST)
