"""One contact's walk through a campaign as the API shows it."""

from typing import Any

from penguinmails.api.campaign_view import instant_text
from penguinmails.campaigns.revision import Revision
from penguinmails.deliveries.fact import Fact
from penguinmails.enrollments.enrollment import Enrollment
from penguinmails.enrollments.history import history


def enrollment_view(row: Enrollment, revision: Revision) -> dict[str, Any]:
    """Give an enrollment with its history, in the order in which things happened."""
    return {
        "contactId": row.ref.contact,
        "campaignId": row.ref.campaign,
        "run": row.ref.run,
        "status": row.status.value,
        "reason": row.exit_reason or None,
        "held": row.held or None,
        "step": _slug(row.step, revision),
        "visit": row.visit,
        "revision": row.revision,
        "enrolledAt": instant_text(row.enrolled_at),
        "dueAt": None if row.ended else instant_text(row.due_at),
        "endedAt": instant_text(row.ended_at),
        "history": [_fact(fact, revision) for fact in history(row.facts()).facts],
    }


def _fact(fact: Fact, revision: Revision) -> dict[str, Any]:
    return {
        "type": fact.type.name.lower(),
        "at": instant_text(fact.at),
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
