"""Tests of copying campaigns: trap 10 of the sample engine."""

from dataclasses import replace

from penguinmails.campaigns.campaign import CampaignStatus
from penguinmails.campaigns.clone import clone
from penguinmails.campaigns.edit import edit
from tests.unit.campaigns.drafting import ID, NOW_AT, STEPS, TENANT, Desk

COPY = "01890000-0000-7000-8000-00000000000b"


def test_a_copy_is_a_draft_with_nothing_of_what_the_original_went_through() -> None:
    desk = Desk()
    stands = desk.create(start="2026-03-02T10:30Z", end="2026-06-01T09:00")
    lived = replace(
        stands,
        status=CampaignStatus.COMPLETED,
        shards=4,
        audience_shards=4,
        epoch=3,
        pause_reason="late",
        launched_at=NOW_AT,
        released_at=NOW_AT,
        completed_at=NOW_AT,
    )
    desk.campaigns.save(stands, lived)
    desk.clock.move(hours=2)
    copy = clone(TENANT, ID, COPY, desk.campaigns, desk.clock)
    fresh = replace(
        stands,
        id=COPY,
        slug="welcome-copy",
        name="Welcome (Copy)",
        start_at=None,
        created_at=desk.clock.now(),
        updated_at=desk.clock.now(),
    )
    assert copy == fresh


def test_a_copy_sends_the_same_under_a_revision_of_its_own() -> None:
    desk = Desk()
    desk.create()
    edit(TENANT, ID, lambda given: replace(given, steps=STEPS[:1]), desk.editing())
    copy = clone(TENANT, ID, COPY, desk.campaigns, desk.clock)
    revision = desk.revision(copy)
    assert (revision.campaign, revision.number) == (COPY, 1)
    assert revision.source == STEPS[:1]
    assert revision.sequence.retired == {}


def test_copying_twice_under_one_id_copies_once() -> None:
    desk = Desk()
    desk.create()
    first = clone(TENANT, ID, COPY, desk.campaigns, desk.clock)
    desk.clock.move(hours=1)
    assert clone(TENANT, ID, COPY, desk.campaigns, desk.clock) == first


def test_a_long_name_still_says_that_it_is_a_copy() -> None:
    desk = Desk()
    desk.create(name="x" * 255)
    copy = clone(TENANT, ID, COPY, desk.campaigns, desk.clock)
    assert len(copy.name) == 255
    assert copy.name.endswith(" (Copy)")
