"""One thread, one virtual clock, many tasks: each runs until its next effect, then another may."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import cast

from greenlet import getcurrent, greenlet

MICROS = 1_000_000
MOST_RESUMED = 1_000_000
"""Several times what the liveliest world takes; whoever wants more goes round in circles."""


class RestlessError(Exception):
    """Tasks go on and on."""


class Died(BaseException):
    """A worker ends here: nothing after this point of its invocation happens."""


@dataclass(slots=True, eq=False)
class Task:
    """Something that goes on; past its `deadline` it is killed at its next effect."""

    name: str
    body: greenlet = field(repr=False)
    deadline: int | None = None


class Schedule:
    """Runs tasks in the order of their times; of two at one time, the one that asked first."""

    def __init__(self, start_at: datetime) -> None:
        self._start_at = start_at
        self.now = 0
        """Microseconds since the start."""
        self._waiting: list[tuple[int, int, Task]] = []
        self._order = count()
        self._main = getcurrent()
        self._tasks: dict[greenlet, Task] = {}
        self.resumed = 0

    def instant(self) -> datetime:
        """Give the virtual instant."""
        return self._start_at + timedelta(microseconds=self.now)

    def micros(self, instant_at: datetime) -> int:
        """Give an instant in microseconds since the start."""
        return round((instant_at - self._start_at) / timedelta(microseconds=1))

    def start(
        self, name: str, deed: Callable[[], object], *, after_s: float = 0.0, at: int | None = None
    ) -> Task:
        """Have a task begin: after some seconds, or at a time."""
        task = Task(name, greenlet(lambda: self._run(task, deed)))
        begin = self.now + round(after_s * MICROS) if at is None else max(at, self.now)
        heapq.heappush(self._waiting, (begin, next(self._order), task))
        return task

    def task(self) -> Task | None:
        """Give the task that runs; None outside of any."""
        return self._tasks.get(getcurrent())

    def rest(self, seconds: float) -> None:
        """Let others run for some time; raises Died if the task's time is over by then."""
        task = self.task()
        if task is None:
            return
        until = self.now + round(seconds * MICROS)
        late = task.deadline is not None and until >= task.deadline
        if late:
            until = max(self.now, cast("int", task.deadline))
        heapq.heappush(self._waiting, (until, next(self._order), task))
        self._main.switch()
        if late:
            raise Died

    def run(self, until: int) -> bool:
        """Run until a time; tell whether anything waits beyond it. Raises RestlessError."""
        while self._waiting and self._waiting[0][0] <= until:
            self.now, _, task = heapq.heappop(self._waiting)
            self._tasks[task.body] = task
            self.resumed += 1
            if self.resumed > MOST_RESUMED:
                raise RestlessError
            task.body.switch()
        self.now = max(self.now, until)
        return bool(self._waiting)

    def next(self) -> int | None:
        """Give the time of what waits first."""
        return self._waiting[0][0] if self._waiting else None

    def _run(self, task: Task, deed: Callable[[], object]) -> None:
        try:
            deed()
        except Died:
            pass
        finally:
            self._tasks.pop(task.body, None)
