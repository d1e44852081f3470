"""A journey through weeks on a local stack whose clock is moved over the API, hop by hop."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from time import monotonic

import pytest

from penguinmails.analytics.recount import recount
from penguinmails.campaigns.campaign import CampaignStatus
from penguinmails.clock_hand import OffsetHand
from penguinmails.local import clockwork
from penguinmails.local.demo.checks import quantile
from penguinmails.local.demo.client import Api
from penguinmails.local.demo.post import Delivered
from penguinmails.local.emulator import Emulator
from penguinmails.local.record import Running, remember
from penguinmails.local.stack import Options
from tests.journeys.reckoning import faults
from tests.journeys.stage import build
from tests.journeys.town import Town, move_in

pytestmark = pytest.mark.emulator

PEOPLE = 60
PATIENCE_S = 120.0
WAITS = (timedelta(days=2), timedelta(hours=26), timedelta(days=10))
STEPS = [
    {"email": "first", "template": "letter"},
    {"wait": "2 days"},
    {"email": "second", "template": "letter"},
    {"wait": "26 hours"},
    {"email": "third", "template": "letter"},
    {"wait": "10 days"},
    {"email": "fourth", "template": "letter"},
]


@pytest.fixture
def town(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Give a town as `up` makes one: time is the clockwork's, and the schedules tick besides."""
    folder = tmp_path_factory.mktemp("clock")
    stage = build(emulator, folder, Options(virtual_clock=True))
    remember(Running(stage.stack, ()), folder)
    owner = clockwork.start(folder, leashed=True)
    try:
        hand = OffsetHand(str(stage.stack.clock_file))
        stage.until(lambda: hand.movable)
        yield move_in(stage)
    finally:
        owner.stop()
        stage.server.stop()


def test_mails_of_weeks_arrive_in_order_and_on_time_as_the_clock_is_moved(town: Town) -> None:
    town.settle_people(PEOPLE)
    campaign = town.launched(STEPS)
    before_at = town.stage.time.now()
    move(town, "3 days")
    assert town.stage.time.now() - before_at >= timedelta(days=3)
    assert len(town.mails()) == 2 * PEOPLE
    move(town, "1 day")
    assert len(town.mails()) == 3 * PEOPLE
    assert town.campaign(campaign).status is CampaignStatus.ACTIVE
    move(town, "4 weeks")
    assert town.campaign(campaign).status is CampaignStatus.COMPLETED
    assert faults(town, campaign, PEOPLE) == []
    assert not early_or_late(town)
    late_s = sorted(recount(town.campaign(campaign), town.stage.house.enrollments).late_s)
    assert len(late_s) == 4 * PEOPLE
    assert quantile(late_s, 0.999) <= 60


def move(town: Town, by: str) -> None:
    """Move the clock with a test key, asking until it has arrived."""
    wanted = {"name": "Clock", "scopes": ["clock:write"], "mode": "test"}
    api = Api(town.api.url, town.api.post("/api/keys", wanted)["secret"])
    deadline = monotonic() + PATIENCE_S
    found = api.post("/api/clock", {"by": by})
    while not found["arrived"]:
        assert monotonic() < deadline, found
        found = api.post("/api/clock", {"to": found["target"]})


def early_or_late(town: Town) -> list[str]:
    """Name each mail whose date is not where its wait ends, to a minute."""
    dates: dict[str, list[datetime]] = {}
    for mail in town.mails():
        dates.setdefault(mail.token.contact, []).append(dated(town, mail))
    return [
        f"{contact} got mail {number + 2} after {later - earlier}"
        for contact, found in dates.items()
        for number, (earlier, later) in enumerate(pairwise(found))
        if not timedelta() <= later - earlier - WAITS[number] <= timedelta(minutes=1)
    ]


def dated(town: Town, mail: Delivered) -> datetime:
    """Give the date that a mail bears."""
    found: datetime = town.stage.post.message(mail)["Date"].datetime
    return found
