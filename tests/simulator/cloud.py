"""The cloud around the handlers, as AWS documents it: tables, queues, streams, schedules, workers.

Every call is an effect: others run before it, and a fault may befall it.
"""

import importlib.util
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache, partial
from hashlib import sha256
from itertools import count
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from penguinmails import bootstrap
from penguinmails.blobs.memory import MemoryBlobs
from penguinmails.bootstrap import Adapters, House
from penguinmails.clock import from_millis
from penguinmails.dns.memory import MemoryDns
from penguinmails.errors import Conflict, Unavailable
from penguinmails.ids import shard_of
from penguinmails.keyring import Keyring, generate
from penguinmails.meter import Meter
from penguinmails.queues.port import LARGEST_BATCH, Body, Queue, written
from penguinmails.sends.port import Esp
from penguinmails.table.coding import encode_item
from penguinmails.table.memory import MemoryTable
from penguinmails.table.port import Change, Condition, Item, Key, Page, key_of
from penguinmails.timer.dispatch import LOOK_AHEAD_S
from tests.simulator.faults import Fault, Faults
from tests.simulator.schedule import MICROS, Died, Schedule

T = TypeVar("T")
FUNCTIONS: Final = Path(__file__).resolve().parents[2] / "functions"
READERS: Final = {
    Queue.ADVANCE: "advancer",
    Queue.RECORD: "recorder",
    Queue.IMPORT: "importer",
    Queue.LAUNCH: "launcher",
    Queue.RELEASE: "releaser",
    Queue.CLOSE: "closer",
}
TIMEOUT_S: Final = {"advancer": 30, "recorder": 30, "webhook": 10, "public": 10, "api": 29}
"""Those of the functions that are not given a minute."""
VISIBILITY: Final = 6
MOST_RECEIVES: Final = 5
AT_ONCE: Final = 3
MINUTE: Final = 60 * MICROS
PATROL_EVERY: Final = 180
"""Ticks of the patrol that are simulated: one of so many minutes; the others count as lost."""
STREAM_SHARDS: Final = 2
STREAM_BATCH: Final = 100
AIMED: Final = 0.06
"""How often somebody acts just when a worker is at it."""
LATENCY_S: Final = (0.001, 0.004)


def timeout_s(function: str) -> int:
    """Tell how long a function may run."""
    return TIMEOUT_S.get(function, 60)


@dataclass(slots=True, eq=False)
class Message:
    """A message of a queue, or of its dead letters."""

    id: str
    queue: Queue
    text: str
    visible: int
    receives: int = 0


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim as it was written: when, for which walk (campaign, contact, run), which message."""

    at: int
    walk: tuple[str, str, str]
    mail: str


@dataclass(slots=True)
class Shard:
    """A stream's shard: its records in order, and how far they are read."""

    name: str
    records: list[dict[str, Any]] = field(default_factory=list)
    read: int = 0
    parent: "Shard | None" = None
    closed: bool = False
    busy: bool = False

    @property
    def behind(self) -> bool:
        """Whether there is something left to read."""
        return self.read < len(self.records)


@dataclass(slots=True)
class Context:
    """A Lambda context."""

    aws_request_id: str
    left_ms: Callable[[], int]

    def get_remaining_time_in_millis(self) -> int:
        """Tell how long the invocation may still run."""
        return self.left_ms()


@dataclass(slots=True, eq=False)
class Container:
    """One process of a function: its module, its house, and its clock's error."""

    function: str
    module: ModuleType
    skew_s: float


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
    """All that is not the product: it keeps the data, carries the messages, runs the functions."""

    def __init__(  # noqa: PLR0915 - all that a cloud holds
        self, schedule: Schedule, random: Random, faults: Faults, esp: Esp
    ) -> None:
        self.schedule = schedule
        self.random = random
        self.faults = faults
        self.esp = esp
        self.ring: Keyring = generate(lambda size: b"k" * size)
        self.tables: dict[str, MemoryTable] = {}
        self.blobs = MemoryBlobs()
        self.queues: dict[Queue, list[Message]] = {queue: [] for queue in Queue}
        self.dead: list[Message] = []
        self.outcomes: Counter[str] = Counter()
        """What the functions logged of what they did: which branches were taken."""
        self.trace: list[str] | None = None
        self.still_until = 0
        """Until then no function runs."""
        self.aim: Callable[[str, str], None] = lambda _campaign, _contact: None
        """What people do to an enrollment just when a worker is at it."""
        self.claims: list[Claimed] = []
        self.altered: list[str] = []
        """What may never change and did."""
        self._idle: dict[str, list[Container]] = {name: [] for name in (*READERS.values(), *REST)}
        self._running: Counter[str] = Counter()
        self._made = count()
        self._ticks: set[int] = set()
        self._shards = [Shard(f"shard-{number}") for number in range(STREAM_SHARDS)]
        self._written = count(1)

    # Effects

    def effect(self, name: str, run: Callable[[], T]) -> T:
        """Let a call happen: after a while, or not, or with its answer lost."""
        schedule, faults, task = self.schedule, self.faults, self.schedule.task()
        if task is None:
            return run()
        schedule.rest(self.random.uniform(*LATENCY_S))
        if faults.is_away(name.partition(".")[0], schedule.now):
            raise Unavailable(f"{name} is away")
        fault = faults.of_call(name, by_person=task.name.startswith("person"))
        if fault is None:
            return run()
        self.note(f"{name}: {fault}")
        return self._befallen(name, fault, run)

    def _befallen(self, name: str, fault: Fault, run: Callable[[], T]) -> T:
        match fault:
            case Fault.DIES_BEFORE:
                raise Died
            case Fault.THROTTLED:
                raise Unavailable(f"{name} is throttled")
            case Fault.SLOW:
                self.schedule.rest(self.random.uniform(1, 9 if name == "esp" else 60))
            case _:
                pass
        result = run()
        match fault:
            case Fault.DIES_AFTER:
                raise Died
            case Fault.ANSWER_LOST:
                raise Unavailable(f"{name} did not answer")
            case Fault.ASKED_TWICE:
                return run()
            case _:
                return result

    def logged(self, event: str, **fields: Any) -> None:  # noqa: ANN401 - as functions log
        """Count what a function says that it did."""
        outcomes = fields.get("outcomes", {})
        self.outcomes[event] += 1
        self.outcomes.update({f"{event}: {name}": int(n) for name, n in outcomes.items()})
        self.note(f"{event} {fields}")

    def failed(self, event: str, error: Exception, **_: object) -> None:
        """Count what a message of a batch failed of, if it is nothing that may happen."""
        self.note(f"{event}: {error!r}")
        if not isinstance(error, Unavailable | Conflict):
            self.outcomes[f"failed with {type(error).__name__}: {error}"[:200]] += 1

    def note(self, text: str) -> None:
        """Write a line of the trace, if one is wanted."""
        if self.trace is not None:
            task = self.schedule.task()
            who = task.name if task else "-"
            self.trace.append(f"{self.schedule.instant():%m-%d %H:%M:%S.%f} {who}: {text}")

    # Houses and workers

    def house(self, skew_s: float = 0.0, *, quiet: bool = False) -> House:
        """Give the product over this cloud; a quiet one looks at it without any effect."""
        clock = SkewedClock(self.schedule, skew_s)
        return House(
            Adapters(
                table=cache(partial(self._table, quiet=quiet)),
                queues=SimulatedQueues(self),
                clock=clock,
                ids=SeededIds(self.random),
                esp=lambda _name: self.esp,
                keyring=lambda: self.ring,
                blobs=lambda: self.blobs,
                resolver=MemoryDns,
                public_url="https://mail.test",
                meter=Meter(),
                randomness=self.random.randbytes,
            )
        )

    def _table(self, name: str, *, quiet: bool) -> "MemoryTable | SimulatedTable":
        if name not in self.tables:
            watch = {
                "enrollments": self._streamed,
                "wakeups": self._woken,
                "core": self._kept,
            }.get(name)
            self.tables[name] = MemoryTable(watch)
        return self.tables[name] if quiet else SimulatedTable(name, self.tables[name], self)

    def call(self, function: str, event: Any, ended: Callable[[Any], None]) -> None:  # noqa: ANN401
        """Invoke a function in a task of its own; `ended` gets its answer, or None if it failed."""
        self._running[function] += 1
        name = f"{function} {next(self._made)}"
        self.schedule.start(name, lambda: self._invoked(function, name, event, ended))

    def _invoked(self, function: str, name: str, event: Any, ended: Callable[[Any], None]) -> None:  # noqa: ANN401
        task = self.schedule.task()
        assert task is not None
        task.deadline = self.schedule.now + timeout_s(function) * MICROS
        idle = self._idle[function]
        container = idle.pop() if idle else self._container(function)
        context = Context(name, lambda: max(0, ((task.deadline or 0) - self.schedule.now) // 1000))
        answer = None
        try:
            answer = container.module.handler(event, context)
        except Exception as error:  # noqa: BLE001 - as Lambda does
            self.note(f"failed: {error!r}")
            idle.append(container)
            if not isinstance(error, Unavailable | Conflict):
                self.outcomes[f"{function} raised {type(error).__name__}: {error}"[:200]] += 1
        except Died:
            self.note("died")
        else:
            idle.append(container)
        task.deadline = None
        self._running[function] -= 1
        ended(answer)

    def _container(self, function: str) -> Container:
        skew_s = self.random.uniform(-5, 5) if self.faults.happens(Fault.SKEW, 1.0) else 0.0
        house = self.house(skew_s)
        return Container(function, _loaded(function, house, self), skew_s)

    def looked_at(self, items: Sequence[Item]) -> None:
        """Let somebody do something to one of the enrollments that a worker has just read."""
        if self._is_aimed_at():
            item = self.random.choice(items)
            _, campaign, _ = str(item["pk"]).split("#")
            self.aim(campaign, str(item["sk"]).partition("#")[0])

    def looked_up(self, keys: Sequence[Key]) -> None:
        """Let somebody leave whom a worker has just found to be free to mail."""
        if self._is_aimed_at():
            self.aim("", self.random.choice(keys).sk.partition("#")[0])

    def _is_aimed_at(self) -> bool:
        task = self.schedule.task()
        advances = task is not None and task.name.startswith("advancer")
        return advances and self.faults.on and self.random.random() < AIMED

    # Queues

    def send(self, queue: Queue, text: str, delay_s: float) -> None:
        """Take a message; it may be seen after its delay."""
        visible = self.schedule.now + round(delay_s * MICROS)
        message = Message(f"m{next(self._made)}", queue, text, visible)
        self.queues[queue].append(message)
        if self.faults.happens(Fault.DELAYED, 0.005):
            message.visible += round(self.random.uniform(1, 120) * MICROS)
        if self.faults.happens(Fault.DUPLICATED, 0.03):
            twin = replace(message, id=f"{message.id}-twin")
            self.queues[queue].append(twin)
            self._look(queue, twin.visible)
        self._look(queue, message.visible)

    def _look(self, queue: Queue, at: int) -> None:
        later = round(self.random.uniform(0.0, 0.2) * MICROS)
        self.schedule.start(f"poll {queue}", lambda: self._poll(queue), at=at + later)

    def _poll(self, queue: Queue) -> None:
        function = READERS[queue]
        now = self.schedule.now
        if now < self.still_until:
            self._look(queue, self.still_until)
            return
        ready = [m for m in self.queues[queue] if m.visible <= now]
        if not ready or self._running[function] >= AT_ONCE:
            return
        self.random.shuffle(ready)
        batch = ready[:LARGEST_BATCH]
        if self.faults.on and batch[0] is not min(ready, key=lambda m: m.visible):
            self.faults.note(Fault.REORDERED)
        for message in batch:
            message.receives += 1
            message.visible = now + timeout_s(function) * VISIBILITY * MICROS
            if self.faults.happens(Fault.LAPSED, 0.02):
                message.visible = now + round(self.random.uniform(0.005, 20) * MICROS)
                self._look(queue, message.visible)
        kept = [message for message in batch if message.receives <= MOST_RECEIVES]
        for message in batch:
            if message.receives > MOST_RECEIVES:
                self._give_up(message)
        if kept:
            event = {"Records": [_record(message) for message in kept]}
            self.call(function, event, partial(self._received, queue, kept))
        if len(ready) > len(batch):
            self._look(queue, now)

    def _received(self, queue: Queue, batch: Sequence[Message], answer: Any) -> None:  # noqa: ANN401
        failed = (
            {one["itemIdentifier"] for one in answer["batchItemFailures"]}
            if answer is not None
            else {message.id for message in batch}
        )
        for message in batch:
            if message.id in failed or self.faults.happens(Fault.ACK_LOST, 0.005):
                self._look(queue, message.visible)
            elif message in self.queues[queue]:
                self.queues[queue].remove(message)
        self._look(queue, self.schedule.now)

    def _give_up(self, message: Message) -> None:
        """Move a message to its dead letters, whose reader never gives up."""
        if message in self.queues[message.queue]:
            self.queues[message.queue].remove(message)
            self.dead.append(message)
            self.schedule.start("salvage", lambda: self._salvage(message))

    def _salvage(self, message: Message) -> None:
        def ended(answer: Any) -> None:  # noqa: ANN401
            if answer is None:
                self.schedule.start("salvage", lambda: self._salvage(message), after_s=360)

        arn = f"arn:aws:sqs:eu-central-1:1:sim-{message.queue.capitalize()}DeadLetters"
        self.call("salvager", {"Records": [_record(message) | {"eventSourceARN": arn}]}, ended)

    # Schedules

    def _kept(self, old: Item | None, new: Item | None) -> None:
        """Look whether what is frozen stays as it is."""
        if old is not None and new is not None and str(new["sk"]).startswith(_FROZEN):
            self.altered.append(str(new["sk"]))

    def _claimed(self, old: Item | None, new: Item) -> None:
        """Note each claim as it is written, and how the row stood."""
        claim = cast("dict[str, Any] | None", new.get("claim"))
        before = cast("dict[str, Any] | None", (old or {}).get("claim"))
        if claim is None or (before and before["key"] == claim["key"]):
            return
        _, campaign, _ = str(new["pk"]).split("#")
        contact, _, run = str(new["sk"]).partition("#")
        self.claims.append(Claimed(self.schedule.now, (campaign, contact, run), str(claim["mail"])))

    def _woken(self, old: Item | None, new: Item | None) -> None:
        if new is not None and "at" in new:
            at = self.schedule.micros(from_millis(cast("int", new["at"])))
            self.tick_for(at)

    def tick_for(self, at: int) -> None:
        """Let the schedule tick so that what is due then is found; idle ticks are left out."""
        first = (max(self.schedule.now, at - LOOK_AHEAD_S * MICROS) // MINUTE + 1) * MINUTE
        for minute in (first, first + MINUTE):
            self._tick_at(minute)

    def _tick_at(self, minute: int) -> None:
        if minute in self._ticks:
            return
        self._ticks.add(minute)
        off = self.random.uniform(0, 20)
        if self.faults.happens(Fault.TICK_OFF, 0.05):
            off = self.random.uniform(-20, 90)
        self.schedule.start("tick", lambda: self._tick(minute), at=minute + round(off * MICROS))

    def _tick(self, minute: int) -> None:
        self._ticks.discard(minute)
        if self.schedule.now < self.still_until:
            self._tick_at((self.still_until // MINUTE + 1) * MINUTE)
            return
        times = 2 if self.faults.happens(Fault.TICK_DOUBLED, 0.03) else 1
        if self.faults.happens(Fault.TICK_LOST, 0.05):
            times = 0
        for _ in range(times):
            self.call("dispatcher", {}, lambda _answer: None)
        self.schedule.start("look", self._tick_again, after_s=30)

    def _tick_again(self) -> None:
        """Go on ticking while something is due that no tick has found."""
        until = self.schedule.now + LOOK_AHEAD_S * MICROS
        if any(at <= until for at in self.asleep()):
            self._tick_at((self.schedule.now // MINUTE + 1) * MINUTE)

    def asleep(self) -> Iterable[int]:
        """Tell when the wake-ups are due that were not dispatched."""
        table = self.tables.get("wakeups")
        for rows in list(table.rows.values()) if table else ():
            sent = cast("frozenset[str]", rows.get("!sent", {}).get("ids", frozenset()))
            for sk, row in rows.items():
                if sk != "!sent" and sk not in sent:
                    yield self.schedule.micros(from_millis(cast("int", row["at"])))

    def patrol(self) -> None:
        """Let the patrol's schedule tick."""
        self.call("patrol", {}, lambda _answer: None)

    # The stream

    def _streamed(self, old: Item | None, new: Item | None) -> None:
        if new is not None:
            self._claimed(old, new)
        item = new or old or {}
        key = key_of(item)
        live = [shard for shard in self._shards if not shard.closed]
        shard = live[shard_of(sha256(key.sk.encode()).hexdigest(), len(live))]
        written: dict[str, Any] = {
            "Keys": {"pk": {"S": key.pk}, "sk": {"S": key.sk}},
            "SequenceNumber": str(next(self._written)),
        }
        images = {"OldImage": old, "NewImage": new}
        written |= {name: encode_item(image) for name, image in images.items() if image}
        shard.records.append({"eventSource": "aws:dynamodb", "dynamodb": written})
        self.schedule.start("stream", lambda: self._read(shard), after_s=1.0)
        if self.faults.happens(Fault.STREAM_SPLIT, 0.0005):
            self._split(live)

    def _split(self, live: Sequence[Shard]) -> None:
        """Close every shard; its children are read once it is read to its end."""
        for shard in live:
            shard.closed = True
            self._shards.append(Shard(f"{shard.name}'", parent=shard))

    def _read(self, shard: Shard) -> None:
        if shard.busy or not shard.behind:
            return
        if shard.parent is not None and (shard.parent.behind or shard.parent.busy):
            self.schedule.start("stream", lambda: self._read(shard), after_s=1.0)
            return
        shard.busy = True
        size = self.random.randint(1, STREAM_BATCH)
        batch = shard.records[shard.read : shard.read + size]
        event = {"Records": batch, "shardId": shard.name}
        self.call("projector", event, partial(self._projected, shard, len(batch)))

    def _projected(self, shard: Shard, size: int, answer: Any) -> None:  # noqa: ANN401
        shard.busy = False
        if answer is not None and not self.faults.happens(Fault.STREAM_AGAIN, 0.02):
            shard.read += size
        if shard.behind:
            self.schedule.start("stream", lambda: self._read(shard), after_s=0.5)


_FROZEN = ("revision#", "content#")
REST = ("dispatcher", "patrol", "salvager", "projector", "webhook")


class SimulatedTable:
    """A table each of whose calls is an effect; a batch may break in its middle."""

    def __init__(self, name: str, table: MemoryTable, cloud: Cloud) -> None:
        self._name = name
        self._table = table
        self._cloud = cloud

    def get(self, key: Key) -> Item | None:
        return self._cloud.effect(f"{self._name}.get", lambda: self._table.get(key))

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        items = self._cloud.effect(f"{self._name}.get_many", lambda: self._table.get_many(keys))
        if self._name == "enrollments" and items:
            self._cloud.looked_at(items)
        if self._name == "suppressions" and keys:
            self._cloud.looked_up(keys)
        return items

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        after: Key | None = None,
        limit: int = 1000,
        newest_first: bool = False,
    ) -> Page:
        run = partial(
            self._table.query,
            pk,
            prefix=prefix,
            after=after,
            limit=limit,
            newest_first=newest_first,
        )
        return self._cloud.effect(f"{self._name}.query", run)

    def scan(self, *, segment: int, segments: int, after: Key | None, limit: int) -> Page:
        run = partial(
            self._table.scan, segment=segment, segments=segments, after=after, limit=limit
        )
        return self._cloud.effect(f"{self._name}.scan", run)

    def put(self, item: Item, *expect: Condition) -> None:
        self._cloud.effect(f"{self._name}.put", lambda: self._table.put(item, *expect))

    def put_many(self, items: Sequence[Item]) -> None:
        self._cloud.effect(f"{self._name}.put_many", lambda: self._batch(items, self._table.put))

    def insert_many(self, items: Sequence[Item]) -> list[Key]:
        def run() -> list[Key]:
            taken: list[Key] = []
            self._batch(items, lambda item: taken.extend(self._table.insert_many([item])))
            return taken

        return self._cloud.effect(f"{self._name}.insert", run)

    def update(self, key: Key, change: Change) -> Item:
        return self._cloud.effect(f"{self._name}.update", lambda: self._table.update(key, change))

    def delete(self, key: Key) -> None:
        self._cloud.effect(f"{self._name}.delete", lambda: self._table.delete(key))

    def _batch(self, items: Sequence[Item], write: Callable[[Item], None]) -> None:
        breaks = len(items) > 1 and self._cloud.faults.happens(Fault.HALF_BATCH, 0.01)
        for item in items[: len(items) // 2] if breaks else items:
            write(item)
        if breaks:
            raise Unavailable("a part of the batch was not taken")


class SimulatedQueues:
    """Queues whose every call is an effect."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def send(self, queue: Queue, bodies: Sequence[Body], *, delay_s: int = 0) -> None:
        texts = written(bodies, delay_s)
        for start in range(0, len(texts), LARGEST_BATCH):
            part = texts[start : start + LARGEST_BATCH]
            self._cloud.effect(f"queue.{queue}", partial(self._sent, queue, part, delay_s))

    def _sent(self, queue: Queue, texts: Sequence[str], delay_s: int) -> None:
        breaks = len(texts) > 1 and self._cloud.faults.happens(Fault.HALF_BATCH, 0.02)
        for text in texts[: len(texts) // 2] if breaks else texts:
            self._cloud.send(queue, text, delay_s)
        if breaks:
            raise Unavailable("a part of the batch was not taken")


def _record(message: Message) -> dict[str, Any]:
    return {
        "messageId": message.id,
        "receiptHandle": f"{message.id}-{message.receives}",
        "body": message.text,
        "attributes": {"ApproximateReceiveCount": str(message.receives)},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:eu-central-1:1:sim-{message.queue}",
    }


def _loaded(function: str, house: House, cloud: Cloud) -> ModuleType:
    """Load a function's own module anew, over this house: one container."""
    path = FUNCTIONS / function / "app.py"
    spec = importlib.util.spec_from_file_location(f"simulated_{function}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    usual = bootstrap.house
    bootstrap.house = lambda: house  # type: ignore[assignment] # for as long as it loads
    try:
        exec(_code(path), module.__dict__)  # noqa: S102 - a function's own source
    finally:
        bootstrap.house = usual
    module.log = cloud.logged  # type: ignore[attr-defined]
    module.count = module.count_all = _nothing  # type: ignore[attr-defined]
    return module


@cache
def _code(path: Path) -> Any:  # noqa: ANN401
    return compile(path.read_text(), str(path), "exec")


def _nothing(*_: object) -> None:
    pass
