"""The ports of what few requests about campaigns ask for, over in-memory adapters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from penguinmails.campaign_templates.campaign_template import CampaignTemplate, Label
from penguinmails.campaign_templates.instantiate import InstantiatePorts, Wish, instantiate
from penguinmails.campaign_templates.save_campaign import SavePorts, save_campaign
from penguinmails.campaign_templates.store import CampaignTemplateStore
from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.check import Check
from penguinmails.campaigns.checklist import ChecklistPorts
from penguinmails.campaigns.create import Given
from penguinmails.campaigns.draft_ports import CreatePorts, EditPorts
from penguinmails.campaigns.launch_store import LaunchStore
from penguinmails.campaigns.look_over import LookPorts, checks_of, look_over
from penguinmails.campaigns.rehearse import (
    Rehearsal,
    RehearsePorts,
    rehearse_create,
    rehearse_edit,
)
from penguinmails.campaigns.schedule_launch import SchedulePorts
from penguinmails.campaigns.store import CampaignStore
from penguinmails.clock import Clock
from penguinmails.contacts.store import ContactStore
from penguinmails.enrollments.find import FindPorts
from penguinmails.enrollments.intervene import InterventionPorts, Interventions
from penguinmails.enrollments.migrate import MigratePorts
from penguinmails.enrollments.store import EnrollmentStore
from penguinmails.imports.store import ImportStore
from penguinmails.queues.memory import MemoryQueues
from penguinmails.templates.context import context_for
from penguinmails.templates.store import TemplateStore
from penguinmails.timer.store import TimerStore
from penguinmails.timer.wakeup import HORIZON_S

SETTLE_S = 40


@dataclass(frozen=True, slots=True)
class MemoryDesk:
    """Fills them from the stores of one house."""

    campaigns: CampaignStore
    enrollments: EnrollmentStore
    contacts: ContactStore
    templates: TemplateStore
    imports: ImportStore
    migrations: LaunchStore
    edit: EditPorts
    launch: Callable[[str, str], Campaign]
    timer: TimerStore
    queues: MemoryQueues
    clock: Clock
    campaign_templates: CampaignTemplateStore

    def save_campaign(
        self, tenant: str, campaign: str, label: Label, *, with_content: bool, by: str
    ) -> CampaignTemplate:
        """Save a campaign as a campaign template."""
        given = SavePorts(self.campaigns, self.templates, self.campaign_templates, self.clock)
        return save_campaign(tenant, campaign, label, given, with_content=with_content, by=by)

    def instantiate(
        self, tenant: str, reference: str, campaign: str, wish: Wish, by: str
    ) -> Campaign:
        """Begin a new campaign from a campaign template."""
        known = CreatePorts(self.campaigns, self.edit.segments, self.templates, self.clock)
        given = InstantiatePorts(self.campaign_templates, self.templates, known)
        return instantiate(tenant, reference, campaign, wish, given, by)

    @property
    def interventions(self) -> Interventions:
        """Fill the ports of what is done to one enrollment."""
        return Interventions(
            InterventionPorts(self.campaigns, self.enrollments, self.timer, self.queues, self.clock)
        )

    def look_over(self, tenant: str, campaign: str) -> Sequence[Check]:
        """Go through the launch checklist of a campaign."""
        return look_over(tenant, campaign, self._looking())

    def rehearse_create(self, tenant: str, given: Given) -> Rehearsal:
        """Tell what would come of creating a campaign."""
        return rehearse_create(tenant, given, self._rehearsing())

    def rehearse_edit(
        self, tenant: str, campaign: str, change: Callable[[Given], Given]
    ) -> Rehearsal:
        """Tell what would come of editing a campaign."""
        return rehearse_edit(tenant, campaign, change, self._rehearsing())

    def _rehearsing(self) -> RehearsePorts:
        looking = self._looking()
        return RehearsePorts(
            self.edit,
            self.campaigns,
            lambda campaign, revision: checks_of(campaign, revision, looking),
        )

    def _looking(self) -> LookPorts:
        return LookPorts(
            campaigns=self.campaigns,
            checklist=ChecklistPorts(self.edit.segments, self.edit.templates, self.clock),
            contacts=self.contacts,
            context_for=context_for,
            importing=self.imports.importing,
            may_send_from=lambda _tenant, _email: False,
            has_postal_address=lambda _tenant, _email: True,
        )

    def scheduling(self) -> SchedulePorts:
        """Fill the ports of `schedule_launch`."""
        return SchedulePorts(self.edit, self.launch)

    def finding(self) -> FindPorts:
        """Fill the ports of `find`."""
        return FindPorts(self.campaigns, self.enrollments)

    def migrating(self) -> MigratePorts:
        """Fill the ports of `migrate` and `forecast`."""
        return MigratePorts(
            campaigns=self.campaigns,
            enrollments=self.enrollments,
            lanes=self.migrations,
            timer=self.timer,
            queues=self.queues,
            clock=self.clock,
            horizon_s=HORIZON_S,
            settle_s=SETTLE_S,
        )
