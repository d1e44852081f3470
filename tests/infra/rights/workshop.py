"""A workshop: a deployed stack whose functions run here, where everything they call is heard.

Each function is loaded as it is deployed, over the house that its environment makes. Only the
clock and the triggers are the test's.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from penguinmails import bootstrap
from penguinmails.clock import ManualClock, SystemClock
from penguinmails.local.stack import Stack
from penguinmails.queues.memory import MemoryQueues
from penguinmails.queues.port import Body, Queue
from tests.functions.api_house import http_event
from tests.functions.running import READERS, Event, Functions, captured, loaded, messages
from tests.infra.rights.reach import Asked, Line, lines_running, watch
from tests.infra.rights.right import Right, needed
from tests.infra.rights.wire import Request, tapped

NOBODY = "nobody"
"""Does what no function does, such as making a workspace."""


class Workshop:
    """The functions, what waits in their queues, and what was heard of each."""

    def __init__(self, stack: Stack, clock: ManualClock) -> None:
        self.stack = stack
        self.clock = clock
        self.house = bootstrap.house()
        self.lines = MemoryQueues(clock)
        self.asked: dict[str, Asked] = {}
        self.reached: set[Line] = set()
        self._heard: dict[str, list[Request]] = defaultdict(list)
        self._functions = Functions()
        self._running = NOBODY

    def run(self, name: str, event: Event, left_s: float = 30.0) -> Any:  # noqa: ANN401 - JSON
        """Invoke a function and give its answer; the first time it makes a house of its own."""
        self._running = name
        if name not in self.asked:
            bootstrap.house.cache_clear()
            loaded(name)
            self.asked[name] = watch(sys.modules[f"functions.{name}.app"])
        before = len(self._heard[name])
        answer = self._functions.run(name, event, left_s)
        self._running = NOBODY
        self._deliver(self._heard[name][before:])
        return answer

    def request(
        self,
        name: str,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Send a request to a function that answers HTTP."""
        event = http_event(method, path, body, headers or {}, query or {})
        event["pathParameters"] = {"proxy": path.lstrip("/").partition("/")[2]}
        answer: dict[str, Any] = self.run(name, event)
        return answer

    def read(self, queue: Queue, body: Body, left_s: float = 30.0) -> None:
        """Have a message read by its queue's reader."""
        answer = self.run(READERS[queue], messages(queue, body), left_s)
        assert answer == {"batchItemFailures": []}, self._functions.logged()[-1]

    def settle(self) -> None:
        """Have all messages read that can be received now, and those that they cause."""
        while message := self.lines.receive():
            self.read(message.queue, message.body)

    def pass_time(self, **by: float) -> None:
        """Let time pass, and the dispatcher tick when it has."""
        self.clock.move(**by)
        self.run("dispatcher", captured("tick"))
        self.settle()

    def needed(self, name: str) -> set[Right]:
        """Give the rights that a function has needed so far."""
        account = self.stack.account.number
        return {right for request in self._heard[name] for right in needed(request, account)}

    def hear(self, request: Request) -> None:
        """Keep a request, and the lines that led to it, with the function that is running."""
        self._heard[self._running].append(request)
        self.reached.update(lines_running())

    def _deliver(self, requests: Sequence[Request]) -> None:
        """Put the messages among the requests where their readers find them."""
        batches = [
            json.loads(request.body)
            for request in requests
            if request.target == "AmazonSQS.SendMessageBatch"
        ]
        names = {url: name for name, url in self.stack.queue_urls.items()}
        for batch in batches:
            queue = Queue(names[batch["QueueUrl"]].removesuffix("Queue").lower())
            for entry in batch["Entries"]:
                body, delay_s = json.loads(entry["MessageBody"]), entry["DelaySeconds"]
                self.lines.send(queue, [body], delay_s=delay_s)


@contextmanager
def opened(stack: Stack, more: Mapping[str, str]) -> Iterator[Workshop]:
    """Open a workshop in a stack, with more in the environment than it has by itself."""
    clock = ManualClock(SystemClock().now().replace(microsecond=0))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**stack.environment, **more}.items():
            patch.setenv(name, value)
        patch.setattr(SystemClock, "now", lambda _: clock.now())
        _forget_functions()
        workshop = Workshop(stack, clock)
        try:
            with tapped(workshop.hear):
                yield workshop
        finally:
            _forget_functions()


def _forget_functions() -> None:
    bootstrap.house.cache_clear()
    for module in [name for name in sys.modules if name.startswith("functions.")]:
        sys.modules.pop(module)
