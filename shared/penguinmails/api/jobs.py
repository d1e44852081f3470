"""What the API does with jobs."""

from penguinmails.api.call import Call, identity
from penguinmails.api.job_view import JobView, job_view
from penguinmails.api.operation import Operations
from penguinmails.privacy.ask import look
from penguinmails.tenants.scope import Scope

operations = Operations("jobs")


@operations.get("/api/jobs/<job>", Scope.CONTACTS_READ)
def read_job(call: Call, job: str) -> JobView:
    """Show how far a job is, and what came of it."""
    found, url = look(call.tenant, identity(job, "job"), call.ports.people().asking)
    return job_view(found, url)
