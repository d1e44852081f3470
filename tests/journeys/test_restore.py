"""A journey through a restore from backup: nothing is sent until an operator lifts the fence."""

from collections import Counter
from collections.abc import Iterator

import pytest

from penguinmails import bootstrap
from penguinmails.enrollments.enrollment import Status
from penguinmails.local import lift_fence
from penguinmails.local.emulator import Emulator
from tests.journeys.backup import back_up, function_names
from tests.journeys.conftest import VIRTUAL
from tests.journeys.stage import Stage, build
from tests.journeys.town import Town, move_in
from tests.journeys.workers import kill_workers

pytestmark = pytest.mark.emulator

PEOPLE = 30
FIRST, SECOND = 1, 3


@pytest.fixture
def own_stage(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Give a stage of its own: its tables are deleted."""
    stage = build(emulator, tmp_path_factory.mktemp("restored"), VIRTUAL)
    yield stage
    stage.server.stop()


def steps(span: str) -> list[dict[str, str]]:
    """Give two emails with a wait between them."""
    email = {"email": "first", "template": "letter"}
    return [email, {"wait": span}, {**email, "email": "second"}]


def mailed(town: Town) -> Counter[tuple[str, int, int]]:
    """Count by campaign and step how often how many got it."""
    each = Counter((m.token.campaign, m.token.step, m.token.contact) for m in town.mails())
    return Counter((campaign, step, times) for (campaign, step, _), times in each.items())


def tool(stage: Stage, monkeypatch: pytest.MonkeyPatch, asked: str) -> str:
    """Do what the operator's command does in this stack; give what it says."""
    with monkeypatch.context() as environment:
        for name, value in stage.stack.environment.items():
            environment.setenv(name, value)
        bootstrap.house.cache_clear()
        text: str = getattr(lift_fence, asked)(stage.stack.environment)
        bootstrap.house.cache_clear()
        return text


def tells(town: Town, campaign: str, *, fenced: bool) -> bool:
    """Tell whether everything that says how it stands says so."""
    listed = town.api.get("/api/campaigns")["data"]
    said = {
        town.api.get("/api/health")["status"] == "fenced",
        *(one["fenced"] for one in listed),
        town.api.get(f"/api/campaigns/{campaign}")["campaign"]["fenced"],
        town.api.get(f"/api/campaigns/{campaign}/analytics")["fenced"],
    }
    return said == {fenced} and len(listed) == 2


def test_i_28_after_a_restore_nothing_is_sent_until_the_fence_is_lifted(
    own_stage: Stage, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And then just what left after the backup leaves once more, and everybody gets to the end."""
    stage, town = own_stage, move_in(own_stage)
    town.settle_people(PEOPLE)
    soon, later = town.launched(steps("2 hours")), town.launched(steps("6 hours"))
    stage.rest()
    backup = back_up(stage.stack)
    stage.pass_time(hours=2, minutes=2)
    before = dict.fromkeys([(soon, FIRST, 1), (soon, SECOND, 1), (later, FIRST, 1)], PEOPLE)
    assert mailed(town) == before
    assert tells(town, soon, fenced=False)

    backup.restore()
    for name in function_names():
        kill_workers(emulator, stage.stack.function(name))
    for _ in range(2):
        stage.pass_time(hours=4)
    assert mailed(town) == before
    assert tells(town, soon, fenced=True)

    assert "contacts, core, counters, enrollments" in tool(stage, monkeypatch, "look")
    assert "are now what Core knows" in tool(stage, monkeypatch, "lift")
    stage.pass_time(minutes=2)
    stage.pass_time(hours=2)
    once = [(soon, FIRST, 1), (later, FIRST, 1), (later, SECOND, 1)]
    assert mailed(town) == {**dict.fromkeys(once, PEOPLE), (soon, SECOND, 2): PEOPLE}
    walks = [row.status for campaign in (soon, later) for row in town.rows(campaign)]
    assert walks == [Status.COMPLETED] * 2 * PEOPLE
    assert tells(town, soon, fenced=False)
