"""Changes of a campaign's state: the legal ones, each one conditional write."""

from dataclasses import replace

import pytest

from penguinmails.campaigns.campaign import CampaignStatus, PauseReason
from penguinmails.campaigns.launch import launch
from penguinmails.errors import Conflict
from tests.simulation.steps import email, wait
from tests.simulation.taps import Crash, before, die, twice
from tests.world import TENANT, World

STEPS = [email("a"), wait("1 day"), email("b")]
LEGAL = {
    ("draft", "scheduled"),
    ("draft", "active"),
    ("draft", "cancelled"),
    ("draft", "archived"),
    ("scheduled", "draft"),
    ("scheduled", "active"),
    ("scheduled", "cancelled"),
    ("active", "paused"),
    ("active", "closing"),
    ("active", "cancelled"),
    ("paused", "active"),
    ("paused", "cancelled"),
    ("closing", "active"),
    ("closing", "paused"),
    ("closing", "completed"),
    ("closing", "cancelled"),
    ("completed", "active"),
    ("completed", "archived"),
    ("cancelled", "archived"),
}


def test_the_legal_changes_are_these_and_no_others() -> None:
    """M-CAMP: a completed campaign is active again only for a retry."""
    world = World()
    draft = world.campaign(STEPS)
    found = {
        (old.value, new.value)
        for old in CampaignStatus
        for new in CampaignStatus
        if replace(draft, status=old).may_become(new)
    }
    assert found == LEGAL


@pytest.mark.parametrize("deed", ["pause", "resume", "close", "complete"])
def test_what_a_draft_cannot_do_is_refused_in_words(deed: str) -> None:
    """The message says what it is, and what it would have to be."""
    world = World()
    draft = world.campaign(STEPS)
    with pytest.raises(Conflict, match=f"cannot {deed} a campaign that is draft; it has to be"):
        getattr(world.lifecycle, deed)(draft)


@pytest.mark.parametrize("status", ["active", "cancelled"])
def test_only_a_paused_campaign_can_be_resumed(status: str) -> None:
    """I-6: there is nothing to confirm."""
    world = World()
    world.people(1)
    campaign = world.launched(STEPS)
    if status == "cancelled":
        world.lifecycle.cancel(campaign)
    words = f"cannot resume a campaign that is {status}; it has to be paused$"
    with pytest.raises(Conflict, match=words):
        world.lifecycle.resume(campaign)


def test_pausing_twice_is_one_pause() -> None:
    """I-5: one epoch, and the first reason stands."""
    world = World()
    world.people(1)
    campaign = world.launched(STEPS)
    world.lifecycle.pause(campaign)
    again = world.lifecycle.pause(campaign, PauseReason.LATE)
    assert (again.epoch, again.pause_reason) == (1, PauseReason.REQUESTED)


def test_a_pause_wins_against_another_change_at_once() -> None:
    """I-5: it reads again, and tries again."""
    world = World()
    world.people(1)
    campaign = world.launched(STEPS)
    before(world.main, "core.put", lambda: world.lifecycle.close(world.get(campaign)))
    world.lifecycle.pause(campaign)
    assert world.get(campaign).status is CampaignStatus.PAUSED


def test_a_pause_whose_answer_was_lost_is_found_done() -> None:
    """I-5: asked again, it is what was wanted."""
    world = World()
    world.people(1)
    campaign = world.launched(STEPS)
    twice(world.main, "core.put")
    assert world.lifecycle.pause(campaign).status is CampaignStatus.PAUSED
    assert world.get(campaign).epoch == 1


def test_cancelling_twice_is_one_cancelling() -> None:
    """A person who clicks again gets the same answer."""
    world = World()
    world.people(1)
    campaign = world.launched(STEPS)
    world.lifecycle.cancel(campaign)
    assert world.lifecycle.cancel(campaign).status is CampaignStatus.CANCELLED


def test_a_draft_or_scheduled_campaign_can_be_cancelled() -> None:
    """M-CAMP."""
    world = World()
    draft = world.campaign(STEPS)
    world.lifecycle.cancel(draft)
    assert world.get(draft).status is CampaignStatus.CANCELLED


def test_a_resume_that_dies_after_its_write_is_finished_by_its_wake_up() -> None:
    """I-6: whoever resumes puts the release into the timer first, for when W has passed."""
    world = World()
    world.people(2)
    campaign = world.launched(STEPS)
    world.pause(campaign)
    world.pass_time(days=2)
    before(world.main, "queue.release", die)
    with pytest.raises(Crash):
        world.lifecycle.resume(campaign)
    world.dispatch()
    assert len(world.sent()) == 2
    world.pass_time(minutes=2)
    assert len(world.sent()) == 4


def test_a_wake_up_that_comes_before_the_change_it_backs_does_not_use_it_up() -> None:
    """I-6: a minute is longer than any call may take, so it finds the change made, or never made."""
    world = World()
    world.people(1)
    campaign = world.launched(STEPS)
    world.pause(campaign)
    world.pass_time(days=2)

    def tick() -> None:
        world.dispatch()
        world.settle()

    before(world.main, "core.put", tick)
    world.lifecycle.cancel(campaign)
    world.pass_time(minutes=2)
    assert world.rows(campaign)[0].exit_reason == "campaign_cancelled"


def test_a_launched_campaign_cannot_be_launched() -> None:
    """I-19."""
    world = World()
    world.people(1)
    campaign = world.launched(STEPS)
    with pytest.raises(Conflict, match="cannot launch a campaign that is active"):
        launch(TENANT, campaign.id, world.launching())
