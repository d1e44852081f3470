"""One stack for all journeys, whose time is virtual, and in it a workspace of its own for each."""

from collections.abc import Iterator

import pytest

from penguinmails.local.emulator import Emulator, running_emulator
from penguinmails.local.stack import Options
from tests.journeys.stage import Stage, build
from tests.journeys.town import Town, move_in

VIRTUAL = Options(schedules=False, virtual_clock=True)


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with running_emulator(tmp_path_factory.mktemp("emulator")) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def stage(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = build(emulator, tmp_path_factory.mktemp("stage"), VIRTUAL)
    yield stage
    stage.server.stop()


@pytest.fixture
def town(stage: Stage) -> Town:
    """Give an empty town; the town before it has come to rest."""
    stage.rest()
    return move_in(stage)
