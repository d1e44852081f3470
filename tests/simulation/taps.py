"""Taps: every effect that the house has on the world passes one, where a test may meddle."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from penguinmails.queues.memory import MemoryQueues
from penguinmails.queues.port import Body, Queue
from penguinmails.sends.message import Message
from penguinmails.sends.outcome import Outcome
from penguinmails.sends.port import Esp
from penguinmails.table.memory import MemoryTable
from penguinmails.table.port import Change, Condition, Item, Key, Page

T = TypeVar("T")


class Tap(Protocol):
    """Runs an effect, or does not, or does something else besides."""

    def __call__(self, name: str, run: Callable[[], T]) -> T:
        """Meddle with the effect of that name: "enrollments.update", "queue.advance", "esp"."""
        ...


def flow(name: str, run: Callable[[], T]) -> T:
    """Let the effect happen."""
    return run()


@dataclass(slots=True)
class Main:
    """Where the tap sits; a test may change it at any time."""

    tap: Tap = flow


@dataclass(frozen=True, slots=True)
class TappedTable:
    """A table whose writes pass the tap, one item at a time: a batch may break in its middle."""

    name: str
    table: MemoryTable
    main: Main

    def get(self, key: Key) -> Item | None:
        return self.table.get(key)

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        return self.table.get_many(keys)

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        after: Key | None = None,
        limit: int = 1000,
        newest_first: bool = False,
    ) -> Page:
        return self.table.query(
            pk, prefix=prefix, after=after, limit=limit, newest_first=newest_first
        )

    def scan(self, *, segment: int, segments: int, after: Key | None, limit: int) -> Page:
        return self.table.scan(segment=segment, segments=segments, after=after, limit=limit)

    def put(self, item: Item, *expect: Condition) -> None:
        self.main.tap(f"{self.name}.put", lambda: self.table.put(item, *expect))

    def put_many(self, items: Sequence[Item]) -> None:
        for item in items:
            self.put(item)

    def insert_many(self, items: Sequence[Item]) -> list[Key]:
        insert = f"{self.name}.insert"
        return [
            key
            for item in items
            for key in self.main.tap(insert, partial(self.table.insert_many, [item]))
        ]

    def update(self, key: Key, change: Change) -> Item:
        return self.main.tap(f"{self.name}.update", lambda: self.table.update(key, change))

    def delete(self, key: Key) -> None:
        self.main.tap(f"{self.name}.delete", lambda: self.table.delete(key))


@dataclass(frozen=True, slots=True)
class TappedQueues:
    """Queues whose messages pass the tap one by one."""

    queues: MemoryQueues
    main: Main

    def send(self, queue: Queue, bodies: Sequence[Body], *, delay_s: int = 0) -> None:
        for body in bodies:
            self.main.tap(f"queue.{queue}", self._sending(queue, body, delay_s))

    def _sending(self, queue: Queue, body: Body, delay_s: int) -> Callable[[], None]:
        return lambda: self.queues.send(queue, [body], delay_s=delay_s)


class TappedEsp:
    """An ESP whose calls pass the tap."""

    def __init__(self, esp: Esp, main: Main) -> None:
        self.esp = esp
        self.main = main
        self.honours_key = esp.honours_key

    def send(self, message: Message) -> Outcome:
        return self.main.tap("esp", lambda: self.esp.send(message))


class Crash(BaseException):
    """A worker dies: nothing after this point of its invocation happens."""


def die() -> None:
    """Crash."""
    raise Crash


def before(main: Main, effect: str, deed: Callable[[], object]) -> None:
    """Do something once, right before the next effect of that name."""

    def tap(name: str, run: Callable[[], T]) -> T:
        if name == effect:
            main.tap = flow
            deed()
        return run()

    main.tap = tap


def after(main: Main, effect: str, deed: Callable[[], object]) -> None:
    """Do something once, right after the next effect of that name."""

    def tap(name: str, run: Callable[[], T]) -> T:
        result = run()
        if name == effect:
            main.tap = flow
            deed()
        return result

    main.tap = tap


def twice(main: Main, effect: str) -> None:
    """Lose the answer to the next effect of that name, so that the client asks once more."""

    def tap(name: str, run: Callable[[], T]) -> T:
        if name == effect:
            main.tap = flow
            run()
        return run()

    main.tap = tap
