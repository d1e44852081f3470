"""A journey in real time with the real schedules; it takes minutes, so it is run by its name."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from penguinmails.clock import SystemClock
from penguinmails.local.emulator import Emulator
from penguinmails.local.stack import Options
from tests.journeys.stage import build
from tests.journeys.town import Town, move_in

pytestmark = pytest.mark.emulator

PEOPLE = 20
WAIT_S = 60.0
BARELY_S = 3.0
"""How late a mail may be: up to three functions follow one another, some for the first time."""
STEPS = [
    {"email": "first", "template": "letter"},
    {"wait": "1 minute"},
    {"email": "second", "template": "letter"},
]


@pytest.fixture
def town(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Give a town whose clock is the machine's, and whose schedules tick by themselves."""
    stage = build(emulator, tmp_path_factory.mktemp("real"), Options())
    yield move_in(stage)
    stage.server.stop()


def test_i_7_i_8_a_start_and_a_wait_are_on_time_to_a_second_or_two(town: Town) -> None:
    town.settle_people(PEOPLE)
    start_at = SystemClock().now().replace(microsecond=0) + timedelta(seconds=75)
    start = {"sendStrategy": "scheduled", "startDate": start_at.isoformat()}
    scheduled = town.launched(STEPS[:1], **start)
    series = town.launched(STEPS)
    town.wait_for(3 * PEOPLE, patience_s=150)
    first, second = received(town, series, 1), received(town, series, 3)
    waits = [second[contact] - first[contact] for contact in first]
    assert min(waits) >= WAIT_S
    assert max(waits) <= WAIT_S + BARELY_S
    started = [at - start_at.timestamp() for at in received(town, scheduled, 1).values()]
    assert min(started) >= 0
    assert max(started) <= BARELY_S


def received(town: Town, campaign: str, step: int) -> dict[str, float]:
    """Tell when each contact got the mail of a step, in epoch seconds."""
    return {
        mail.token.contact: mail.mail.received
        for mail in town.mails()
        if (mail.token.campaign, mail.token.step) == (campaign, step)
    }
