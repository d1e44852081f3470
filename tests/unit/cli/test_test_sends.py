"""Test sends from the command line: asked for, waited for, and told mail by mail."""

import json
from pathlib import Path

import pytest

from penguinmails.cli import test_sends
from penguinmails.cli.exits import Exit
from penguinmails.sends.message import Message
from penguinmails.sends.outcome import Accepted, Outcome, Refused, Scope, TryLater, Uncertain
from tests.functions.api_house import SENDER
from tests.unit.cli.served import Served

TO = ("--to", "zoe@mail.test", "--to", "bob@mail.test")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again at once."""
    monkeypatch.setattr(test_sends, "LOOK_EVERY_S", 0)


@pytest.fixture
def served(served: Served) -> Served:
    """Give an API with a campaign of two emails, which show a first name."""
    served.house.campaign(slug="spring")
    named = {"subject": "Hello {{ firstName }}", "html": "<p>Hi {{ firstName }}</p>"}
    served.house.ask("PUT", "/api/templates/welcome", named)
    return served


def test_a_campaigns_emails_are_mailed_and_each_mail_is_told(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert served.run("test-send", "slug:spring", *TO) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines() == [
        "missing in hello: first_name",
        "missing in again: first_name",
        "accepted   hello  zoe@mail.test",
        "accepted   hello  bob@mail.test",
        "accepted   again  zoe@mail.test",
        "accepted   again  bob@mail.test",
    ]
    assert "0 of 4 mails dealt with" in shown.err
    assert len(served.house.esp.accepted) == 4


def test_some_emails_are_written_with_sample_data(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = tmp_path / "zoe.json"
    sample.write_text('{"firstName": "Zoe"}')
    wanted = ("--step", "again", "--sample", str(sample), "--locale", "de")
    assert served.run("test-send", "slug:spring", *TO, *wanted, "-o", "json") == 0
    job = json.loads(capsys.readouterr().out)
    assert [mail["outcome"] for mail in job["result"]["mails"]] == ["accepted"] * 2
    assert {mail.subject for mail in served.house.esp.accepted} == {"[Test] Hello Zoe"}


def test_a_template_is_mailed_from_a_sender(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = ("--template", "welcome", "--from", SENDER, "--name", "North")
    assert served.run("test-send", *wanted, *TO) == 0
    assert "accepted   welcome  zoe@mail.test" in capsys.readouterr().out
    assert {mail.from_name for mail in served.house.esp.accepted} == {"North"}


@pytest.mark.parametrize(
    ("outcome", "code", "told"),
    [
        (Refused(Scope.RECIPIENT, "550"), Exit.REFUSED, "refused    hello  zoe@mail.test (recip"),
        (Uncertain("timeout"), Exit.CONFLICT, "uncertain  hello  zoe@mail.test (timeout)"),
        (TryLater(60, "421"), Exit.AWAY, "try_later  hello  zoe@mail.test (421)"),
    ],
)
def test_the_exit_code_tells_the_worst_that_became_of_a_mail(
    served: Served, outcome: Outcome, code: Exit, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def script(mail: Message) -> Outcome:
        return outcome if mail.to_email.startswith("zoe") else Accepted("1")

    served.house.esp.script = script
    assert served.run("test-send", "slug:spring", "--step", "hello", *TO) == code
    shown = capsys.readouterr().out
    assert told in shown
    assert "accepted   hello  bob@mail.test" in shown


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("slug:spring",), Exit.USAGE, "Missing option '--to'"),
        (TO, Exit.USAGE, "Name a campaign, or a template"),
        (("slug:spring", "--template", "welcome", *TO), Exit.USAGE, "Name a campaign, or"),
        (("--template", "welcome", *TO), Exit.USAGE, "--from is missing."),
        (("slug:spring", "--from", SENDER, *TO), Exit.USAGE, "a campaign has a sender"),
        (("slug:spring", "--name", "North", *TO), Exit.USAGE, "a campaign has a sender"),
        (("slug:gone", *TO), Exit.MISSING, "There is no campaign"),
        (("slug:spring", "--to", "nobody"), Exit.REFUSED, "/to/0: an address is name@domain"),
        (("slug:spring", "--sample", "gone.json", *TO), Exit.REFUSED, "cannot be read"),
    ],
)
def test_what_cannot_be_mailed_says_why(
    served: Served,
    arguments: tuple[str, ...],
    code: Exit,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert served.run("test-send", *arguments) == code
    assert said in " ".join(capsys.readouterr().err.split())
    assert served.house.esp.accepted == []


@pytest.mark.parametrize(("content", "said"), [("{", "is no JSON"), ("[]", "holds no attributes")])
def test_a_file_with_sample_data_holds_attributes(
    served: Served, tmp_path: Path, content: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "sample.json"
    file.write_text(content)
    for command in (("test-send", "slug:spring", *TO), ("preview", "welcome")):
        assert served.run(*command, "--sample", str(file)) == Exit.REFUSED
        assert said in capsys.readouterr().err


def test_a_preview_is_written_with_sample_data_too(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zoe.json").write_text('{"firstName": "Zoe"}')
    assert served.run("preview", "welcome", "--sample", "zoe.json", "--to", "seen.html") == 0
    assert "Hi Zoe" in (tmp_path / "seen.html").read_text()


def test_an_email_is_written_as_to_a_contact_who_is_named_by_address(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    served.house.person("ada@mail.test")
    who = ("--contact", "ada@mail.test")
    assert served.run("test-send", "spring", "--step", "hello", *who, *TO) == 0
    assert {mail.subject for mail in served.house.esp.accepted} == {"[Test] Hello Ada"}
    assert served.run("preview", "welcome", *who, "--to", "seen.html") == 0
    assert "Hi Ada" in (tmp_path / "seen.html").read_text()
