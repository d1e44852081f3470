"""Fills the ports of the use cases that move people on: those behind queues, streams and ticks.

What a use case needs is imported where its ports are filled, so that a function loads only what
it runs: imports are most of a cold start.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from penguinmails.bootstrap.stores import Stores
from penguinmails.settings import TABLES
from penguinmails.timer.wakeup import HORIZON_S

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Mapping

    from penguinmails.analytics.project import ProjectPorts
    from penguinmails.bootstrap.adapters import Adapters
    from penguinmails.campaigns.campaign import Campaign
    from penguinmails.campaigns.checklist import ChecklistPorts
    from penguinmails.campaigns.launch import LaunchPorts
    from penguinmails.campaigns.lifecycle import Lifecycle
    from penguinmails.campaigns.revision import Revision
    from penguinmails.enrollments.advance import AdvancePorts
    from penguinmails.enrollments.close import ClosePorts
    from penguinmails.enrollments.depart import Departures
    from penguinmails.enrollments.enroll import EnrollPorts
    from penguinmails.enrollments.lift_fence import LiftPorts
    from penguinmails.enrollments.migrate import MigratePorts
    from penguinmails.enrollments.patrol import PatrolPorts
    from penguinmails.enrollments.ports import Writer
    from penguinmails.enrollments.record import RecordPorts
    from penguinmails.enrollments.release import ReleasePorts
    from penguinmails.enrollments.salvage import SalvagePorts
    from penguinmails.enrollments.timeline import TimelinePorts
    from penguinmails.esp.webhook import WebhookPorts
    from penguinmails.fence.guard import Guard
    from penguinmails.fence.watch import WatchPorts
    from penguinmails.imports.ports import ImportPorts
    from penguinmails.privacy.ports import PrivacyPorts
    from penguinmails.queues.port import Body
    from penguinmails.senders.standing import Standing
    from penguinmails.senders.verify import VerifyPorts
    from penguinmails.sends.port import Esp
    from penguinmails.sends.run_test_send import RunPorts
    from penguinmails.templates.template import Template
    from penguinmails.timer.dispatch import DispatchPorts
    from penguinmails.tracking.content import Contents
    from penguinmails.tracking.ports import PublicPorts
    from penguinmails.tracking.tokens import Token

SETTLE_S = 40
"""W, and ten seconds for clocks that differ: after this nobody works on an older state."""


class Engine(Stores):
    """Everything but the API, over one set of adapters."""

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

        return Contents(self.campaigns, self.adapters.on_wall)

    @cached_property
    def writer(self) -> Writer:
        """Renders messages."""
        from penguinmails.sends.writer import MessageWriter

        given = self.adapters
        return MessageWriter(self.contents, given.keyring(), given.public_url)

    def esp_of(self, tenant: str) -> Esp:
        """Give the ESP that a tenant sends through; the sandbox is one of our own making."""
        from penguinmails.tenants.tenant import EspName

        name = self.tenants.get(tenant).esp
        return self._sandbox(tenant) if name is EspName.SANDBOX else self.adapters.esp(name)

    def _sandbox(self, tenant: str) -> Esp:
        from penguinmails.esp.sandbox import SandboxEsp, SandboxPorts

        given = self.adapters
        ports = SandboxPorts(self.inbox, given.queues, given.keyring(), given.clock, given.ids)
        return SandboxEsp(tenant, ports)

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
            fence=self.guard,
            horizon_s=self._horizon_s,
        )

    @cached_property
    def guard(self) -> Guard:
        """Knows whether anything may be sent."""
        from penguinmails.fence.guard import GUARDED, Guard

        given = self.adapters
        return Guard(self.fence_notes, lambda: given.identities(GUARDED), given.on_wall)

    def watching(self) -> WatchPorts:
        """Fill the ports of `watch`."""
        from penguinmails.fence.watch import WatchPorts

        return WatchPorts(self.fence_notes, self.identities)

    def lifting(self) -> LiftPorts:
        """Fill the ports of `lift_fence`."""
        from penguinmails.enrollments.lift_fence import LiftPorts

        return LiftPorts(
            notes=self.fence_notes,
            ids=self.identities,
            holds=self.holds,
            enrollments=self.enrollments,
            campaigns=self.campaigns,
            queues=self.adapters.queues,
            clock=self.adapters.clock,
        )

    def identities(self) -> Mapping[str, str]:
        """Ask for the ids of all tables."""
        return self.adapters.identities(TABLES)

    def run_test_send(
        self, body: Body, owner: str, time_left_s: Callable[[], float]
    ) -> Counter[str]:
        """Do a test send, as far as time allows; those who never see one need not load it."""
        from penguinmails.sends.run_test_send import run_test_send

        return run_test_send(body, owner, time_left_s, self.sending_tests())

    def sending_tests(self) -> RunPorts:
        """Fill the ports of `run_test_send`."""
        from penguinmails.sends.run_test_send import RunPorts

        given = self.adapters
        return RunPorts(
            jobs=self.jobs,
            templates=self.templates,
            campaigns=self.campaigns,
            contacts=self.contacts,
            suppressions=self.suppressions,
            queues=given.queues,
            clock=given.clock,
            contact_id=given.keyring().contact_id,
            image_signature=given.keyring().image_signature,
            esp_of=self.esp_of,
            fence=self.guard,
            public_url=given.public_url,
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

    def verifying(self) -> VerifyPorts:
        """Fill the ports of `look` and `verify`."""
        from penguinmails.senders.verify import VerifyPorts

        return VerifyPorts(self.senders, self.adapters.clock)

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

        return ChecklistPorts(self.segments, self.templates, self.adapters.clock, self.standing_of)

    def standing_of(self, tenant: str, email: str) -> Standing:
        """Tell how an address stands that mail is to be from."""
        from penguinmails.senders.standing import StandingPorts, standing_of

        return standing_of(tenant, email, StandingPorts(self.senders, self.tenants))

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
