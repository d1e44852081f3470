"""The functions' workers: containers with a house and a clock of their own, one call at a time."""

import importlib.util
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from penguinmails import bootstrap
from penguinmails.bootstrap import House
from penguinmails.errors import Conflict, Unavailable
from tests.simulator.effects import Effects
from tests.simulator.faults import Fault
from tests.simulator.schedule import MICROS, Died

FUNCTIONS: Final = Path(__file__).resolve().parents[2] / "functions"
TIMEOUT_S: Final = {"advancer": 30, "recorder": 30, "webhook": 10, "public": 10, "api": 29}
"""Those of the functions that are not given a minute."""


def timeout_s(function: str) -> int:
    """Tell how long a function may run."""
    return TIMEOUT_S.get(function, 60)


@dataclass(slots=True)
class Context:
    """A Lambda context."""

    aws_request_id: str
    left_ms: Callable[[], int]

    def get_remaining_time_in_millis(self) -> int:
        """Tell how long the invocation may still run."""
        return self.left_ms()


class Workers:
    """Runs the functions, each call in a task; `house_of` builds one over a clock that is off."""

    def __init__(self, effects: Effects, house_of: Callable[[float], House]) -> None:
        self._effects = effects
        self._house_of = house_of
        self._idle: dict[str, list[ModuleType]] = defaultdict(list)
        self._made = count()
        self.running: Counter[str] = Counter()
        self.still_until = 0
        """Until then no function runs."""

    def call(self, function: str, event: Any, ended: Callable[[Any], None]) -> None:  # noqa: ANN401
        """Invoke a function in a task of its own; `ended` gets its answer, or None if it failed."""
        self.running[function] += 1
        name = f"{function} {next(self._made)}"
        self._effects.schedule.start(name, lambda: self._invoked(function, name, event, ended))

    def _invoked(self, function: str, name: str, event: Any, ended: Callable[[Any], None]) -> None:  # noqa: ANN401
        effects, schedule = self._effects, self._effects.schedule
        task = schedule.task()
        assert task is not None
        task.deadline = schedule.now + timeout_s(function) * MICROS
        idle = self._idle[function]
        module = idle.pop() if idle else self._container(function)
        context = Context(name, lambda: max(0, ((task.deadline or 0) - schedule.now) // 1000))
        answer = None
        try:
            answer = module.handler(event, context)
        except Exception as error:  # noqa: BLE001 - as Lambda does
            effects.note(f"failed: {error!r}")
            idle.append(module)
            if not isinstance(error, Unavailable | Conflict):
                effects.outcomes[f"{function} raised {type(error).__name__}: {error}"[:200]] += 1
        except Died:
            effects.note("died")
        else:
            idle.append(module)
        task.deadline = None
        self.running[function] -= 1
        ended(answer)

    def _container(self, function: str) -> ModuleType:
        """Load a function's own module anew, over a house of its own."""
        effects = self._effects
        skewed = effects.faults.happens(Fault.SKEW, 1.0)
        house = self._house_of(effects.random.uniform(-5, 5) if skewed else 0.0)
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
        module.log = effects.logged  # type: ignore[attr-defined]
        module.count = module.count_all = _nothing  # type: ignore[attr-defined]
        return module


@cache
def _code(path: Path) -> Any:  # noqa: ANN401
    return compile(path.read_text(), str(path), "exec")


def _nothing(*_: object) -> None:
    pass
