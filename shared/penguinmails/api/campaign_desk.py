"""What the API needs of campaigns beyond reading and changing them: filled when first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from penguinmails.campaign_templates.campaign_template import (
        CampaignTemplate,
        CampaignTemplatePage,
        Label,
    )
    from penguinmails.campaign_templates.instantiate import Wish
    from penguinmails.campaigns.campaign import Campaign
    from penguinmails.campaigns.check import Check
    from penguinmails.campaigns.create import Given
    from penguinmails.campaigns.rehearse import Rehearsal
    from penguinmails.campaigns.schedule_launch import SchedulePorts
    from penguinmails.enrollments.find import FindPorts
    from penguinmails.enrollments.intervene import Interventions
    from penguinmails.enrollments.migrate import MigratePorts
    from penguinmails.enrollments.migration import Migration
    from penguinmails.table.port import Key


class CampaignTemplates(Protocol):
    """The campaign templates of a workspace, and those of the library."""

    def find(self, tenant: str, slug: str) -> CampaignTemplate | None: ...
    def published(self, identity: str) -> CampaignTemplate | None: ...
    def page(self, tenant: str, after: Key | None, limit: int) -> CampaignTemplatePage: ...
    def library(self, after: str, limit: int) -> CampaignTemplatePage: ...
    def remove(self, template: CampaignTemplate) -> None: ...


class CampaignDesk(Protocol):
    """Does, or fills the ports of, what few requests ask for: the others need not load it."""

    @property
    def interventions(self) -> Interventions: ...
    def look_over(self, tenant: str, campaign: str) -> Sequence[Check]: ...
    def rehearse_create(self, tenant: str, given: Given) -> Rehearsal: ...
    def rehearse_edit(
        self, tenant: str, campaign: str, change: Callable[[Given], Given]
    ) -> Rehearsal: ...
    @property
    def campaign_templates(self) -> CampaignTemplates: ...
    def save_campaign(
        self, tenant: str, campaign: str, label: Label, *, with_content: bool, by: str
    ) -> CampaignTemplate: ...
    def instantiate(
        self, tenant: str, reference: str, campaign: str, wish: Wish, by: str
    ) -> Campaign: ...
    def scheduling(self) -> SchedulePorts: ...
    def finding(self) -> FindPorts: ...
    def migrating(self) -> MigratePorts: ...
    def migration(self, tenant: str, campaign: str, revision: int) -> Migration: ...
