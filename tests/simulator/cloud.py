"""The cloud around the handlers, as AWS documents it: tables, queues, a stream, schedules, workers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any, Final, cast
from uuid import UUID

from penguinmails.blobs.memory import MemoryBlobs
from penguinmails.bootstrap import Adapters, House
from penguinmails.dns.memory import MemoryDns
from penguinmails.keyring import Keyring, generate
from penguinmails.meter import Meter
from penguinmails.sends.port import Esp
from penguinmails.table.port import Item, Key, Table
from tests.simulator.effects import Effects
from tests.simulator.queues import SimulatedQueues
from tests.simulator.schedule import Schedule
from tests.simulator.stream import Stream
from tests.simulator.tables import Rows, Tables
from tests.simulator.ticks import Ticks
from tests.simulator.workers import Workers

AIMED: Final = 0.06
"""How often somebody acts just when a worker is at it."""
FROZEN: Final = ("revision#", "content#")
"""Items of Core that may never change."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim as it was written: when, for which walk (campaign, contact, run), which message."""

    at: int
    walk: tuple[str, str, str]
    mail: str


class SkewedClock:
    """The virtual clock, as a machine sees it that is some seconds off."""

    def __init__(self, schedule: Schedule, skew_s: float) -> None:
        self._schedule = schedule
        self._skew = timedelta(seconds=skew_s)

    def now(self) -> datetime:
        return self._schedule.instant() + self._skew


class SeededIds:
    """Fresh identifiers that are the same in every run of a seed."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def new(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))


class Cloud:
    """All that is not the product: it keeps the data, carries the messages, runs the functions.

    `aim` is what people do to an enrollment just when a worker is at it; `claims` are noted as
    they are written, and in `altered` what may never change and did.
    """

    def __init__(self, effects: Effects, esp: Esp) -> None:
        self.effects = effects
        self.schedule = effects.schedule
        self.random: Random = effects.random
        self.faults = effects.faults
        self.ring: Keyring = generate(lambda size: b"k" * size)
        self.aim: Callable[[str, str], None] = lambda _campaign, _contact: None
        self.claims: list[Claimed] = []
        self.altered: list[str] = []
        self.workers = Workers(effects, self.house)
        self.queues = SimulatedQueues(effects, self.workers)
        self.ticks = Ticks(effects, self.workers, lambda: self.tables.quiet("wakeups"))
        self.stream = Stream(effects, self.workers)
        watchers = {"enrollments": self._moved, "wakeups": self.ticks.woken, "core": self._kept}
        self.tables = Tables(effects, watchers, self._looked)
        self._esp = esp
        self._blobs = MemoryBlobs()

    def house(self, skew_s: float = 0.0, *, quiet: bool = False) -> House:
        """Give the product over this cloud; a quiet one looks at it without any effect."""
        table: Callable[[str], Table] = self.tables.quiet if quiet else self.tables.loud
        return House(
            Adapters(
                table=cache(table),
                queues=self.queues,
                clock=SkewedClock(self.schedule, skew_s),
                ids=SeededIds(self.random),
                esp=lambda _name: self._esp,
                keyring=lambda: self.ring,
                blobs=lambda: self._blobs,
                resolver=MemoryDns,
                public_url="https://mail.test",
                meter=Meter(),
                randomness=self.random.randbytes,
                identities=self.tables.identities,
            )
        )

    def restore(self, backup: Rows) -> None:
        """Have the tables as they were at a backup; what streams and schedules knew is gone."""
        self.tables.restore(backup)
        self.stream = Stream(self.effects, self.workers)
        self.ticks.go_on()

    def _moved(self, old: Item | None, new: Item | None) -> None:
        if new is not None:
            self._note_claim(old, new)
        self.stream.take(old, new)

    def _note_claim(self, old: Item | None, new: Item) -> None:
        """Note each claim as it is written."""
        claim = cast("dict[str, Any] | None", new.get("claim"))
        before = cast("dict[str, Any] | None", (old or {}).get("claim"))
        if claim is None or (before and before["key"] == claim["key"]):
            return
        _, campaign, _ = str(new["pk"]).split("#")
        contact, _, run = str(new["sk"]).partition("#")
        self.claims.append(Claimed(self.schedule.now, (campaign, contact, run), str(claim["mail"])))

    def _kept(self, old: Item | None, new: Item | None) -> None:
        """Look whether what is frozen stays as it is."""
        if old is not None and new is not None and str(new["sk"]).startswith(FROZEN):
            self.altered.append(str(new["sk"]))

    def _looked(self, table: str, keys: Sequence[Key]) -> None:
        """Let somebody do something to one of those whom a worker has just looked at."""
        task = self.schedule.task()
        advances = task is not None and task.name.startswith("advancer")
        aimed = advances and keys and self.faults.on and table in {"enrollments", "suppressions"}
        if not aimed or self.random.random() >= AIMED:
            return
        key = self.random.choice(keys)
        contact = key.sk.partition("#")[0]
        self.aim(key.pk.split("#")[1] if table == "enrollments" else "", contact)
