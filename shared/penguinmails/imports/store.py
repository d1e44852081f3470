"""Imports in the Core table; each move is a compare-and-swap on the version."""

import json
from dataclasses import asdict, replace
from typing import Any, cast

from penguinmails.clock import from_millis, to_millis
from penguinmails.errors import NotFound
from penguinmails.imports.job import (
    FileFormat,
    ImportJob,
    ImportMode,
    ImportStatus,
    Layout,
    Position,
    RowError,
    RowOutcome,
)
from penguinmails.table.port import ConditionFailed, Item, Key, Table, absent, equals

NEWEST = 100


class ImportStore:
    """Imports of all tenants."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, tenant: str, job: str) -> ImportJob:
        """Read an import; raises NotFound."""
        item = self._table.get(_key(tenant, job))
        if item is None:
            raise NotFound(f"there is no import {job}")
        return _job(item)

    def importing(self, tenant: str, segment: str) -> bool:
        """Tell whether one of the workspace's newest imports is still reading into a segment.

        It costs one query of at most 1 MB; older imports than those have long come to an end.
        """
        page = self._table.query(tenant, prefix="import#", limit=NEWEST, newest_first=True)
        jobs = map(_job, page.items)
        return any(job.segment == segment and not job.finished for job in jobs)

    def add(self, job: ImportJob) -> bool:
        """Create an import, unless its id is taken; tell whether it was created."""
        try:
            self._table.put(_item(job), absent("pk"))
        except ConditionFailed:
            return False
        return True

    def save(self, old: ImportJob, new: ImportJob) -> bool:
        """Write an import, if it is as it was read; tell whether it was."""
        saved = replace(new, version=old.version + 1)
        try:
            self._table.put(_item(saved), equals("version", old.version))
        except ConditionFailed:
            return False
        return True


def _key(tenant: str, job: str) -> Key:
    return Key(tenant, f"import#{job}")


def _item(job: ImportJob) -> Item:
    key = _key(job.tenant, job.id)
    return {
        "pk": key.pk,
        "sk": key.sk,
        "segment": job.segment,
        "columns": list(job.layout.columns),
        "delimiter": job.layout.delimiter,
        "format": job.layout.format.value,
        "names": dict(job.layout.names),
        "mode": job.mode.value,
        "consent": job.consent,
        "parts": list(job.parts),
        "total": job.total,
        "status": job.status.value,
        "offset": job.position.offset,
        "row": job.position.row,
        "outcomes": {outcome.value: count for outcome, count in job.outcomes.items()},
        "errors": json.dumps([asdict(error) for error in job.errors]),
        "error_counts": dict(job.error_counts),
        "failure": job.failure,
        "created_at": to_millis(job.created_at),
        "updated_at": to_millis(job.updated_at),
        "version": job.version,
    }


def _job(item: Item) -> ImportJob:
    raw = cast("dict[str, Any]", item)
    return ImportJob(
        tenant=raw["pk"],
        id=raw["sk"].partition("#")[2],
        segment=raw["segment"],
        layout=Layout(
            tuple(raw["columns"]), raw["delimiter"], FileFormat(raw["format"]), raw["names"]
        ),
        total=raw["total"],
        created_at=from_millis(raw["created_at"]),
        updated_at=from_millis(raw["updated_at"]),
        status=ImportStatus(raw["status"]),
        position=Position(raw["offset"], raw["row"]),
        outcomes={RowOutcome(name): count for name, count in raw["outcomes"].items()},
        errors=tuple(RowError(**error) for error in json.loads(raw["errors"])),
        error_counts=raw["error_counts"],
        failure=raw["failure"],
        mode=ImportMode(raw["mode"]),
        consent=raw["consent"],
        parts=tuple(raw["parts"]),
        version=raw["version"],
    )
