"""How the API shows jobs."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from typing_extensions import TypedDict

from penguinmails.api.types import Id, Instant, instant
from penguinmails.jobs.job import Job, JobKind, JobStatus
from penguinmails.sends.test_send import Fate, mails_of


class TestEmailView(TypedDict):
    """An email of a test send; `missing` are the values that it shows and the reader lacks."""

    step: str | None
    template: str
    missing: list[str]


class TestMailView(TypedDict):
    """What became of one mail; `to` is the place of its address in the request, from 0."""

    step: str | None
    template: str
    to: int
    outcome: Fate
    detail: str | None


class ResultView(TypedDict, total=False):
    """What came of a job: of an erasure, of an export, or of a test send."""

    enrollments: int
    copiesExpireAt: Instant
    bytes: int
    emails: list[TestEmailView]
    mails: list[TestMailView]


class JobView(TypedDict):
    """How far a job is, from 0 to 1, and what came of it.

    `contactId` is null unless it is about a contact. `fileUrl` is where the file of an export can
    be downloaded for a quarter of an hour; asking again gives a new one. It is null once the
    person was erased.
    """

    id: Id
    kind: JobKind
    status: JobStatus
    progress: float
    contactId: Id | None
    result: ResultView
    fileUrl: str | None
    failure: str | None
    createdAt: Instant
    updatedAt: Instant


def job_view(job: Job, url: str) -> JobView:
    """Show a job, with the URL of its file if it has one."""
    is_test = job.kind is JobKind.TEST_SEND
    return {
        "id": job.id,
        "kind": job.kind,
        "status": job.status,
        "progress": job.progress,
        "contactId": None if is_test else job.subject,
        "result": _tests(job) if is_test else cast("ResultView", dict(job.result)),
        "fileUrl": url or None,
        "failure": job.failure or None,
        "createdAt": instant(job.created_at),
        "updatedAt": instant(job.updated_at),
    }


def _tests(job: Job) -> ResultView:
    emails = [_email(one) for one in cast("Sequence[Mapping[str, Any]]", job.result["emails"])]
    return {
        "emails": emails,
        "mails": [
            {
                "step": emails[mail.letter]["step"],
                "template": emails[mail.letter]["template"],
                "to": mail.to,
                "outcome": mail.fate,
                "detail": mail.detail or None,
            }
            for mail in mails_of(job)
        ],
    }


def _email(kept: Mapping[str, Any]) -> TestEmailView:
    return {
        "step": kept["step"] or None,
        "template": kept["template"],
        "missing": list(kept["missing"]),
    }
