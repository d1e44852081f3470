"""Senders from the command line: added by a file, verified by a link or by the DNS."""

import json
from pathlib import Path

import pytest

from penguinmails.cli.exits import Exit
from tests.unit.cli.served import Served

SENDER = """\
kind: sender
slug: ada
name: Ada
email: ada@example.com
postal_address: 1 Pier
"""


@pytest.fixture
def file(served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Give the file of a sender that was just added."""
    path = tmp_path / "ada.yaml"
    path.write_text(SENDER)
    assert served.run("apply", str(path)) == 0
    return path


def test_a_new_sender_is_said_to_be_unverified_with_what_to_do(
    served: Served, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "penguinmails verify ada@example.com" in capsys.readouterr().err
    served.house.vouch("ada@example.com")
    file.write_text(SENDER.replace("1 Pier", "2 Pier"))
    assert served.run("apply", str(file)) == 0
    shown = capsys.readouterr()
    assert "Applied 1, unchanged 0." in shown.out
    assert "to be verified" not in shown.err
    (found,) = served.house.ask("GET", "/api/senders").json["data"]
    assert (found["postalAddress"], found["status"]) == ("2 Pier", "verified")


@pytest.mark.parametrize("reference", ["ada@example.com", "slug:ada"])
def test_a_link_is_mailed_to_an_address(
    served: Served, file: Path, reference: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert file.exists()
    assert served.run("verify", reference) == 0
    assert "A link was mailed" in capsys.readouterr().out
    assert [mail.to_email for mail in served.house.esp.accepted] == ["ada@example.com"]
    assert served.run("verify", reference) == Exit.CONFLICT
    assert "on its way" in capsys.readouterr().err


def test_a_domains_record_is_printed_until_it_is_there(
    served: Served, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert file.exists()
    record = served.house.ask("GET", "/api/senders/ada").json["domainRecord"]
    assert served.run("verify", "slug:ada", "--domain") == Exit.CONFLICT
    publish = f'_penguinmails.example.com. TXT "{record["value"]}"'
    assert publish in capsys.readouterr().err
    served.house.dns.records[record["name"]] = [record["value"]]
    assert served.run("verify", "slug:ada", "--domain") == 0
    assert "every sender at example.com" in capsys.readouterr().out
    assert served.run("verify", "slug:ada", "--domain", "-o", "json") == 0
    assert json.loads(capsys.readouterr().out)["status"] == "verified"


def test_what_is_no_sender_is_missing(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    for options in ((), ("--domain",)):
        assert served.run("verify", "nobody@example.com", *options) == Exit.MISSING
        said = capsys.readouterr().err
        assert "no such sender" in said
        assert "write a file with `kind: sender`" in said


def test_senders_are_listed_with_how_they_stand(
    served: Served, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert file.exists()
    assert served.run("get", "senders") == 0
    assert "ada@example.com" in (shown := capsys.readouterr().out)
    assert "unverified" in shown
