"""Tests of creating campaigns."""

from datetime import UTC, datetime

import pytest

from penguinmails.campaigns.campaign import CampaignStatus, CampaignType, Sender
from penguinmails.campaigns.create import Given
from penguinmails.errors import InvalidInput
from tests.unit.campaigns.drafting import STEPS, WHOLE, Desk


def test_a_draft_has_its_first_revision() -> None:
    desk = Desk()
    made = desk.create(start="2026-06-01T09:00")
    assert (made.status, made.revision) == (CampaignStatus.DRAFT, 1)
    assert made.start_at == datetime(2026, 6, 1, 7, tzinfo=UTC)
    revision = desk.revision(made)
    assert revision.sender == WHOLE.sender
    assert revision.source == STEPS
    assert len(revision.sequence.steps) == 4


def test_a_draft_may_lack_everything_but_its_name_and_type() -> None:
    desk = Desk()
    made = desk.create(Given("Later", CampaignType.BROADCAST, "UTC"))
    assert made.segment == ""
    assert desk.revision(made).sequence.steps == {}


def test_creating_again_under_the_same_id_changes_nothing() -> None:
    desk = Desk()
    first = desk.create()
    desk.clock.move(hours=1)
    assert desk.create(name="Another") == first


def test_everything_that_is_wrong_is_told_at_once_with_its_place() -> None:
    with pytest.raises(InvalidInput) as refused:
        Desk().create(
            name="two\nlines",
            time_zone="Mars/Olympus",
            segment="nobody",
            sender=Sender("Sales\r\nBcc: x", "sales", "a@@b"),
            start="soon",
            steps=({"email": "hello", "template": "wellcome"}, {"wait": "2 moons"}),
        )
    places = [(problem.pointer, problem.code) for problem in refused.value.problems]
    assert places == [
        ("/name", "invalid_text"),
        ("/fromName", "invalid_text"),
        ("/timezone", "unknown_time_zone"),
        ("/fromEmail", "invalid_address"),
        ("/replyTo", "invalid_address"),
        ("/segmentId", "unknown_segment"),
        ("/steps/1/wait", "invalid_unit"),
    ]


def test_each_step_with_an_unknown_template_is_named() -> None:
    steps = (
        {"email": "hello", "template": "wellcome"},
        {"branch": [{"if": "contact.score > 5", "steps": [{"email": "b", "template": "gone"}]}]},
    )
    with pytest.raises(InvalidInput) as refused:
        Desk().create(steps=steps)
    assert [problem.pointer for problem in refused.value.problems] == [
        "/steps/0/template",
        "/steps/1/branch/0/steps/0/template",
    ]


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        Desk().create(start="2026-06-02T09:00", end="2026-06-01T09:00")
    assert [problem.code for problem in refused.value.problems] == ["end_before_start"]
