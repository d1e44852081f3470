"""Soft bounces: the message is tried again beside the walk, a few times, and never too late."""

from datetime import timedelta

import pytest

from penguinmails.campaigns.campaign import Campaign, CampaignStatus, OnUncertain
from penguinmails.contacts.contact import Contact
from penguinmails.enrollments.enrollment import Status
from penguinmails.esp.memory import LostAnswer, accept_all
from penguinmails.sends.message import Message
from penguinmails.sends.outcome import Outcome, TryLater, Uncertain
from tests.simulation.steps import email, wait
from tests.simulation.taps import before
from tests.world import World

SOFT = {"class": "soft"}


def bounced(*steps: dict[str, object]) -> tuple[World, Campaign, Contact]:
    """Launch to one person, whose first message bounces softly."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(steps)
    world.report(world.esp.accepted[0], "bounced", **SOFT)
    world.settle()
    return world, campaign, person


def bouncing(world: World) -> None:
    """Let every message bounce softly, a minute after it was accepted."""

    def answer(message: Message) -> Outcome | LostAnswer:
        world.report(message, "bounced", **SOFT)
        return accept_all(message)

    world.esp.script = answer


def test_a_soft_bounce_is_retried_as_a_new_attempt() -> None:
    """I-1, I-23: its key is its own, and the walk keeps its time."""
    world, campaign, person = bounced(email("a"), wait("2 days"), email("b"))
    step_due_at = world.row(campaign, person).step_due_at
    world.pass_time(minutes=59)
    assert len(world.sent()) == 1
    world.pass_time(minutes=2)
    assert world.sent() == [("person0", "a"), ("person0", "a")]
    assert len({message.send_key for message in world.esp.accepted}) == 2
    row = world.row(campaign, person)
    assert (row.retry, row.step_due_at, row.due_at) == (None, step_due_at, step_due_at)
    world.pass_time(days=3)
    assert world.sent()[2:] == [("person0", "b")]


def test_a_soft_bounce_is_retried_three_times_at_most_within_72_hours() -> None:
    """I-23: then the message is left as it is, and the walk ends."""
    world = World()
    person = world.people(1)[0]
    bouncing(world)
    start_at = world.clock.now()
    campaign = world.launched([email("a")])
    world.pass_time(days=10)
    assert len(world.sent()) == 4
    assert world.esp.accepted[-1].date - start_at <= timedelta(hours=72)
    assert world.row(campaign, person).status is Status.COMPLETED
    assert world.get(campaign).status is CampaignStatus.COMPLETED


def test_an_attempt_that_was_given_up_as_uncertain_is_no_retry() -> None:
    """I-23: the first soft bounce is tried again in an hour, whatever its attempt's number."""
    world = World()
    world.people(1)
    left: list[Outcome] = [Uncertain("timeout")]
    world.esp.script = lambda message: left.pop() if left else accept_all(message)
    world.launched([email("a"), wait("2 days"), email("b")], on_uncertain=OnUncertain.RESEND)
    world.pass_time(minutes=40)
    world.report(world.esp.accepted[0], "bounced", **SOFT)
    world.pass_time(minutes=61)
    assert len(world.sent()) == 2


def test_a_bounce_that_is_told_too_late_is_not_retried() -> None:
    """I-23: 72 hours count from the first attempt."""
    world = World()
    world.people(1)
    campaign = world.launched([email("a"), wait("9 days"), email("b")])
    world.pass_time(hours=71, minutes=30)
    world.report(world.esp.accepted[0], "bounced", **SOFT)
    world.pass_time(days=1)
    assert len(world.sent()) == 1
    assert world.rows(campaign)[0].retry is None


def test_the_claim_of_the_next_email_cancels_a_retry() -> None:
    """I-23: nobody gets an old message after a newer one."""
    world, campaign, person = bounced(email("a"), wait("30 minutes"), email("b"))
    world.pass_time(days=2)
    assert world.sent() == [("person0", "a"), ("person0", "b")]
    assert world.row(campaign, person).retry is None


def test_a_bounce_of_an_older_message_is_not_retried() -> None:
    """I-23: only the last one claimed may be."""
    world = World()
    world.people(1)
    world.launched([email("a"), wait("1 hour"), email("b")])
    world.pass_time(hours=2)
    world.report(world.esp.accepted[0], "bounced", **SOFT)
    world.pass_time(days=3)
    assert len(world.sent()) == 2


def test_a_completed_enrollment_and_its_campaign_are_reopened_for_a_retry() -> None:
    """I-23, I-26: and completed once more when it is done."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched([email("a")])
    world.pass_time(hours=2)
    assert world.get(campaign).status is CampaignStatus.COMPLETED
    world.report(world.esp.accepted[0], "bounced", **SOFT)
    world.settle()
    assert world.get(campaign).status is CampaignStatus.ACTIVE
    row = world.row(campaign, person)
    assert (row.status, row.ended_at) == (Status.ACTIVE, None)
    world.pass_time(days=2)
    assert len(world.sent()) == 2
    assert world.row(campaign, person).status is Status.COMPLETED
    assert world.get(campaign).status is CampaignStatus.COMPLETED


def test_a_retry_that_is_postponed_after_the_end_of_the_walk_is_still_sent() -> None:
    """I-3, I-4: there is no step any more whose time would bring it up."""
    world, campaign, person = bounced(email("a"))
    left: list[Outcome] = [TryLater(1200), TryLater(60)]
    world.esp.script = lambda message: left.pop() if left else accept_all(message)
    world.pass_time(hours=2)
    assert len(world.sent()) == 2
    assert world.row(campaign, person).status is Status.COMPLETED


def test_a_walk_that_ends_beside_an_open_retry_waits_for_it() -> None:
    """I-4: completed means that the retry was dealt with, too."""
    world = World()
    person = world.people(1)[0]
    steps = [email("a"), wait("10 minutes"), {"action": {"add_tag": "done"}}]
    campaign = world.launched(steps)
    world.report(world.esp.accepted[0], "bounced", **SOFT)
    world.pass_time(minutes=30)
    row = world.row(campaign, person)
    assert (row.status, row.step, row.ended_at) == (Status.ACTIVE, None, None)
    world.pass_time(hours=1)
    assert len(world.sent()) == 2
    assert world.row(campaign, person).status is Status.COMPLETED


def test_two_workers_that_see_a_bounce_set_one_retry() -> None:
    """I-23: reopening needs a row without one."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched([email("a"), wait("2 days"), email("b")])
    world.report(world.esp.accepted[0], "bounced", **SOFT)
    ref = world.ref(campaign, person)
    before(world.main, "enrollments.update", lambda: None)
    world.settle()
    before(world.main, "enrollments.update", lambda: world.advance(ref))
    world.advance(ref)
    world.pass_time(hours=3)
    assert len(world.sent()) == 2


@pytest.mark.parametrize("why", ["unsubscribed", "cancelled", "ended"])
def test_nothing_is_reopened_that_would_not_be_sent(why: str) -> None:
    """I-2: a completed enrollment stays completed."""
    world = World()
    person = world.people(1)[0]
    end_at = world.clock.now() + timedelta(minutes=30)
    campaign = world.launched([email("a")], end_at=end_at if why == "ended" else None)
    if why == "unsubscribed":
        world.unsubscribe(person)
    if why == "cancelled":
        world.lifecycle.cancel(campaign)
    world.pass_time(hours=1)
    world.report(world.esp.accepted[0], "bounced", **SOFT)
    world.pass_time(days=1)
    assert world.row(campaign, person).status is Status.COMPLETED
    assert len(world.sent()) == 1


@pytest.mark.parametrize(("kind", "more"), [("bounced", {"class": "hard"}), ("complained", {})])
def test_a_hard_bounce_or_complaint_ends_everything_at_once(
    kind: str, more: dict[str, str]
) -> None:
    """I-2, I-23: in every campaign, and for good."""
    world = World()
    person = world.people(1)[0]
    first = world.launched([email("a"), wait("1 day"), email("b")])
    second = world.launched([wait("1 hour"), email("c")])
    world.report(world.esp.accepted[0], kind, **more)
    world.settle()
    ends = {world.row(campaign, person).exit_reason for campaign in (first, second)}
    assert len(ends) == 1
    assert ends <= {"hard_bounced", "complained"}
    world.pass_time(days=3)
    assert len(world.sent()) == 1
