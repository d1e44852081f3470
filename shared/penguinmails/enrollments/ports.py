"""What advancing needs from the rest of the house; each as narrow as it is used."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from penguinmails.campaigns.campaign import Campaign, PauseReason
from penguinmails.campaigns.revision import Revision
from penguinmails.contacts.contact import Contact
from penguinmails.contacts.effect import Effect
from penguinmails.deliveries.fact import Fact
from penguinmails.enrollments.enrollment import (
    Claim,
    Enrollment,
    Mail,
    Place,
    Ref,
    Retry,
    Status,
)
from penguinmails.enrollments.settlement import Settlement
from penguinmails.holds.hold import Hold
from penguinmails.sends.message import Message
from penguinmails.timer.wakeup import WakeUp


class Enrollments(Protocol):
    """The rows that advancing reads and writes; the store says what each write requires."""

    def read(self, refs: Sequence[Ref]) -> dict[Ref, Enrollment]: ...
    def claim(self, row: Enrollment, claim: Claim, facts: Sequence[Fact]) -> Enrollment: ...
    def settle(
        self, row: Enrollment, claim: Claim, done: Settlement, now_at: datetime
    ) -> Enrollment: ...
    def doubt(self, row: Enrollment, claim: Claim, due_at: datetime) -> Enrollment: ...
    def take_over(
        self, row: Enrollment, old: Claim, new: Claim, facts: Sequence[Fact]
    ) -> Enrollment: ...
    def stand(self, row: Enrollment, place: Place, facts: Sequence[Fact]) -> Enrollment: ...
    def finish(
        self, row: Enrollment, status: Status, reason: str, facts: Sequence[Fact], now_at: datetime
    ) -> Enrollment: ...
    def reopen(self, row: Enrollment, bounced: Mail, retry: Retry) -> Enrollment: ...
    def hold(self, ref: Ref, reason: str) -> bool: ...


class Contacts(Protocol):
    """The people behind the enrollments."""

    def read(self, tenant: str, ids: Sequence[str]) -> Mapping[str, Contact]: ...
    def apply(self, tenant: str, contact: str, effect: Effect) -> None:
        """Do what an action says, once for its key."""
        ...


class Fence(Protocol):
    """Keeps everybody back while the tables are not those that Core knows."""

    def down_since(self) -> datetime | None:
        """Tell since when claims are allowed; None: they are not."""
        ...


class Campaigns(Protocol):
    """The campaign as it stands, and its revisions."""

    def get(self, tenant: str, campaign: str) -> Campaign: ...
    def revision(self, tenant: str, campaign: str, number: int) -> Revision: ...


class Suppressions(Protocol):
    """Who must not be mailed."""

    def reasons(self, tenant: str, campaign: str, contacts: Sequence[str]) -> Mapping[str, str]:
        """Give, by contact, the reason not to send this campaign to them."""
        ...


class Holds(Protocol):
    """Where what cannot go on waits."""

    def park(self, holds: Sequence[Hold]) -> None: ...


class Timer(Protocol):
    """Wakes the walk up again, however far off."""

    def put(self, wake_ups: Sequence[WakeUp]) -> None: ...


class Writer(Protocol):
    """Renders one message of an enrollment."""

    def write(
        self, row: Enrollment, revision: Revision, mail: Mail, contact: Contact, now_at: datetime
    ) -> Message:
        """Raises RenderFailed if this person's message cannot be written."""
        ...


class Lifecycle(Protocol):
    """What advancing may ask of a campaign's life."""

    def pause(self, campaign: Campaign, reason: PauseReason) -> object: ...
    def reopen(self, campaign: Campaign) -> None: ...
