"""Tests of editing campaigns that have not begun."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from penguinmails.campaigns.campaign import Campaign, CampaignStatus, Sender
from penguinmails.campaigns.create import Given
from penguinmails.campaigns.edit import edit
from penguinmails.errors import Conflict, InvalidInput, NotFound
from tests.unit.campaigns.drafting import ID, STEPS, TENANT, Desk


def to(**changes: object) -> Callable[[Given], Given]:
    fields: dict[str, Any] = dict(changes)
    return lambda given: replace(given, **fields)


def change(desk: Desk, **changes: object) -> Campaign:
    return edit(TENANT, ID, to(**changes), desk.editing())


def schedule(desk: Desk) -> Campaign:
    stands = desk.create(start="2026-06-01T09:00")
    return desk.campaigns.save(stands, replace(stands, status=CampaignStatus.SCHEDULED))


def test_a_new_name_makes_no_new_revision() -> None:
    desk = Desk()
    desk.create()
    changed = change(desk, name="Hello")
    assert (changed.name, changed.revision) == ("Hello", 1)


def test_i_25_new_steps_make_a_new_revision_and_the_old_one_stands() -> None:
    desk = Desk()
    made = desk.create()
    changed = change(desk, steps=STEPS[:1])
    assert changed.revision == 2
    assert desk.revision(made).source == STEPS
    assert desk.revision(changed).source == STEPS[:1]


def test_a_step_keeps_its_number_in_the_next_revision() -> None:
    desk = Desk()
    made = desk.create()
    numbers = desk.revision(made).sequence.numbers
    changed = change(desk, steps=(STEPS[1], STEPS[0]))
    assert desk.revision(changed).sequence.numbers["hello"] == numbers["hello"]


def test_two_edits_at_once_do_not_mix() -> None:
    desk = Desk()
    desk.create()

    def meanwhile(given: Given) -> Given:
        change(desk, sender=Sender("Other", "other@northlight.example"))
        return replace(given, sender=Sender("Mine", "mine@northlight.example"))

    with pytest.raises(Conflict):
        edit(TENANT, ID, meanwhile, desk.editing())
    stands = desk.campaigns.get(TENANT, ID)
    assert desk.revision(stands).sender.name == "Other"


def test_a_revision_number_that_somebody_else_took_is_passed_over() -> None:
    desk = Desk()
    made = desk.create()
    theirs = replace(desk.revision(made), number=2, sender=Sender("Other", "o@north.example"))
    desk.campaigns.add_revision(TENANT, theirs)
    changed = change(desk, sender=Sender("Mine", "mine@northlight.example"))
    assert changed.revision == 3
    assert desk.revision(changed).sender.name == "Mine"


def test_a_date_that_has_passed_does_not_keep_a_draft_from_being_edited() -> None:
    desk = Desk()
    desk.create(start="2026-06-01T09:00")
    desk.clock.move(days=200)
    assert change(desk, name="Hello").name == "Hello"


@pytest.mark.parametrize("status", [CampaignStatus.ACTIVE, CampaignStatus.COMPLETED])
def test_what_has_begun_cannot_be_edited(status: CampaignStatus) -> None:
    desk = Desk()
    stands = desk.create()
    desk.campaigns.save(stands, replace(stands, status=status))
    with pytest.raises(Conflict, match="clone it"):
        change(desk, name="Hello")


def test_a_scheduled_campaign_that_is_moved_is_woken_at_its_new_time() -> None:
    desk = Desk()
    schedule(desk)
    changed = change(desk, start="2026-06-02T09:00", steps=STEPS[:1])
    assert changed.start_at == datetime(2026, 6, 2, 7, tzinfo=UTC)
    assert desk.timer.minutes(changed.start_at) == [changed.start_at]
    assert desk.campaigns.content(TENANT, ID, changed.revision, 1).slug == "welcome"


def test_a_scheduled_campaign_stays_complete() -> None:
    desk = Desk()
    schedule(desk)
    with pytest.raises(InvalidInput) as refused:
        change(desk, segment="")
    assert refused.value.problems[0].pointer == "/segmentId"
    with pytest.raises(InvalidInput) as refused:
        change(desk, start=None)
    assert refused.value.problems[0].pointer == "/startDate"


def test_i_16_another_tenants_campaign_is_not_there() -> None:
    desk = Desk()
    desk.create()
    with pytest.raises(NotFound):
        edit("another", ID, to(name="Hello"), desk.editing())
