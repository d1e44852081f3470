"""A job: what was asked for, how far it is, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from penguinmails.table.port import Value


class JobKind(StrEnum):
    """What jobs there are."""

    ERASURE = "erasure"
    EXPORT = "export"
    TEST_SEND = "test_send"


class JobStatus(StrEnum):
    """Done and failed are final."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """One job. `subject` names what it is about; nothing in a job is an address.

    That holds for a test send too: its addresses travel in the message that it is done by, and
    here they are numbers, so that nothing is left of them. `progress` runs from 0 to 1; `result`
    depends on the kind.
    """

    tenant: str
    id: str
    kind: JobKind
    subject: str
    created_at: datetime
    updated_at: datetime
    status: JobStatus = JobStatus.WAITING
    progress: float = 0.0
    result: Mapping[str, Value] = field(default_factory=dict)
    failure: str = ""
    version: int = 1

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in {JobStatus.DONE, JobStatus.FAILED}

    def running(self, now_at: datetime) -> "Job":
        """Give the job as somebody works on it."""
        return replace(self, status=JobStatus.RUNNING, updated_at=now_at)

    def done(self, result: Mapping[str, Value], now_at: datetime) -> "Job":
        """Give the job as it ended well."""
        ended = replace(self, status=JobStatus.DONE, progress=1.0, result=result)
        return replace(ended, updated_at=now_at)

    def failed(self, why: str, now_at: datetime) -> "Job":
        """Give the job as one that cannot be done."""
        return replace(self, status=JobStatus.FAILED, failure=why, updated_at=now_at)
