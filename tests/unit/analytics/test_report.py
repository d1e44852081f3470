"""What a report says of the counters."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penguinmails.analytics.counters import CounterRow, RowKey
from penguinmails.analytics.get_analytics import AnalyticsPorts, get_analytics
from penguinmails.analytics.lateness import lateness
from penguinmails.analytics.present import to_api
from penguinmails.analytics.report import Report
from penguinmails.campaigns.campaign import Campaign, CampaignStatus, CampaignType, Sender
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.steps import EmailStep, Sequence, Unit, WaitStep
from penguinmails.errors import InvalidInput
from tests.unit.analytics.streams import CAMPAIGN, START_AT, TENANT

DAY = date(2026, 3, 1)
NEXT_DAY = DAY + timedelta(days=1)
STEPS = Sequence(
    {
        1: EmailStep(1, "welcome", 2, "welcome-mail", "Hello"),
        2: WaitStep(2, "pause", 4, 2, Unit.DAYS),
        4: EmailStep(4, "tips", None, "tips-mail"),
    },
    1,
    retired={"old_offer": 3},
)
ROWS = (
    (DAY, "a", {"enrolled": 6, "s1.sent": 6, "s1.delivered": 5, "s1.bounced": 1}),
    (DAY, "b", {"enrolled": 4, "s1.sent": 4, "s1.delivered": 3, "late.0": 4, "s1.link0": 1}),
    (NEXT_DAY, "a", {"s1.unique_opens": 4, "s1.opens": 9, "s1.link0": 2, "s1.link1": 3}),
    (NEXT_DAY, "b", {"completed": 2, "exited.unsubscribed": 3, "exited.goal": 1, "s3.sent": 1}),
)


@dataclass
class World:
    """A campaign of two emails that had a third, and its counters."""

    numbers: list[CounterRow] = field(default_factory=list)

    def get(self, tenant: str, campaign: str) -> Campaign:
        kind, status = CampaignType.DRIP, CampaignStatus.ACTIVE
        return Campaign(tenant, campaign, "Hi", kind, status, 2, "all", START_AT, START_AT)

    def revision(self, tenant: str, campaign: str, number: int) -> Revision:
        assert number == 2
        return Revision(campaign, number, STEPS, Sender("Ada", "ada@example.org"), ())

    def of_campaign(self, tenant: str, campaign: str) -> list[CounterRow]:
        return self.numbers


def reported(start_day: date | None = None, end_day: date | None = None) -> Report:
    rows = [
        CounterRow(RowKey(TENANT, CAMPAIGN, day, shard), 1, counts) for day, shard, counts in ROWS
    ]
    world = World(rows)
    return get_analytics(TENANT, CAMPAIGN, start_day, end_day, AnalyticsPorts(world, world))


def test_overall_adds_up_days_shards_and_steps() -> None:
    overall = reported().overall
    assert overall.active == 4
    assert overall.counts["enrolled"] == 10
    assert overall.counts["completed"] == 2
    assert overall.counts["exited"] == 4
    assert overall.counts["sent"] == 11
    assert overall.counts["opens"] == 9
    assert overall.counts["replied"] == 0


def test_each_rate_has_its_denominator() -> None:
    rates = reported().overall.rates
    assert rates["delivery"] == round(8 / 11, 4)
    assert rates["bounce"] == round(1 / 11, 4)
    assert rates["open"] == 0.5
    assert rates["click"] == 0.0
    assert rates["completion"] == 0.2


def test_a_rate_of_nothing_is_none() -> None:
    tips = next(step for step in reported().by_step if step.slug == "tips")
    assert tips.counts["sent"] == 0
    assert set(tips.rates.values()) == {None}
    assert "completion" not in tips.rates


def test_steps_have_their_names_and_those_of_earlier_revisions_keep_theirs() -> None:
    steps = [(step.number, step.slug, step.template) for step in reported().by_step]
    assert steps == [
        (1, "welcome", "welcome-mail"),
        (3, "old_offer", None),
        (4, "tips", "tips-mail"),
    ]


def test_days_are_in_order_and_hold_their_own_numbers() -> None:
    days = reported().by_day
    assert [day.day for day in days] == [DAY, NEXT_DAY]
    assert [day.counts["sent"] for day in days] == [10, 1]


def test_links_come_by_clicks() -> None:
    links = [(link.step, link.link, link.clicks) for link in reported().links]
    assert links == [(1, 0, 3), (1, 1, 3)]


def test_exits_come_by_reason() -> None:
    assert list(reported().exits.items()) == [("unsubscribed", 3), ("goal", 1)]


def test_a_range_of_days_includes_both_ends_and_leaves_who_is_active_alone() -> None:
    first = reported(end_day=DAY).overall
    assert first.counts["sent"] == 10
    assert first.counts["exited"] == 0
    assert first.active == 4
    assert reported(DAY, NEXT_DAY) == reported()
    assert reported(start_day=NEXT_DAY).overall.counts["sent"] == 1


def test_a_range_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(InvalidInput, match="before the start") as refusal:
        reported(NEXT_DAY, DAY)
    (problem,) = refusal.value.problems
    assert (problem.pointer, problem.code) == ("/endDate", "end_before_start")


def test_a_campaign_without_counters_has_a_report_of_zeros() -> None:
    world = World()
    empty = get_analytics(TENANT, CAMPAIGN, None, None, AnalyticsPorts(world, world))
    assert set(empty.overall.counts.values()) == {0}
    assert set(empty.overall.rates.values()) == {None}
    assert [step.slug for step in empty.by_step] == ["welcome", "tips"]
    assert empty.lateness.p50 is None


def test_the_api_answers_in_camel_case() -> None:
    data = to_api(reported(), {1: ("https://example.org/a",)})
    assert list(data) == ["overall", "byStep", "byDay", "links", "exits", "lateness"]
    assert data["overall"]["uniqueOpens"] == 4
    assert data["overall"]["rates"]["clickToOpen"] == 0.0
    assert data["byStep"][0]["name"] == "welcome"
    assert data["byDay"][0]["date"] == "2026-03-01"
    assert [link["url"] for link in data["links"]] == ["https://example.org/a", None]
    assert data["exits"][0] == {"reason": "unsubscribed", "count": 3}
    assert data["lateness"]["buckets"][0] == {"upToSeconds": 0, "messages": 4}
    assert data["lateness"]["buckets"][-1] == {"upToSeconds": None, "messages": 0}
    assert _leaves(data) <= {int, float, str, type(None)}


def _leaves(data: Any) -> set[type]:  # noqa: ANN401 - whatever JSON holds
    match data:
        case dict():
            return set().union(*(_leaves(value) for value in data.values()))
        case list():
            return set().union(*(_leaves(value) for value in data))
        case _:
            return {type(data)}


def test_percentiles_are_the_bounds_of_their_buckets() -> None:
    found = lateness({"late.0": 90, "late.2": 9, "late.more": 1})
    assert (found.messages, found.p50, found.p90, found.p99) == (100, 0, 0, 2)
    assert found.p999 is None


@given(st.lists(st.integers(0, 300), min_size=1))
def test_no_percentile_is_below_the_lateness_it_stands_for(late: list[int]) -> None:
    bounds = (0, 1, 2, 5, 10, 30, 60, 300)
    flat: dict[str, int] = {}
    for each in late:
        name = f"late.{min(bound for bound in bounds if each <= bound)}"
        flat[name] = flat.get(name, 0) + 1
    found = lateness(flat)
    assert found.p999 is not None
    assert found.p999 >= max(late)
    assert found.p50 is not None
    assert found.p50 >= sorted(late)[(len(late) - 1) // 2]
