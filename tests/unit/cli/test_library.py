"""Beginning with a campaign template: of the workspace, or one that comes with the product."""

import json
from pathlib import Path

import pytest

from penguinmails.cli.exits import Exit
from tests.unit.cli.served import Served


def test_the_library_is_listed_and_one_of_it_is_shown(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert served.run("get", "library") == 0
    shown = capsys.readouterr().out
    assert "SaaS Welcome Series" in shown
    assert "pre-built" in shown
    assert served.run("get", "library", "b2b-nurture", "-o", "json") == 0
    assert len(json.loads(capsys.readouterr().out)["emails"]) == 8
    assert served.run("get", "campaign-template", "saas-welcome") == 0
    assert "SaaS Welcome Series" in capsys.readouterr().out


def test_a_pre_built_campaign_becomes_a_draft_that_files_can_go_on_from(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert served.run("clone", "--from-template", "saas-welcome", "--slug", "hello") == 0
    assert "Begun: SaaS Welcome Series (slug:hello) is a draft" in capsys.readouterr().out
    assert served.run("export", "campaign", "hello") == 0
    file = tmp_path / "hello.yaml"
    file.write_text(capsys.readouterr().out)
    assert served.run("apply", str(file)) == 0
    assert "Applied 0, unchanged 1." in capsys.readouterr().out


def test_one_of_the_workspace_is_begun_with_under_a_slug_by_its_name(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    body = {"campaign": served.house.campaign()["id"], "name": "Model"}
    served.house.ask("PUT", "/api/campaign-templates/ours", body)
    assert served.run("get", "campaign-templates") == 0
    assert "Model" in capsys.readouterr().out
    assert served.run("clone", "--from-template", "ours", "-o", "json") == 0
    assert json.loads(capsys.readouterr().out)["slug"] == "model"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), Exit.USAGE, "penguinmails get library"),
        (("a", "--from-template", "b"), Exit.USAGE, "Give a campaign, or --from-template."),
        (("slug:welcome", "--slug", "b"), Exit.USAGE, "Leave --slug out"),
        (("--from-template", "nothing"), Exit.MISSING, "There is no campaign template nothing"),
    ],
)
def test_what_cannot_be_begun_with_says_why(
    served: Served,
    arguments: tuple[str, ...],
    code: Exit,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    served.house.campaign()
    assert served.run("clone", *arguments) == code
    assert said in capsys.readouterr().err
