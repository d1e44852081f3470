"""The command line: what it shows, to people and to machines, and how it ends."""

import json
import re
from pathlib import Path

import pytest

from penguinmails.analytics.counters import CounterRow, Delta, RowKey
from penguinmails.cli.__main__ import hoisted, run
from penguinmails.cli.connection import find
from penguinmails.cli.exits import Exit
from penguinmails.cli.failure import Failure
from penguinmails.enrollments.enrollment import Ref
from penguinmails.tenants.create import Asked, create_workspace
from penguinmails.tenants.tenant import EspName
from tests.functions.api_house import SENDER, START_AT
from tests.functions.everything import walk
from tests.unit.cli.served import Served

NOWHERE = "http://127.0.0.1:9/api"


def test_a_list_is_a_table_for_people(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    served.house.campaign(name="Spring offers")
    assert served.run("get", "campaigns") == 0
    shown = capsys.readouterr().out
    assert "Spring offers" in shown
    assert "draft" in shown


def test_a_list_is_json_for_machines_wherever_the_option_stands(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    made = served.house.campaign()
    for arguments in (("get", "campaigns", "-o", "json"), ("-o", "json", "get", "campaigns")):
        assert served.run(*arguments) == 0
        assert [one["id"] for one in json.loads(capsys.readouterr().out)] == [made["id"]]


def test_a_list_is_read_to_its_end_or_to_the_most_that_is_wanted(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(130):
        served.house.ask("PUT", f"/api/segments/s{number}", {})
    assert served.run("get", "segments", "--most", "1000", "-o", "json") == 0
    assert len(json.loads(capsys.readouterr().out)) == 130
    assert served.run("get", "segments", "--most", "7", "-o", "json") == 0
    assert len(json.loads(capsys.readouterr().out)) == 7


def test_a_campaign_is_launched_paused_resumed_reported_cloned_and_cancelled(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    made = served.house.campaign(name="Spring")["id"]
    for command, shown in (
        ("launch", "Spring is active"),
        ("pause", "Paused. Nothing is sent after"),
        ("resume", "Spring is active"),
        ("report", "sent 0"),
        ("clone", "is a draft"),
        ("cancel", "Spring is cancelled"),
    ):
        assert served.run(command, made) == 0, command
        assert shown in capsys.readouterr().out


def test_a_file_of_contacts_is_imported_and_its_bad_rows_are_named(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email,first_name\nzoe@example.com,Zoë\nnobody,No\n")
    assert served.run("import", str(file), "--segment", "readers") == 0
    shown = capsys.readouterr().out
    assert "1 created, 0 updated, 0 unchanged, 1 skipped" in shown
    assert "row 3" in shown
    assert "more" not in shown


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("get", "campaign", "nope"), Exit.MISSING, "There is no campaign slug:nope"),
        (("get", "boats"), Exit.USAGE, "There is no kind boats"),
        (("import", "missing.csv"), Exit.REFUSED, "missing.csv cannot be read"),
        (("get",), Exit.USAGE, "Missing argument"),
        (("get", "imports"), Exit.USAGE, "There is no list of imports"),
        (("get", "boats"), Exit.USAGE, "There are campaigns, "),
        (("get", "suppressions", "x"), Exit.USAGE, "penguinmails get suppressions"),
        (("get", "contact", "x@y.example"), Exit.MISSING, "There is no contact x@y.example"),
        (("sail",), Exit.USAGE, "No such command"),
    ],
)
def test_what_cannot_be_done_says_why_and_has_a_code_of_its_own(
    served: Served,
    arguments: tuple[str, ...],
    code: Exit,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert served.run(*arguments) == code
    assert said in capsys.readouterr().err


def test_a_refusal_names_every_place(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    made = served.house.ask("POST", "/api/campaigns", {"name": "Bare", "campaignType": "drip"})
    assert served.run("launch", made.json["id"]) == Exit.REFUSED
    said = capsys.readouterr().err
    for pointer in ("/fromEmail", "/segmentId", "/steps"):
        assert pointer in said


def test_a_refusal_is_a_problem_for_machines(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert served.run("get", "campaign", "nope", "-o", "json") == Exit.MISSING
    assert json.loads(capsys.readouterr().err)["problem"]["code"] == "not_found"


def test_a_wrong_key_says_where_a_key_may_come_from(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert served.run("get", "campaigns", key="pm_live_0") == Exit.DENIED
    said = capsys.readouterr().err
    assert "The key is from the flags." in said
    assert "PENGUINMAILS_KEY" in said


def test_twice_the_same_launch_is_a_conflict(served: Served) -> None:
    made = served.house.campaign()["id"]
    assert served.run("launch", made) == 0
    assert served.run("launch", made) == Exit.CONFLICT


def test_the_doctor_says_what_is_missing_and_what_to_do(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert served.run("doctor") == Exit.REFUSED
    assert "penguinmails import FILE" in capsys.readouterr().out
    served.house.campaign()
    assert served.run("doctor") == 0


def test_an_api_that_is_not_there_is_said_to_be_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    assert run(["get", "campaigns", "--url", NOWHERE, "--key", "k"]) == Exit.AWAY
    assert "does not answer" in capsys.readouterr().err


def test_the_environment_comes_before_flags_and_flags_before_files(tmp_path: Path) -> None:
    (tmp_path / "penguinmails.toml").write_text('url = "https://file/api"\nkey = "file"\n')
    environment = {"PENGUINMAILS_URL": "https://env/api"}
    found = find(environment, "https://flag/api", "", tmp_path, tmp_path, tmp_path / "none")
    assert (found.url, found.key) == ("https://env/api", "file")
    found = find({}, "https://flag", "flag", tmp_path, tmp_path, tmp_path / "none")
    assert (found.url, found.key) == ("https://flag/api", "flag")


@pytest.mark.parametrize(
    ("url", "content", "said"),
    [
        ("", "", "where the API is"),
        ("ftp://x", "", "no address"),
        ("https://x", "", "an API key"),
        ("https://x", "key = ", "no TOML"),
    ],
)
def test_a_connection_that_is_not_known_says_what_to_set(
    tmp_path: Path, url: str, content: str, said: str
) -> None:
    if content:
        (tmp_path / "penguinmails.toml").write_text(content)
    with pytest.raises(Failure, match=said):
        find({}, url, "k" if url.startswith("ftp") else "", tmp_path, tmp_path, tmp_path / "none")


def test_options_behind_a_command_are_read_as_before_it() -> None:
    assert hoisted(["get", "x", "-o", "json", "--url=u"]) == ["-o", "json", "--url=u", "get", "x"]
    assert hoisted(["import", "--", "-o"]) == ["import", "--", "-o"]


@pytest.mark.parametrize(
    "asked", [("-o", "json"), ("-ojson",), ("--output", "json"), ("--output=json",)]
)
def test_machines_are_told_of_a_failure_as_json_however_they_ask(
    served: Served, capsys: pytest.CaptureFixture[str], asked: tuple[str, ...]
) -> None:
    assert served.run(*asked, "launch", "gone") == Exit.MISSING
    assert "error" in json.loads(capsys.readouterr().err)


def test_a_thing_named_json_does_not_ask_for_json(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert served.run("launch", "json") == Exit.MISSING
    assert not capsys.readouterr().err.startswith("{")


def test_the_doctor_names_the_senders_that_a_launch_would_refuse(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    served.run("doctor")
    assert "NO  senders: none. To add a sender" in capsys.readouterr().out
    served.house.campaign()
    served.house.ask("POST", "/api/senders", {"email": "ada@example.com", "name": "Ada"})
    assert served.run("doctor") == Exit.REFUSED
    shown = capsys.readouterr().out
    assert "key from the flags" in shown
    (line,) = [one for one in shown.splitlines() if "sender" in one]
    assert line.startswith("NO  sender ada-example-com: to be verified")
    assert "penguinmails verify ada@example.com" in line
    assert "no postal address" in line
    served.house.campaign(slug="spring", fromEmail="bob@example.com")
    assert served.run("doctor") == Exit.REFUSED
    assert "NO  campaign spring: bob@example.com is no sender yet" in capsys.readouterr().out


def test_the_doctor_lets_anybody_send_in_the_sandbox(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    house = served.house
    made = create_workspace(Asked("Trial", esp=EspName.SANDBOX), house.tenant_ports())
    house.ask("POST", "/api/senders", {"email": "a@b.example", "name": "A"}, key=made.key.text)
    served.run("doctor", key=made.key.text)
    assert "ok  senders: anybody may be the sender here" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["{}", "slug:{}"])
@pytest.mark.parametrize(
    ("kind", "slug"),
    [
        ("campaign", "spring"),
        ("template", "welcome"),
        ("segment", "everybody"),
        ("topic", "news"),
        ("sender", "hello-northlight-example"),
        ("campaign-template", "mine"),
    ],
)
def test_every_kind_is_shown_by_its_slug_with_the_word_or_without(
    served: Served, kind: str, slug: str, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    house = served.house
    made = house.campaign(slug="spring")
    house.ask("PUT", "/api/topics/news", {"name": "News"})
    house.ask("PUT", "/api/campaign-templates/mine", {"campaign": made["id"], "name": "Mine"})
    assert served.run("get", kind, form.format(slug)) == 0, capsys.readouterr().err
    shown = capsys.readouterr().out
    assert slug in shown
    assert "None" not in shown
    assert "True" not in shown


def test_a_sender_is_shown_by_its_address_and_a_campaign_by_its_id(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    made = served.house.campaign()
    assert served.run("get", "senders", SENDER) == 0
    assert served.run("get", "campaigns", made["id"]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"trackOpens +yes\n", shown)
    assert re.search(r"pauseReason +-\n", shown)


def test_contacts_are_listed_with_the_slugs_of_their_segments(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    served.house.ask("POST", "/api/contacts", {"email": "z@mail.test", "segments": []})
    served.house.import_csv("email\nzoe@mail.test\n", "readers")
    served.house.run_imports()
    assert served.run("get", "contacts") == 0
    (line,) = [one for one in capsys.readouterr().out.splitlines() if "zoe" in one]
    assert line.rstrip().endswith("readers")


def test_a_person_is_told_of_by_address_with_all_that_happened(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    house, tenant = served.house, served.house.mine.tenant.id
    contact = house.person("zoe@mail.test")
    made = house.campaign(name="Spring")["id"]
    house.ask("POST", f"/api/campaigns/{made}/launch")
    ref = Ref(tenant, made, house.campaigns.get(tenant, made).shards, contact)
    house.enrollments.enroll([walk(ref)])
    house.enroll(ref)
    for name in ("zoe@mail.test", contact):
        assert served.run("get", "contact", name) == 0
        lines = capsys.readouterr().out.splitlines()
        assert "email            zoe@mail.test" in lines
        assert "  first_name     Ada" in lines
        assert lines[-2:] == [
            "2026-03-02 09:00  Spring: enrolled in the campaign",
            "2026-03-02 09:00  Spring, hello: the email was sent",
        ]
    assert served.run("get", "contact", contact, "-o", "json") == 0
    assert len(json.loads(capsys.readouterr().out)["timeline"]) == 2


def test_a_person_to_whom_nothing_happened_is_told_of_too(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    served.house.person("zoe@mail.test")
    assert served.run("get", "contact", "zoe@mail.test") == 0
    assert "Nothing has happened yet" in capsys.readouterr().out


def test_an_import_that_is_not_waited_for_says_how_to_look(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email\n" + "nobody\n" * 13)
    assert served.run("import", str(file), "--segment", "readers", "--no-wait") == 0
    command = capsys.readouterr().out.splitlines()[-1].partition("penguinmails ")[2]
    assert command.startswith("get imports ")
    assert served.run(*command.split()) == 0
    assert re.search(r"skipped +13\n", capsys.readouterr().out)
    assert served.run("import", str(file), "--segment", "readers") == 0
    assert capsys.readouterr().out.splitlines()[-1] == "  and 3 more"


def test_a_report_shows_what_is_rare_where_there_is_any(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    house, tenant = served.house, served.house.mine.tenant.id
    made = house.campaign()["id"]
    assert served.run("report", made) == 0
    assert "uncertain" not in capsys.readouterr().out
    old = CounterRow(RowKey(tenant, made, START_AT.date(), "shard"))
    house.counters.save(old, old.plus([Delta(1, {"s1.uncertain": 2})]))
    assert served.run("report", made) == 0
    shown = capsys.readouterr().out
    assert "uncertain 2" in shown
    assert shown.count("uncertain") == 2
    assert "skipped" not in shown


def test_a_launch_that_lacks_a_sender_says_how_to_add_one(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    made = served.house.campaign(fromEmail="bob@example.com")["id"]
    assert served.run("launch", made) == Exit.REFUSED
    assert "write a file with `kind: sender`" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [("get",), ("sail",), ("launch", "x", "--boat")])
def test_machines_are_told_as_json_that_a_command_cannot_be_read(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert run([*arguments, "-o", "json"]) == Exit.USAGE
    shown = capsys.readouterr()
    assert json.loads(shown.err)["exit"] == Exit.USAGE
    assert shown.out == ""


def test_the_way_a_command_ends_is_the_same_for_machines(served: Served) -> None:
    assert served.run("doctor", "-o", "json") == Exit.REFUSED
    assert run(["--version", "-o", "json"]) == 0
