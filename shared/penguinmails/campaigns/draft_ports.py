"""What drafting campaigns needs from the rest of the house."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.revision import Revision
from penguinmails.clock import Clock
from penguinmails.queues.port import Queues
from penguinmails.segments.segment import Segment
from penguinmails.templates.template import Template
from penguinmails.timer.wakeup import HORIZON_S, WakeUp


class NewCampaigns(Protocol):
    """Where campaigns and their revisions are saved."""

    def get(self, tenant: str, campaign: str) -> Campaign: ...
    def claim_slug(self, tenant: str, slug: str, campaign: str, now_at: datetime) -> bool: ...
    def add(self, campaign: Campaign) -> bool: ...
    def add_revision(self, tenant: str, revision: Revision) -> None: ...


class Segments(Protocol):
    """The groups of people that there are."""

    def find(self, tenant: str, reference: str) -> Segment | None: ...


class Templates(Protocol):
    """The templates that there are."""

    def read(self, tenant: str, slugs: Sequence[str]) -> Mapping[str, Template]: ...


@dataclass(frozen=True, slots=True)
class CreatePorts:
    """What creating touches."""

    campaigns: NewCampaigns
    segments: Segments
    templates: Templates
    clock: Clock


class Campaigns(NewCampaigns, Protocol):
    """Where campaigns and their revisions are read and saved."""

    def save(self, old: Campaign, new: Campaign) -> Campaign: ...
    def revision(self, tenant: str, campaign: str, number: int) -> Revision: ...
    def pin(self, tenant: str, revision: Revision, contents: Mapping[int, Template]) -> bool: ...


class Timer(Protocol):
    """Keeps what must happen at its time."""

    def put(self, wake_ups: Sequence[WakeUp]) -> None: ...


@dataclass(frozen=True, slots=True)
class EditPorts:
    """What editing touches. `contents_of` is the checklist, which all but a draft has to pass.

    A start within `horizon_s` is also put on the queue.
    """

    campaigns: Campaigns
    segments: Segments
    templates: Templates
    timer: Timer
    clock: Clock
    contents_of: Callable[[Campaign, Revision], Mapping[int, Template]]
    queues: Queues
    horizon_s: int = HORIZON_S
