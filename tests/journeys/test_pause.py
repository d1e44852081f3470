"""A journey through a pause in the middle of a campaign, and the way on."""

import pytest

from penguinmails.enrollments.enrollment import Status
from penguinmails.enrollments.rows import key_of
from penguinmails.table.port import Change
from tests.journeys.reckoning import faults
from tests.journeys.stage import Stage
from tests.journeys.town import Town

pytestmark = pytest.mark.emulator

PEOPLE = 600
STEPS = [
    {"email": "first", "template": "letter"},
    {"wait": "2 hours"},
    {"email": "second", "template": "letter"},
]


def test_i_5_i_6_a_pause_stops_a_running_campaign_and_resume_loses_and_repeats_nobody(
    town: Town, stage: Stage
) -> None:
    town.settle_people(PEOPLE)
    campaign = town.launched(STEPS)
    town.wait_for(20)
    paused = town.api.post(f"/api/campaigns/{campaign}/pause")
    stage.rest()
    before = len(town.mails())
    assert paused["status"] == "paused"
    assert before < PEOPLE
    stage.pass_time(seconds=31)
    stage.pass_time(hours=9)
    assert len(town.mails()) == before
    town.api.post(f"/api/campaigns/{campaign}/resume")
    stage.rest()
    stage.pass_time(minutes=2)
    stage.pass_time(hours=2)
    assert len(town.mails()) == 2 * PEOPLE
    assert faults(town, campaign, PEOPLE) == []


def test_i_6_resume_does_not_wake_who_is_paused_alone(town: Town, stage: Stage) -> None:
    town.settle_people(3)
    campaign = town.launched(STEPS)
    town.wait_for(3)
    stage.rest()
    alone = key_of(town.ref(campaign, 1))
    table = stage.house.adapters.table("enrollments")
    table.update(alone, Change({"status": Status.PAUSED.value}))
    town.api.post(f"/api/campaigns/{campaign}/pause")
    stage.pass_time(hours=3)
    town.api.post(f"/api/campaigns/{campaign}/resume")
    stage.pass_time(minutes=2)
    assert sorted(mail.address for mail in town.mails()[3:]) == [
        "person0@example.com",
        "person2@example.com",
    ]
