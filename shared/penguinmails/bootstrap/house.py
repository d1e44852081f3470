"""Fills the ports of the use cases behind the API, beside those of the engine.

What a use case needs is imported where its ports are filled; see the engine.
"""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from penguinmails.bootstrap.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from penguinmails.analytics.get_analytics import AnalyticsPorts
    from penguinmails.api.people_ports import PeoplePorts
    from penguinmails.api.ports import ApiPorts
    from penguinmails.api.workspace_ports import WorkspacePorts
    from penguinmails.audit.ports import AuditPorts
    from penguinmails.campaign_templates.campaign_template import CampaignTemplate, Label
    from penguinmails.campaign_templates.instantiate import InstantiatePorts, Wish
    from penguinmails.campaign_templates.save_campaign import SavePorts
    from penguinmails.campaigns.campaign import Campaign, Sender
    from penguinmails.campaigns.check import Check
    from penguinmails.campaigns.create import Given
    from penguinmails.campaigns.draft_ports import EditPorts
    from penguinmails.campaigns.look_over import LookPorts
    from penguinmails.campaigns.rehearse import Rehearsal, RehearsePorts
    from penguinmails.campaigns.schedule_launch import SchedulePorts
    from penguinmails.contacts.ports import ContactPorts, DeletePorts
    from penguinmails.enrollments.find import FindPorts
    from penguinmails.enrollments.intervene import Interventions
    from penguinmails.enrollments.migration import Migration
    from penguinmails.fence.sign import Sign
    from penguinmails.imports.errors import ErrorPorts
    from penguinmails.imports.ports import UploadPorts
    from penguinmails.jobs.job import Job
    from penguinmails.privacy.ports import RequestPorts
    from penguinmails.properties.declare import PropertyPorts
    from penguinmails.senders.add import AddPorts
    from penguinmails.senders.ask import AskPorts
    from penguinmails.senders.verify_domain import DomainPorts
    from penguinmails.sends.ask_test_send import OrderPorts
    from penguinmails.sends.mail_verification import MailPorts
    from penguinmails.sends.test_send import Letter, Recipients
    from penguinmails.templates.preview import PreviewPorts
    from penguinmails.tenants.create import TenantPorts
    from penguinmails.tenants.create_key import KeyPorts


class House(Engine):
    """All use cases with their ports filled, over one set of adapters."""

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

    def migration(self, tenant: str, campaign: str, revision: int) -> Migration:
        """Look how far a migration is."""
        from penguinmails.enrollments.migration import migration

        return migration(tenant, campaign, revision, self.campaigns, self.migrations)

    def analytics(self) -> AnalyticsPorts:
        """Fill the ports of `get_analytics`."""
        from penguinmails.analytics.get_analytics import AnalyticsPorts

        return AnalyticsPorts(self.campaigns, self.counters)

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
        )

    def previewing(self) -> PreviewPorts:
        """Fill the ports of `preview`."""
        from penguinmails.templates.preview import PreviewPorts

        return PreviewPorts(
            self.templates,
            self.contacts,
            lambda tenant, email: self.standing_of(tenant, email).postal_address,
            self.adapters.keyring().image_signature,
        )

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
            fenced=self.fenced,
            analytics=self._analytics,
            segments=self.segments,
            templates=self.templates,
            previewing=self.previewing,
            test_sends=self,
            upload=self.uploading(),
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
            hand=given.hand,
            ids=given.ids,
            sleep=time.sleep,
            cursor_seal=given.keyring().cursor_seal,
        )

    def test_template(
        self, tenant: str, job: str, letter: Letter, sender: Sender, whom: Recipients
    ) -> Job:
        """Have a template mailed as a test."""
        from penguinmails.sends.ask_test_send import ask_of_template

        return ask_of_template(tenant, job, letter, sender, whom, self.asking_test_sends())

    def test_campaign(
        self, campaign: Campaign, job: str, steps: Sequence[str], whom: Recipients
    ) -> Job:
        """Have emails of a campaign mailed as a test."""
        from penguinmails.sends.ask_test_send import ask_of_campaign

        return ask_of_campaign(campaign, job, steps, whom, self.asking_test_sends())

    def asking_test_sends(self) -> OrderPorts:
        """Fill the ports of `ask_of_template` and `ask_of_campaign`."""
        from penguinmails.sends.ask_test_send import OrderPorts
        from penguinmails.sends.check_test_send import CheckPorts

        given = self.adapters
        contact_id = given.keyring().contact_id
        return OrderPorts(
            jobs=self.jobs,
            templates=self.templates,
            campaigns=self.campaigns,
            checks=CheckPorts(self.contacts, self.suppressions, contact_id, self.standing_of),
            timer=self.timer,
            queues=given.queues,
            clock=given.clock,
        )

    @cached_property
    def _sign(self) -> Sign:
        from penguinmails.fence.sign import Sign

        return Sign(self.fence_notes, self.adapters.clock)

    def fenced(self) -> bool:
        """Tell whether all mail is kept back, because tables were restored from a backup."""
        return self._sign.stands()

    def _workspace(self) -> WorkspacePorts:
        from penguinmails.api.workspace_ports import WorkspacePorts

        return WorkspacePorts(
            audit_log=self.audit,
            keys=self.tenants,
            new_keys=self.key_ports(),
            image_keys=self.adapters.keyring(),
            topics=self.topics,
            senders=self.senders,
            new_senders=self.adding_senders(),
            mailing=self.mailing(),
            inbox=self.inbox,
            proving=self.proving_domains,
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

    def uploading(self) -> UploadPorts:
        """Fill the ports of `take_upload`."""
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
        return TenantPorts(self.tenants, given.ids, given.clock, given.randomness, self._stake)

    def _stake(self) -> None:
        from penguinmails.fence.stake import StakePorts, stake

        stake(StakePorts(self.fence_notes, self.identities, self.adapters.clock))

    def key_ports(self) -> KeyPorts:
        """Fill the ports of `create_key`."""
        from penguinmails.tenants.create_key import KeyPorts

        given = self.adapters
        return KeyPorts(self.tenants, given.clock, given.randomness)

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
        return AskPorts(self.senders, given.clock, given.randomness, given.public_url)

    def proving_domains(self) -> DomainPorts:
        """Fill the ports of `verify_domain`."""
        from penguinmails.senders.verify_domain import DomainPorts

        given = self.adapters
        return DomainPorts(self.senders, given.resolver(), given.clock)

    def mailing(self) -> MailPorts:
        """Fill the ports of `mail_verification`."""
        from penguinmails.sends.mail_verification import MailPorts

        return MailPorts(self.asking_senders(), self.esp_of, self.adapters.mail_from)

    def may_send_from(self, tenant: str, email: str) -> bool:
        """Tell whether a workspace may send from an address."""
        return self.standing_of(tenant, email).may_send
