"""A recount reads all there is, and says where the counters differ."""

from dataclasses import replace

from penguinmails.analytics.project import ProjectPorts, project
from penguinmails.analytics.recount import Difference, differences, recount
from penguinmails.analytics.store import CounterStore
from penguinmails.campaigns.campaign import Campaign, CampaignStatus, CampaignType
from penguinmails.clock import ManualClock
from penguinmails.deliveries.fact import FactType
from penguinmails.queues.memory import MemoryQueues
from penguinmails.table.memory import MemoryTable
from tests.unit.analytics.streams import CAMPAIGN, SHARDS, START_AT, TENANT, Stream, fact

THE_CAMPAIGN = Campaign(
    TENANT,
    CAMPAIGN,
    "Hi",
    CampaignType.BROADCAST,
    CampaignStatus.ACTIVE,
    1,
    "all",
    START_AT,
    START_AT,
    shards=SHARDS,
)


def busy(people: int) -> Stream:
    """Everybody was sent two emails, each a little later than the one before, and one left."""
    stream = Stream()
    for number in range(people):
        ref = stream.enroll(number)
        sent = [fact(FactType.ACCEPTED, step=n, detail=str(number)) for n in (1, 2)]
        stream.store.record(ref, [*sent, fact(FactType.OPENED, 9)])
    stream.exit(stream.enroll(0), 10)
    return stream


def counters_of(stream: Stream) -> CounterStore:
    counters = CounterStore(MemoryTable())
    project(stream.raw, "local", ProjectPorts(counters, MemoryQueues(ManualClock(START_AT))))
    return counters


def test_the_counters_agree_with_a_recount_of_every_shard_i9() -> None:
    stream = busy(7)
    recounted = recount(THE_CAMPAIGN, stream.store)
    rows = counters_of(stream).of_campaign(TENANT, CAMPAIGN)
    assert recounted.counts[START_AT.date(), "enrolled"] == 7
    assert differences(rows, recounted.counts) == []


def test_a_recount_knows_the_lateness_of_every_message_to_the_second() -> None:
    assert recount(THE_CAMPAIGN, busy(3).store).late_s == [0, 0, 1, 1, 2, 2]


def test_a_difference_says_where_it_is() -> None:
    stream = busy(2)
    recounted = recount(THE_CAMPAIGN, stream.store)
    (row,) = counters_of(stream).of_campaign(TENANT, CAMPAIGN)
    wrong = replace(row, counts={**row.counts, "s1.sent": 3})
    assert differences([wrong], recounted.counts) == [
        Difference(START_AT.date(), "s1.sent", counted=3, recounted=2)
    ]
    assert len(differences([], recounted.counts)) == len(recounted.counts)
