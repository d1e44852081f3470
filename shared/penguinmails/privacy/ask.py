"""Takes a request for an erasure or an export, and links to what came of it."""

from datetime import timedelta

from penguinmails.errors import Conflict, NotFound
from penguinmails.jobs.job import Job, JobKind, JobStatus
from penguinmails.privacy.ports import RequestPorts
from penguinmails.queues.port import Queue
from penguinmails.timer.wakeup import WakeUp

LINK_LASTS = timedelta(minutes=15)


def ask(tenant: str, job: str, kind: JobKind, contact: str, given: RequestPorts) -> Job:
    """Save the request under an id, once, and send for who does it; raises NotFound.

    Asking again under the same id gives the job, even if the person is gone by then.
    """
    if not given.contacts.read(tenant, [contact]):
        return _asked(tenant, job, contact, given)
    now_at = given.clock.now()
    body = {"tenant": tenant, "job": job}
    given.timer.put([WakeUp(now_at, Queue.IMPORT, body)])
    given.jobs.add(Job(tenant, job, kind, contact, now_at, now_at))
    given.queues.send(Queue.IMPORT, [body])
    return given.jobs.get(tenant, job)


def look(tenant: str, job: str, given: RequestPorts) -> tuple[Job, str]:
    """Give a job, and a URL for the file if it has one; raises NotFound."""
    found = given.jobs.get(tenant, job)
    if found.kind is not JobKind.EXPORT or found.status is not JobStatus.DONE:
        return found, ""
    try:
        return found, link(tenant, job, given)
    except NotFound:
        return found, ""


def link(tenant: str, job: str, given: RequestPorts) -> str:
    """Give a URL for the file of an export, for a quarter of an hour.

    Raises NotFound, also if the person was erased since, and Conflict if it is not done.
    """
    found = given.jobs.get(tenant, job)
    if found.kind is not JobKind.EXPORT:
        raise NotFound(f"there is no export {job}")
    if found.status is not JobStatus.DONE:
        raise Conflict(f"the export is {found.status}; there is a file once it is done")
    name = file_of(tenant, found.subject)
    given.blobs.read(name, 0, 1)
    return given.blobs.link(name, LINK_LASTS)


def file_of(tenant: str, contact: str) -> str:
    """Name the file of a person's export: there is one, so that an erasure finds it."""
    return f"{tenant}/people/{contact}.json"


def _asked(tenant: str, job: str, contact: str, given: RequestPorts) -> Job:
    try:
        return given.jobs.get(tenant, job)
    except NotFound as problem:
        raise NotFound(f"there is no contact {contact}") from problem
