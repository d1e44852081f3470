"""Fills the ports of every use case.

What a use case needs is imported where its ports are filled, so that a function loads only what
it runs: imports are most of a cold start.
"""

from __future__ import annotations

import os
import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from penguinmails.bootstrap.stores import Stores
from penguinmails.timer.wakeup import HORIZON_S

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from penguinmails.analytics.get_analytics import AnalyticsPorts
    from penguinmails.analytics.project import ProjectPorts
    from penguinmails.api.people_ports import PeoplePorts
    from penguinmails.api.ports import ApiPorts
    from penguinmails.api.workspace_ports import WorkspacePorts
    from penguinmails.audit.ports import AuditPorts
    from penguinmails.bootstrap.adapters import Adapters
    from penguinmails.campaign_templates.campaign_template import CampaignTemplate, Label
    from penguinmails.campaign_templates.instantiate import InstantiatePorts, Wish
    from penguinmails.campaign_templates.save_campaign import SavePorts
    from penguinmails.campaigns.campaign import Campaign
    from penguinmails.campaigns.check import Check
    from penguinmails.campaigns.checklist import ChecklistPorts
    from penguinmails.campaigns.create import Given
    from penguinmails.campaigns.draft_ports import EditPorts
    from penguinmails.campaigns.launch import LaunchPorts
    from penguinmails.campaigns.lifecycle import Lifecycle
    from penguinmails.campaigns.look_over import LookPorts
    from penguinmails.campaigns.rehearse import Rehearsal, RehearsePorts
    from penguinmails.campaigns.revision import Revision
    from penguinmails.campaigns.schedule_launch import SchedulePorts
    from penguinmails.contacts.ports import ContactPorts, DeletePorts
    from penguinmails.enrollments.advance import AdvancePorts
    from penguinmails.enrollments.close import ClosePorts
    from penguinmails.enrollments.depart import Departures
    from penguinmails.enrollments.enroll import EnrollPorts
    from penguinmails.enrollments.find import FindPorts
    from penguinmails.enrollments.intervene import Interventions
    from penguinmails.enrollments.migrate import MigratePorts
    from penguinmails.enrollments.patrol import PatrolPorts
    from penguinmails.enrollments.ports import Writer
    from penguinmails.enrollments.record import RecordPorts
    from penguinmails.enrollments.release import ReleasePorts
    from penguinmails.enrollments.salvage import SalvagePorts
    from penguinmails.enrollments.timeline import TimelinePorts
    from penguinmails.esp.webhook import WebhookPorts
    from penguinmails.imports.errors import ErrorPorts
    from penguinmails.imports.ports import ImportPorts, UploadPorts
    from penguinmails.privacy.ports import PrivacyPorts, RequestPorts
    from penguinmails.properties.declare import PropertyPorts
    from penguinmails.senders.add import AddPorts
    from penguinmails.senders.ask import AskPorts
    from penguinmails.senders.verify import VerifyPorts
    from penguinmails.sends.mail_verification import MailPorts
    from penguinmails.sends.port import Esp
    from penguinmails.templates.preview import PreviewPorts
    from penguinmails.templates.template import Template
    from penguinmails.tenants.create import TenantPorts
    from penguinmails.tenants.create_key import KeyPorts
    from penguinmails.timer.dispatch import DispatchPorts
    from penguinmails.tracking.content import Contents
    from penguinmails.tracking.ports import PublicPorts
    from penguinmails.tracking.tokens import Token

SETTLE_S = 40
"""W, and ten seconds for clocks that differ: after this nobody works on an older state."""


class House(Stores):
    """All use cases with their ports filled, over one set of adapters."""

    def __init__(self, adapters: Adapters) -> None:
        super().__init__(adapters)
        self._horizon_s = 0 if adapters.virtual else HORIZON_S
        self._settle_s = 0 if adapters.virtual else SETTLE_S

    @cached_property
    def lifecycle(self) -> Lifecycle:
        """Changes of a campaign's state."""
        from penguinmails.campaigns.lifecycle import Lifecycle

        given = self.adapters
        return Lifecycle(self.campaigns, self.timer, given.queues, given.clock)

    @cached_property
    def contents(self) -> Contents:
        """What emails say, compiled."""
        from penguinmails.tracking.content import Contents

        return Contents(self.campaigns)

    @cached_property
    def writer(self) -> Writer:
        """Renders messages."""
        from penguinmails.sends.writer import MessageWriter

        given = self.adapters
        return MessageWriter(self.contents, given.keyring(), given.public_url)

    def esp_of(self, tenant: str) -> Esp:
        """Give the ESP that a tenant sends through."""
        return self.adapters.esp(self.tenants.get(tenant).esp)

    def advancer(self) -> AdvancePorts:
        """Fill the ports of `advance`."""
        from penguinmails.enrollments.advance import AdvancePorts

        return AdvancePorts(
            clock=self.adapters.clock,
            enrollments=self.enrollments,
            contacts=self.contacts,
            campaigns=self.campaigns,
            suppressions=self.suppressions,
            holds=self.holds,
            timer=self.timer,
            queues=self.adapters.queues,
            writer=self.writer,
            esp_of=self.esp_of,
            lifecycle=self.lifecycle,
            horizon_s=self._horizon_s,
        )

    def launching(self) -> LaunchPorts:
        """Fill the ports of `launch` and `begin`."""
        from penguinmails.campaigns.launch import LaunchPorts

        given = self.adapters
        return LaunchPorts(
            self.campaigns,
            self.timer,
            given.queues,
            given.clock,
            self.contact_shards,
            self.contents_of,
            self._horizon_s,
            self._importing,
        )

    def _importing(self, tenant: str, segment: str) -> bool:
        return self.imports.importing(tenant, segment)

    def enrolling(self) -> EnrollPorts:
        """Fill the ports of `enroll_lane`."""
        from penguinmails.enrollments.enroll import EnrollPorts

        given = self.adapters
        return EnrollPorts(
            self.campaigns, self.contacts, self.enrollments, self.lanes, given.queues, given.clock
        )

    @cached_property
    def interventions(self) -> Interventions:
        """Pauses, resumes and ends one enrollment."""
        from penguinmails.enrollments.intervene import InterventionPorts, Interventions

        given = self.adapters
        return Interventions(
            InterventionPorts(
                self.campaigns, self.enrollments, self.timer, given.queues, given.clock
            )
        )

    def finding(self) -> FindPorts:
        """Fill the ports of `find`."""
        from penguinmails.enrollments.find import FindPorts

        return FindPorts(self.campaigns, self.enrollments)

    def migrating(self) -> MigratePorts:
        """Fill the ports of `migrate`, `forecast` and `go_on`."""
        from penguinmails.enrollments.migrate import MigratePorts

        return MigratePorts(
            campaigns=self.campaigns,
            enrollments=self.enrollments,
            lanes=self.migrations,
            timer=self.timer,
            queues=self.adapters.queues,
            clock=self.adapters.clock,
            horizon_s=self._horizon_s,
            settle_s=self._settle_s,
        )

    def releaser(self) -> ReleasePorts:
        """Fill the ports of `release`."""
        from penguinmails.enrollments.release import ReleasePorts

        given = self.adapters
        return ReleasePorts(self.campaigns, self.holds, self.enrollments, given.queues, given.clock)

    def closer(self) -> ClosePorts:
        """Fill the ports of `close`."""
        from penguinmails.enrollments.close import ClosePorts

        return ClosePorts(
            campaigns=self.campaigns,
            lanes=self.lanes,
            enrollments=self.enrollments,
            lifecycle=self.lifecycle,
            timer=self.timer,
            queues=self.adapters.queues,
            clock=self.adapters.clock,
            settle_s=self._settle_s,
        )

    def dispatcher(self) -> DispatchPorts:
        """Fill the ports of `dispatch`."""
        from penguinmails.timer.dispatch import LOOK_AHEAD_S, DispatchPorts

        given = self.adapters
        look_ahead_s = 0 if given.virtual else LOOK_AHEAD_S
        return DispatchPorts(given.clock, self.timer, self.cursor, given.queues, look_ahead_s)

    def patrol(self) -> PatrolPorts:
        """Fill the ports of `patrol`."""
        from penguinmails.enrollments.patrol import PatrolPorts

        given = self.adapters
        return PatrolPorts(self.beats, self.enrollments, self.campaigns, given.queues, given.clock)

    def salvager(self) -> SalvagePorts:
        """Fill the ports of `salvage`."""
        from penguinmails.enrollments.salvage import SalvagePorts

        return SalvagePorts(self.holds, self.enrollments, self.adapters.clock)

    def projector(self) -> ProjectPorts:
        """Fill the ports of `project`."""
        from penguinmails.analytics.project import ProjectPorts

        given = self.adapters
        if given.virtual:
            return ProjectPorts(self.counters, given.queues, close_delay_s=0)
        return ProjectPorts(self.counters, given.queues)

    def analytics(self) -> AnalyticsPorts:
        """Fill the ports of `get_analytics`."""
        from penguinmails.analytics.get_analytics import AnalyticsPorts

        return AnalyticsPorts(self.campaigns, self.counters)

    def webhook(self) -> WebhookPorts:
        """Fill the ports of `take_in`."""
        from penguinmails.esp.hooks import KeptHooks
        from penguinmails.esp.webhook import WebhookPorts

        given = self.adapters
        return WebhookPorts(KeptHooks(self.tenants, given.clock), given.queues, given.clock)

    @cached_property
    def departures(self) -> Departures:
        """Ends what a person is enrolled in."""
        from penguinmails.enrollments.depart import Departures

        return Departures(self.contacts, self.enrollments)

    def recorder(self) -> RecordPorts:
        """Fill the ports of `record`."""
        from penguinmails.enrollments.record import RecordPorts
        from penguinmails.esp.receive import receive

        given = self.adapters
        return RecordPorts(
            clock=given.clock,
            keyring=given.keyring(),
            enrollments=self.enrollments,
            suppressions=self.suppressions,
            departures=self.departures,
            queues=given.queues,
            receive=receive,
        )

    def public(self) -> PublicPorts:
        """Fill the ports of the pages that readers see."""
        from penguinmails.tracking.ports import PublicPorts
        from penguinmails.tracking.unsubscribe import UnsubscribePorts
        from penguinmails.tracking.visit import VisitPorts

        given = self.adapters
        ring = given.keyring()
        return PublicPorts(
            VisitPorts(given.clock, ring, given.queues, self._follow),
            UnsubscribePorts(given.clock, ring, self.suppressions, self.departures, given.queues),
            self.verifying(),
        )

    def _follow(self, token: Token) -> str:
        from penguinmails.tracking.follow import FollowPorts, follow

        return follow(token, FollowPorts(self.contents, self.contacts))

    def contents_of(self, campaign: Campaign, revision: Revision) -> Mapping[int, Template]:
        """Check that a revision can be launched, and give its emails by step."""
        from penguinmails.campaigns.checklist import contents_of

        return contents_of(campaign, revision, self._checklist())

    def _checklist(self) -> ChecklistPorts:
        from penguinmails.campaigns.checklist import ChecklistPorts

        return ChecklistPorts(self.segments, self.templates, self.adapters.clock)

    def looking(self) -> LookPorts:
        """Fill the ports of `look_over`."""
        from penguinmails.campaigns.look_over import LookPorts
        from penguinmails.templates.context import context_for

        return LookPorts(
            campaigns=self.campaigns,
            checklist=self._checklist(),
            contacts=self.contacts,
            context_for=context_for,
            importing=self.imports.importing,
            may_send_from=self.may_send_from,
            has_postal_address=self._has_postal_address,
        )

    def _has_postal_address(self, tenant: str, email: str) -> bool:
        sender = self.senders.find(tenant, email)
        return sender is not None and bool(sender.postal_address)

    def previewing(self) -> PreviewPorts:
        """Fill the ports of `preview`."""
        from penguinmails.templates.preview import PreviewPorts

        return PreviewPorts(self.templates, self.contacts)

    def editing(self) -> EditPorts:
        """Fill the ports of `edit`."""
        from penguinmails.campaigns.draft_ports import EditPorts

        return EditPorts(
            self.campaigns,
            self.segments,
            self.templates,
            self.timer,
            self.adapters.clock,
            self.contents_of,
            self.adapters.queues,
            self._horizon_s,
        )

    def rehearsing(self) -> RehearsePorts:
        """Fill the ports of `rehearse_create` and `rehearse_edit`."""
        from penguinmails.campaigns.look_over import checks_of
        from penguinmails.campaigns.rehearse import RehearsePorts

        looking = self.looking()
        return RehearsePorts(
            self.editing(),
            self.campaigns,
            lambda campaign, revision: checks_of(campaign, revision, looking),
        )

    def look_over(self, tenant: str, campaign: str) -> Sequence[Check]:
        """Go through the launch checklist of a campaign."""
        from penguinmails.campaigns.look_over import look_over

        return look_over(tenant, campaign, self.looking())

    def rehearse_create(self, tenant: str, given: Given) -> Rehearsal:
        """Tell what would come of creating a campaign."""
        from penguinmails.campaigns.rehearse import rehearse_create

        return rehearse_create(tenant, given, self.rehearsing())

    def rehearse_edit(
        self, tenant: str, campaign: str, change: Callable[[Given], Given]
    ) -> Rehearsal:
        """Tell what would come of editing a campaign."""
        from penguinmails.campaigns.rehearse import rehearse_edit

        return rehearse_edit(tenant, campaign, change, self.rehearsing())

    def save_campaign(
        self, tenant: str, campaign: str, label: Label, *, with_content: bool, by: str
    ) -> CampaignTemplate:
        """Save a campaign as a campaign template."""
        from penguinmails.campaign_templates.save_campaign import save_campaign

        given = self.saving_campaigns()
        return save_campaign(tenant, campaign, label, given, with_content=with_content, by=by)

    def instantiate(
        self, tenant: str, reference: str, campaign: str, wish: Wish, by: str
    ) -> Campaign:
        """Begin a new campaign from a campaign template."""
        from penguinmails.campaign_templates.instantiate import instantiate

        return instantiate(tenant, reference, campaign, wish, self.instantiating(), by)

    def saving_campaigns(self) -> SavePorts:
        """Fill the ports of `save_campaign`."""
        from penguinmails.campaign_templates.save_campaign import SavePorts

        return SavePorts(
            self.campaigns, self.templates, self.campaign_templates, self.adapters.clock
        )

    def instantiating(self) -> InstantiatePorts:
        """Fill the ports of `instantiate`."""
        from penguinmails.campaign_templates.instantiate import InstantiatePorts
        from penguinmails.campaigns.draft_ports import CreatePorts

        create = CreatePorts(self.campaigns, self.segments, self.templates, self.adapters.clock)
        return InstantiatePorts(self.campaign_templates, self.templates, create)

    def scheduling(self) -> SchedulePorts:
        """Fill the ports of `schedule_launch`."""
        from penguinmails.campaigns.schedule_launch import SchedulePorts

        return SchedulePorts(self.editing(), self._launch)

    def changing_contacts(self) -> ContactPorts:
        """Fill the ports of what changes contacts."""
        from penguinmails.contacts.ports import ContactPorts

        given = self.adapters
        contact_id = given.keyring().contact_id
        return ContactPorts(self.contacts, self.properties, self.segments, given.clock, contact_id)

    def deleting_contacts(self) -> DeletePorts:
        """Fill the ports of `delete`."""
        from penguinmails.contacts.ports import DeletePorts

        return DeletePorts(self.contacts, self.departures.depart, self.adapters.clock)

    def declaring(self) -> PropertyPorts:
        """Fill the ports of what declares properties."""
        from penguinmails.properties.declare import PropertyPorts

        return PropertyPorts(self.properties, self.adapters.clock)

    def telling(self) -> TimelinePorts:
        """Fill the ports of `timeline`."""
        from penguinmails.enrollments.timeline import TimelinePorts

        return TimelinePorts(self.contacts, self.enrollments, self.campaigns)

    def privacy(self) -> PrivacyPorts:
        """Fill the ports of erasures and exports."""
        from penguinmails.enrollments.timeline import entries_of
        from penguinmails.privacy.ports import PrivacyPorts

        given, telling = self.adapters, self.telling()
        return PrivacyPorts(
            jobs=self.jobs,
            contacts=self.contacts,
            suppressions=self.suppressions,
            blobs=given.blobs(),
            depart=self.departures.depart,
            entries_of=lambda tenant, members: entries_of(tenant, members, telling),
            clock=given.clock,
        )

    def asking_privacy(self) -> RequestPorts:
        """Fill the ports of `ask` for a person, and of `look`."""
        from penguinmails.privacy.ports import RequestPorts

        given = self.adapters
        blobs = given.blobs()
        return RequestPorts(self.jobs, self.contacts, blobs, self.timer, given.queues, given.clock)

    def _people(self) -> PeoplePorts:
        from penguinmails.api.people_ports import PeoplePorts

        return PeoplePorts(
            change=self.changing_contacts(),
            delete=self.deleting_contacts(),
            directory=self.contacts,
            telling=self.telling(),
            properties=self.declaring(),
            asking=self.asking_privacy(),
            errors=self.import_errors(),
        )

    def import_errors(self) -> ErrorPorts:
        """Fill the ports of `errors_file`."""
        from penguinmails.imports.errors import ErrorPorts

        return ErrorPorts(self.imports, self.adapters.blobs())

    def importer(self) -> ImportPorts:
        """Fill the ports of `read_page`."""
        from penguinmails.imports.ports import ImportPorts

        given = self.adapters
        return ImportPorts(
            imports=self.imports,
            contacts=self.contacts,
            properties=self.properties,
            blobs=given.blobs(),
            queues=given.queues,
            clock=given.clock,
            contact_id=given.keyring().contact_id,
        )

    def api(self) -> ApiPorts:
        """Fill the ports of the HTTP API."""
        from penguinmails.api.ports import ApiPorts

        given = self.adapters
        return ApiPorts(
            tenants=self.tenants,
            campaigns=self.campaigns,
            lanes=self.lanes,
            edit=self.editing(),
            launch=self._launch,
            desk=self,
            lifecycle=self.lifecycle,
            analytics=self._analytics,
            segments=self.segments,
            templates=self.templates,
            previewing=self.previewing,
            upload=self._upload(),
            audit=self.auditing,
            workspace=self._workspace,
            contacts=self.contacts,
            people=self._people,
            contact_id=given.keyring().contact_id,
            enrollments=self.enrollments,
            suppressions=self.suppressions,
            depart=self.departures.depart,
            attempts=self.attempts,
            rates=self.rates,
            queues=given.queues,
            clock=given.clock,
            ids=given.ids,
            sleep=time.sleep,
            cursor_seal=given.keyring().cursor_seal,
        )

    def _workspace(self) -> WorkspacePorts:
        from penguinmails.api.workspace_ports import WorkspacePorts

        return WorkspacePorts(
            audit_log=self.audit,
            keys=self.tenants,
            new_keys=self.key_ports(),
            topics=self.topics,
            senders=self.senders,
            new_senders=self.adding_senders(),
            mailing=self.mailing(),
        )

    def _launch(
        self,
        tenant: str,
        campaign: str,
        even_if_importing: bool = False,  # noqa: FBT001, FBT002 - it fills two ports
    ) -> Campaign:
        from penguinmails.campaigns.launch import launch

        given = self.launching()
        return launch(tenant, campaign, given, even_if_importing=even_if_importing)

    def _analytics(
        self, tenant: str, campaign: str, first: date | None, last: date | None
    ) -> dict[str, Any]:
        from penguinmails.analytics.get_analytics import get_analytics
        from penguinmails.analytics.present import to_api

        report = get_analytics(tenant, campaign, first, last, self.analytics())
        return to_api(report, self._links(tenant, campaign, {link.step for link in report.links}))

    def _links(self, tenant: str, campaign: str, steps: set[int]) -> dict[int, tuple[str, ...]]:
        number = self.campaigns.get(tenant, campaign).revision if steps else 0
        emails = self.campaigns.revision(tenant, campaign, number).sequence.steps if steps else {}
        return {
            step: self.contents.email(tenant, campaign, number, step).links
            for step in steps & emails.keys()
        }

    def _upload(self) -> UploadPorts:
        from penguinmails.imports.ports import UploadPorts

        given = self.adapters
        blobs = given.blobs()
        return UploadPorts(
            self.imports, self.segments, blobs, self.timer, given.queues, given.clock
        )

    def tenant_ports(self) -> TenantPorts:
        """Fill the ports of `create_workspace`."""
        from penguinmails.tenants.create import TenantPorts

        given = self.adapters
        return TenantPorts(self.tenants, given.ids, given.clock, os.urandom)

    def key_ports(self) -> KeyPorts:
        """Fill the ports of `create_key`."""
        from penguinmails.tenants.create_key import KeyPorts

        return KeyPorts(self.tenants, self.adapters.clock, os.urandom)

    def auditing(self) -> AuditPorts:
        """Fill the ports of `begin`, `finish` and `withdraw`."""
        from penguinmails.audit.ports import AuditPorts

        return AuditPorts(self.audit, self.adapters.clock)

    def adding_senders(self) -> AddPorts:
        """Fill the ports of `add_sender`."""
        from penguinmails.senders.add import AddPorts

        return AddPorts(self.senders, self.adapters.clock)

    def asking_senders(self) -> AskPorts:
        """Fill the ports of `ask_verification`."""
        from penguinmails.senders.ask import AskPorts

        given = self.adapters
        return AskPorts(self.senders, given.clock, os.urandom, given.public_url)

    def mailing(self) -> MailPorts:
        """Fill the ports of `mail_verification`."""
        from penguinmails.sends.mail_verification import MailPorts

        return MailPorts(self.asking_senders(), self.esp_of, self.adapters.mail_from)

    def verifying(self) -> VerifyPorts:
        """Fill the ports of `look` and `verify`."""
        from penguinmails.senders.verify import VerifyPorts

        return VerifyPorts(self.senders, self.adapters.clock)

    def may_send_from(self, tenant: str, email: str) -> bool:
        """Tell whether a workspace may send from an address."""
        from penguinmails.senders.may_send import may_send_from

        return may_send_from(tenant, email, self.senders)
