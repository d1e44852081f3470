"""The single-fault sweep: one story, told again and again, each time with one thing going wrong."""

import pytest

from tests.simulation.faults import Fault, Faulty
from tests.simulation.judge import faults_of
from tests.simulation.story import Story


def told(fault: Fault, number: int) -> tuple[Story, Faulty]:
    """Tell the story with the effect of that number going wrong."""
    story, faulty = Story(), Faulty(fault, number)
    story.world.main.tap = faulty.tap
    story.tell()
    return story, faulty


def test_the_story_goes_well_when_nothing_goes_wrong() -> None:
    """Everybody gets what is meant for them; the sweep below has something to break."""
    story, faulty = told(Fault.DIES_BEFORE, 0)
    assert list(faults_of(story)) == []
    assert len(story.world.sent()) == 9
    assert faulty.seen > 120


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name.lower())
def test_whatever_goes_wrong_once_every_invariant_holds_in_the_end(fault: Fault) -> None:
    """I-1…I-5, I-7, I-9, I-19, I-24, I-26: at every effect, one fault; then all heals."""
    _, clean = told(fault, 0)
    broken = []
    for number in range(1, clean.seen + 1):
        story, faulty = told(fault, number)
        broken += [f"{number} ({faulty.hit}): {each}" for each in faults_of(story)]
    assert broken == []
