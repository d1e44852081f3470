"""`explain bounce` answers for each file, by itself: no API, no connection."""

import io
import json
import sys
from pathlib import Path

import pytest

from penguinmails.cli.__main__ import run
from penguinmails.cli.exits import Exit
from penguinmails.deliveries.bounce_table import VERSION

MAILS = Path(__file__).parents[1] / "bounce_mails" / "mails"
QMAIL = str(MAILS / "exim.eml")


def test_a_mail_is_explained_on_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "bounce", QMAIL]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    recipient = {
        "address": "mara@house.example",
        "class": "hard",
        "status": "5.1.1",
        "reply": 550,
        "rule": "unknown_user",
    }
    expected = {"file": QMAIL, "kind": "bounce", "recipients": [recipient], "table": VERSION}
    assert json.loads(line) == expected


def test_a_missing_file_is_named_and_the_others_are_answered(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["explain", "bounce", "gone.eml", QMAIL]) == Exit.MISSING
    shown = capsys.readouterr()
    assert [json.loads(line)["file"] for line in shown.out.splitlines()] == [QMAIL]
    assert shown.err.splitlines()[0].startswith("gone.eml cannot be read: No such file")


def test_a_dash_reads_what_is_piped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    piped = io.TextIOWrapper(io.BytesIO((MAILS / "feedback.eml").read_bytes()))
    monkeypatch.setattr(sys, "stdin", piped)
    assert run(["explain", "bounce", "-"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["file"], told["kind"], told["recipients"][0]["class"]) == (
        "-",
        "feedback",
        "complaint",
    )
