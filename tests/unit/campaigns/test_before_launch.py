"""Campaigns before they begin: scheduled, unscheduled, archived, deleted; and what a launch sends."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from penguinmails.campaign_templates.campaign_template import Label
from penguinmails.campaign_templates.instantiate import Wish, instantiate
from penguinmails.campaign_templates.save_campaign import save_campaign
from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.campaigns.delete import delete
from penguinmails.campaigns.edit import edit
from penguinmails.campaigns.launch import launch
from penguinmails.campaigns.look_over import look_over
from penguinmails.campaigns.rehearse import rehearse_edit
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.schedule_launch import schedule_launch
from penguinmails.errors import Conflict, InvalidInput, NotFound
from penguinmails.imports.job import ImportJob, ImportStatus, Layout
from penguinmails.segments.segment import make_segment
from penguinmails.templates.save import save_template
from penguinmails.templates.template import Template
from tests.simulation.steps import email, wait
from tests.simulation.taps import Crash, before, die
from tests.world import START_AT, TENANT, World

STEPS = [email("a"), wait("1 day"), email("b")]
TOMORROW = "2026-03-03T09:00"


class Office(World):
    """A world with a template, whose launches check and freeze what is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.write("first")
        self.everybody = make_segment(TENANT, "people", "People", START_AT)
        self.segments.save(self.everybody)

    def write(self, words: str) -> None:
        template = Template("hello", "Hello", "Hi", "", f"<p>{words}</p>", "")
        save_template(TENANT, template, self.templates, START_AT)

    def contents_of(self, campaign: Campaign, revision: Revision) -> Mapping[int, Template]:
        found = self.templates.read(TENANT, ["hello"])["hello"]
        return dict.fromkeys((1, 3), found)

    def draft(self, start: str | None = None) -> Campaign:
        made = self.campaign([{"email": slug, "template": "hello"} for slug in ("a", "b")])
        named = self.campaigns.save(made, replace(made, segment=self.everybody.id))
        return self.schedule(named, start) if start else named

    def begun(self) -> Campaign:
        return launch(TENANT, self.draft().id, self.launching())

    def schedule(self, campaign: Campaign, start: str) -> Campaign:
        return schedule_launch(TENANT, campaign.id, start, self.scheduling())

    def said(self, campaign: Campaign) -> str:
        stands = self.get(campaign)
        return self.campaigns.content(TENANT, stands.id, stands.revision, 1).html

    def importing_into(self, segment: str) -> ImportJob:
        now_at = self.clock.now()
        number = self.adapters.ids.new()
        job = ImportJob(TENANT, number, segment, Layout(("email",), ","), 1, now_at, now_at)
        self.imports.add(job)
        return job


def test_m_sched_02_a_draft_is_scheduled_in_one_go() -> None:
    office = Office()
    scheduled = office.draft(TOMORROW)
    assert scheduled.status is CampaignStatus.SCHEDULED
    assert scheduled.start_at == START_AT + timedelta(days=1)
    office.pass_time(days=1, minutes=2)
    assert office.get(scheduled).launched_at is not None


def test_m_sched_05_a_scheduled_start_is_moved() -> None:
    office = Office()
    moved = office.schedule(office.draft(TOMORROW), "2026-03-05T09:00")
    assert (moved.status, moved.start_at) == (
        CampaignStatus.SCHEDULED,
        START_AT + timedelta(days=3),
    )
    office.pass_time(days=2)
    assert office.get(moved).status is CampaignStatus.SCHEDULED
    office.pass_time(days=1, minutes=2)
    assert office.get(moved).launched_at is not None


def test_a_campaign_is_scheduled_in_another_zone() -> None:
    office = Office()
    ports = office.scheduling()
    made = schedule_launch(TENANT, office.draft().id, TOMORROW, ports, "Europe/Berlin")
    assert made.time_zone == "Europe/Berlin"
    assert made.start_at == START_AT + timedelta(hours=23)


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ("", "missing"),
        ("2026-03-01T09:00", "past_date"),
        ("2031-03-01T09:00", "far_date"),
        ("1026-03-01T09:00", "invalid_date"),
        ("tomorrow", "invalid_date"),
    ],
)
def test_m_sched_07_an_absurd_start_is_refused(start: str, code: str) -> None:
    office = Office()
    draft = office.draft()
    with pytest.raises(InvalidInput) as refused:
        office.schedule(draft, start)
    (problem,) = refused.value.problems
    assert (problem.pointer, problem.code) == ("/startDate", code)
    assert office.get(draft).status is CampaignStatus.DRAFT


def test_scheduling_goes_on_after_a_crash_between_its_writes() -> None:
    office = Office()
    draft = office.draft()
    before(office.main, "wakeups.put", die)
    with pytest.raises(Crash):
        office.schedule(draft, TOMORROW)
    assert office.get(draft).status is CampaignStatus.DRAFT
    assert office.schedule(draft, TOMORROW).status is CampaignStatus.SCHEDULED


def test_m_sched_06_an_unscheduled_campaign_is_a_draft_that_does_not_begin() -> None:
    office = Office()
    scheduled = office.draft(TOMORROW)
    draft = office.lifecycle.unschedule(scheduled)
    assert (draft.status, draft.start_at) == (CampaignStatus.DRAFT, scheduled.start_at)
    assert office.lifecycle.unschedule(scheduled) == draft
    office.pass_time(days=2)
    assert office.get(draft).status is CampaignStatus.DRAFT


def test_a_campaign_that_has_begun_cannot_be_unscheduled() -> None:
    office = Office()
    begun = office.begun()
    with pytest.raises(Conflict, match="cannot unschedule a campaign that is active"):
        office.lifecycle.unschedule(begun)


def test_a_campaign_launched_again_sends_its_templates_as_they_are_now() -> None:
    """What an earlier schedule froze does not stand in the way."""
    office = Office()
    scheduled = office.draft(TOMORROW)
    assert "first" in office.said(scheduled)
    office.lifecycle.unschedule(scheduled)
    office.write("second")
    again = office.schedule(scheduled, TOMORROW)
    assert "second" in office.said(again)
    assert again.revision == scheduled.revision + 1


def test_i_25_a_schedule_stands_while_templates_change() -> None:
    office = Office()
    scheduled = office.draft(TOMORROW)
    office.write("second")
    assert "first" in office.said(scheduled)


def test_an_edit_of_a_scheduled_campaign_takes_its_templates_as_they_are_now() -> None:
    office = Office()
    scheduled = office.draft(TOMORROW)
    office.write("second")
    edit(TENANT, scheduled.id, lambda given: replace(given, name="New"), office.editing())
    assert "second" in office.said(scheduled)


def test_a_launch_while_people_are_imported_is_refused_unless_it_is_meant() -> None:
    """It would find an empty audience, and be over at once."""
    office = Office()
    draft = office.draft()
    job = office.importing_into(draft.segment)
    with pytest.raises(Conflict, match="launch with evenIfImporting"):
        launch(TENANT, draft.id, office.launching())
    assert office.get(draft).status is CampaignStatus.DRAFT
    office.imports.save(job, replace(job, status=ImportStatus.FAILED))
    other = office.draft()
    assert launch(TENANT, other.id, office.launching()).status is CampaignStatus.ACTIVE
    office.importing_into(draft.segment)
    meant = launch(TENANT, draft.id, office.launching(), even_if_importing=True)
    assert meant.status is CampaignStatus.ACTIVE


def test_a_launch_for_later_does_not_mind_an_import() -> None:
    office = Office()
    draft = office.draft()
    office.importing_into(draft.segment)
    assert office.schedule(draft, TOMORROW).status is CampaignStatus.SCHEDULED


def test_what_has_ended_is_archived_and_keeps_its_dates() -> None:
    office = Office()
    campaign = office.launch(office.draft())
    office.pass_time(hours=1)
    done = office.get(campaign)
    archived = office.lifecycle.archive(campaign)
    assert (archived.status, archived.completed_at) == (CampaignStatus.ARCHIVED, done.completed_at)
    assert done.completed_at is not None
    assert office.lifecycle.archive(campaign) == archived


def test_what_goes_on_is_not_archived() -> None:
    office = Office()
    scheduled = office.draft(TOMORROW)
    with pytest.raises(Conflict, match="has to be cancelled or completed or draft"):
        office.lifecycle.archive(scheduled)


@pytest.mark.parametrize("ended", ["draft", "archive", "cancel"])
def test_a_campaign_that_never_began_is_deleted_with_all_it_had(ended: str) -> None:
    office = Office()
    draft = office.draft(TOMORROW if ended == "cancel" else None)
    if ended != "draft":
        getattr(office.lifecycle, ended)(draft)
    delete(TENANT, draft.id, office.campaigns, office.clock)
    with pytest.raises(NotFound):
        office.get(draft)
    assert draft.id not in str(office.tables["core"].rows)
    with pytest.raises(NotFound):
        delete(TENANT, draft.id, office.campaigns, office.clock)


def test_a_wake_up_of_a_deleted_campaign_does_nothing() -> None:
    office = Office()
    scheduled = office.draft(TOMORROW)
    office.lifecycle.unschedule(scheduled)
    delete(TENANT, scheduled.id, office.campaigns, office.clock)
    office.pass_time(days=2)
    assert office.lines.receive() is None


def test_a_deletion_and_a_launch_at_once_leave_one_of_them() -> None:
    office = Office()
    draft = office.draft()
    before(office.main, "core.put", lambda: launch(TENANT, draft.id, office.launching()))
    with pytest.raises(Conflict):
        delete(TENANT, draft.id, office.campaigns, office.clock)
    assert office.get(draft).status is CampaignStatus.ACTIVE


@pytest.mark.parametrize("status", [CampaignStatus.ACTIVE, CampaignStatus.SCHEDULED])
def test_what_is_under_way_is_not_deleted(status: CampaignStatus) -> None:
    office = Office()
    campaign = office.draft(TOMORROW) if status == "scheduled" else office.begun()
    assert campaign.status is status
    with pytest.raises(Conflict, match="cannot delete a campaign that"):
        delete(TENANT, campaign.id, office.campaigns, office.clock)


def test_the_house_saves_campaigns_as_templates_and_begins_from_them() -> None:
    office = Office()
    draft = office.draft()
    save_campaign(TENANT, draft.id, Label("hello", "Hello"), office.saving_campaigns())
    number = office.adapters.ids.new()
    begun = instantiate(TENANT, "hello", number, Wish("UTC"), office.instantiating())
    assert office.campaigns.find(TENANT, "slug:hello") == begun


def test_the_house_looks_campaigns_over_and_rehearses_edits() -> None:
    office = Office()
    draft = office.draft()
    checks = look_over(TENANT, draft.id, office.looking())
    faults = {(one.id, one.code) for one in checks if not one.ok}
    assert ("audience", "empty_audience") in faults
    told = rehearse_edit(TENANT, draft.id, lambda given: given, office.rehearsing())
    assert {(one.id, one.code) for one in told.checks if not one.ok} == faults
