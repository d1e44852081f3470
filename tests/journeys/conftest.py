"""One emulator for all journeys, and in it a town of its own for each."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from penguinmails import bootstrap
from penguinmails.local.emulator import Emulator, running_emulator
from penguinmails.local.stack import Options, deployed
from tests.journeys.mail_server import MailServer
from tests.journeys.town import Town, move_in

Found = Callable[[Options], Town]
VIRTUAL = Options(schedules=False, virtual_clock=True)


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with running_emulator(tmp_path_factory.mktemp("emulator")) as emulator:
        yield emulator


@pytest.fixture
def found(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Found]:
    """Give the means to found a town on a stack with some options."""
    with ExitStack() as cleanup:

        def make(options: Options) -> Town:
            server = MailServer(tmp_path / "mail")
            cleanup.callback(server.stop)
            server.start()
            stack = deployed(emulator, server.port, server.folder, options)
            for name, value in stack.environment.items():
                monkeypatch.setenv(name, value)
            bootstrap.house.cache_clear()
            cleanup.callback(bootstrap.house.cache_clear)
            return move_in(stack, bootstrap.house(), server)

        yield make


@pytest.fixture
def town(found: Found) -> Town:
    """Give a town whose time is virtual: it goes on as a journey says."""
    return found(VIRTUAL)
