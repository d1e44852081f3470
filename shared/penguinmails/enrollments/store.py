"""Enrollments in their table: every write is one conditional update of one row."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from penguinmails.clock import to_millis
from penguinmails.deliveries.fact import REPEATABLE, Fact, FactType, read_fact
from penguinmails.enrollments import rows
from penguinmails.enrollments.enrollment import (
    Claim,
    Enrollment,
    Mail,
    Place,
    Ref,
    Retry,
    Status,
    codes,
)
from penguinmails.enrollments.landing import MIGRATED_AWAY, Landing
from penguinmails.enrollments.page import RowPage
from penguinmails.enrollments.settlement import Settlement
from penguinmails.table.port import (
    Change,
    Condition,
    ConditionFailed,
    Key,
    Table,
    Value,
    absent,
    equals,
    one_of,
    present,
    smaller,
)

JOURNAL_CAP = 300
"""Facts after which a journal takes only the first of each kind; about 8 kB."""

_LIVE = one_of("status", Status.ACTIVE.value, Status.PAUSED.value)
_ACTIVE = equals("status", Status.ACTIVE.value)


class EnrollmentStore:
    """The Enrollments table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def read(self, refs: Sequence[Ref]) -> dict[Ref, Enrollment]:
        """Read those of the enrollments that exist."""
        items = self._table.get_many([rows.key_of(ref) for ref in refs])
        found = (rows.from_item(item) for item in items)
        return {row.ref: row for row in found}

    def page(
        self, tenant: str, campaign: str, shard: int, after: Key | None, limit: int
    ) -> RowPage:
        """Read one shard of a campaign, page by page."""
        pk = rows.partition(tenant, campaign, shard)
        page = self._table.query(pk, after=after, limit=limit)
        return RowPage([rows.from_item(item) for item in page.items], page.after)

    def patrol(self, segment: int, segments: int, after: Key | None, limit: int) -> RowPage:
        """Walk a part of everybody's enrollments; for the patrol alone."""
        page = self._table.scan(segment=segment, segments=segments, after=after, limit=limit)
        return RowPage([rows.from_item(item) for item in page.items], page.after)

    def enroll(self, people: Sequence[Enrollment]) -> int:
        """Add those who are not enrolled yet, and tell how many they are."""
        return len(people) - len(self._table.insert_many([rows.to_item(row) for row in people]))

    def claim(self, row: Enrollment, claim: Claim, facts: Sequence[Fact]) -> Enrollment:
        """Take the right to send one message, if the row stands where it was read.

        A claim for the step supersedes a retry beside it; a claim for the retry needs that
        very attempt to be open. Raises ConditionFailed with the row as it stands.
        """
        retrying = row.retry is not None and row.retry.mail == claim.mail
        put: dict[str, Value] = {
            "claim": rows.claim_value(claim),
            "last": rows.mail_value(claim.mail),
        }
        expect = [_ACTIVE, absent("claim"), absent("held")]
        if retrying:
            expect += [equals("retry.mail", rows.mail_value(claim.mail)), _revised(row)]
        else:
            put |= {"step": claim.mail.step, "visit": claim.mail.visit}
            expect += _standing(row)
        change = Change(put, () if retrying else ("retry",), _journal(facts), expect)
        return self._take(row.ref, claim, change)

    def settle(
        self, row: Enrollment, claim: Claim, done: Settlement, now_at: datetime
    ) -> Enrollment:
        """Write what became of a claim; a walk that was ended meanwhile stays as it ended.

        Where the claim is somebody else's by now, or gone, only facts that are news are written.
        """
        mine = [equals("claim.key", claim.key), equals("claim.owner", claim.owner)]
        facts = _journal(done.facts)
        put, remove = _settled(row, done, now_at)
        try:
            return self._write(row.ref, Change(put, remove, facts, [*mine, _LIVE]))
        except ConditionFailed as failure:
            stands = _found(failure)
        if _is(claim, stands.claim):
            return self._write(row.ref, Change({}, ("claim",), facts, mine))
        news = _news(done.facts, stands)
        return self._write(row.ref, Change({}, (), news, [present("pk")])) if news else stands

    def doubt(self, row: Enrollment, claim: Claim, due_at: datetime) -> Enrollment:
        """Mark a claim uncertain, if it is still the very claim that was read."""
        put: dict[str, Value] = {
            "claim": rows.claim_value(replace(claim, uncertain=True)),
            "due": to_millis(due_at),
        }
        return self._write(row.ref, Change(put, expect=_same(claim)))

    def take_over(
        self, row: Enrollment, old: Claim, new: Claim, facts: Sequence[Fact]
    ) -> Enrollment:
        """Replace an uncertain claim by one's own, if the enrollment is still active."""
        put: dict[str, Value] = {
            "claim": rows.claim_value(new),
            "last": rows.mail_value(new.mail),
        }
        if row.retry is not None and row.retry.mail == old.mail:
            put["retry"] = rows.retry_value(Retry(new.mail, row.retry.due_at))
        change = Change(put, (), _journal(facts), [*_same(old), _ACTIVE])
        return self._take(row.ref, new, change)

    def stand(self, row: Enrollment, place: Place, facts: Sequence[Fact]) -> Enrollment:
        """Move the walk to a wait."""
        due_at = min(place.due_at, row.retry.due_at) if row.retry else place.due_at
        put: dict[str, Value] = {
            "step": place.step,
            "visit": place.visit,
            "step_due": to_millis(place.due_at),
            "due": to_millis(due_at),
        }
        return self._write(row.ref, Change(put, (), _journal(facts), _free(row)))

    def finish(
        self, row: Enrollment, status: Status, reason: str, facts: Sequence[Fact], now_at: datetime
    ) -> Enrollment:
        """End the walk; while a retry is open beside it, the enrollment itself goes on."""
        put: dict[str, Value] = {"step": None}
        remove: tuple[str, ...] = ()
        if status is Status.COMPLETED and row.retry is not None:
            put["due"] = to_millis(row.retry.due_at)
        else:
            put |= {"status": status.value, "reason": reason, "ended": to_millis(now_at)}
            remove = ("retry",)
        return self._write(row.ref, Change(put, remove, _journal(facts), _free(row)))

    def reopen(self, row: Enrollment, bounced: Mail, retry: Retry) -> Enrollment:
        """Set a retry beside the walk, unless a later message was claimed meanwhile."""
        due_at = retry.due_at
        if not row.ended and row.step is not None:
            due_at = min(due_at, row.step_due_at)
        put: dict[str, Value] = {
            "retry": rows.retry_value(retry),
            "due": to_millis(due_at),
            "status": Status.ACTIVE.value,
        }
        expect = [
            one_of("status", Status.ACTIVE.value, Status.COMPLETED.value),
            equals("last", rows.mail_value(bounced)),
            absent("claim"),
            absent("retry"),
            _revised(row),
        ]
        return self._write(row.ref, Change(put, ("ended", "reason"), {}, expect))

    def hold(self, ref: Ref, reason: str) -> bool:
        """Set an enrollment aside with a reason; tell whether it was there to be held."""
        return self._try(ref, Change({"held": reason}, expect=[_LIVE]))

    def free(self, ref: Ref, now_at: datetime) -> bool:
        """Take an enrollment back from its hold; tell whether it was held."""
        put: dict[str, Value] = {"released": to_millis(now_at)}
        return self._try(ref, Change(put, ("held",), {}, [present("held")]))

    def pause(self, ref: Ref) -> bool:
        """Let nothing be claimed for an active enrollment; tell whether it was one."""
        change = Change({"status": Status.PAUSED.value}, expect=[_ACTIVE])
        return self._try(ref, change)

    def resume(self, ref: Ref, now_at: datetime) -> bool:
        """Let a paused enrollment go on, as of now; tell whether it was paused."""
        put: dict[str, Value] = {"status": Status.ACTIVE.value, "released": to_millis(now_at)}
        return self._try(ref, Change(put, expect=[equals("status", Status.PAUSED.value)]))

    def migrate(self, row: Enrollment, revision: int, on: Landing, now_at: datetime) -> Enrollment:
        """Let a live enrollment go by another revision, unless a message of it is in hand.

        Raises ConditionFailed if it does not stand as it was read. What is due at once by the
        move alone is not late for what it was before.
        """
        put: dict[str, Value] = {
            "revision": revision,
            "step": on.place.step,
            "visit": on.place.visit,
            "step_due": to_millis(on.place.due_at),
            "due": to_millis(on.due_at),
        }
        if on.completes:
            put |= {
                "status": Status.COMPLETED.value,
                "reason": MIGRATED_AWAY,
                "ended": to_millis(now_at),
            }
        elif on.due_at <= now_at < row.due_at:
            put["released"] = to_millis(now_at)
        dropped = row.retry is not None and on.retry is None
        fact = Fact(FactType.MIGRATED, now_at, visit=0, attempt=0, detail=str(revision))
        expect = [_LIVE, absent("claim"), _retrying(row), *_standing(row)]
        expect += [equals("step_due", to_millis(row.step_due_at))]
        facts = _journal([fact, *on.facts])
        return self._write(row.ref, Change(put, ("retry",) if dropped else (), facts, expect))

    def exit(self, ref: Ref, reason: str, now_at: datetime, facts: Sequence[Fact] = ()) -> bool:
        """End a live enrollment; a claim stays for its holder to settle."""
        put: dict[str, Value] = {
            "status": Status.EXITED.value,
            "reason": reason,
            "ended": to_millis(now_at),
        }
        return self._try(ref, Change(put, ("retry",), _journal(facts), [_LIVE]))

    def record(self, ref: Ref, facts: Sequence[Fact]) -> Enrollment | None:
        """Add facts to the journal and return the row as it then is; None if there is no row."""
        room = smaller("journal", JOURNAL_CAP)
        try:
            return self._write(ref, Change({}, (), _journal(facts), [room]))
        except ConditionFailed as failure:
            if failure.item is None:
                return None
            row = rows.from_item(failure.item)
        kept = [fact for fact in facts if not _repeats(fact, row)]
        if not kept:
            return row
        return self._write(ref, Change({}, (), _journal(kept), [present("pk")]))

    def _take(self, ref: Ref, claim: Claim, change: Change) -> Enrollment:
        """Write a claim; one that is there already, to the letter, was written unheard."""
        try:
            return self._write(ref, change)
        except ConditionFailed as failure:
            stands = _found(failure)
            if _is(claim, stands.claim) and stands.status is Status.ACTIVE:
                return stands
            raise

    def _try(self, ref: Ref, change: Change) -> bool:
        try:
            self._write(ref, change)
        except ConditionFailed:
            return False
        return True

    def _write(self, ref: Ref, change: Change) -> Enrollment:
        return rows.from_item(self._table.update(rows.key_of(ref), change))


def _journal(facts: Sequence[Fact]) -> dict[str, int | frozenset[str]]:
    return {"journal": codes(facts)} if facts else {}


def _found(failure: ConditionFailed) -> Enrollment:
    if failure.item is None:
        raise failure
    return rows.from_item(failure.item)


def _is(claim: Claim, other: Claim | None) -> bool:
    """Tell whether it is one and the same claim, whether or not it is uncertain by now."""
    return other is not None and (claim.key, claim.owner) == (other.key, other.owner)


def _news(facts: Sequence[Fact], row: Enrollment) -> dict[str, int | frozenset[str]]:
    known = {(old.type, old.message) for old in row.facts()}
    return _journal([fact for fact in facts if (fact.type, fact.message) not in known])


def _settled(
    row: Enrollment, done: Settlement, now_at: datetime
) -> tuple[dict[str, Value], list[str]]:
    """Give what to put and what to remove; a person who is paused stays so, unless it ends."""
    put: dict[str, Value] = {"due": to_millis(done.due_at(row))}
    remove = ["claim"]
    if done.place is not None:
        put |= {
            "step": done.place.step,
            "visit": done.place.visit,
            "step_due": to_millis(done.place.due_at),
        }
    if done.retry is not None:
        put["retry"] = rows.retry_value(done.retry)
    else:
        remove.append("retry")
    if done.status is not Status.ACTIVE:
        put |= {
            "status": done.status.value,
            "ended": to_millis(now_at),
            "reason": done.reason,
        }
    return put, remove


def _standing(row: Enrollment) -> list[Condition]:
    """The walk is where it was read, and goes by the same revision."""
    place = [equals("step", row.step), equals("visit", row.visit)]
    return [*place, _revised(row)]


def _revised(row: Enrollment) -> Condition:
    return equals("revision", row.revision)


def _free(row: Enrollment) -> list[Condition]:
    return [_ACTIVE, absent("claim"), _retrying(row), *_standing(row)]


def _retrying(row: Enrollment) -> Condition:
    if row.retry is None:
        return absent("retry")
    return equals("retry.mail", rows.mail_value(row.retry.mail))


def _same(claim: Claim) -> list[Condition]:
    return [
        equals("claim.key", claim.key),
        equals("claim.owner", claim.owner),
        equals("claim.at", to_millis(claim.claimed_at)),
        equals("claim.uncertain", claim.uncertain),
    ]


def _repeats(fact: Fact, row: Enrollment) -> bool:
    alike = {(old.type, old.message, old.link, old.machine) for old in map(read_fact, row.journal)}
    return fact.type in REPEATABLE and (fact.type, fact.message, fact.link, fact.machine) in alike
