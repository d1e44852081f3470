"""Effects: what handlers ask of the world. Others run before each, and a fault may befall it."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any, Final, TypeVar

from penguinmails.errors import Conflict, Unavailable
from tests.simulator.faults import Fault, Faults
from tests.simulator.schedule import Died, Schedule

T = TypeVar("T")
LATENCY_S: Final = (0.001, 0.004)


class Effects:
    """Lets calls happen, or not, or with their answer lost; and keeps what was said of it.

    `outcomes` counts what the functions logged of what they did: which branches were taken.
    """

    def __init__(self, schedule: Schedule, random: Random, faults: Faults) -> None:
        self.schedule = schedule
        self.random = random
        self.faults = faults
        self.outcomes: Counter[str] = Counter()
        self.trace: list[str] | None = None

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
