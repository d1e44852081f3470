"""Tests of editing campaigns, before they begin and while they run."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from penguinmails.campaigns.campaign import Campaign, CampaignStatus, CampaignType, Sender
from penguinmails.campaigns.create import Given
from penguinmails.campaigns.edit import edit
from penguinmails.errors import Conflict, InvalidInput, NotFound
from penguinmails.queues.port import Queue
from tests.unit.campaigns.drafting import ID, NOW_AT, STEPS, TENANT, Desk


def to(**changes: object) -> Callable[[Given], Given]:
    fields: dict[str, Any] = dict(changes)
    return lambda given: replace(given, **fields)


def change(desk: Desk, **changes: object) -> Campaign:
    return edit(TENANT, ID, to(**changes), desk.editing())


def schedule(desk: Desk) -> Campaign:
    stands = desk.create(start="2026-06-01T09:00")
    return desk.campaigns.save(stands, replace(stands, status=CampaignStatus.SCHEDULED))


def begin(desk: Desk, status: CampaignStatus) -> Campaign:
    stands = desk.create()
    return desk.campaigns.save(stands, replace(stands, status=status, shards=2))


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


@pytest.mark.parametrize("status", [CampaignStatus.CLOSING, CampaignStatus.COMPLETED])
def test_what_is_over_or_about_to_be_cannot_be_edited(status: CampaignStatus) -> None:
    desk = Desk()
    stands = desk.create()
    desk.campaigns.save(stands, replace(stands, status=status))
    with pytest.raises(Conflict, match="clone it"):
        change(desk, name="Hello")


@pytest.mark.parametrize("status", [CampaignStatus.ACTIVE, CampaignStatus.PAUSED])
def test_i_25_a_campaign_that_has_begun_gets_a_new_revision_beside_the_old_one(
    status: CampaignStatus,
) -> None:
    """What its emails say is frozen before the campaign points to it."""
    desk = Desk()
    begin(desk, status)
    desk.save_template("welcome", "<p>Hi again</p>")
    changed = change(desk, steps=STEPS[:1])
    assert (changed.status, changed.revision) == (status, 2)
    assert desk.campaigns.revision(TENANT, ID, 1).source == STEPS
    assert desk.campaigns.content(TENANT, ID, 2, 1).html == "<p>Hi again</p>"


def test_a_new_name_of_a_campaign_that_has_begun_freezes_nothing_anew() -> None:
    desk = Desk()
    begin(desk, CampaignStatus.ACTIVE)
    changed = change(desk, name="Hello")
    assert (changed.name, changed.revision) == ("Hello", 1)
    with pytest.raises(NotFound):
        desk.campaigns.content(TENANT, ID, 1, 1)


def test_what_a_launch_has_used_up_cannot_be_changed() -> None:
    desk = Desk()
    begin(desk, CampaignStatus.ACTIVE)
    with pytest.raises(InvalidInput) as refused:
        change(desk, segment="", start="2026-06-01T09:00", type=CampaignType.BROADCAST)
    places = [(problem.pointer, problem.code) for problem in refused.value.problems]
    assert places == [("/segmentId", "fixed"), ("/startDate", "fixed"), ("/type", "fixed")]


def test_an_edit_that_could_not_be_sent_leaves_a_campaign_that_has_begun_alone() -> None:
    desk = Desk()
    begun = begin(desk, CampaignStatus.ACTIVE)
    with pytest.raises(InvalidInput):
        change(desk, steps=())
    assert desk.campaigns.get(TENANT, ID) == begun


def test_a_pause_between_read_and_write_of_an_edit_stands() -> None:
    """I-5: the edit's write needs the campaign as it was read."""
    desk = Desk()
    begun = begin(desk, CampaignStatus.ACTIVE)

    def meanwhile(given: Given) -> Given:
        desk.campaigns.save(begun, replace(begun, status=CampaignStatus.PAUSED))
        return replace(given, steps=STEPS[:1])

    with pytest.raises(Conflict):
        edit(TENANT, ID, meanwhile, desk.editing())
    stands = desk.campaigns.get(TENANT, ID)
    assert (stands.status, stands.revision) == (CampaignStatus.PAUSED, 1)


def test_a_start_that_is_moved_to_within_minutes_is_put_on_the_queue_too() -> None:
    """M-SCHED: the timer is read each minute only, so its wake-up alone could be late."""
    desk = Desk()
    schedule(desk)
    change(desk, start="2026-03-02T10:00:20")
    (message,) = desk.queues.waiting
    assert (message.queue, message.body) == (Queue.LAUNCH, {"tenant": TENANT, "campaign": ID})
    assert message.visible_at == NOW_AT + timedelta(seconds=20)
    change(desk, name="Hello")
    change(desk, start="2026-03-02T10:10:01")
    assert len(desk.queues.waiting) == 1


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
