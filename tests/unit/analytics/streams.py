"""Journals to fold, and a stream of enrollments like the platform's, in memory."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from penguinmails.deliveries.fact import Fact, FactType
from penguinmails.enrollments.enrollment import Enrollment, Ref, Status, codes
from penguinmails.enrollments.rows import key_of
from penguinmails.enrollments.store import EnrollmentStore
from penguinmails.table.coding import encode_item
from penguinmails.table.memory import MemoryTable
from penguinmails.table.port import Change, Item
from penguinmails.table.port import key_of as key_of_item

TENANT = "019a0000-0000-7000-8000-000000000001"
CAMPAIGN = "019a0000-0000-7000-8000-000000000002"
START_AT = datetime(2026, 3, 1, 22, tzinfo=UTC)
SHARDS = 2

Raw = dict[str, Any]

_DETAILS = {
    FactType.BOUNCED: ["hard", "soft", "block", ""],
    FactType.ACCEPTED: ["0", "3", "45", "900", ""],
    FactType.SKIPPED: ["uncertain", "capped"],
    FactType.REFUSED: ["recipient", "message"],
}


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    """Any fact that a journal may hold, over three days, two steps, two visits and attempts."""
    kind = draw(st.sampled_from(FactType))
    of_click = kind is FactType.CLICKED
    engaged = kind in {FactType.OPENED, FactType.CLICKED, FactType.REPLIED}
    return Fact(
        kind,
        START_AT + timedelta(minutes=draw(st.integers(0, 3_000))),
        step=draw(st.integers(1, 2)),
        visit=draw(st.integers(1, 2)),
        attempt=draw(st.integers(1, 2)),
        source=draw(st.sampled_from(["", "a1", "b2"])),
        detail=draw(st.sampled_from(_DETAILS.get(kind, [""]))),
        link=draw(st.integers(0, 2)) if of_click else 0,
        machine=draw(st.booleans()) if engaged else False,
    )


def fact(kind: FactType, minute: int = 0, **more: Any) -> Fact:  # noqa: ANN401 - a fact's fields
    return Fact(kind, START_AT + timedelta(minutes=minute), **{"step": 1, **more})


@dataclass(slots=True)
class Stream:
    """Enrollments, and a record of the stream for each of their writes."""

    raw: list[Raw] = field(default_factory=list)
    table: MemoryTable = field(init=False)
    store: EnrollmentStore = field(init=False)

    def __post_init__(self) -> None:
        self.table = MemoryTable(self._written)
        self.store = EnrollmentStore(self.table)

    def enroll(self, number: int) -> Ref:
        """Enroll somebody, unless that number already is."""
        ref = Ref(TENANT, CAMPAIGN, SHARDS, f"019a0000-0000-8000-8000-{number:012x}")
        seed = codes([Fact(FactType.ENROLLED, START_AT)])
        row = Enrollment(
            ref, Status.ACTIVE, 0, 1, START_AT, START_AT, 1, START_AT, seed, "example.org"
        )
        self.store.enroll([row])
        return ref

    def exit(self, ref: Ref, minute: int) -> None:
        """End a walk early."""
        self.store.exit(ref, "unsubscribed", START_AT + timedelta(minutes=minute))

    def reopen(self, ref: Ref) -> None:
        """Take an end back, as a soft bounce does."""
        change = Change({"status": Status.ACTIVE.value}, ("ended", "reason"))
        self.table.update(key_of(ref), change)

    def end_but_for_a_retry(self, ref: Ref) -> None:
        """Come to the end of the steps while a soft-bounced message waits to be sent again."""
        self.table.update(key_of(ref), Change({"ended": 1_772_402_400_000, "reason": ""}))

    def look_at(self, ref: Ref, minute: int) -> None:
        """Write what no fold looks at."""
        self.table.update(key_of(ref), Change({"due": minute}))

    def _written(self, old: Item | None, new: Item | None) -> None:
        key = key_of_item(new or old or {})
        written: Raw = {
            "Keys": {"pk": {"S": key.pk}, "sk": {"S": key.sk}},
            # Sequences are compared as numbers: as text, 9 would come after 10.
            "SequenceNumber": str(7 + 3 * len(self.raw)),
        }
        for name, image in (("OldImage", old), ("NewImage", new)):
            if image is not None:
                written[name] = encode_item(image)
        self.raw.append({"eventSource": "aws:dynamodb", "dynamodb": written})
