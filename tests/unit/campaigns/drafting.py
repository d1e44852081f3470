"""Campaigns to create and to edit, over in-memory adapters."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from penguinmails.campaigns.campaign import Campaign, CampaignType, Sender
from penguinmails.campaigns.checklist import ChecklistPorts, contents_of
from penguinmails.campaigns.create import Given, create
from penguinmails.campaigns.draft_ports import CreatePorts, EditPorts
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.store import CampaignStore
from penguinmails.clock import ManualClock
from penguinmails.ids import CountingIds
from penguinmails.segments.segment import make_segment
from penguinmails.segments.store import SegmentStore
from penguinmails.table.memory import MemoryTable
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


class Desk:
    """Where campaigns are drafted; a template `welcome` and a segment `everybody` are there."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW_AT)
        self.table = MemoryTable()
        self.campaigns = CampaignStore(self.table)
        self.segments = SegmentStore(self.table)
        self.templates = TemplateStore(self.table)
        self.timer = TimerStore(MemoryTable(), CountingIds())
        self.segments.save(make_segment(TENANT, "everybody", "Everybody", NOW_AT))
        self.save_template("welcome", "<p>Hi</p>")

    def save_template(self, slug: str, html: str) -> None:
        template = Template(slug, slug, "Hello", "", html, "")
        self.templates.save(TENANT, template, self.templates.get(TENANT, slug), NOW_AT)

    def create(self, given: Given = WHOLE, **changes: object) -> Campaign:
        fields: dict[str, Any] = dict(changes)
        ports = CreatePorts(self.campaigns, self.segments, self.templates, self.clock)
        return create(TENANT, ID, replace(given, **fields), ports)

    def editing(self) -> EditPorts:
        return EditPorts(
            self.campaigns, self.segments, self.templates, self.timer, self.clock, self.check
        )

    def check(self, campaign: Campaign, revision: Revision) -> Mapping[int, Template]:
        ports = ChecklistPorts(self.segments, self.templates, self.clock)
        return contents_of(campaign, revision, ports)

    def revision(self, campaign: Campaign) -> Revision:
        return self.campaigns.revision(TENANT, campaign.id, campaign.revision)
