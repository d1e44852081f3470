"""Counters equal the fold of the journals (I-9), however the stream is cut, retried, replayed."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penguinmails.analytics.fold import fold
from penguinmails.analytics.project import CLOSE_DELAY_S, Projected, ProjectPorts, project
from penguinmails.analytics.recount import differences, image_of
from penguinmails.analytics.store import CounterStore
from penguinmails.clock import ManualClock
from penguinmails.deliveries.fact import Fact, FactType
from penguinmails.errors import Conflict, Unavailable
from penguinmails.queues.memory import MemoryQueues
from penguinmails.queues.port import Body, Queue
from penguinmails.table.memory import MemoryTable
from penguinmails.table.port import Condition, Item
from tests.unit.analytics.streams import (
    CAMPAIGN,
    SHARDS,
    START_AT,
    TENANT,
    Raw,
    Stream,
    fact,
    facts,
)

HINT = {"tenant": TENANT, "campaign": CAMPAIGN}


class FailingTable(MemoryTable):
    """Fails the writes that it is told to, before or after they were made."""

    def __init__(self, plan: Sequence[str] = ()) -> None:
        super().__init__()
        self._plan = iter(plan)

    def put(self, item: Item, *expect: Condition) -> None:
        fate = next(self._plan, "works")
        if fate == "refused":
            raise Unavailable(fate)
        super().put(item, *expect)
        if fate == "answer lost":
            raise Unavailable(fate)


class FailingQueues(MemoryQueues):
    """Takes nothing the first time."""

    failed = False

    def send(self, queue: Queue, bodies: Sequence[Body], *, delay_s: int = 0) -> None:
        if not self.failed:
            self.failed = True
            raise Unavailable("away")
        super().send(queue, bodies, delay_s=delay_s)


class World:
    def __init__(self, table: MemoryTable | None = None) -> None:
        self.stream = Stream()
        self.clock = ManualClock(START_AT)
        self.queues = MemoryQueues(self.clock)
        self.counters = CounterStore(table or MemoryTable())

    def project(self, records: Sequence[Raw], shard: str = "local") -> Projected:
        return project(records, shard, ProjectPorts(self.counters, self.queues))

    def disagreement(self) -> object:
        """What counters and journals do not agree about."""
        pages = [self.stream.store.page(TENANT, CAMPAIGN, s, None, 1000) for s in range(SHARDS)]
        journals: Counter[tuple[date, str]] = Counter()
        for row in (row for page in pages for row in page.rows):
            journals.update(fold(image_of(row)))
        return differences(self.counters.of_campaign(TENANT, CAMPAIGN), journals)

    def hints(self) -> list[Body]:
        self.clock.move(seconds=CLOSE_DELAY_S)
        found = iter(self.queues.receive, None)
        return [message.body for message in found if message.queue is Queue.CLOSE]


Deed = Callable[[Stream, int], None]
deeds: st.SearchStrategy[Deed] = st.one_of(
    st.lists(facts(), min_size=1, max_size=3).map(
        lambda heard: lambda stream, who: _record(stream, who, heard)
    ),
    st.integers(0, 3_000).map(lambda at: lambda stream, who: stream.exit(stream.enroll(who), at)),
    st.integers(0, 9).map(lambda at: lambda stream, who: stream.look_at(stream.enroll(who), at)),
    st.just(lambda stream, who: stream.reopen(stream.enroll(who))),
)
lives = st.lists(st.tuples(st.integers(1, 4), deeds), max_size=20)
fates = st.lists(st.sampled_from(["works", "works", "refused", "answer lost"]), max_size=12)


def _record(stream: Stream, who: int, heard: Sequence[Fact]) -> None:
    stream.store.record(stream.enroll(who), heard)


@given(lives, fates, st.data())
def test_counters_equal_the_journals_whatever_happens_to_the_stream_i9(
    life: list[tuple[int, Deed]], fate: list[str], data: st.DataObject
) -> None:
    """I-9 under retries with other batch boundaries, lost answers, doubled and replayed batches.

    As the platform does it: two shards, each in order; a batch that failed comes again from its
    start, cut anew; and a reader may fall back to any place where a batch began.
    """
    world = World(FailingTable(fate))
    for who, deed in life:
        deed(world.stream, who)
    for name, records in _by_shard(world.stream.raw).items():
        begun = [0]
        replays = 2
        while begun[-1] < len(records):
            place = begun[-1]
            size = data.draw(st.integers(1, 7))
            try:
                world.project(records[place : place + size], name)
            except Unavailable:
                continue
            begun.append(place + size)
            if replays and data.draw(st.booleans()):
                replays -= 1
                begun.append(data.draw(st.sampled_from(begun[:-1])))
    assert world.disagreement() == []


def _by_shard(raw: Sequence[Raw]) -> dict[str, list[Raw]]:
    shards: dict[str, list[Raw]] = {}
    for record in raw:
        last = record["dynamodb"]["Keys"]["sk"]["S"].partition("#")[0][-1]
        shards.setdefault(f"shardId-{int(last, 16) % 2}", []).append(record)
    return shards


def test_a_batch_that_comes_again_writes_nothing() -> None:
    world = World()
    world.stream.store.record(world.stream.enroll(1), [fact(FactType.OPENED)])
    assert world.project(world.stream.raw).rows == 1
    assert world.project(world.stream.raw) == Projected(counted=2, rows=0, vacant=0)


def test_a_write_that_changes_no_count_costs_nothing() -> None:
    world = World()
    ref = world.stream.enroll(1)
    world.project(world.stream.raw)
    world.stream.look_at(ref, 5)
    assert world.project(world.stream.raw[1:]) == Projected(counted=0, rows=0, vacant=0)


def test_a_walk_that_waits_for_a_retry_has_not_ended() -> None:
    world = World()
    ref = world.stream.enroll(1)
    world.stream.store.record(ref, [fact(FactType.BOUNCED, detail="soft")])
    world.stream.end_but_for_a_retry(ref)
    assert world.project(world.stream.raw).vacant == 0
    assert world.disagreement() == []


def test_a_deletion_counts_nothing() -> None:
    world = World()
    world.stream.enroll(1)
    ((pk, rows),) = [(pk, rows) for pk, rows in world.stream.table.rows.items() if rows]
    key = world.stream.store.page(TENANT, CAMPAIGN, int(pk[-1]), None, 1).rows[0].ref
    assert key.contact in next(iter(rows))
    record = {"eventName": "REMOVE", "dynamodb": _without_new_image(world.stream.raw[0])}
    world.project(world.stream.raw)
    assert world.project([record]).counted == 0
    assert world.counters.of_campaign(TENANT, CAMPAIGN)[0].counts == {"enrolled": 1}


def _without_new_image(raw: Raw) -> Raw:
    written = dict(raw["dynamodb"])
    return written | {"OldImage": written.pop("NewImage"), "SequenceNumber": "999"}


def test_two_readers_of_one_shard_count_a_batch_once() -> None:
    world = World()
    world.stream.enroll(1)
    world.project(world.stream.raw)
    stale = world.counters.of_campaign(TENANT, CAMPAIGN)[0]
    world.stream.enroll(2)
    world.project(world.stream.raw[1:])
    with pytest.raises(Conflict):
        world.counters.save(stale, stale)
    assert world.disagreement() == []


def test_sequence_numbers_of_forty_digits_are_compared_as_numbers() -> None:
    world = World()
    for number in range(2):
        world.stream.enroll(number)
    first, second = world.stream.raw
    first["dynamodb"]["SequenceNumber"] = "9" * 39
    second["dynamodb"]["SequenceNumber"] = "1" + "0" * 39
    world.project([first])
    world.project([second])
    assert world.disagreement() == []


def test_one_batch_may_change_more_names_than_one_update_can() -> None:
    world = World()
    ref = world.stream.enroll(1)
    heard = [fact(FactType.CLICKED, step=step, link=step) for step in range(1, 100)]
    world.stream.store.record(ref, heard)
    world.project(world.stream.raw)
    assert len(world.counters.of_campaign(TENANT, CAMPAIGN)[0].counts) > 300
    assert world.disagreement() == []


def test_the_last_one_to_end_has_the_closer_look() -> None:
    world = World()
    people = [world.stream.enroll(number) for number in range(3)]
    for ref in people[:2]:
        world.stream.exit(ref, 1)
    assert world.project(world.stream.raw).vacant == 0
    begun = len(world.stream.raw)
    world.stream.exit(people[2], 60 * 24)
    assert world.project(world.stream.raw[begun:]).vacant == 1
    assert world.hints() == [HINT]


def test_what_is_heard_after_the_end_hints_at_nothing() -> None:
    world = World()
    ref = world.stream.enroll(1)
    world.stream.exit(ref, 1)
    world.project(world.stream.raw)
    world.hints()
    begun = len(world.stream.raw)
    world.stream.store.record(ref, [fact(FactType.OPENED, 5)])
    world.project(world.stream.raw[begun:])
    assert world.hints() == []


def test_a_hint_that_was_lost_comes_with_the_retry() -> None:
    world = World()
    world.queues = FailingQueues(world.clock)
    world.stream.exit(world.stream.enroll(1), 1)
    with pytest.raises(Unavailable):
        world.project(world.stream.raw)
    assert world.project(world.stream.raw) == Projected(counted=2, rows=0, vacant=1)
    assert world.hints() == [HINT]


def test_a_campaign_whose_days_are_many_rows_is_read_whole() -> None:
    world = World()
    ref = world.stream.enroll(1)
    days = range(0, 60 * 24 * 40, 60 * 24)
    world.stream.store.record(ref, [fact(FactType.OPENED, minute) for minute in days])
    world.project(world.stream.raw)
    rows = world.counters.of_campaign(TENANT, CAMPAIGN)
    assert [row.key.day for row in rows] == [(START_AT + timedelta(d)).date() for d in range(40)]
