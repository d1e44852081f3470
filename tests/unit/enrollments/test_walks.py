"""Walks: branches, conditions on named steps, jumps back, actions, ends, and long sequences."""

from datetime import timedelta
from typing import Any

import pytest

from penguinmails.campaigns.campaign import CampaignStatus
from penguinmails.deliveries.fact import FactType
from penguinmails.enrollments.enrollment import Status
from tests.simulation.steps import branch, email, wait
from tests.simulation.taps import before, die
from tests.world import World


def test_the_path_goes_on_after_the_whole_branch() -> None:
    """Trap 3: an arm never runs into the next one."""
    world = World()
    world.people(2)
    world.launched(
        [
            email("a"),
            wait("1 hour"),
            branch(("steps.a.clicked", [email("hot")]), ("", [email("cold")])),
            email("after"),
        ]
    )
    first = world.esp.accepted[0]
    world.report(first, "clicked", link="1")
    world.pass_time(hours=2)
    hot = first.to_email.partition("@")[0]
    assert [step for who, step in world.sent() if who == hot] == ["a", "hot", "after"]
    assert [step for who, step in world.sent() if who != hot] == ["a", "cold", "after"]


def test_only_waits_add_delays() -> None:
    """I-7, trap 4: email, wait an hour, email is one hour, not two."""
    world = World()
    world.people(1)
    world.launched([email("a"), wait("1 hour"), email("b"), email("c")])
    world.pass_time(hours=1, seconds=5)
    assert [step for _, step in world.sent()] == ["a", "b", "c"]


def test_a_condition_looks_at_the_step_it_names() -> None:
    """Trap 6: an open of another email of the campaign is none of it."""
    world = World()
    world.people(1)
    world.launched(
        [
            email("a"),
            wait("1 hour"),
            email("b"),
            wait("1 hour"),
            branch(("steps.b.opened", [email("yes")]), ("", [email("no")])),
        ]
    )
    world.report(world.esp.accepted[0], "opened")
    world.pass_time(hours=3)
    assert world.sent()[-1] == ("person0", "no")


@pytest.mark.parametrize(("automatic", "next_step"), [(True, "no"), (False, "yes")])
def test_an_automatic_reply_is_no_reply(*, automatic: bool, next_step: str) -> None:
    """Whoever is away has not read anything."""
    world = World()
    world.people(1)
    world.launched(
        [
            email("a"),
            wait("1 hour"),
            branch(("steps.a.replied", [email("yes")]), ("", [email("no")])),
        ]
    )
    world.report(world.esp.accepted[0], "replied", machine=automatic)
    world.pass_time(hours=2)
    assert world.sent()[-1] == ("person0", next_step)


def test_a_machine_opens_nothing() -> None:
    """A scanner that loads the pixel is not a reader."""
    world = World()
    world.people(1)
    world.launched(
        [
            email("a"),
            wait("1 hour"),
            branch(("steps.a.opened", [email("yes")]), ("", [email("no")])),
        ]
    )
    world.report(world.esp.accepted[0], "opened", userAgent="GoogleImageProxy")
    world.pass_time(hours=2)
    assert world.sent()[-1] == ("person0", "no")


def test_a_step_that_is_visited_again_is_sent_once_a_visit() -> None:
    """I-1: the visit is in the key."""
    world = World()
    world.people(1)
    campaign = world.launched(
        [email("a"), wait("1 day"), {"goto": {"step": "a", "at_most": 3}}, email("z")]
    )
    world.pass_time(days=5)
    assert [step for _, step in world.sent()] == ["a", "a", "a", "z"]
    assert len({message.send_key for message in world.esp.accepted}) == 4
    assert world.rows(campaign)[0].status is Status.COMPLETED


def scored(points: int = 10) -> list[dict[str, Any]]:
    actions = [{"add_score": points}, {"add_score": 1}, {"add_tag": "warm"}, {"set": {"tier": "x"}}]
    return [wait("1 hour"), {"action": actions}, email("a")]


def test_every_action_of_a_step_is_applied() -> None:
    """An action step may hold several, also of one kind."""
    world = World()
    person = world.people(1)[0]
    world.launched(scored())
    world.pass_time(hours=2)
    stands = world.contacts.read(person.tenant, [person.id])[person.id]
    assert (stands.score, sorted(stands.tags)) == (11, ["warm"])
    assert stands.attributes == {"tier": "x"}


def test_actions_are_applied_once_however_often_the_walk_is_repeated() -> None:
    """The score of a walk that died right after it is not raised again."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(scored())
    world.clock.move(hours=1)
    before(world.main, "enrollments.update", die)
    (wake_up,) = [each for each in world.wake_ups() if each.queue == "advance"]
    world.handle(wake_up.queue, wake_up.body)
    world.advance(world.ref(campaign, person))
    world.pass_time(hours=1)
    assert world.contacts.read(person.tenant, [person.id])[person.id].score == 11
    assert len(world.sent()) == 1


def test_two_workers_apply_an_action_once() -> None:
    """The effect's key is among those that the contact has had."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(scored())
    world.clock.move(hours=1)
    ref = world.ref(campaign, person)
    before(world.main, "contacts.update", lambda: world.advance(ref))
    world.advance(ref)
    assert world.contacts.read(person.tenant, [person.id])[person.id].score == 11


def test_an_exit_ends_the_walk_with_its_reason() -> None:
    """I-4: and the reason is the author's word."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched(
        [
            email("a"),
            wait("1 hour"),
            branch(("steps.a.replied", [{"exit": "moved_to_sales"}]), ("", [])),
            email("b"),
        ]
    )
    world.report(world.esp.accepted[0], "replied")
    world.pass_time(hours=2)
    row = world.row(campaign, person)
    assert (row.status, row.exit_reason) == (Status.EXITED, "moved_to_sales")
    assert len(world.sent()) == 1


def test_after_the_end_date_nobody_is_mailed() -> None:
    """I-4: who comes due later leaves, with the reason."""
    world = World()
    world.people(2)
    end_at = world.clock.now() + timedelta(hours=12)
    campaign = world.launched([email("a"), wait("1 day"), email("b")], end_at=end_at)
    world.pass_time(days=3)
    assert len(world.sent()) == 2
    assert {row.exit_reason for row in world.rows(campaign)} == {"campaign_ended"}
    assert world.get(campaign).status is CampaignStatus.COMPLETED


def test_who_comes_due_in_a_cancelled_campaign_leaves_it() -> None:
    """I-3, I-4: parked or not, and nobody is mailed any more."""
    world = World()
    world.people(3)
    campaign = world.launched([email("a"), wait("1 day"), email("b")])
    world.pause(campaign)
    world.pass_time(days=2)
    world.lifecycle.cancel(campaign)
    world.pass_time(days=1)
    assert {row.exit_reason for row in world.rows(campaign)} == {"campaign_cancelled"}
    assert len(world.sent()) == 3


def test_a_contact_that_is_gone_leaves_with_the_reason() -> None:
    """I-4: deleted is a reason, too."""
    world = World()
    person = world.people(1)[0]
    campaign = world.launched([wait("1 hour"), email("a")])
    for rows in world.tables["contacts"].rows.values():
        rows.pop(person.id, None)
    world.pass_time(hours=2)
    assert world.row(campaign, person).exit_reason == "contact_deleted"


def test_a_walk_that_starts_with_a_wait_waits() -> None:
    """I-7: from the enrollment on."""
    world = World()
    world.people(1)
    world.launched([wait("2 hours"), wait("1 hour"), email("a")])
    world.pass_time(hours=2, minutes=59)
    assert world.sent() == []
    world.pass_time(minutes=2)
    assert len(world.sent()) == 1


def test_twenty_emails_in_twenty_weeks() -> None:
    """I-4: M-SEQ asks for twenty; each once, in order."""
    world = World()
    person = world.people(1)[0]
    steps = [step for n in range(20) for step in (email(f"e{n}"), wait("1 week"))][:-1]
    campaign = world.launched(steps)
    world.pass_time(weeks=21)
    assert [step for _, step in world.sent()] == [f"e{n}" for n in range(20)]
    facts = [fact.type for fact in world.row(campaign, person).facts()]
    assert facts.count(FactType.ACCEPTED) == 20
    assert world.get(campaign).status is CampaignStatus.COMPLETED


def test_a_hundred_and_fifty_steps_are_walked_to_their_end() -> None:
    """I-4: emails, waits and actions, none left out."""
    world = World()
    person = world.people(1)[0]
    rounds = [[email(f"e{n}"), wait("1 day"), {"action": {"add_score": 1}}] for n in range(50)]
    campaign = world.launched([step for each in rounds for step in each])
    world.pass_time(days=51)
    assert len(world.sent()) == 50
    row = world.row(campaign, person)
    assert row.status is Status.COMPLETED
    assert world.contacts.read(person.tenant, [person.id])[person.id].score == 50


def test_a_page_of_people_is_woken_by_packed_references() -> None:
    """A wait for a far instant costs one wake-up for a batch, not one each."""
    world = World(shards=1)
    world.people(100)
    world.launched([email("a"), wait("1 day"), email("b")])
    advances = [wake_up for wake_up in world.wake_ups() if wake_up.queue == "advance"]
    assert [len(wake_up.body["refs"]) for wake_up in advances] == [100]
