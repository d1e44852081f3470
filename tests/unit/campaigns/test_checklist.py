"""Tests of what has to be there before a campaign goes out."""

from dataclasses import replace

import pytest

from penguinmails.campaigns.campaign import CampaignType, Sender
from penguinmails.campaigns.check import Level
from penguinmails.campaigns.checklist import blocking
from penguinmails.campaigns.create import Given
from penguinmails.errors import InvalidInput
from tests.unit.campaigns.drafting import ADDRESS, UNVERIFIED, WHOLE, Desk


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


STRANGER = Sender("Stranger", UNVERIFIED)
LACKING = [("/fromEmail", "unverified_sender"), ("/fromEmail", "no_postal_address")]


def test_a_sender_who_is_not_verified_keeps_the_campaign_back() -> None:
    assert refused(Desk(), sender=STRANGER) == LACKING


def test_marketing_mail_needs_a_postal_address_and_other_mail_does_not() -> None:
    desk = Desk()
    desk.address = ""
    made = desk.create()
    revision = desk.revision(made)
    with pytest.raises(InvalidInput) as problem:
        desk.check(made, revision)
    assert [(one.pointer, one.code) for one in problem.value.problems] == LACKING[1:]
    assert desk.check(made, replace(revision, marketing=False))


def test_anybody_may_be_the_sender_of_mail_that_leaves_nowhere_and_is_told_of_other_mail() -> None:
    desk = Desk()
    desk.sandboxed = True
    made = desk.create(sender=STRANGER)
    assert desk.check(made, desk.revision(made))
    found = blocking(made, desk.revision(made), desk.checklist()).findings
    assert [(one.problem.pointer, one.problem.code) for one in found] == LACKING
    assert {one.level for one in found} == {Level.WARNING}
    assert all("a live key could not launch this" in one.problem.detail for one in found)


def test_the_senders_postal_address_is_part_of_what_marketing_mail_says() -> None:
    desk = Desk()
    made = desk.create()
    revision = desk.revision(made)
    said = desk.check(made, revision).values()
    assert {template.postal_address for template in said} == {ADDRESS}
    said = desk.check(made, replace(revision, marketing=False)).values()
    assert {template.postal_address for template in said} == {""}


def test_an_end_that_has_passed_is_refused() -> None:
    desk = Desk()
    made = desk.create(end="2026-03-03T09:00")
    desk.clock.move(days=2)
    with pytest.raises(InvalidInput) as problem:
        desk.check(made, replace(desk.revision(made)))
    assert problem.value.problems[0].code == "end_before_start"
