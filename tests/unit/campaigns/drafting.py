"""Campaigns to create and to edit, over in-memory adapters."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from penguinmails.campaigns.campaign import Campaign, CampaignType, Sender
from penguinmails.campaigns.checklist import ChecklistPorts, contents_of
from penguinmails.campaigns.create import Given, create
from penguinmails.campaigns.draft_ports import CreatePorts, EditPorts
from penguinmails.campaigns.look_over import LookPorts, checks_of
from penguinmails.campaigns.rehearse import RehearsePorts
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.store import CampaignStore
from penguinmails.clock import ManualClock
from penguinmails.contacts.contact import Contact
from penguinmails.contacts.store import ContactStore
from penguinmails.ids import CountingIds, derived
from penguinmails.imports.job import ImportJob, Layout
from penguinmails.imports.store import ImportStore
from penguinmails.queues.memory import MemoryQueues
from penguinmails.segments.segment import make_segment, segment_id
from penguinmails.segments.store import SegmentStore
from penguinmails.senders.standing import Standing
from penguinmails.table.memory import MemoryTable
from penguinmails.table.port import Value
from penguinmails.templates.context import context_for
from penguinmails.templates.saved import SavedTemplate
from penguinmails.templates.store import TemplateStore
from penguinmails.templates.template import Template
from penguinmails.timer.store import TimerStore

NOW_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TENANT = "01890000-0000-7000-8000-000000000001"
ID = "01890000-0000-7000-8000-00000000000a"
STEPS: tuple[Mapping[str, Any], ...] = (
    {"email": "hello", "template": "welcome"},
    {"wait": "2 days"},
    {"branch": [{"if": "steps.hello.opened", "steps": [{"email": "more", "template": "welcome"}]}]},
)
WHOLE = Given(
    name="Welcome",
    type=CampaignType.DRIP,
    time_zone="Europe/Berlin",
    segment="everybody",
    sender=Sender("Northlight", "hello@northlight.example"),
    steps=STEPS,
)
UNVERIFIED = "new@northlight.example"
ADDRESS = "1 Pier\nOslo"


class Desk:
    """Where campaigns are drafted; a template `welcome` and a segment `everybody` are there."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW_AT)
        self.table = MemoryTable()
        self.campaigns = CampaignStore(self.table, self.clock)
        self.segments = SegmentStore(self.table)
        self.templates = TemplateStore(self.table)
        self.timer = TimerStore(MemoryTable(), CountingIds())
        self.queues = MemoryQueues(self.clock)
        self.ids = CountingIds()
        self.imports = ImportStore(self.table)
        self.contacts = ContactStore(MemoryTable(), lambda _tenant: 2)
        self.sandboxed = False
        self.address = ADDRESS
        self.segments.save(make_segment(TENANT, "everybody", "Everybody", NOW_AT))
        self.save_template("welcome", "<p>Hi</p>")

    def save_template(self, slug: str, html: str) -> None:
        template = Template(slug, slug, "Hello", "", html, "")
        old = self.templates.get(TENANT, slug)
        version = old.version + 1 if old else 1
        saved = SavedTemplate(TENANT, slug, template, template, version, NOW_AT)
        self.templates.save(saved, old)

    def spoil_template(self, slug: str, html: str) -> None:
        """Leave a template as no check would let it through."""
        saved = self.templates.get(TENANT, slug)
        assert saved is not None
        ready = replace(saved.ready, html=html)
        self.templates.save(replace(saved, template=ready, ready=ready, version=2), saved)

    def segment(self, slug: str) -> str:
        made = make_segment(TENANT, slug, slug, NOW_AT)
        self.segments.save(made)
        return made.id

    def given(self, given: Given = WHOLE, **changes: object) -> Given:
        fields: dict[str, Any] = dict(changes)
        return replace(given, **fields)

    def create(self, given: Given = WHOLE, **changes: object) -> Campaign:
        ports = CreatePorts(self.campaigns, self.segments, self.templates, self.clock)
        return create(TENANT, ID, self.given(given, **changes), ports)

    def editing(self) -> EditPorts:
        return EditPorts(
            self.campaigns,
            self.segments,
            self.templates,
            self.timer,
            self.clock,
            self.check,
            self.queues,
        )

    def looking(self) -> LookPorts:
        return LookPorts(
            campaigns=self.campaigns,
            checklist=self.checklist(),
            contacts=self.contacts,
            context_for=context_for,
            importing=self.imports.importing,
        )

    def rehearsing(self) -> RehearsePorts:
        looking = self.looking()
        return RehearsePorts(
            self.editing(),
            self.campaigns,
            lambda campaign, revision: checks_of(campaign, revision, looking),
        )

    def person(self, number: int, *, locale: str = "", **attributes: Value) -> None:
        email = f"person{number}@example.com"
        everybody = segment_id(TENANT, "everybody")
        contact = Contact(
            TENANT,
            derived("contact", number),
            email,
            attributes,
            locale=locale,
            segments=frozenset({everybody}),
            created_at=NOW_AT,
            updated_at=NOW_AT,
        )
        self.contacts.add(contact, "test")

    def import_into(self, slug: str) -> ImportJob:
        layout = Layout(("email",), ",")
        job = ImportJob(TENANT, self.ids.new(), segment_id(TENANT, slug), layout, 1, NOW_AT, NOW_AT)
        self.imports.add(job)
        return job

    def check(self, campaign: Campaign, revision: Revision) -> Mapping[int, Template]:
        return contents_of(campaign, revision, self.checklist())

    def checklist(self) -> ChecklistPorts:
        return ChecklistPorts(self.segments, self.templates, self.clock, self.standing_of)

    def standing_of(self, _tenant: str, email: str) -> Standing:
        """Tell that all addresses are verified and have a postal address, but for one."""
        if email == UNVERIFIED:
            return Standing(is_verified=False, postal_address="", is_sandboxed=self.sandboxed)
        return Standing(is_verified=True, postal_address=self.address, is_sandboxed=self.sandboxed)

    def revision(self, campaign: Campaign) -> Revision:
        return self.campaigns.revision(TENANT, campaign.id, campaign.revision)
