"""Does what was asked for a person: an erasure or an export."""

from penguinmails.errors import NotFound
from penguinmails.jobs.job import Job, JobKind
from penguinmails.privacy.erase import erase
from penguinmails.privacy.export import export
from penguinmails.privacy.ports import PrivacyPorts


def run(tenant: str, job: str, given: PrivacyPorts) -> Job:
    """Do a job, however often it was begun and not finished; raises NotFound and Unavailable."""
    stands = given.jobs.get(tenant, job)
    if stands.finished:
        return stands
    running = given.jobs.save(stands, stands.running(given.clock.now()))
    if running.finished:
        return running
    deed = erase if running.kind is JobKind.ERASURE else export
    try:
        result = deed(tenant, running.subject, given)
    except NotFound as problem:
        return given.jobs.save(running, running.failed(str(problem), given.clock.now()))
    return given.jobs.save(running, running.done(result, given.clock.now()))
