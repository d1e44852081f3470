"""Applying a change to a campaign that runs, and moving its people to it once that is confirmed."""

import io
import json
from pathlib import Path

import pytest

from penguinmails.analytics.counters import CounterRow, Delta, RowKey
from penguinmails.cli.exits import Exit
from penguinmails.enrollments.enrollment import Ref
from penguinmails.queues.port import Queue
from tests.functions.api_house import START_AT
from tests.functions.everything import walk
from tests.unit.cli.served import Served
from tests.unit.cli.test_files import CAMPAIGN


class Terminal(io.StringIO):
    """What somebody types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def file(served: Served, tmp_path: Path) -> Path:
    """Give the changed file of a campaign that runs, with one person under way."""
    house, path = served.house, tmp_path / "hello.yaml"
    path.write_text(CAMPAIGN)
    house.vouch("ada@example.com")
    assert served.run("apply", str(path)) == 0
    made = house.ask("GET", "/api/campaigns/slug:hello").json["campaign"]["id"]
    assert house.ask("POST", f"/api/campaigns/{made}/launch").status == 200
    tenant = house.mine.tenant.id
    shards = house.campaigns.get(tenant, made).shards
    contact = house.ring.contact_id(tenant, "zoe@mail.test")
    house.enrollments.enroll([walk(Ref(tenant, made, shards, contact))])
    old = CounterRow(RowKey(tenant, made, START_AT.date(), "shard"))
    house.counters.save(old, old.plus([Delta(1, {"enrolled": 1})]))
    path.write_text(CAMPAIGN.replace("2 days", "3 days"))
    return path


def migrating(served: Served) -> bool:
    return any(
        message.queue is Queue.LAUNCH and message.body.get("revision") == 2
        for message in served.house.queues.waiting
    )


def test_without_it_people_are_left_where_they_are_and_it_is_said(
    served: Served, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert served.run("apply", str(file)) == 0
    said = capsys.readouterr().err
    assert "Under way: 1. They stay on the revision that they have; " in said
    assert "`apply --migrate` moves them to revision 2." in said
    assert served.run("apply", str(file)) == 0
    assert "Under way" not in capsys.readouterr().err
    assert not migrating(served)


def test_people_move_once_that_is_confirmed(
    served: Served,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    capsys.readouterr()
    assert served.run("apply", str(file), "--migrate") == 0
    said = capsys.readouterr().err
    assert "hello: 0 stay, 1 move, 0 become due." in said
    assert "Move them to revision 2?" in said
    assert "hello: Nobody was moved." in said
    assert not migrating(served)
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    assert served.run("apply", str(file), "--migrate") == 0
    shown = capsys.readouterr()
    assert "hello: people are moving to revision 2." in shown.err
    assert "Applied 0, unchanged 3." in shown.out
    assert migrating(served)


def test_where_nobody_can_answer_it_stops_before_anybody_moves(
    served: Served, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert served.run("apply", str(file), "--migrate") == Exit.CONFLICT
    shown = capsys.readouterr()
    assert "Applied 1, unchanged 2." in shown.out
    assert "Nobody was moved in hello" in shown.err
    assert "--migrate --yes" in shown.err
    assert not migrating(served)


def test_yes_answers_the_question_and_machines_are_told_what_happened(
    served: Served, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert served.run("apply", str(file), "--migrate", "--yes", "-o", "json") == 0
    found = {one["kind"]: one for one in json.loads(capsys.readouterr().out)}
    assert found["campaign"]["migration"] == {
        "toRevision": 2,
        "begun": True,
        "forecast": {"stay": 0, "move": 1, "becomeDue": 0, "complete": 0, "busy": 0},
    }
    assert "migration" not in found["template"]
    assert migrating(served)


def test_a_campaign_that_does_not_run_has_nobody_to_move(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "hello.yaml"
    path.write_text(CAMPAIGN)
    assert served.run("apply", str(path), "--migrate") == 0
    assert "hello: it is draft; there is nobody to move." in capsys.readouterr().err
