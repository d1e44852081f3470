"""A workshop: a deployed stack whose functions run here, each over the house that it makes itself."""
import json, sys, os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from penguinmails import bootstrap
from penguinmails.clock import ManualClock, SystemClock
from penguinmails.local.stack import Stack
from penguinmails.queues.memory import MemoryQueues
from penguinmails.queues.port import Body, Queue
from tests.functions.api_house import http_event
from tests.functions.running import Functions, captured
from tests.infra.rights.right import Right, needed
from tests.infra.rights.wire import Request, tapped


class Workshop:
    def __init__(self, stack: Stack, clock: ManualClock) -> None:
        self.stack = stack
        self.clock = clock
        self.lines = MemoryQueues(clock)
        self.used: dict[str, set[Right]] = defaultdict(set)
        self.house = bootstrap.house()
        self._functions = Functions()
        self._running = ""
        self.calls = 0

    def run(self, name: str, event: dict[str, Any], left_s: float = 30.0) -> Any:
        bootstrap.house.cache_clear()
        self._running = name
        try:
            return self._functions.run(name, event, left_s)
        finally:
            self._running = ""

    def read(self, queue: Queue, *bodies: Body, left_s: float = 30.0) -> list[str]:
        from tests.functions.running import READERS, messages
        answer = self.run(READERS[queue], messages(queue, *bodies), left_s)
        return [f["itemIdentifier"] for f in answer["batchItemFailures"]]

    def ask(self, name, method, path, body=None, headers=None, query=None):
        event = http_event(method, path, body, headers or {}, query or {})
        event["pathParameters"] = {"proxy": path.lstrip("/").partition("/")[2]}
        answer = self.run(name, event)
        return answer

    def settle(self) -> None:
        while message := self.lines.receive():
            failed = self.read(message.queue, message.body)
            assert not failed, self._functions.lines()[-2:]

    def hear(self, request: Request) -> None:
        if not self._running:
            return
        self.calls += 1
        self.used[self._running].update(needed(request, self.stack.account.number))
        if request.target == "AmazonSQS.SendMessageBatch":
            content = json.loads(request.body)
            names = {url: name for name, url in self.stack.queue_urls.items()}
            queue = Queue(names[content["QueueUrl"]].removesuffix("Queue").lower())
            for entry in content["Entries"]:
                self.lines.send(queue, [json.loads(entry["MessageBody"])], delay_s=entry["DelaySeconds"])


@contextmanager
def opened(stack: Stack) -> Iterator[Workshop]:
    clock = ManualClock(SystemClock().now().replace(microsecond=0))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in stack.environment.items():
            patch.setenv(name, value)
        patch.setenv("SMTP_USER_PARAMETER", "/penguinmails/penguinmails/smtp")
        patch.setattr(SystemClock, "now", lambda _: clock.now())
        patch.setattr("penguinmails.imports.page.PAGE_ROWS", 2)
        for module in [name for name in sys.modules if name.startswith("functions.")]:
            patch.delitem(sys.modules, module)
        bootstrap.house.cache_clear()
        workshop = Workshop(stack, clock)
        with tapped(workshop.hear):
            yield workshop
        for module in [name for name in sys.modules if name.startswith("functions.")]:
            sys.modules.pop(module)
        bootstrap.house.cache_clear()
