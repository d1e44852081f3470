"""The stage of journeys: a deployed stack, its time, and the house that its functions have."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from penguinmails import bootstrap
from penguinmails.bootstrap import House
from penguinmails.enrollments.patrol import PAGE
from penguinmails.local.demo.post import Post
from penguinmails.local.emulator import Emulator
from penguinmails.local.stack import Options, Stack, deployed
from penguinmails.local.virtual import VirtualTime
from tests.journeys.mail_server import MailServer

PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Stage:
    """What all journeys share; time goes on from one to the next."""

    stack: Stack
    house: House
    post: Post
    server: MailServer
    time: VirtualTime

    def pass_time(self, **by: float) -> None:
        """Let virtual time pass once all is at rest, and the dispatcher tick when it has."""
        self.rest()
        self.time.move_to(self.time.now() + timedelta(**by))
        self.stack.invoke("dispatcher")
        self.rest()

    def patrol(self) -> None:
        """Have the patrol end the round that it is on, and walk a whole one."""
        for _ in range(2):
            while self._patrolled() == PAGE:
                pass
        self.rest()

    def _patrolled(self) -> int:
        found = self.stack.invoke("patrol")
        return int(found["seen"]) if isinstance(found, dict) else 0

    def rest(self) -> None:
        """Wait until nothing can be received or read; what a queue delays goes on waiting."""
        self.until(lambda: self.stack.backlog().rests)

    def until(self, done: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
        """Wait for something to come true."""
        deadline = time.monotonic() + patience_s
        while not done():
            if time.monotonic() > deadline:
                raise TimeoutError(str(self.stack.backlog()))
            time.sleep(0.05)


def build(emulator: Emulator, folder: Path, options: Options) -> Stage:
    """Deploy a stack with a mail server of its own."""
    server = MailServer(folder / "mail")
    server.start()
    stack = deployed(emulator, server.port, server.folder, options)
    house = _house_of(stack)
    post = Post(stack.mail, house.adapters.keyring())
    return Stage(stack, house, post, server, VirtualTime(stack))


def _house_of(stack: Stack) -> House:
    """Give the house of a stack's functions; it keeps to the environment that it was made in."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in stack.environment.items():
            environment.setenv(name, value)
        bootstrap.house.cache_clear()
        house = bootstrap.house()
        bootstrap.house.cache_clear()
    return house
