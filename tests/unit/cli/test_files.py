"""Campaigns as code: files are checked, planned, applied, and written from what is there."""

import json
import re
from pathlib import Path

import pytest

from penguinmails.cli.exits import Exit
from tests.unit.cli.served import Served

CAMPAIGN = """\
kind: segment
slug: readers
---
kind: template
slug: hello
name: Hello
subject: Hello {{ firstName | default("there") }}
html: <p>Welcome! <a href="https://www.example.com/start">Start here</a>.</p>
---
kind: campaign
slug: hello
name: Hello
type: drip
segment: readers
from: {name: Ada, email: ada@example.com}
steps:
  - {email: first, template: hello}
  - wait: 2 days
  - branch:
      - if: steps.first.clicked
        steps: [{email: more, template: hello}]
      - else:
        steps: [{email: again, template: hello}]
"""

RICH = """\
kind: template
slug: rich
name: Rich
subject: "Hi {{ firstName | default(\\"you\\") }}"
preview_text: Three things
format: markdown
inline_css: false
category: onboarding
tags:
  - new
  - b2b
sharing: private
html: "# Hi"
text: Hi
variants:
  de:
    subject: Hallo
    html: "# Hallo"
  de-AT:
    subject: Servus
    text: Servus
"""

LONE = """\
kind: campaign
slug: lone
name: Lone
type: drip
segment: nobody
steps: [{email: hello, template: gone}]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file with a whole campaign."""
    path = tmp_path / "hello.yaml"
    path.write_text(CAMPAIGN)
    return path


def test_a_clean_file_has_nothing_to_say(
    served: Served, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert served.run("lint", str(file)) == 0
    assert "3 documents, 0 errors, 0 warnings" in capsys.readouterr().out


def test_a_mistake_is_named_with_its_line_and_what_to_write_instead(
    served: Served, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(CAMPAIGN.replace("- wait: 2 days", "- waitt: 2 days"))
    assert served.run("lint", str(file)) == Exit.REFUSED
    assert f"{file}:18:" in (shown := capsys.readouterr().out)
    assert "did you mean wait?" in shown
    assert served.run("lint", str(file), "-o", "json") == Exit.REFUSED
    found = json.loads(capsys.readouterr().out)
    assert found[0]["line"] == 18


def test_a_plan_shows_what_an_apply_then_does_once(
    served: Served, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert served.run("plan", str(file)) == 0
    shown = capsys.readouterr().out
    assert "+ campaign hello: create" in shown
    assert served.house.ask("GET", "/api/campaigns").json["data"] == []
    assert served.run("apply", str(file)) == 0
    assert "Applied 3, unchanged 0." in capsys.readouterr().out
    assert served.run("apply", str(file)) == 0
    assert "Applied 0, unchanged 3." in capsys.readouterr().out


def test_a_change_is_shown_as_a_diff_and_makes_a_new_revision(
    served: Served, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served.run("apply", str(file))
    file.write_text(CAMPAIGN.replace("2 days", "3 days"))
    capsys.readouterr()
    assert served.run("plan", str(file)) == 0
    shown = capsys.readouterr().out
    assert '-  - wait: "2 days"' in shown
    assert served.run("apply", str(file)) == 0
    listed = served.house.ask("GET", "/api/campaigns").json["data"]
    assert [(one["slug"], one["revision"]) for one in listed] == [("hello", 2)]


def test_what_is_exported_is_applied_without_a_change(
    served: Served, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served.run("apply", str(file))
    capsys.readouterr()
    for kind, slug in (("segment", "readers"), ("template", "hello"), ("campaign", "hello")):
        assert served.run("export", kind, slug) == 0
        (tmp_path / "out").mkdir(exist_ok=True)
        (tmp_path / "out" / f"{kind}.yaml").write_text(capsys.readouterr().out)
    assert served.run("apply", str(tmp_path / "out")) == 0
    assert "Applied 0, unchanged 3." in capsys.readouterr().out


def test_a_template_with_all_its_parts_comes_back_as_it_was_applied(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rich.yaml"
    file.write_text(RICH)
    assert served.run("apply", str(file)) == 0
    assert served.house.ask("GET", "/api/templates/rich").json["inlineCss"] is False
    capsys.readouterr()
    assert served.run("export", "template", "rich") == 0
    exported = capsys.readouterr().out
    assert exported == RICH
    file.write_text(exported)
    assert served.run("apply", str(file)) == 0
    assert "Applied 0, unchanged 1." in capsys.readouterr().out


def test_what_a_file_no_longer_says_of_a_template_is_undone(served: Served, tmp_path: Path) -> None:
    file = tmp_path / "rich.yaml"
    file.write_text(RICH)
    served.run("apply", str(file))
    file.write_text("kind: template\nslug: rich\nsubject: Hi\ntext: Hi\n")
    assert served.run("apply", str(file)) == 0
    kept = served.house.ask("GET", "/api/templates/rich").json
    assert (kept["format"], kept["inlineCss"], kept["sharing"]) == ("html", True, "team")
    assert (kept["category"], kept["tags"], kept["variants"]) == ("", [], {})


def test_nothing_is_applied_from_a_file_with_errors(
    served: Served, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(CAMPAIGN.replace("type: drip", "type: drops"))
    assert served.run("apply", str(file)) == Exit.REFUSED
    assert "Nothing was done" in capsys.readouterr().err
    assert served.house.ask("GET", "/api/templates").json["data"] == []


def test_a_folder_without_files_and_an_unknown_kind_are_named(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert served.run("lint", str(tmp_path)) == Exit.REFUSED
    assert "no YAML file" in capsys.readouterr().err
    assert served.run("schema", "boat") == Exit.USAGE
    assert "There is no kind boat" in capsys.readouterr().err


def test_a_schema_is_printed_for_an_editor(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert served.run("schema", "campaign") == 0
    assert json.loads(capsys.readouterr().out)["type"] == "object"


def test_warnings_are_told_before_a_plan_and_an_apply(
    served: Served, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(CAMPAIGN.replace("  - wait: 2 days\n", ""))
    for command in ("plan", "apply"):
        assert served.run(command, str(file)) == 0
        shown = capsys.readouterr()
        assert re.search(rf"{file}:\d+:\d+: warning too-soon: ", shown.err)
        assert "too-soon" not in shown.out


def test_one_of_a_thing_is_written_as_one(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "one.yaml"
    file.write_text("kind: segment\nslug: one\nnames: One\n")
    assert served.run("lint", str(file)) == Exit.REFUSED
    assert "1 document, 1 error, 0 warnings" in capsys.readouterr().out


def test_an_address_that_stands_alone_is_written_out(
    served: Served, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(CAMPAIGN.replace("{name: Ada, email: ada@example.com}", "ada@example.com"))
    assert served.run("lint", str(file)) == Exit.REFUSED
    assert "write `from: {name: Ada, email: ada@example.com}`" in capsys.readouterr().out


def test_what_the_api_refuses_is_placed_in_the_file_in_its_words(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "lone.yaml"
    file.write_text(LONE)
    assert served.run("apply", str(file)) == Exit.REFUSED
    said = capsys.readouterr().err
    assert f"{file}: the campaign lone was refused.\n" in said
    assert f'{file}:5:10: segment "nobody": there is no such segment' in said
    file.write_text(LONE.replace("segment: nobody\n", ""))
    assert served.run("apply", str(file), "-o", "json") == Exit.REFUSED
    (place,) = json.loads(capsys.readouterr().err)["places"]
    assert place.startswith(f'{file}:5:34: steps.0.template "gone": there is no template')


def test_yes_without_migrate_is_said_to_do_nothing(
    served: Served, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert served.run("apply", str(file), "--yes") == 0
    assert "--yes does nothing without --migrate." in capsys.readouterr().err
