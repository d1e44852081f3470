"""A journey through a campaign under which workers are killed and the runtime is restarted.

PEOPLE says how many get it, SEED chooses other instants: `make test-kills` has 2,000 of them.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from penguinmails.campaigns.campaign import CampaignStatus
from penguinmails.local import child
from penguinmails.local.demo.audit import audit, run_of
from penguinmails.local.demo.checks import check
from penguinmails.local.demo.mailbox import Mailbox
from penguinmails.local.demo.prepare import Prepared
from penguinmails.local.emulator import Emulator
from penguinmails.local.stack import Options, Stack
from tests.journeys.reckoning import faults, given_up
from tests.journeys.runtime import KEEPS_STATE, Runtime, started
from tests.journeys.stage import Stage, build
from tests.journeys.town import SENDER, Town, move_in
from tests.journeys.workers import kill_workers

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeNameType

pytestmark = pytest.mark.emulator

FIGURES = Path("out/kills.json")
"""Written by `make test-kills`, which names the number of people."""
PEOPLE = int(os.environ.get("PEOPLE") or 200)
SEED = int(os.environ.get("SEED") or 1)
RESTARTS, NEARLY = 2, 0.9
PATIENCE_S = 180 + PEOPLE / 4
STEPS = [
    {"email": "first", "template": "letter"},
    {"wait": "2 hours"},
    {"email": "second", "template": "letter"},
]
VICTIMS = ["advancer", "advancer", "advancer", "launcher", "projector", "recorder", "dispatcher"]
HURRIED = ["AdvanceQueue", "LaunchQueue", "RecordQueue"]
HIDDEN_S, MERCY = 15, 1000
"""A message that was taken comes again after so long, and so often; in earnest it is minutes, and
after five times it is a dead letter, which waits for an operator. It is never shown while its
worker may still be at it: then the worker's end would take it from the next one."""
SPOILED = {"sends are on time", "counters equal the journals", "the sink and the journals agree"}
"""Checks of the demo that cannot hold: killed workers are late, the emulator forgets a stream's
records when it ends, and a mail whose worker was killed is in the sink, and given up in the
journal; faults() has that difference right."""


@dataclass(slots=True)
class Torment:
    """Kills workers and restarts the runtime at random instants, and counts both."""

    town: Town
    runtime: Runtime
    dice: Random
    killed: int = 0
    restarts: int = 0

    def through(self, mail: int) -> None:
        """Go on until nearly everybody has got so many mails."""
        instants = sorted(self.dice.uniform(0.1, 0.8) for _ in range(RESTARTS))
        left = [(mail - 1 + instant) * PEOPLE for instant in instants]
        deadline = time.monotonic() + PATIENCE_S
        while left or len(self.town.mails()) < (mail - 1 + NEARLY) * PEOPLE:
            assert time.monotonic() < deadline, str(self.town.stage.stack.backlog())
            time.sleep(self.dice.uniform(0.5, 4.0))
            self._kill()
            if left and len(self.town.mails()) >= left[0]:
                left.pop(0)
                self._restart()

    def _kill(self) -> None:
        victim = self.town.stage.stack.function(self.dice.choice(VICTIMS))
        self.killed += kill_workers(self.runtime.emulator, victim)

    def _restart(self) -> None:
        self.restarts += 1
        self.runtime.restart(self.town.stage.stack)


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    for name, value in KEEPS_STATE.items():
        monkeypatch.setenv(name, value)
    runtime = started(Emulator(child.free_port(), tmp_path))
    yield runtime
    runtime.stop()


@pytest.fixture
def town(runtime: Runtime, tmp_path: Path) -> Iterator[Town]:
    options = Options(schedules=False, virtual_clock=True)
    stage = build(runtime.emulator, tmp_path / "stage", options)
    have_lost_messages_come_soon(stage.stack)
    yield move_in(stage)
    stage.server.stop()


def have_lost_messages_come_soon(stack: Stack) -> None:
    """Have them come again in seconds, and as often as their workers are killed."""
    functions, sqs = stack.account.client("lambda"), stack.account.client("sqs")
    for name in {*VICTIMS}:
        functions.update_function_configuration(FunctionName=stack.function(name), Timeout=HIDDEN_S)
    for url in (stack.queue_urls[name] for name in HURRIED):
        shown = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
        redrive = json.loads(shown["Attributes"]["RedrivePolicy"]) | {"maxReceiveCount": MERCY}
        changed: Mapping[QueueAttributeNameType, str] = {
            "VisibilityTimeout": str(HIDDEN_S),
            "RedrivePolicy": json.dumps(redrive),
        }
        sqs.set_queue_attributes(QueueUrl=url, Attributes=changed)


def test_i_1_i_3_i_4_kills_and_restarts_lose_nobody_and_repeat_nothing(
    town: Town, runtime: Runtime
) -> None:
    town.settle_people(PEOPLE)
    torment = Torment(town, runtime, Random(SEED))
    campaign = town.launched(STEPS)
    torment.through(1)
    settle(town.stage)
    have_the_second_mail_due(town.stage)
    torment.through(2)
    settle(town.stage)
    settle(town.stage)
    town.stage.pass_time(hours=24)  # the projector's hint may be lost: the daily look closes it
    town.stage.until(lambda: town.campaign(campaign).status is CampaignStatus.COMPLETED)
    assert torment.restarts == 2 * RESTARTS
    assert torment.killed > 0
    assert faults(town, campaign, PEOPLE) == []
    assert len(given_up(town, campaign)) <= torment.killed
    assert broken_promises(town, campaign) == []
    write_figures(torment, campaign)


def write_figures(torment: Torment, campaign: str) -> None:
    if not os.environ.get("PEOPLE"):
        return
    figures = {
        "people": PEOPLE,
        "seed": SEED,
        "mails": len(torment.town.mails()),
        "workers_killed": torment.killed,
        "restarts": torment.restarts,
        "uncertain_and_given_up": len(given_up(torment.town, campaign)),
        "faults": len(faults(torment.town, campaign, PEOPLE)),
    }
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text(json.dumps(figures, indent=2) + "\n")


def have_the_second_mail_due(stage: Stage) -> None:
    stage.time.move_to(stage.time.now() + timedelta(hours=2))
    stage.stack.invoke("dispatcher")


def settle(stage: Stage) -> None:
    """Let what is uncertain be given up."""
    stage.pass_time(minutes=16)
    stage.patrol()
    stage.pass_time(minutes=16)


def broken_promises(town: Town, campaign: str) -> list[str]:
    """Name each of the demo's checks that does not hold."""
    stage = town.stage
    prepared = Prepared(campaign, "Journey", "journey", SENDER)
    audited, _ = audit(stage.house, town.api, town.tenant, [prepared])
    mailbox = Mailbox(stage.post, "", "", stage.time.now, SEED)
    run = run_of(stage.stack, stage.house, stage.post, mailbox, audited)
    return [f"{c.id}: {c.detail}" for c in check(run) if not c.ok and c.id not in SPOILED]
