"""Tests of trying a campaign out: everything is told, and nothing is saved."""

from dataclasses import replace

import pytest

from penguinmails.campaigns.campaign import CampaignStatus
from penguinmails.campaigns.create import Given
from penguinmails.campaigns.rehearse import Rehearsal, rehearse_create, rehearse_edit
from penguinmails.errors import Conflict, NotFound
from tests.unit.campaigns.drafting import ID, TENANT, WHOLE, Desk


def rehearsed(desk: Desk, **changes: object) -> Rehearsal:
    before = str(desk.table.rows)
    told = rehearse_create(TENANT, desk.given(WHOLE, **changes), desk.rehearsing())
    assert str(desk.table.rows) == before
    return told


def edited(desk: Desk, **changes: object) -> Rehearsal:
    def change(given: Given) -> Given:
        return desk.given(given, **changes)

    before = str(desk.table.rows)
    told = rehearse_edit(TENANT, ID, change, desk.rehearsing())
    assert str(desk.table.rows) == before
    return told


def test_a_campaign_that_may_be_created_gets_its_launch_checklist() -> None:
    told = rehearsed(Desk())
    assert told.problems == ()
    assert [one.code for one in told.checks if not one.ok] == ["empty_audience"]


def test_everything_that_creating_would_refuse_is_told() -> None:
    desk = Desk()
    desk.create()
    told = rehearsed(desk, slug="welcome", segment="nobody", steps=({"wait": "2 moons"},))
    assert [(one.pointer, one.code) for one in told.problems] == [
        ("/slug", "taken"),
        ("/segmentId", "unknown_segment"),
        ("/steps", "no_email"),
        ("/steps/0/wait", "invalid_unit"),
    ]
    assert told.checks == ()


def test_a_slug_that_is_taken_is_told_alone_too() -> None:
    desk = Desk()
    desk.create()
    assert [one.code for one in rehearsed(desk, slug="welcome").problems] == ["taken"]


def test_an_edit_is_tried_on_what_stands() -> None:
    desk = Desk()
    desk.create()
    assert [one.code for one in edited(desk, segment="nobody").problems] == ["unknown_segment"]
    assert [one.code for one in edited(desk, slug="other").problems] == ["fixed"]
    told = edited(desk, segment="")
    assert told.problems == ()
    assert [(one.id, one.code) for one in told.checks if not one.ok] == [("audience", "missing")]


def test_a_scheduled_campaign_is_told_that_it_needs_its_start() -> None:
    desk = Desk()
    stands = desk.create(start="2026-06-01T09:00")
    desk.campaigns.save(stands, replace(stands, status=CampaignStatus.SCHEDULED))
    assert [one.pointer for one in edited(desk, start=None).problems] == ["/startDate"]


def test_what_cannot_be_edited_cannot_be_tried_either() -> None:
    desk = Desk()
    stands = desk.create()
    desk.campaigns.save(stands, replace(stands, status=CampaignStatus.COMPLETED))
    with pytest.raises(Conflict):
        edited(desk, name="Other")
    with pytest.raises(NotFound):
        rehearse_edit("another", ID, lambda _given: WHOLE, desk.rehearsing())
