"""A landing: where an enrollment stands once it is moved to another revision."""

from dataclasses import dataclass
from datetime import datetime

from penguinmails.deliveries.fact import Fact
from penguinmails.enrollments.enrollment import Place, Retry, earlier

MIGRATED_AWAY = "migrated_away"
"""Why a walk is over whose steps are gone, and why a message is not tried again."""


@dataclass(frozen=True, slots=True)
class Landing:
    """The place in the other revision, the retry beside it, and the facts of what is given up."""

    place: Place
    retry: Retry | None = None
    facts: tuple[Fact, ...] = ()

    @property
    def due_at(self) -> datetime:
        """When the row wants attention next."""
        return earlier(self.place, self.retry)

    @property
    def completes(self) -> bool:
        """Whether nothing is left to walk."""
        return self.place.step is None and self.retry is None
