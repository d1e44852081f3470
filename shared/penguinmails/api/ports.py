"""What the API needs from the rest of the house."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.draft_ports import EditPorts
from penguinmails.campaigns.lane import Lane
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
from penguinmails.templates.template import Template
from penguinmails.tenants.api_key import ApiKey
from penguinmails.tenants.tenant import Tenant


class Tenants(Protocol):
    """The workspaces, and the keys that speak for them."""

    def get(self, tenant: str) -> Tenant: ...
    def key(self, key: str) -> ApiKey | None: ...


class CampaignPage(Protocol):
    """Some campaigns, and where the next page starts."""

    @property
    def campaigns(self) -> Sequence[Campaign]: ...
    @property
    def after(self) -> Key | None: ...


class Campaigns(Protocol):
    """The list of campaigns."""

    def page(self, tenant: str, after: Key | None, limit: int) -> CampaignPage: ...


class Lanes(Protocol):
    """How far launches have come."""

    def lanes(self, tenant: str, campaign: str) -> list[Lane]: ...


class Lifecycle(Protocol):
    """The changes of a campaign's state that people ask for."""

    def pause(self, campaign: Campaign) -> Campaign: ...
    def resume(self, campaign: Campaign) -> Campaign: ...
    def cancel(self, campaign: Campaign) -> Campaign: ...


class Segments(Protocol):
    """Segments to list and to save."""

    def find(self, tenant: str, reference: str) -> Segment | None: ...
    def page(self, tenant: str, after: Key | None, limit: int) -> SegmentPage: ...
    def save(self, segment: Segment) -> Segment: ...


class Templates(Protocol):
    """Templates to list and to save."""

    def get(self, tenant: str, slug: str) -> SavedTemplate | None: ...
    def page(self, tenant: str, after: Key | None, limit: int) -> TemplatePage: ...
    def save(
        self, tenant: str, template: Template, old: SavedTemplate | None, now_at: datetime
    ) -> SavedTemplate: ...


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


Analytics = Callable[[str, str, date | None, date | None], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ApiPorts:
    """What the routes touch.

    `launch` takes (tenant, campaign), `contact_id` (tenant, address), `analytics` (tenant,
    campaign, first day, last day) and gives data for JSON. `depart`
    ends the enrollments of (tenant, contact) for a reason, now. `sleep` takes seconds.
    """

    tenants: Tenants
    campaigns: Campaigns
    lanes: Lanes
    edit: EditPorts
    launch: Callable[[str, str], Campaign]
    lifecycle: Lifecycle
    analytics: Analytics
    segments: Segments
    templates: Templates
    upload: UploadPorts
    contacts: Contacts
    contact_id: Callable[[str, str], str]
    enrollments: Enrollments
    suppressions: Suppressions
    depart: Callable[[str, str, str, datetime], int]
    attempts: Attempts
    queues: Queues
    clock: Clock
    ids: Ids
    sleep: Callable[[float], None]
