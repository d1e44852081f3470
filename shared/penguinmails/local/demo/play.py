"""Plays the weeks: moves virtual time from one event to the next, only when all is quiet."""

import heapq
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from penguinmails.local.demo.mailbox import Mailbox
from penguinmails.local.demo.post import Delivered, Post
from penguinmails.local.demo.recipients import Letter, Reaction, Recipients
from penguinmails.local.demo.virtual import VirtualTime
from penguinmails.local.stack import FunctionFailed, Stack
from penguinmails.timer.bucket import SHARDS
from penguinmails.timer.dispatch import Timer

WINDOW = timedelta(hours=4)
"""Reactions that are due within this of one another are played at one stop."""
CLUSTER = timedelta(seconds=2)
LONGEST = timedelta(days=120)
TICKS = 5


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a play takes place: a stack, its timer, and its time."""

    stack: Stack
    timer: Timer
    time: VirtualTime


class Play:
    """One run through virtual time."""

    def __init__(self, given: Scene, post: Post, mailbox: Mailbox, seed: int) -> None:
        self._stack, self._timer, self._time = given.stack, given.timer, given.time
        self._post = post
        self._mailbox = mailbox
        self._recipients = Recipients(seed)
        self._chance = random.Random(seed)  # noqa: S311 - a simulation
        self._reactions: list[Reaction] = []
        self._dispatched_at = given.time.now() - timedelta(hours=1)
        self._started_at = given.time.now()

    def run(self, show: Callable[[datetime, Counter[str]], None], names: dict[str, str]) -> None:
        """Play until nothing is due any more: no wake-up, no reaction."""
        end_at = self._started_at + LONGEST
        while self._time.now() < end_at:
            self._stack.wait_until_quiet()
            for delivered in self._post.read_new():
                self._read(delivered, names)
            show(self._time.now(), self._counts())
            next_at = self._next_at()
            if next_at is None:
                return
            self._time.move_to(next_at)
            self._mailbox.react(self._due())
            self._tick()
            self._dispatched_at = self._time.now()

    def _tick(self) -> None:
        """Dispatch what is due; a tick that fails is followed by the next."""
        for _ in range(TICKS - 1):
            with suppress(FunctionFailed):
                self._stack.invoke("dispatcher")
                return
        self._stack.invoke("dispatcher")

    def _counts(self) -> Counter[str]:
        return Counter({"mails": len(self._post.mails)}) + self._mailbox.counts

    def _read(self, delivered: Delivered, names: dict[str, str]) -> None:
        token = delivered.token
        letter = Letter(
            number=delivered.number,
            address=delivered.address,
            name=f"{names[token.campaign]}/{token.step}/{token.visit}",
            attempt=token.attempt,
            arrived_at=self._time.now().replace(second=0, microsecond=0),
            links=self._post.links(delivered),
        )
        for reaction in self._recipients.reactions(letter):
            heapq.heappush(self._reactions, reaction)

    def _due(self) -> list[Reaction]:
        due = []
        while self._reactions and self._reactions[0].at <= self._time.now():
            due.append(heapq.heappop(self._reactions))
        self._chance.shuffle(due)
        return due

    def _next_at(self) -> datetime | None:
        woken_at = self._next_wake_up()
        if not self._reactions:
            return woken_at
        react_at = self._reactions[0].at + WINDOW
        return react_at if woken_at is None else min(react_at, woken_at)

    def _next_wake_up(self) -> datetime | None:
        """Find the next wake-up, and those so close behind it that one stop serves them all."""
        timer = self._timer
        horizon_at = self._time.now() + LONGEST
        for minute_at in timer.minutes(horizon_at):
            if minute_at < self._dispatched_at - timedelta(minutes=4):
                continue
            buckets = [timer.bucket(minute_at, shard) for shard in range(SHARDS)]
            times = [w.at for b in buckets for w in b.wake_ups if w.id not in b.sent]
            if times:
                first_at = min(times)
                return max(at for at in times if at <= first_at + CLUSTER)
        return None
