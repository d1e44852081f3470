"""The projector takes the stream's events as the platform and the local runtime send them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from penguinmails.analytics.project import ProjectPorts
from penguinmails.analytics.store import CounterStore
from penguinmails.clock import ManualClock
from penguinmails.meter import Meter
from penguinmails.queues.memory import MemoryQueues
from penguinmails.queues.port import Queue
from penguinmails.table.memory import MemoryTable
from tests.functions.running import Context, loaded, settle_in

TENANT = "019a0000-0000-7000-8000-000000000001"
CAMPAIGN = "019a0000-0000-7000-8000-000000000002"
STREAM = "arn:aws:dynamodb:eu-central-1:123456789012:table/Enrollments/stream/2026-03-01T00:00"
SHARD = "shardId-00000001709251200000-3fd2a1c4"
ENROLLED_AT = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1000)

Event = dict[str, Any]
Handler = Callable[[Event, Context], dict[str, Any]]


@dataclass
class House:
    """As much of the house as the projector asks for, in memory."""

    meter: Meter = field(default_factory=Meter)
    table: MemoryTable = field(default_factory=MemoryTable)
    queues: MemoryQueues = field(
        default_factory=lambda: MemoryQueues(ManualClock(datetime(2026, 3, 1, tzinfo=UTC)))
    )

    @property
    def adapters(self) -> "House":
        return self

    def projector(self) -> ProjectPorts:
        return ProjectPorts(CounterStore(self.table), self.queues)

    def rows(self) -> dict[str, dict[str, int]]:
        """Counts by day and shard."""
        found = CounterStore(self.table).of_campaign(TENANT, CAMPAIGN)
        return {f"{row.key.day}#{row.key.shard}": dict(row.counts) for row in found}


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def handler(house: House, monkeypatch: pytest.MonkeyPatch) -> Handler:
    """The function, started in that house."""
    settle_in(house, monkeypatch)
    return loaded("projector")


def image(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - typed JSON
    """An enrollment as the stream shows it."""
    return {
        "pk": {"S": f"{TENANT}#{CAMPAIGN}#3"},
        "sk": {"S": "019a0000-0000-8000-8000-000000000009#1"},
        "shards": {"N": "4"},
        "status": {"S": "active"},
        "step": {"N": "0"},
        "visit": {"N": "1"},
        "due": {"N": str(ENROLLED_AT)},
        "step_due": {"N": str(ENROLLED_AT)},
        "revision": {"N": "1"},
        "enrolled": {"N": str(ENROLLED_AT)},
        "domain": {"S": "example.org"},
        "journal": {"SS": ["e..1.1.hl480"]},
        **more,
    }


def record(name: str, sequence: int, **images: dict[str, Any]) -> dict[str, Any]:
    """One record of the stream."""
    new = images.get("NewImage") or images["OldImage"]
    return {
        "eventID": f"c4ca4238a0b923820dcc509a6f75849{sequence}",
        "eventName": name,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "eu-central-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1772323200,
            "Keys": {"pk": new["pk"], "sk": new["sk"]},
            **images,
            "SequenceNumber": f"4421584500000000017450439{sequence:03}",
            "SizeBytes": 412,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": STREAM,
    }


def windowed(*records: dict[str, Any], final: bool = False) -> Event:
    """An event of a mapping that has a tumbling window."""
    return {
        "Records": list(records),
        "window": {"start": "2026-03-01T00:00:00Z", "end": "2026-03-01T00:00:01Z"},
        "state": {},
        "shardId": SHARD,
        "eventSourceARN": STREAM,
        "isFinalInvokeForWindow": final,
        "isWindowTerminatedEarly": False,
    }


def life() -> list[dict[str, Any]]:
    """Somebody is enrolled, sent a mail, opens it, completes, and is erased."""
    new = image()
    sent = image(journal={"SS": ["e..1.1.hl480", "a.1.1.1.hl480.9f3b2c.2"]})
    ended = {"status": {"S": "completed"}, "ended": {"N": str(ENROLLED_AT + 60_000)}}
    elements = ["e..1.1.hl480", "a.1.1.1.hl480.9f3b2c.2", "o.1.1.1.hl480.77aa01"]
    opened = image(journal={"SS": elements}, reason={"S": ""}, **ended)
    return [
        record("INSERT", 1, NewImage=new),
        record("MODIFY", 2, OldImage=new, NewImage=sent),
        record("MODIFY", 3, OldImage=sent, NewImage=opened),
        record("REMOVE", 4, OldImage=opened),
    ]


def test_a_batch_is_counted_in_the_row_of_its_shard(house: House, handler: Handler) -> None:
    assert handler(windowed(*life()), Context()) == {"state": {}}
    ((place, counts),) = house.rows().items()
    assert place.endswith(f"#{SHARD}")
    assert counts == {
        "enrolled": 1,
        "completed": 1,
        "s1.sent": 1,
        "s1.delivered": 1,
        "s1.opens": 1,
        "s1.unique_opens": 1,
        "late.2": 1,
    }


def test_a_stream_that_tells_no_shard_has_one(house: House, handler: Handler) -> None:
    handler({"Records": life()[:1]}, Context())
    assert house.rows() == {"2026-03-01#local": {"enrolled": 1}}


def test_the_end_of_a_window_may_bring_no_records(house: House, handler: Handler) -> None:
    assert handler(windowed(final=True), Context()) == {"state": {}}
    assert house.rows() == {}


def test_a_retried_batch_counts_nothing_twice_i9(house: House, handler: Handler) -> None:
    handler(windowed(*life()[:2]), Context())
    handler(windowed(*life()), Context())
    once = house.rows()
    handler(windowed(*life()), Context())
    assert house.rows() == once
    assert next(iter(once.values()))["s1.sent"] == 1


def test_the_last_end_of_a_campaign_hints_at_the_closer(house: House, handler: Handler) -> None:
    handler(windowed(*life()), Context())
    (message,) = house.queues.waiting
    assert message.queue is Queue.CLOSE
    assert message.body == {"tenant": TENANT, "campaign": CAMPAIGN}


def test_a_record_that_cannot_be_read_fails_the_whole_batch(handler: Handler) -> None:
    broken = record("INSERT", 1, NewImage=image(journal={"SS": ["?..1.1.hl480"]}))
    with pytest.raises(ValueError, match="is not a valid FactType"):
        handler(windowed(broken), Context())
