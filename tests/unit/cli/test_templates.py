"""Templates from the command line: the email is seen before anybody gets it."""

import json
from pathlib import Path

import pytest

from penguinmails.cli.exits import Exit
from tests.unit.cli.served import Served

TEMPLATES = """\
kind: template
slug: hello
subject: Hello {{ firstName }}
format: markdown
html: |
  # Welcome
  From us
variants:
  de: {subject: Hallo, html: "# Willkommen"}
---
kind: template
slug: bye
subject: Bye
text: See you.
---
kind: segment
slug: readers
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a file with two templates, in a folder where commands write."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mails.yaml"
    path.write_text(TEMPLATES)
    return path


def test_a_template_of_a_file_is_shown_before_it_is_saved(
    served: Served, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert served.run("preview", str(file), "--slug", "hello") == 0
    shown = capsys.readouterr().out
    assert "Subject: Hello" in shown
    assert "Welcome" in shown
    assert "missing: first_name" in shown
    assert "hello.preview.html" in shown
    assert "<h1>Welcome</h1>" in (file.parent / "hello.preview.html").read_text()
    assert served.house.ask("GET", "/api/templates").json["data"] == []


def test_a_saved_template_is_shown_in_a_language_and_where_it_is_wanted(
    served: Served, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served.run("apply", str(file))
    capsys.readouterr()
    wanted = ("preview", "hello", "--locale", "de-AT", "--to", "seen.html", "-o", "json")
    assert served.run(*wanted) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["subject"], shown["language"], shown["file"]) == ("Hallo", "de", "seen.html")
    assert "Willkommen" in (file.parent / "seen.html").read_text()


def test_the_html_is_opened_if_it_is_wanted(
    served: Served, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("typer.launch", opened.append)
    assert served.run("preview", str(file), "--slug", "bye", "--open") == 0
    assert opened == [(file.parent / "bye.preview.html").as_uri()]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("mails.yaml",), Exit.USAGE, "several templates: hello, bye"),
        (("mails.yaml", "--slug", "x"), Exit.REFUSED, "no such template"),
        (("gone.yaml",), Exit.REFUSED, "cannot be read"),
        (("gone",), Exit.MISSING, "There is no template gone"),
        (("mails.yaml", "--slug", "bye", "--contact", "x"), Exit.REFUSED, "no such contact"),
        (("mails.yaml", "--slug", "bye", "--to", "no/x"), Exit.REFUSED, "cannot be written"),
    ],
)
def test_what_cannot_be_shown_says_why(
    served: Served,
    file: Path,
    arguments: tuple[str, ...],
    code: Exit,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert file.exists()
    assert served.run("preview", *arguments) == code
    assert said in capsys.readouterr().err


def test_a_file_with_a_mistake_is_not_shown(
    served: Served, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(TEMPLATES.replace("subject: Bye", "subjcet: Bye"))
    assert served.run("preview", str(file), "--slug", "bye") == Exit.REFUSED
    assert f"{file}:" in capsys.readouterr().err
