"""Tests of the launch checklist (M-CAMP-15): what keeps a campaign back, and what is only told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from penguinmails.campaigns.campaign import CampaignType, Sender
from penguinmails.campaigns.check import Area, Check, Level
from penguinmails.campaigns.create import Given
from penguinmails.campaigns.look_over import SAMPLE, look_over
from penguinmails.errors import NotFound
from penguinmails.imports.job import ImportStatus
from penguinmails.templates.save import save_template
from penguinmails.templates.template import Template, Variant
from tests.unit.campaigns.drafting import ID, NOW_AT, TENANT, UNVERIFIED, Desk


def looked(desk: Desk) -> list[Check]:
    return look_over(TENANT, ID, desk.looking())


def faults(desk: Desk) -> list[tuple[str, str, str, str]]:
    return [(one.id, one.level, one.pointer, one.code) for one in looked(desk) if not one.ok]


def letter(html: str) -> Desk:
    """Prepare a campaign whose one template says this, to one person."""
    desk = Desk()
    desk.person(1, first_name="Ada")
    desk.save_template("welcome", html)
    desk.create()
    return desk


def test_all_is_well_with_a_whole_campaign_and_every_area_says_so() -> None:
    checks = looked(letter("<p>Hi</p>"))
    assert [one.id for one in checks] == [*Area]
    assert all(one.ok and one.detail and one.pointer for one in checks)


def test_everything_that_a_bare_draft_lacks_is_told_with_its_place() -> None:
    desk = Desk()
    desk.create(Given("Later", CampaignType.DRIP, "UTC"))
    assert faults(desk) == [
        ("audience", "error", "/segmentId", "missing"),
        ("steps", "error", "/steps", "empty_sequence"),
        ("sender", "error", "/fromEmail", "missing"),
    ]


def test_an_audience_of_nobody_is_worth_a_warning() -> None:
    desk = Desk()
    desk.create()
    assert faults(desk) == [("audience", "warning", "/segmentId", "empty_audience")]


def test_an_import_that_still_runs_keeps_a_launch_back() -> None:
    desk = letter("<p>Hi</p>")
    job = desk.import_into("everybody")
    assert faults(desk) == [("audience", "error", "/segmentId", "importing")]
    desk.imports.save(job, replace(job, status=ImportStatus.DONE))
    assert faults(desk) == []


def test_an_import_that_still_runs_is_only_told_if_the_start_is_later() -> None:
    desk = Desk()
    desk.person(1)
    desk.create(start="2026-06-01T09:00")
    desk.import_into("everybody")
    assert faults(desk) == [("audience", "warning", "/segmentId", "importing")]


def test_an_import_into_another_segment_is_no_matter() -> None:
    desk = letter("<p>Hi</p>")
    desk.import_into("others")
    assert faults(desk) == []


def test_a_sender_is_verified_and_has_a_postal_address() -> None:
    desk = Desk()
    desk.person(1)
    desk.create(sender=Sender("Stranger", UNVERIFIED))
    assert faults(desk) == [
        ("sender", "error", "/fromEmail", "unverified_sender"),
        ("sender", "error", "/fromEmail", "no_postal_address"),
    ]


def test_in_the_sandbox_a_sender_that_is_not_verified_is_worth_a_warning() -> None:
    desk = Desk()
    desk.sandboxed = True
    desk.person(1)
    desk.create(sender=Sender("New", UNVERIFIED))
    assert faults(desk) == [
        ("sender", "warning", "/fromEmail", "unverified_sender"),
        ("sender", "warning", "/fromEmail", "no_postal_address"),
    ]


def test_a_start_that_has_passed_is_told() -> None:
    desk = Desk()
    desk.person(1)
    made = desk.create(start="2026-03-02T11:00")
    desk.clock.move(hours=5)
    assert faults(desk) == [("schedule", "warning", "/startDate", "past_date")]
    desk.campaigns.save(made, replace(made, end_at=made.created_at + timedelta(hours=2)))
    assert [one[3] for one in faults(desk)] == ["end_before_start", "past_date"]


def test_a_variable_that_some_of_the_people_lack_is_counted() -> None:
    desk = letter("<p>{{ contact.first_name }} {{ contact.plan|default('free') }}</p>")
    desk.person(2)
    desk.person(3, first_name="")
    (found,) = [one for one in looked(desk) if not one.ok]
    assert (found.id, found.level, found.pointer) == ("variables", "warning", "/steps/0/template")
    assert "contact.first_name has no fallback, and 2 of 3 people" in found.detail
    assert '{{ contact.first_name|default("…") }}' in found.detail


def test_each_language_is_looked_at_with_those_who_read_it() -> None:
    desk = Desk()
    desk.person(1, locale="de-AT")
    desk.person(2, locale="fr", first_name="Zoé")
    variants = {"de": Variant(html='<p>Hallo {{ contact.first_name }} <a href="">x</a></p>')}
    template = Template("welcome", "w", "Hi", "", "<p>{{ contact.first_name }}</p>", "")
    save_template(TENANT, replace(template, variants=variants), desk.templates, NOW_AT)
    desk.create()
    found = [one for one in looked(desk) if not one.ok]
    assert [(one.id, one.detail[:21]) for one in found] == [
        ("variables", "template welcome: con"),
        ("links", "template welcome, de:"),
    ]
    assert "1 of 2 people" in found[0].detail


def test_no_more_of_a_large_audience_is_read_than_a_sample() -> None:
    desk = letter("<p>Hi {{ contact.nickname }}</p>")
    for number in range(2, 600):
        desk.person(number)
    (found,) = [one for one in looked(desk) if not one.ok]
    assert f"{SAMPLE} of {SAMPLE} people" in found.detail


def test_an_audience_that_is_hard_to_find_is_told_apart_from_none() -> None:
    desk = Desk()
    for number in range(600):
        desk.person(number)
    desk.create(segment=desk.segment("rare"))
    (found,) = [one for one in looked(desk) if not one.ok]
    assert (found.code, found.level) == ("sparse_audience", Level.WARNING)
    assert "of 400 contacts" in found.detail


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<a href="">x</a>', ("links", "warning", "/steps/0/template", "empty_link")),
        ('<a href="#">x</a>', ("links", "warning", "/steps/0/template", "empty_link")),
        ('<a href="/prices">x</a>', ("links", "warning", "/steps/0/template", "relative_link")),
        ('<a href="https://a b">x</a>', ("links", "warning", "/steps/0/template", "invalid_link")),
        (
            '<img src="https://x.example/a.png">',
            ("text", "warning", "/steps/0/template", "empty_text"),
        ),
        (f"<p>{'x' * 103_000}</p>", ("size", "warning", "/steps/0/template", "clipped")),
    ],
)
def test_what_is_wrong_with_an_email_is_told(html: str, fault: tuple[str, str, str, str]) -> None:
    assert faults(letter(html)) == [fault]


@pytest.mark.parametrize(
    "href",
    ["https://x.example/a?b=c#d", "mailto:a@x.example", "#top", "{{ contact.link }}", "tel:+4912"],
)
def test_links_that_work_are_left_alone(href: str) -> None:
    desk = letter(f'<p>Hi <a href="{href}">there</a></p>')
    assert [one for one in faults(desk) if one[0] == "links"] == []


def test_a_faulty_template_is_an_error_and_is_looked_at_no_further() -> None:
    desk = Desk()
    desk.person(1)
    made = desk.create()
    revision = desk.revision(made)
    assert revision.source
    desk.spoil_template("welcome", "<p>{% for %}</p>")
    assert [one[:2] for one in faults(desk)] == [("content", "error")]


def test_i_16_another_tenants_campaign_is_not_looked_at() -> None:
    desk = letter("<p>Hi</p>")
    with pytest.raises(NotFound):
        look_over("another", ID, desk.looking())
