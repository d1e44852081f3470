"""A journey whose logs are read: they say what happened, and nothing of anybody's address."""

import json
import time

import pytest

from tests.journeys.stage import Stage
from tests.journeys.town import Town

pytestmark = pytest.mark.emulator


def test_every_function_says_what_it_did_and_names_no_address(town: Town, stage: Stage) -> None:
    begun = time.time()
    town.settle_people(3)
    campaign = town.launched([{"email": "news", "template": "letter"}])
    town.wait_for(3)
    stage.pass_time(minutes=1)
    lines = list(stage.stack.logs(after=begun - 1))
    said = {line["message"] for line in lines if line.get("campaign") == campaign}
    assert {"launch_begun", "enrolled", "advanced"} <= said
    assert {"answered", "imported", "projected", "dispatched"} <= {
        line.get("message") for line in lines
    }
    assert "@" not in json.dumps(lines)
