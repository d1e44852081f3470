"""Tests of a campaign's versions: listed, compared, restored, and guarded against stale edits."""

from dataclasses import replace

import pytest

from penguinmails.campaigns.campaign import Campaign, CampaignStatus, Sender
from penguinmails.campaigns.create import Given
from penguinmails.campaigns.edit import edit
from penguinmails.campaigns.restore import restore
from penguinmails.campaigns.versions import diff, versions
from penguinmails.errors import Conflict, InvalidInput, NotFound, Stale
from tests.unit.campaigns.drafting import ID, NOW_AT, STEPS, TENANT, Desk

SHORT = STEPS[:1]


def shorten(desk: Desk, expected: int | None = None, by: str = "") -> Campaign:
    def change(given: Given) -> Given:
        return replace(given, steps=SHORT)

    return edit(TENANT, ID, change, desk.editing(), expected=expected, by=by)


def test_versions_are_listed_newest_first_with_who_saved_them() -> None:
    desk = Desk()
    desk.create()
    desk.clock.move(hours=1)
    shorten(desk, by="key-1")
    page = versions(TENANT, ID, None, 10, desk.campaigns)
    assert [(one.number, one.saved_by, one.current) for one in page.versions] == [
        (2, "key-1", True),
        (1, "", False),
    ]
    assert [one.saved_at for one in page.versions] == [desk.clock.now(), NOW_AT]
    assert page.after is None


def test_two_versions_are_compared_line_by_line() -> None:
    desk = Desk()
    desk.create()
    edit(
        TENANT, ID, lambda given: replace(given, sender=Sender("Ö", "o@x.example")), desk.editing()
    )
    told = diff(TENANT, ID, 1, 2, desk.campaigns)
    assert told.startswith("--- version 1\n+++ version 2\n@@ ")
    assert '-  "fromName": "Northlight",\n' in told
    assert '+  "fromName": "Ö",\n' in told
    assert "welcome" not in told
    assert diff(TENANT, ID, 1, 1, desk.campaigns) == ""


def test_restoring_makes_a_new_version_that_says_what_the_old_one_said() -> None:
    desk = Desk()
    made = desk.create()
    shorten(desk)
    again = restore(TENANT, ID, 1, desk.editing(), by="key-2")
    assert again.revision == 3
    assert desk.revision(again) == replace(desk.revision(made), number=3)
    assert desk.revision(again).saved_by == "key-2"


def test_restoring_what_is_said_already_changes_nothing() -> None:
    desk = Desk()
    desk.create()
    assert restore(TENANT, ID, 1, desk.editing()).revision == 1


def test_a_version_whose_template_is_gone_is_not_restored() -> None:
    desk = Desk()
    desk.save_template("other", "<p>Hi</p>")
    desk.create(steps=({"email": "hello", "template": "other"},))
    shorten(desk)
    del desk.table.rows[TENANT]["template#other"]
    with pytest.raises(InvalidInput, match="no template other"):
        restore(TENANT, ID, 1, desk.editing())


def test_a_version_that_never_was_is_not_found() -> None:
    desk = Desk()
    desk.create()
    with pytest.raises(NotFound, match="no revision 7"):
        restore(TENANT, ID, 7, desk.editing())
    with pytest.raises(NotFound):
        diff(TENANT, ID, 1, 7, desk.campaigns)


def test_i_16_another_tenants_versions_are_not_there() -> None:
    desk = Desk()
    desk.create()
    with pytest.raises(NotFound):
        versions("another", ID, None, 10, desk.campaigns)
    with pytest.raises(NotFound):
        diff("another", ID, 1, 1, desk.campaigns)


def test_a_launched_campaign_is_not_restored() -> None:
    desk = Desk()
    stands = desk.create()
    desk.campaigns.save(stands, replace(stands, status=CampaignStatus.COMPLETED))
    with pytest.raises(Conflict):
        restore(TENANT, ID, 1, desk.editing())


def test_an_edit_of_the_version_that_stands_goes_through() -> None:
    desk = Desk()
    made = desk.create()
    assert shorten(desk, expected=made.version).version == made.version + 1


def test_an_edit_of_a_version_that_no_longer_stands_is_stale() -> None:
    desk = Desk()
    made = desk.create()
    shorten(desk)
    with pytest.raises(Stale, match="at version 2, not 1; read it again"):
        shorten(desk, expected=made.version)


def test_an_edit_that_is_overtaken_is_stale_too() -> None:
    desk = Desk()
    made = desk.create()

    def overtaken(given: Given) -> Given:
        shorten(desk)
        return replace(given, name="Late")

    with pytest.raises(Stale):
        edit(TENANT, ID, overtaken, desk.editing(), expected=made.version)
    assert desk.campaigns.get(TENANT, ID).name == "Welcome"
