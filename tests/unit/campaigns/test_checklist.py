"""Tests of what has to be there before a campaign goes out."""

from dataclasses import replace

import pytest

from penguinmails.campaigns.campaign import CampaignType, Sender
from penguinmails.campaigns.checklist import contents_of
from penguinmails.campaigns.create import Given
from penguinmails.errors import InvalidInput
from tests.unit.campaigns.drafting import BARRED, WHOLE, Desk


def refused(desk: Desk, given: Given = WHOLE, **changes: object) -> list[tuple[str, str]]:
    made = desk.create(given, **changes)
    with pytest.raises(InvalidInput) as problem:
        desk.check(made, desk.revision(made))
    return [(one.pointer, one.code) for one in problem.value.problems]


def test_a_whole_campaign_gives_what_each_email_says() -> None:
    desk = Desk()
    made = desk.create()
    contents = desk.check(made, desk.revision(made))
    assert {number: template.slug for number, template in contents.items()} == {
        1: "welcome",
        4: "welcome",
    }


def test_a_launch_without_a_sender_says_so() -> None:
    assert refused(Desk(), sender=Sender("Northlight", "")) == [("/fromEmail", "missing")]


def test_all_that_is_missing_is_told_at_once() -> None:
    assert refused(Desk(), Given("Later", CampaignType.DRIP, "UTC")) == [
        ("/fromEmail", "missing"),
        ("/segmentId", "missing"),
        ("/steps", "empty_sequence"),
    ]


def test_a_template_that_went_missing_is_named_with_its_steps() -> None:
    desk = Desk()
    made = desk.create()
    del desk.table.rows[made.tenant]["template#welcome"]
    with pytest.raises(InvalidInput) as problem:
        desk.check(made, desk.revision(made))
    pointers = [one.pointer for one in problem.value.problems]
    assert pointers == ["/steps/0/template", "/steps/2/branch/0/steps/0/template"]


def test_a_template_that_would_run_for_ever_is_refused() -> None:
    desk = Desk()
    deep = "{% for a in contact.x %}{% for b in a %}{% for c in b %}.{% endfor %}{% endfor %}{% endfor %}"
    desk.save_template("endless", deep)
    steps = ({"email": "hello", "template": "endless"},)
    assert refused(desk, steps=steps)[0] == ("/steps/0/template", "loop_depth")


def test_a_subject_of_a_steps_own_is_checked_like_the_templates() -> None:
    """M-MET-08: it would fail for everybody when it is sent."""
    steps = ({"email": "hello", "template": "welcome", "subject": "Hi {{ contact."},)
    assert refused(Desk(), steps=steps) == [("/steps/0/template", "syntax")]


def test_a_sender_who_is_not_verified_keeps_the_campaign_back() -> None:
    desk = Desk()
    made = desk.create(sender=Sender("Stranger", BARRED))
    with pytest.raises(InvalidInput) as problem:
        contents_of(made, desk.revision(made), desk.looking().checklist)
    assert [(one.pointer, one.code) for one in problem.value.problems] == [
        ("/fromEmail", "unverified_sender")
    ]


def test_an_end_that_has_passed_is_refused() -> None:
    desk = Desk()
    made = desk.create(end="2026-03-03T09:00")
    desk.clock.move(days=2)
    with pytest.raises(InvalidInput) as problem:
        desk.check(made, replace(desk.revision(made)))
    assert problem.value.problems[0].code == "end_before_start"
