"""What the API does with jobs."""

from penguinmails.api.call import Call, identity
from penguinmails.api.job_view import JobView, job_view
from penguinmails.api.operation import Operations
from penguinmails.jobs.job import JobKind
from penguinmails.privacy.ask import look
from penguinmails.tenants.scope import Scope

operations = Operations("jobs")


@operations.get("/api/jobs/<job>", Scope.JOBS_READ)
def read_job(call: Call, job: str) -> JobView:
    """Show how far a job is, and what came of it.

    For one about a contact, the key needs the scope `contacts:read` too.
    """
    found, url = look(call.tenant, identity(job, "job"), call.ports.people().asking)
    if found.kind is not JobKind.TEST_SEND:
        call.caller.require(Scope.CONTACTS_READ)
    return job_view(found, url)
