"""Runs functions as they are deployed over a house in memory, and keeps what they print."""

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from penguinmails import bootstrap, observability
from penguinmails.observability import METRICS, logger
from penguinmails.queues.port import Body, Queue

EVENTS = Path(__file__).with_name("events")
Event = dict[str, Any]


class Context:
    """The part of the Lambda context that handlers use."""

    aws_request_id = "request-1"

    def __init__(self, left_s: float = 30.0) -> None:
        self._left_s = left_s

    def get_remaining_time_in_millis(self) -> int:
        return int(self._left_s * 1000)


class Functions:
    """The functions of one house; what they print is kept line by line."""

    def __init__(self) -> None:
        self._printed = StringIO()
        self.invocations = 0

    def run(self, name: str, event: Event, left_s: float = 30.0) -> Any:  # noqa: ANN401 - JSON
        """Invoke a function and give its answer."""
        self.invocations += 1
        with redirect_stdout(self._printed), _logging_to(self._printed):
            return loaded(name)(event, Context(left_s))

    def read(self, queue: Queue, *bodies: Body | str, left_s: float = 30.0) -> list[str]:
        """Have messages read by their queue's reader; give the ids of those that failed."""
        answer = self.run(READERS[queue], messages(queue, *bodies), left_s)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def logged(self) -> list[tuple[str, dict[str, Any]]]:
        """Give each line that was logged: what happened, and its fields."""
        return [(line["message"], line) for line in self.lines() if "_aws" not in line]

    def happened(self) -> list[str]:
        """Give what was logged, without the fields."""
        return [event for event, _ in self.logged()]

    def measured(self) -> list[dict[str, Any]]:
        """Give the metrics of each invocation."""
        return [line for line in self.lines() if "_aws" in line]

    def lines(self) -> list[dict[str, Any]]:
        """Read everything that was printed; each line is JSON."""
        return [json.loads(line) for line in self._printed.getvalue().splitlines()]

    def check(self) -> None:
        """Check what holds for whatever is printed: no address, and no metric of its own."""
        assert "@" not in self._printed.getvalue()
        assert len(self.measured()) == self.invocations
        for line in self.measured():
            (directive,) = line["_aws"]["CloudWatchMetrics"]
            named = {metric["Name"]: metric["Unit"] for metric in directive["Metrics"]}
            assert directive["Namespace"] == "PenguinMails"
            assert named.items() <= {name: unit.value for name, unit in METRICS.items()}.items()
            assert {"WriteUnits", "ReadUnits", "RoundTrips"} <= set(named)


READERS = {
    Queue.ADVANCE: "advancer",
    Queue.RECORD: "recorder",
    Queue.IMPORT: "importer",
    Queue.LAUNCH: "launcher",
    Queue.RELEASE: "releaser",
    Queue.CLOSE: "closer",
}


def captured(name: str) -> Event:
    """Read an event as a trigger of the platform writes it: sqs, tick, stream or http."""
    event: Event = json.loads((EVENTS / f"{name}.json").read_text())
    return event


def messages(queue: Queue, *bodies: Body | str) -> Event:
    """Write the event of a batch of messages, with the ids m0, m1, …; a text goes as it is."""
    (model,) = captured("sqs")["Records"]
    arn = model["eventSourceARN"].replace("Advance", queue.value.title())
    written = [body if isinstance(body, str) else json.dumps(body) for body in bodies]
    records = [
        {**model, "messageId": f"m{number}", "body": body, "eventSourceARN": arn}
        for number, body in enumerate(written)
    ]
    return {"Records": records}


def dead_letters(queue: Queue, *bodies: Body | str) -> Event:
    """Write the event of messages that a queue gave up."""
    event = messages(queue, *bodies)
    for record in event["Records"]:
        record["eventSourceARN"] = record["eventSourceARN"].replace("Queue", "DeadLetters")
        record["attributes"] = {
            **record["attributes"],
            "DeadLetterQueueSourceArn": record["eventSourceARN"],
        }
    return event


def settle_in(house: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every function imported anew, over this house, with nothing measured yet."""
    observability._metrics.clear_metrics()
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")
    monkeypatch.setattr(bootstrap, "house", lambda: house)
    for module in [name for name in sys.modules if name.startswith("functions.")]:
        sys.modules.pop(module)


def loaded(name: str) -> Callable[[Event, Context], Any]:
    """Give a function's handler, imported over the house that is up."""
    handler: Callable[[Event, Context], Any] = importlib.import_module(
        f"functions.{name}.app"
    ).handler
    return handler


@contextmanager
def _logging_to(stream: StringIO) -> Iterator[None]:
    handler = logger.registered_handler
    before = handler.setStream(stream)  # type: ignore[attr-defined] # it is a stream's handler
    try:
        yield
    finally:
        handler.setStream(before)  # type: ignore[attr-defined] # as above
