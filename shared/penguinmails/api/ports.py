"""What the API needs from the rest of the house."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from penguinmails.api.campaign_desk import CampaignDesk
from penguinmails.api.rate import Allowance
from penguinmails.campaigns.campaign import Campaign, Sender
from penguinmails.campaigns.draft_ports import EditPorts
from penguinmails.campaigns.lane import Lane
from penguinmails.campaigns.revision import Revision
from penguinmails.clock import Clock
from penguinmails.contacts.contact import Contact
from penguinmails.enrollments.enrollment import Enrollment, Ref
from penguinmails.ids import Ids
from penguinmails.imports.ports import UploadPorts
from penguinmails.queues.port import Queues
from penguinmails.segments.segment import Segment, SegmentPage
from penguinmails.suppressions.suppression import Suppression
from penguinmails.table.port import Key
from penguinmails.templates.saved import SavedTemplate, TemplatePage
from penguinmails.tenants.api_key import ApiKey
from penguinmails.tenants.tenant import Tenant

if TYPE_CHECKING:
    from penguinmails.api.people_ports import PeoplePorts
    from penguinmails.api.workspace_ports import WorkspacePorts
    from penguinmails.audit.ports import AuditPorts
    from penguinmails.clock_hand import ClockHand
    from penguinmails.jobs.job import Job
    from penguinmails.sends.test_send import Letter, Recipients
    from penguinmails.templates.preview import PreviewPorts


class Tenants(Protocol):
    """The workspaces, and the keys that speak for them."""

    def get(self, tenant: str) -> Tenant: ...
    def key(self, key: str) -> ApiKey | None: ...
    def mark_used(self, key: str, before: date | None, today: date) -> bool: ...


class CampaignPage(Protocol):
    """Some campaigns, and where the next page starts."""

    @property
    def campaigns(self) -> Sequence[Campaign]: ...
    @property
    def after(self) -> Key | None: ...


class RevisionPage(Protocol):
    """Some revisions, and where the next page starts."""

    @property
    def revisions(self) -> Sequence[Revision]: ...
    @property
    def after(self) -> Key | None: ...


class Campaigns(Protocol):
    """Campaigns to list, to find by id or `slug:…`, and to remove."""

    def find(self, tenant: str, reference: str) -> Campaign: ...
    def page(self, tenant: str, after: Key | None, limit: int) -> CampaignPage: ...
    def get(self, tenant: str, campaign: str) -> Campaign: ...
    def save(self, old: Campaign, new: Campaign) -> Campaign: ...
    def remove(self, campaign: Campaign) -> None: ...
    def revision(self, tenant: str, campaign: str, number: int) -> Revision: ...
    def revisions(
        self, tenant: str, campaign: str, after: Key | None, limit: int
    ) -> RevisionPage: ...


class Lanes(Protocol):
    """How far launches have come."""

    def lanes(self, tenant: str, campaign: str) -> list[Lane]: ...


class Lifecycle(Protocol):
    """The changes of a campaign's state that people ask for."""

    def pause(self, campaign: Campaign) -> Campaign: ...
    def resume(self, campaign: Campaign) -> Campaign: ...
    def cancel(self, campaign: Campaign) -> Campaign: ...
    def unschedule(self, campaign: Campaign) -> Campaign: ...
    def archive(self, campaign: Campaign) -> Campaign: ...


class Segments(Protocol):
    """Segments to list and to save."""

    def find(self, tenant: str, reference: str) -> Segment | None: ...
    def page(self, tenant: str, after: Key | None, limit: int) -> SegmentPage: ...
    def save(self, segment: Segment) -> Segment: ...


class Templates(Protocol):
    """Templates to list and to save, with their versions."""

    def get(self, tenant: str, slug: str) -> SavedTemplate | None: ...
    def page(self, tenant: str, after: Key | None, limit: int) -> TemplatePage: ...
    def save(self, saved: SavedTemplate, old: SavedTemplate | None) -> None: ...
    def version(self, tenant: str, slug: str, number: int) -> SavedTemplate | None: ...
    def versions(self, tenant: str, slug: str, after: Key | None, limit: int) -> TemplatePage: ...


class Membership(Protocol):
    """One campaign that a contact is enrolled in."""

    @property
    def campaign(self) -> str: ...
    @property
    def run(self) -> str: ...


class Contacts(Protocol):
    """The people, and the campaigns that they are in."""

    def read(self, tenant: str, ids: Sequence[str]) -> Mapping[str, Contact]: ...
    def memberships(self, tenant: str, contact: str) -> Sequence[Membership]: ...


class SuppressionPage(Protocol):
    """Some entries, and where the next page starts."""

    @property
    def entries(self) -> Sequence[Suppression]: ...
    @property
    def after(self) -> Key | None: ...


class Suppressions(Protocol):
    """The do-not-mail entries."""

    def add(self, entry: Suppression) -> bool: ...
    def get(self, tenant: str, contact: str) -> list[Suppression]: ...
    def lift(self, tenant: str, contact: str, scope: str) -> None: ...
    def page(self, tenant: str, after: str, limit: int) -> SuppressionPage: ...


class Enrollments(Protocol):
    """The walks."""

    def read(self, refs: Sequence[Ref]) -> Mapping[Ref, Enrollment]: ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request with an Idempotency-Key: what was asked, by whom, and what came of it.

    `begun_at` is when the first attempt began, `owned_at` when this one did. `status` is 0
    until there is an answer.
    """

    tenant: str
    key: str
    request: str
    begun_at: datetime
    owned_at: datetime
    status: int = 0
    headers: Mapping[str, str] | None = None
    body: str = ""

    @property
    def answered(self) -> bool:
        """Whether there is an answer to give again."""
        return self.status > 0


class Attempts(Protocol):
    """Requests that may be repeated, for a day."""

    def begin(self, attempt: Attempt) -> Attempt | None:
        """Save a first attempt; if there is one already, give that, else None."""
        ...

    def take_over(self, old: Attempt, owned_at: datetime) -> bool:
        """Own an attempt that was given up, or is over a day old; tell whether it was."""
        ...

    def answer(self, attempt: Attempt) -> None:
        """Save the answer, if the attempt is still owned."""
        ...

    def forget(self, attempt: Attempt) -> None:
        """Let the same key be tried again, if the attempt is still owned."""
        ...


class Rates(Protocol):
    """How often keys may ask."""

    def take(self, tenant: str, key: str, now_at: datetime) -> Allowance: ...


class TestSends(Protocol):
    """Has a few addresses mailed a test; raises NotFound and InvalidInput."""

    def test_template(
        self, tenant: str, job: str, letter: "Letter", sender: Sender, whom: "Recipients"
    ) -> "Job": ...
    def test_campaign(
        self, campaign: Campaign, job: str, steps: Sequence[str], whom: "Recipients"
    ) -> "Job": ...


Analytics = Callable[[str, str, date | None, date | None], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ApiPorts:
    """What the routes touch.

    `launch` takes (tenant, campaign, whether even if people are being imported), `contact_id` (tenant, address), `analytics` (tenant,
    campaign, first day, last day) and gives data for JSON. `depart`
    ends the enrollments of (tenant, contact) for a reason, now. `sleep` takes seconds.
    """

    tenants: Tenants
    campaigns: Campaigns
    lanes: Lanes
    edit: EditPorts
    launch: Callable[[str, str, bool], Campaign]
    desk: CampaignDesk
    lifecycle: Lifecycle
    fenced: Callable[[], bool]
    analytics: Analytics
    segments: Segments
    templates: Templates
    previewing: Callable[[], "PreviewPorts"]
    test_sends: TestSends
    upload: UploadPorts
    audit: Callable[[], "AuditPorts"]
    workspace: Callable[[], "WorkspacePorts"]
    contacts: Contacts
    people: Callable[[], "PeoplePorts"]
    contact_id: Callable[[str, str], str]
    enrollments: Enrollments
    suppressions: Suppressions
    depart: Callable[[str, str, str, datetime], int]
    attempts: Attempts
    rates: Rates
    queues: Queues
    clock: Clock
    hand: "ClockHand | None"
    ids: Ids
    sleep: Callable[[float], None]
    cursor_seal: Callable[[str], bytes]
