"""What settles a claim: the facts that it leaves, and where the walk goes on."""

from dataclasses import dataclass
from datetime import datetime

from penguinmails.deliveries.fact import Fact
from penguinmails.enrollments.enrollment import Enrollment, Place, Retry, Status, earlier


@dataclass(frozen=True, slots=True)
class Settlement:
    """The row after a claim is settled. `place` None leaves the walk where it stands."""

    facts: tuple[Fact, ...] = ()
    place: Place | None = None
    retry: Retry | None = None
    status: Status = Status.ACTIVE
    reason: str = ""

    def due_at(self, row: Enrollment) -> datetime:
        """When the row wants attention next."""
        return earlier(self.place or row.place, self.retry)
