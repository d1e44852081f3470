"""A journey through a broadcast whose workers are killed again and again."""

from collections.abc import Iterator

import pytest

from penguinmails.campaigns.campaign import CampaignStatus
from penguinmails.local.emulator import Emulator
from tests.journeys.reckoning import faults, given_up
from tests.journeys.stage import Stage
from tests.journeys.town import Town
from tests.journeys.workers import kill_workers

pytestmark = pytest.mark.emulator

PEOPLE = 300
KILLED_AFTER = (30, 120, 210)
HIDDEN_S = 5
"""A message that was taken comes again after so long; in earnest it is three minutes."""


@pytest.fixture
def impatient_queue(stage: Stage) -> Iterator[None]:
    """Have messages of lost workers come again soon."""
    sqs, url = stage.stack.account.client("sqs"), stage.stack.queue_urls["AdvanceQueue"]
    shown = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    before = shown["Attributes"]["VisibilityTimeout"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(HIDDEN_S)})
    yield
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": before})


@pytest.mark.usefixtures("impatient_queue")
def test_i_1_i_3_i_4_killed_workers_lose_nobody_and_repeat_nothing(
    town: Town, stage: Stage, emulator: Emulator
) -> None:
    town.settle_people(PEOPLE)
    campaign = town.launched([{"email": "news", "template": "letter"}])
    killed = 0
    for mails in KILLED_AFTER:
        town.wait_for(mails)
        killed += kill_workers(emulator, stage.stack.function("advancer"))
    stage.pass_time(minutes=16)
    stage.patrol()
    stage.pass_time(minutes=16)
    assert killed >= len(KILLED_AFTER)
    assert faults(town, campaign, PEOPLE) == []
    assert len(town.mails()) >= PEOPLE - killed
    assert len(given_up(town, campaign)) <= killed
    stage.until(lambda: town.campaign(campaign).status is CampaignStatus.COMPLETED)
