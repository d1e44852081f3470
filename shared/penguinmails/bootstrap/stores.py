"""The stores of a house, each over its table."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from penguinmails.analytics.store import CounterStore
    from penguinmails.api.rate_store import RateStore
    from penguinmails.api.store import AttemptStore
    from penguinmails.audit.store import AuditStore
    from penguinmails.bootstrap.adapters import Adapters
    from penguinmails.campaign_templates.store import CampaignTemplateStore
    from penguinmails.campaigns.launch_store import LaunchStore
    from penguinmails.campaigns.store import CampaignStore
    from penguinmails.contacts.store import ContactStore
    from penguinmails.enrollments.beat_store import BeatStore
    from penguinmails.enrollments.store import EnrollmentStore
    from penguinmails.fence.store import FenceStore
    from penguinmails.holds.store import HoldStore
    from penguinmails.imports.store import ImportStore
    from penguinmails.inbox.store import InboxStore
    from penguinmails.jobs.store import JobStore
    from penguinmails.properties.store import PropertyStore
    from penguinmails.segments.store import SegmentStore
    from penguinmails.senders.store import SenderStore
    from penguinmails.suppressions.store import SuppressionStore
    from penguinmails.templates.store import TemplateStore
    from penguinmails.tenants.store import TenantStore
    from penguinmails.timer.cursor_store import CursorStore
    from penguinmails.timer.store import TimerStore
    from penguinmails.topics.store import TopicStore


class Stores:
    """All stores over one set of adapters, each made when it is first asked for."""

    def __init__(self, adapters: Adapters) -> None:
        self.adapters = adapters

    @cached_property
    def campaigns(self) -> CampaignStore:
        """Campaigns and revisions."""
        from penguinmails.campaigns.store import CampaignStore

        return CampaignStore(self.adapters.table("core"), self.adapters.on_wall)

    @cached_property
    def campaign_templates(self) -> CampaignTemplateStore:
        """Campaigns to begin others from."""
        from penguinmails.campaign_templates.store import CampaignTemplateStore

        return CampaignTemplateStore(self.adapters.table("core"))

    @cached_property
    def lanes(self) -> LaunchStore:
        """How far launches have come."""
        from penguinmails.campaigns.launch_store import LaunchStore

        return LaunchStore(self.adapters.table("core"))

    @cached_property
    def migrations(self) -> LaunchStore:
        """How far migrations have come."""
        from penguinmails.campaigns.launch_store import LaunchStore

        return LaunchStore(self.adapters.table("core"), "migration")

    @cached_property
    def contacts(self) -> ContactStore:
        """The people."""
        from penguinmails.contacts.store import ContactStore

        return ContactStore(self.adapters.table("contacts"), self.contact_shards)

    @cached_property
    def properties(self) -> PropertyStore:
        """What workspaces say about attributes."""
        from penguinmails.properties.store import PropertyStore

        return PropertyStore(self.adapters.table("core"), self.adapters.clock)

    @cached_property
    def enrollments(self) -> EnrollmentStore:
        """Who stands where."""
        from penguinmails.enrollments.store import EnrollmentStore

        return EnrollmentStore(self.adapters.table("enrollments"))

    @cached_property
    def suppressions(self) -> SuppressionStore:
        """Who must not be mailed."""
        from penguinmails.suppressions.store import SuppressionStore

        return SuppressionStore(self.adapters.table("suppressions"))

    @cached_property
    def holds(self) -> HoldStore:
        """What waits for somebody."""
        from penguinmails.holds.store import HoldStore

        return HoldStore(self.adapters.table("holds"), self.adapters.ids)

    @cached_property
    def fence_notes(self) -> FenceStore:
        """Which tables are the right ones."""
        from penguinmails.fence.store import FenceStore

        return FenceStore(self.adapters.table("core"))

    @cached_property
    def timer(self) -> TimerStore:
        """What waits for its time."""
        from penguinmails.timer.store import TimerStore

        return TimerStore(self.adapters.table("wakeups"), self.adapters.ids)

    @cached_property
    def tenants(self) -> TenantStore:
        """Workspaces, API keys and hooks."""
        from penguinmails.tenants.store import TenantStore

        return TenantStore(self.adapters.table("core"), self.adapters.clock)

    @cached_property
    def templates(self) -> TemplateStore:
        """Templates by slug."""
        from penguinmails.templates.store import TemplateStore

        return TemplateStore(self.adapters.table("core"))

    @cached_property
    def segments(self) -> SegmentStore:
        """Segments by slug."""
        from penguinmails.segments.store import SegmentStore

        return SegmentStore(self.adapters.table("core"))

    @cached_property
    def counters(self) -> CounterStore:
        """The numbers of campaigns."""
        from penguinmails.analytics.store import CounterStore

        return CounterStore(self.adapters.table("counters"))

    def contact_shards(self, tenant: str) -> int:
        """Give the number of partitions of a tenant's contacts."""
        return self.tenants.get(tenant).contact_shards

    @cached_property
    def cursor(self) -> CursorStore:
        """How far the timer has been read."""
        from penguinmails.timer.cursor_store import CursorStore

        return CursorStore(self.adapters.table("core"))

    @cached_property
    def beats(self) -> BeatStore:
        """How far the patrol has walked."""
        from penguinmails.enrollments.beat_store import BeatStore

        return BeatStore(self.adapters.table("core"))

    @cached_property
    def imports(self) -> ImportStore:
        """Uploaded files, and how far they have been read."""
        from penguinmails.imports.store import ImportStore

        return ImportStore(self.adapters.table("core"))

    @cached_property
    def inbox(self) -> InboxStore:
        """What ends in the inboxes of workspaces whose mail does not leave."""
        from penguinmails.inbox.store import InboxStore

        return InboxStore(self.adapters.table("core"))

    @cached_property
    def rates(self) -> RateStore:
        """How often API keys ask."""
        from penguinmails.api.rate_store import RateStore

        return RateStore(self.adapters.table("core"))

    @cached_property
    def jobs(self) -> JobStore:
        """Work that outlives its request."""
        from penguinmails.jobs.store import JobStore

        return JobStore(self.adapters.table("core"))

    @cached_property
    def attempts(self) -> AttemptStore:
        """Requests that may come twice, and their answers."""
        from penguinmails.api.store import AttemptStore

        return AttemptStore(self.adapters.table("core"), self.adapters.clock)

    @cached_property
    def audit(self) -> AuditStore:
        """Who changed what."""
        from penguinmails.audit.store import AuditStore

        return AuditStore(self.adapters.table("core"))

    @cached_property
    def topics(self) -> TopicStore:
        """What one may unsubscribe from."""
        from penguinmails.topics.store import TopicStore

        return TopicStore(self.adapters.table("core"))

    @cached_property
    def senders(self) -> SenderStore:
        """The addresses that workspaces may send from."""
        from penguinmails.senders.store import SenderStore

        return SenderStore(self.adapters.table("core"))
