"""The command `inbox`: what came of a test key's mails."""

import json

import pytest

from penguinmails.cli.exits import Exit
from tests.unit.cli.served import Served


def fill(served: Served, *addresses: str) -> str:
    """Have links mailed to senders; gives the id of the newest mail."""
    house = served.house
    for address in addresses:
        house.clock.move(seconds=1)
        body = {"email": address, "name": "Ada"}
        sender = house.ask("POST", "/api/senders", body, key="my test").json["id"]
        house.ask("POST", f"/api/senders/{sender}/verification", key="my test")
    return str(house.ask("GET", "/api/inbox", key="my test").json["data"][0]["id"])


def run(served: Served, *arguments: str) -> int:
    return served.run("inbox", *arguments, key=served.house.mine.test_key.text)


def test_mails_are_a_table_of_which_one_is_read(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    newest = fill(served, "ada@sandbox.test", "bob@sandbox.test")
    assert run(served) == 0
    shown = capsys.readouterr().out
    assert shown.index("bob@sandbox.test") < shown.index("ada@sandbox.test")
    assert newest in shown
    assert run(served, newest) == 0
    shown = capsys.readouterr().out
    assert "From: PenguinMails <no-reply@penguinmails.test>\nTo: bob@sandbox.test\n" in shown
    assert "Date: 2026-03-02T09:00:02Z\nMessage-ID: <" in shown
    assert "https://mail.test/v/" in shown


def test_machines_get_all_of_it(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    newest = fill(served, "ada@sandbox.test")
    assert run(served, newest, "-o", "json") == 0
    assert json.loads(capsys.readouterr().out)["html"].startswith("<")
    assert run(served, "-o", "json") == 0
    assert [one["does"] for one in json.loads(capsys.readouterr().out)] == [[]]


def test_the_mails_to_one_address_are_found(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(served, "ada@sandbox.test", "bob@sandbox.test")
    assert run(served, "--to", "ada@sandbox.test", "-o", "json") == 0
    assert [one["to"] for one in json.loads(capsys.readouterr().out)] == ["ada@sandbox.test"]
    assert run(served, "--to", "eve@sandbox.test") == 0
    assert "Nothing was mailed to eve@sandbox.test." in capsys.readouterr().err


def test_a_live_key_is_told_to_use_a_test_key(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert served.run("inbox") == Exit.DENIED
    assert "use a test key" in capsys.readouterr().err
