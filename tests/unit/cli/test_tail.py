"""Following a campaign: a line for each change, until it is over or somebody has seen enough."""

import json
import re
from collections.abc import Callable, Iterator

import pytest

from penguinmails.analytics.counters import CounterRow, Delta, RowKey
from tests.functions.api_house import START_AT, ApiHouse
from tests.unit.cli.served import Served

Deeds = Iterator[Callable[[], object]]


def counted(house: ApiHouse, campaign: str, **counts: int) -> None:
    """Add to the counters; of a step's own name the dot is written as two underscores."""
    key = RowKey(house.mine.tenant.id, campaign, START_AT.date(), "shard")
    old = house.counters.read([key]).get(key, CounterRow(key))
    more = {name.replace("__", "."): count for name, count in counts.items()}
    house.counters.save(old, old.plus([Delta(old.sequence + 1, more)]))


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Callable[[Deeds], list[float]]:
    """Have something done each time when a command waits; gives how long it wanted to."""

    def arranged(deeds: Deeds) -> list[float]:
        slept: list[float] = []

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            next(deeds)()

        monkeypatch.setattr("time.sleep", sleep)
        return slept

    return arranged


def story(house: ApiHouse, campaign: str) -> Deeds:
    path = f"/api/campaigns/{campaign}"
    yield lambda: counted(house, campaign, enrolled=3, s1__sent=2)
    yield lambda: None
    yield lambda: counted(house, campaign, s1__sent=1, s1__unique_opens=2, s1__machine_opens=9)
    yield lambda: house.ask("POST", f"{path}/pause")
    yield lambda: house.ask("POST", f"{path}/cancel")


def test_each_change_has_a_line_until_the_campaign_is_over(
    served: Served, between: Callable[[Deeds], list[float]], capsys: pytest.CaptureFixture[str]
) -> None:
    made = served.house.campaign(name="Spring", slug="spring")["id"]
    served.house.ask("POST", f"/api/campaigns/{made}/launch")
    slept = between(story(served.house, made))
    assert served.run("tail", "slug:spring", "--every", "5") == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(re.match(r"\d\d:\d\d:\d\d ", line) for line in lines)
    assert [line[9:] for line in lines] == [
        "Spring is active",
        "people: +3 enrolled",
        "hello: +2 sent",
        "hello: +1 sent, +2 opened",
        "Spring is paused (requested)",
        "Spring is cancelled",
    ]
    assert slept == [5.0] * 5


def test_what_there_is_at_the_beginning_is_told_without_a_sign(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    made = served.house.campaign(name="Spring")["id"]
    counted(served.house, made, s1__sent=1_200)
    served.house.ask("POST", f"/api/campaigns/{made}/cancel")
    assert served.run("tail", made) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[9:] for line in lines] == ["Spring is cancelled", "hello: 1,200 sent"]


def test_machines_get_an_object_a_line(
    served: Served, between: Callable[[Deeds], list[float]], capsys: pytest.CaptureFixture[str]
) -> None:
    made = served.house.campaign()["id"]
    served.house.ask("POST", f"/api/campaigns/{made}/launch")
    between(story(served.house, made))
    assert served.run("tail", made, "-o", "json") == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {event["campaign"] for event in events} == {made}
    assert [(event["status"], event["step"], event["changes"]) for event in events] == [
        ("active", None, {}),
        ("active", None, {"enrolled": 3}),
        ("active", "hello", {"sent": 2}),
        ("active", "hello", {"sent": 1, "uniqueOpens": 2}),
        ("paused", None, {}),
        ("cancelled", None, {}),
    ]


def test_whoever_has_seen_enough_ends_it_without_a_trace(
    served: Served, between: Callable[[Deeds], list[float]], capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> Deeds:
        yield _interrupt

    made = served.house.campaign(name="Spring")["id"]
    between(interrupted())
    assert served.run("tail", made) == 0
    shown = capsys.readouterr()
    assert shown.out.endswith(" Spring is draft\n")
    assert shown.err == "Ended; the campaign goes on.\n"


def _interrupt() -> None:
    raise KeyboardInterrupt


def test_it_asks_more_slowly_when_the_key_may_ask_little_more(
    served: Served, between: Callable[[Deeds], list[float]]
) -> None:
    def hurried() -> Deeds:
        yield lambda: [served.house.ask("GET", "/api/topics") for _ in range(470)]
        yield lambda: served.house.ask("POST", f"/api/campaigns/{made}/cancel")

    made = served.house.campaign()["id"]
    slept = between(hurried())
    assert served.run("tail", made) == 0
    assert slept == [2.0, 10.0]


def test_a_campaign_that_there_is_not_cannot_be_followed(served: Served) -> None:
    assert served.run("tail", "slug:nothing") == 4
