"""A plan tells what an apply would do, and shows it as a diff."""

from typing import Any

from penguinmails.resources.plan import Deed, plan
from penguinmails.resources.read import read
from penguinmails.resources.translate import to_api

FILE = b"""
kind: campaign
slug: c
name: C
type: drip
segment: s
start: "2027-03-02T09:00"
steps:
  - email: hello
    template: t
---
kind: template
slug: t
subject: Hi
html: |
  <p>Hi</p>
  <p>You</p>
---
kind: segment
slug: s
"""
DOCUMENTS = read("a.yaml", FILE).documents
SEGMENT = {"id": "01890000-0000-7000-8000-000000000001", "slug": "s", "name": "s"}
TEMPLATE = {"id": "01890000-0000-7000-8000-000000000002", "name": "t", "version": 3}
CAMPAIGN: dict[str, Any] = {
    "id": "01890000-0000-7000-8000-000000000003",
    "name": "C",
    "campaignType": "drip",
    "segmentId": SEGMENT["id"],
    "startDate": "2027-03-02T08:00:00Z",
    "timezone": "Europe/Berlin",
    "trackOpens": True,
    "trackClicks": True,
    "description": None,
}
SERVER: dict[tuple[str, str], dict[str, Any]] = {
    ("segment", "s"): SEGMENT,
    ("template", "t"): {**TEMPLATE, "subject": "Hi", "html": "<p>Hi</p>\n<p>You</p>\n", "text": ""},
    ("campaign", "c"): {
        "campaign": CAMPAIGN,
        "source": [{"email": "hello", "template": "t"}],
    },
}


def test_an_empty_server_gets_everything_in_an_order_that_works() -> None:
    changes = plan(DOCUMENTS, {})
    assert [(one.deed, one.document.kind) for one in changes] == [
        (Deed.CREATE, "segment"),
        (Deed.CREATE, "template"),
        (Deed.CREATE, "campaign"),
    ]
    assert all(one.body == to_api(one.document) for one in changes)
    assert "+  <p>You</p>\n" in changes[1].diff
    assert changes[1].diff.startswith("--- /dev/null\n+++ a.yaml\n")


def test_what_stands_already_is_unchanged_however_it_is_written() -> None:
    changes = plan(DOCUMENTS, SERVER)
    assert [one.diff for one in changes] == ["", "", ""]
    assert {one.deed for one in changes} == {Deed.KEEP}


def test_a_change_is_shown_as_a_diff_of_canonical_text() -> None:
    stands = {**CAMPAIGN, "description": "Old", "startDate": None, "trackOpens": False}
    server = {**SERVER, ("campaign", "c"): {**SERVER["campaign", "c"], "campaign": stands}}
    change = plan(DOCUMENTS, server)[-1]
    assert change.deed is Deed.UPDATE
    lines = [
        line for line in change.diff.splitlines() if line[:1] in "+-" and line[1:2] != line[:1]
    ]
    assert lines == ["-description: Old", "-track_opens: false", '+start: "2027-03-02T09:00"']
    assert change.body["description"] == ""
    assert change.body["trackOpens"] is True


def test_what_the_files_do_not_name_is_left_alone() -> None:
    assert plan((), SERVER) == ()
