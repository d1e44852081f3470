"""A journey through an outage of the mail server in the middle of a broadcast."""

from collections.abc import Iterator

import pytest

from penguinmails.enrollments.messages import pack
from penguinmails.queues.port import Queue
from tests.journeys.reckoning import faults, given_up
from tests.journeys.stage import Stage
from tests.journeys.town import Town

pytestmark = pytest.mark.emulator

PEOPLE = 300
TOOK_BEFORE = 40
OPEN_CALLS = 2
"""So many advancers run at once, each with one call open when the server goes."""


@pytest.fixture
def server_returns(stage: Stage) -> Iterator[None]:
    yield
    stage.server.stop()
    stage.server.start()


@pytest.mark.usefixtures("server_returns")
def test_i_1_i_3_i_4_an_esp_that_goes_and_returns_loses_nothing_and_repeats_nothing(
    town: Town, stage: Stage
) -> None:
    town.settle_people(PEOPLE)
    campaign = town.launched([{"email": "news", "template": "letter"}])
    town.wait_for(TOOK_BEFORE)
    stage.server.stop()
    stage.rest()
    before = len(town.mails())
    assert before < PEOPLE
    stage.pass_time(minutes=10)
    assert len(town.mails()) == before
    stage.server.start()
    stage.pass_time(minutes=31)
    stage.patrol()
    _deliver_again(town, campaign)
    assert faults(town, campaign, PEOPLE) == []
    assert len(given_up(town, campaign)) <= OPEN_CALLS
    assert len(town.mails()) >= PEOPLE - OPEN_CALLS


def _deliver_again(town: Town, campaign: str) -> None:
    """Deliver everybody's message once more, as the delayed ones will be."""
    refs = [row.ref for row in town.rows(campaign)]
    town.stage.house.adapters.queues.send(Queue.ADVANCE, list(pack(refs)))
    town.stage.rest()
