"""The clock from the command line: shown, and moved until it has arrived."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from penguinmails.cli.exits import Exit
from tests.functions.api_house import START_AT
from tests.unit.cli.served import Served


@pytest.fixture
def hopping(served: Served) -> Served:
    """Give a served API whose clock hops by twenty minutes whenever somebody waits."""
    house = served.house

    def meanwhile() -> None:
        target_at = house.hand.target()
        if target_at is not None:
            house.clock.move_to(min(house.clock.now() + timedelta(minutes=20), target_at))

    house.meanwhile = meanwhile
    return served


def run(served: Served, *arguments: str) -> int:
    return served.run("clock", *arguments, key=served.house.mine.test_key.text)


def test_the_clock_is_shown(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(served) == 0
    assert capsys.readouterr().out == "It is Mon 02 Mar 2026 09:00:00 UTC.\n"
    served.house.hand.move_to(START_AT + timedelta(days=1))
    run(served)
    assert "on its way to Tue 03 Mar 2026 09:00:00 UTC" in capsys.readouterr().out


def test_a_real_clock_says_so(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    house = served.house
    house.adapters = replace(house.adapters, hand=None)
    assert run(served) == 0
    assert "Nothing moves this clock" in capsys.readouterr().out
    assert run(served, "--by", "3 days") == Exit.CONFLICT
    assert "penguinmails up" in capsys.readouterr().err


def test_the_clock_is_asked_until_it_has_arrived(
    hopping: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(hopping, "--by", "3 days") == 0
    told = capsys.readouterr()
    assert told.out == "It is Thu 05 Mar 2026 09:00:00 UTC.\n"
    assert told.err.splitlines() == [
        f"It is {when} UTC. The clock is on its way to Thu 05 Mar 2026 09:00:00 UTC."
        for when in ("Tue 03 Mar 2026 11:40:00", "Wed 04 Mar 2026 14:20:00")
    ]
    assert run(hopping, "--to", "2026-03-05T09:00:00Z") == 0


def test_machines_get_the_arrival_alone(
    hopping: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(hopping, "--to", "2026-03-05T09:00Z", "-o", "json") == 0
    told = capsys.readouterr()
    assert json.loads(told.out) == {
        "now": "2026-03-05T09:00:00Z",
        "target": "2026-03-05T09:00:00Z",
        "arrived": True,
    }
    assert told.err == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--by", "3 moons"), "/by: unknown unit"),
        (("--to", "2026-03-01T09:00Z"), "/to: the clock goes ahead only"),
        (("--by", "1 day", "--to", "2026-03-03T09:00Z"), "give either"),
    ],
)
def test_what_is_wrong_with_a_wish_is_told(
    served: Served, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(served, *arguments) == Exit.REFUSED
    assert said in capsys.readouterr().err


def test_a_clock_that_only_ticks_is_given_up(
    served: Served, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("penguinmails.cli.clock.PATIENCE_S", 0.0)
    assert run(served, "--by", "1 day") == Exit.AWAY
    assert "clockwork.log" in capsys.readouterr().err
