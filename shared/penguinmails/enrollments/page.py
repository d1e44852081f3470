"""A page of enrollments, as a shard of a campaign is read."""

from collections.abc import Sequence
from dataclasses import dataclass

from penguinmails.enrollments.enrollment import Enrollment
from penguinmails.table.port import Key


@dataclass(frozen=True, slots=True)
class RowPage:
    """Some enrollments, and where the next page starts."""

    rows: Sequence[Enrollment]
    after: Key | None
