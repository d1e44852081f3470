"""Takes a request for a test send: checks it whole, and sends for who mails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Protocol

from penguinmails.campaigns.campaign import Campaign, Sender
from penguinmails.campaigns.revision import Revision
from penguinmails.clock import Clock
from penguinmails.errors import InvalidInput, NotFound, Problem, Unavailable
from penguinmails.jobs.job import Job, JobKind, JobStatus
from penguinmails.queues.port import Queue, Queues
from penguinmails.sends.check_test_send import CheckPorts, Checks
from penguinmails.sends.test_letters import letters_of, said
from penguinmails.sends.test_send import Letter, Order, Recipients, call_of, message_of, planned
from penguinmails.templates.preview import Person, Templates, saved_as, written
from penguinmails.templates.template import Template
from penguinmails.timer.wakeup import WakeUp

GIVEN_UP: Final = timedelta(hours=1)
"""After this a test send is ended as it stands; none takes so long."""


class Jobs(Protocol):
    """The jobs as they stand."""

    def get(self, tenant: str, job: str) -> Job: ...
    def add(self, job: Job) -> bool: ...
    def save(self, old: Job, new: Job) -> Job:
        """Write a job, if it is as it was read; gives what then stands."""
        ...


class Campaigns(Protocol):
    """What campaigns send."""

    def revision(self, tenant: str, campaign: str, number: int) -> Revision: ...
    def content(self, tenant: str, campaign: str, revision: int, step: int) -> Template: ...


class Timer(Protocol):
    """Keeps what must happen even if this invocation dies."""

    def put(self, wake_ups: Sequence[WakeUp]) -> None: ...


@dataclass(frozen=True, slots=True)
class OrderPorts:
    """What asking touches."""

    jobs: Jobs
    templates: Templates
    campaigns: Campaigns
    checks: CheckPorts
    timer: Timer
    queues: Queues
    clock: Clock


def ask_of_template(
    tenant: str, job: str, letter: Letter, sender: Sender, whom: Recipients, given: OrderPorts
) -> Job:
    """Have a template mailed, as a job under an id; raises NotFound and InvalidInput.

    Asking again under the same id gives the job, and nothing is mailed again.
    """
    saved = saved_as(tenant, letter.template, letter.version, given.templates)
    letters = (replace(letter, version=saved.version),)
    return _ask(_new(tenant, job, letter.template, given), Order((), letters, sender), whom, given)


def ask_of_campaign(
    campaign: Campaign, job: str, steps: Sequence[str], whom: Recipients, given: OrderPorts
) -> Job:
    """Have emails of a campaign mailed, those of the named steps or all; otherwise as above."""
    number = campaign.revision
    revision = given.campaigns.revision(campaign.tenant, campaign.id, number)
    letters = letters_of(campaign, revision, steps, given.templates)
    order = Order(
        to=(),
        letters=letters,
        sender=revision.sender,
        campaign=campaign.id,
        revision=number,
        marketing=revision.marketing,
    )
    return _ask(_new(campaign.tenant, job, campaign.id, given), order, whom, given)


def _new(tenant: str, job: str, subject: str, given: OrderPorts) -> Job:
    now_at = given.clock.now()
    return Job(tenant, job, JobKind.TEST_SEND, subject, now_at, now_at)


def _ask(new: Job, order: Order, whom: Recipients, given: OrderPorts) -> Job:
    stands = _asked_before(new, given)
    if stands is not None and stands.status is not JobStatus.WAITING:
        return stands
    checks = Checks(new.tenant, given.checks)
    to = checks.addresses(whom.to, order.campaign)
    checks.number(len(to), len(order.letters))
    sender, postal_address = checks.sender(order.sender)
    person = checks.person(whom.reader)
    whole = replace(order, to=to, sender=sender, reader=whom.reader, postal_address=postal_address)
    gaps, faults = _written(new.tenant, whole, person, given)
    if problems := [*checks.problems, *faults]:
        raise InvalidInput(*problems)
    return _placed(planned(new, whole, gaps), whole, given)


def _asked_before(new: Job, given: OrderPorts) -> Job | None:
    try:
        return given.jobs.get(new.tenant, new.id)
    except NotFound:
        return None


def _placed(new: Job, order: Order, given: OrderPorts) -> Job:
    """Save the job and send for it; a wake-up without addresses ends it, should it get lost.

    If nobody can tell whether the message is queued, the job is closed, so that nothing comes of
    it once the caller was told so.
    """
    tenant, now_at = new.tenant, given.clock.now()
    given.timer.put([WakeUp(now_at + GIVEN_UP, Queue.ADVANCE, call_of(tenant, new.id))])
    given.jobs.add(new)
    try:
        given.queues.send(Queue.ADVANCE, [message_of(tenant, new.id, order)])
    except Unavailable:
        stands = given.jobs.get(tenant, new.id)
        if stands.status is JobStatus.WAITING:
            closed = stands.failed("it could not be queued; ask for another", now_at)
            stands = given.jobs.save(stands, closed)
        if stands.status is JobStatus.FAILED:
            raise
    return given.jobs.get(tenant, new.id)


def _written(
    tenant: str, order: Order, person: Person, given: OrderPorts
) -> tuple[Mapping[Letter, Sequence[str]], list[Problem]]:
    """Write each email once: give what the person's data lacks for it, and all faults."""
    gaps: dict[Letter, Sequence[str]] = {}
    faults: list[Problem] = []
    for letter in order.letters:
        template = said(tenant, order, letter, given.campaigns, given.templates)
        try:
            gaps[letter] = written(template, person).missing
        except InvalidInput as error:
            faults += [_told(letter, one) for one in error.problems]
    return gaps, faults


def _told(letter: Letter, problem: Problem) -> Problem:
    if not letter.step:
        return problem
    return Problem("/steps", problem.code, f"email {letter.step}: {problem.detail}")
