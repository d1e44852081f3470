"""The simulated recipients: each has habits, and reacts to each mail the same way every time."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

HARD_BOUNCES = 0.012
SOFT_BOUNCES = 0.02
COMPLAINTS = 0.0015
REPLIES = 0.03
UNSUBSCRIBES = 0.006
PROXY_OPENS = 0.12
OPENS_AGAIN = 0.25
USES_PAGES = 0.12
"""The share of people whose reactions go through the public pages, by HTTP."""


class Deed(StrEnum):
    """What a recipient, or a server on the way to one, does with a mail."""

    DELIVER = "delivered"
    SOFT_BOUNCE = "soft_bounced"
    HARD_BOUNCE = "hard_bounced"
    OPEN = "opened"
    PROXY_OPEN = "proxy_opened"
    CLICK = "clicked"
    REPLY = "replied"
    UNSUBSCRIBE = "unsubscribed"
    COMPLAIN = "complained"


@dataclass(frozen=True, slots=True, order=True)
class Reaction:
    """A deed at a virtual instant; `mail` names the mail, `link` the link that is clicked."""

    at: datetime
    mail: int
    deed: Deed
    link: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as its recipient sees it; `name` is the same in every run with the same seed."""

    number: int
    address: str
    name: str
    attempt: int
    arrived_at: datetime
    links: int


class Recipients:
    """Everybody's habits, drawn from one seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def uses_pages(self, address: str) -> bool:
        """Tell whether a person's reactions come through the public pages."""
        return self._draw(address, "pages").random() < USES_PAGES

    def reactions(self, letter: Letter) -> Iterator[Reaction]:
        """Say what happens to a mail, in no order."""
        habits = self._draw(letter.address, "habits")
        opens, clicks = habits.betavariate(2, 2.6), habits.betavariate(1.6, 3.4)
        if habits.random() < HARD_BOUNCES:
            yield self._react(letter, Deed.HARD_BOUNCE, minutes=1)
            return
        chance = self._draw(letter.address, letter.name, str(letter.attempt))
        if letter.attempt == 1 and chance.random() < SOFT_BOUNCES:
            yield self._react(letter, Deed.SOFT_BOUNCE, minutes=2)
            return
        yield self._react(letter, Deed.DELIVER, minutes=1)
        if chance.random() < PROXY_OPENS:
            yield self._react(letter, Deed.PROXY_OPEN, minutes=2)
        if chance.random() < opens:
            yield from self._reads(letter, chance, clicks)

    def _reads(self, letter: Letter, chance: random.Random, clicks: float) -> Iterator[Reaction]:
        minutes = min(chance.lognormvariate(4.6, 1.2), 60 * 40)
        yield self._react(letter, Deed.OPEN, minutes)
        if chance.random() < OPENS_AGAIN:
            yield self._react(letter, Deed.OPEN, minutes + 45)
        if letter.links and chance.random() < clicks:
            link = chance.randrange(letter.links)
            yield self._react(letter, Deed.CLICK, minutes + 1, link)
        ends = (
            (REPLIES, Deed.REPLY),
            (UNSUBSCRIBES, Deed.UNSUBSCRIBE),
            (COMPLAINTS, Deed.COMPLAIN),
        )
        for share, deed in ends:
            if chance.random() < share:
                yield self._react(letter, deed, minutes + 3)

    def _react(self, letter: Letter, deed: Deed, minutes: float, link: int = 0) -> Reaction:
        at = letter.arrived_at + timedelta(minutes=minutes)
        return Reaction(at, letter.number, deed, link)

    def _draw(self, *names: str) -> random.Random:
        return random.Random("/".join((str(self._seed), *names)))  # noqa: S311 - a simulation
