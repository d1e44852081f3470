"""The single-fault sweep: one story, told again and again, each time with one thing going wrong."""

import pytest

from penguinmails.campaigns.campaign import OnUncertain
from tests.simulation import changes
from tests.simulation.changes import Changes
from tests.simulation.faults import Fault, Faulty
from tests.simulation.judge import faults_of
from tests.simulation.story import Story
from tests.world import World


def told(fault: Fault, number: int, choice: str = "skip") -> tuple[Story, Faulty]:
    """Tell the story with the effect of that number going wrong."""
    world = World(honours_key=choice == "same key")
    resends = choice == "resend"
    story = Story(world, OnUncertain.RESEND if resends else OnUncertain.SKIP)
    faulty = Faulty({number: fault})
    story.world.main.tap = faulty.tap
    story.tell()
    return story, faulty


def broken_by(fault: Fault, choice: str = "skip") -> list[str]:
    """Tell the story once for each effect that it has, and name all that came of it."""
    _, clean = told(fault, 0, choice)
    broken = []
    for number in range(1, clean.seen + 1):
        story, faulty = told(fault, number, choice)
        broken += [f"{number} ({faulty.hit.strip()}): {each}" for each in faults_of(story)]
    return broken


def test_the_story_goes_well_when_nothing_goes_wrong() -> None:
    """Everybody gets what is meant for them; the sweep below has something to break."""
    story, faulty = told(Fault.DIES_BEFORE, 0)
    assert list(faults_of(story)) == []
    assert len(story.world.sent()) == 9
    assert faulty.seen > 120


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name.lower())
def test_whatever_goes_wrong_once_every_invariant_holds_in_the_end(fault: Fault) -> None:
    """I-1…I-5, I-7, I-9, I-19, I-23, I-24, I-26: at every effect, one fault; then all heals."""
    assert broken_by(fault) == []


@pytest.mark.parametrize("choice", ["resend", "same key"])
def test_repeating_uncertain_sends_breaks_nothing_either(choice: str) -> None:
    """I-1: a repeat has a key of its own, or one that the ESP honours."""
    assert broken_by(Fault.DIES_AFTER, choice) == []


def changed(fault: Fault, number: int) -> tuple[Changes, Faulty]:
    """Tell the story of changes with the effect of that number going wrong."""
    story, faulty = Changes(), Faulty({number: fault})
    story.world.main.tap = faulty.tap
    story.tell()
    return story, faulty


def test_the_changes_go_well_when_nothing_goes_wrong() -> None:
    """Two get both mails, and one gets one."""
    story, faulty = changed(Fault.DIES_BEFORE, 0)
    assert list(changes.faults_of(story)) == []
    assert len(story.world.sent()) == 5
    assert faulty.seen > 50


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name.lower())
def test_whatever_goes_wrong_once_in_a_change_every_invariant_holds(fault: Fault) -> None:
    """I-1, I-3…I-7, I-9, I-25, I-26: pauses, exits and moves of people, and one fault."""
    _, clean = changed(fault, 0)
    broken = []
    for number in range(1, clean.seen + 1):
        story, faulty = changed(fault, number)
        broken += [f"{number} ({faulty.hit.strip()}): {each}" for each in changes.faults_of(story)]
    assert broken == []
