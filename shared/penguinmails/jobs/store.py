"""Jobs in the Core table; each move is a compare-and-swap on the version."""

from dataclasses import replace
from typing import Any, cast

from penguinmails.clock import from_millis, to_millis
from penguinmails.errors import NotFound
from penguinmails.jobs.job import Job, JobKind, JobStatus
from penguinmails.table.port import ConditionFailed, Item, Key, Table, absent, equals


class JobStore:
    """Jobs of all tenants."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, tenant: str, job: str) -> Job:
        """Read a job; raises NotFound."""
        item = self._table.get(_key(tenant, job))
        if item is None:
            raise NotFound(f"there is no job {job}")
        return _job(item)

    def add(self, job: Job) -> bool:
        """Create a job, unless its id is taken; tell whether it was created."""
        try:
            self._table.put(_item(job), absent("pk"))
        except ConditionFailed:
            return False
        return True

    def save(self, old: Job, new: Job) -> Job:
        """Write a job, if it is as it was read; gives what then stands."""
        saved = replace(new, version=old.version + 1)
        try:
            self._table.put(_item(saved), equals("version", old.version))
        except ConditionFailed:
            return self.get(old.tenant, old.id)
        return saved


def _key(tenant: str, job: str) -> Key:
    return Key(tenant, f"job#{job}")


def _item(job: Job) -> Item:
    key = _key(job.tenant, job.id)
    return {
        "pk": key.pk,
        "sk": key.sk,
        "kind": job.kind.value,
        "subject": job.subject,
        "status": job.status.value,
        "progress": job.progress,
        "result": dict(job.result),
        "failure": job.failure,
        "created_at": to_millis(job.created_at),
        "updated_at": to_millis(job.updated_at),
        "version": job.version,
    }


def _job(item: Item) -> Job:
    raw = cast("dict[str, Any]", item)
    return Job(
        tenant=raw["pk"],
        id=raw["sk"].partition("#")[2],
        kind=JobKind(raw["kind"]),
        subject=raw["subject"],
        created_at=from_millis(raw["created_at"]),
        updated_at=from_millis(raw["updated_at"]),
        status=JobStatus(raw["status"]),
        progress=raw["progress"],
        result=raw["result"],
        failure=raw["failure"],
        version=raw["version"],
    )
