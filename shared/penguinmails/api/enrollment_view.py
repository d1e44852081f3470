"""One contact's walk through a campaign as the API shows it."""

from typing_extensions import TypedDict

from penguinmails.api.types import Id, Instant, instant, instant_or_none
from penguinmails.campaigns.revision import Revision
from penguinmails.deliveries.fact import Fact
from penguinmails.enrollments.enrollment import Enrollment, Status
from penguinmails.enrollments.history import history


class FactView(TypedDict):
    """One thing that happened; the step is named by its slug."""

    type: str
    at: Instant
    step: str | None
    visit: int
    attempt: int
    detail: str | None
    link: int | None
    machine: bool


class EnrollmentLine(TypedDict):
    """Where a contact stands in a campaign."""

    contactId: Id
    campaignId: Id
    run: str
    status: Status
    reason: str | None
    held: str | None
    step: str | None
    visit: int
    revision: int
    enrolledAt: Instant
    dueAt: Instant | None
    endedAt: Instant | None


class EnrollmentView(EnrollmentLine):
    """Where a contact stands in a campaign, and how it came to be there."""

    history: list[FactView]


def enrollment_view(row: Enrollment, revision: Revision) -> EnrollmentView:
    """Give an enrollment with its history, in the order in which things happened."""
    facts = history(row.facts()).facts
    return {**enrollment_line(row, revision), "history": [_fact(fact, revision) for fact in facts]}


def enrollment_line(row: Enrollment, revision: Revision) -> EnrollmentLine:
    """Give where an enrollment stands."""
    return {
        "contactId": row.ref.contact,
        "campaignId": row.ref.campaign,
        "run": row.ref.run,
        "status": row.status,
        "reason": row.exit_reason or None,
        "held": row.held or None,
        "step": _slug(row.step, revision),
        "visit": row.visit,
        "revision": row.revision,
        "enrolledAt": instant(row.enrolled_at),
        "dueAt": None if row.ended else instant(row.due_at),
        "endedAt": instant_or_none(row.ended_at),
    }


def _fact(fact: Fact, revision: Revision) -> FactView:
    return {
        "type": fact.type.name.lower(),
        "at": instant(fact.at),
        "step": _slug(fact.step, revision),
        "visit": fact.visit,
        "attempt": fact.attempt,
        "detail": fact.detail or None,
        "link": fact.link or None,
        "machine": fact.machine,
    }


def _slug(number: int | None, revision: Revision) -> str | None:
    """Name a step; its number is kept where a later revision no longer has it."""
    if not number:
        return None
    names = {each: slug for slug, each in revision.sequence.numbers.items()}
    return names.get(number, str(number))
