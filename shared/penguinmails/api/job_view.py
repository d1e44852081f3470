"""How the API shows jobs."""

from typing_extensions import TypedDict

from penguinmails.api.types import Id, Instant, instant
from penguinmails.jobs.job import Job, JobKind, JobStatus


class JobView(TypedDict):
    """How far a job is, from 0 to 1, and what came of it.

    `fileUrl` is where the file of an export can be downloaded for a quarter of an hour; asking
    again gives a new one. It is null once the person was erased.
    """

    id: Id
    kind: JobKind
    status: JobStatus
    progress: float
    contactId: Id
    result: dict[str, str | int]
    fileUrl: str | None
    failure: str | None
    createdAt: Instant
    updatedAt: Instant


def job_view(job: Job, url: str) -> JobView:
    """Show a job, with the URL of its file if it has one."""
    return {
        "id": job.id,
        "kind": job.kind,
        "status": job.status,
        "progress": job.progress,
        "contactId": job.subject,
        "result": dict(job.result),
        "fileUrl": url or None,
        "failure": job.failure or None,
        "createdAt": instant(job.created_at),
        "updatedAt": instant(job.updated_at),
    }
