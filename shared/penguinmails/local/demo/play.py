"""Plays the weeks: moves virtual time from one event to the next, only when all is quiet."""

import heapq
import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from penguinmails.local.demo.mailbox import Mailbox
from penguinmails.local.demo.post import Delivered, Post
from penguinmails.local.demo.recipients import Letter, Reaction, Recipients
from penguinmails.local.hops import Hops, Scene
from penguinmails.local.stack import QUIET_SECONDS

WINDOW = timedelta(hours=4)
"""Reactions that are due within this of one another are played at one stop."""
LONGEST = timedelta(days=120)


class Play:
    """One run through virtual time."""

    def __init__(self, given: Scene, post: Post, mailbox: Mailbox, seed: int) -> None:
        self._stack, self._time = given.stack, given.time
        self._hops = Hops(given)
        self._post = post
        self._mailbox = mailbox
        self._recipients = Recipients(seed)
        self._chance = random.Random(seed)  # noqa: S311 - a simulation
        self._reactions: list[Reaction] = []
        self._started_at = given.time.now()

    def run(self, show: Callable[[datetime, Counter[str]], None], names: dict[str, str]) -> None:
        """Play until nothing is due any more: no wake-up, no reaction."""
        end_at = self._started_at + LONGEST
        while self._time.now() < end_at:
            self._stack.wait_until_quiet(QUIET_SECONDS)
            for delivered in self._post.read_new():
                self._read(delivered, names)
            show(self._time.now(), self._counts())
            next_at = self._next_at()
            if next_at is None:
                return
            self._time.move_to(next_at)
            self._mailbox.react(self._due())
            self._hops.dispatch()

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
        woken_at = self._hops.next_wake_up(self._time.now() + LONGEST)
        if not self._reactions:
            return woken_at
        react_at = self._reactions[0].at + WINDOW
        return react_at if woken_at is None else min(react_at, woken_at)
