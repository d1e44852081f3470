"""What the store of enrollments promises: who may claim, who may settle, and that facts stay."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from penguinmails.deliveries.fact import Fact, FactType
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
from penguinmails.enrollments.settlement import Settlement
from penguinmails.enrollments.store import JOURNAL_CAP, EnrollmentStore
from penguinmails.ids import derived
from penguinmails.table.port import ConditionFailed, Table

TENANT, CAMPAIGN = derived("tenant", 1), derived("campaign", 1)
START_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SOON_AT, LATER_AT = START_AT + timedelta(hours=1), START_AT + timedelta(days=1)
REF = Ref(TENANT, CAMPAIGN, 4, derived("person", 0))
ROW = Enrollment(
    ref=REF,
    status=Status.ACTIVE,
    step=0,
    visit=1,
    due_at=START_AT,
    step_due_at=START_AT,
    revision=3,
    enrolled_at=START_AT,
    journal=codes([Fact(FactType.ENROLLED, START_AT, visit=0, attempt=0)]),
    domain="example.org",
)
MAIL, AGAIN, NEXT = Mail(1), Mail(1, attempt=2), Mail(2)
MINE = Claim("key", "me", START_AT, MAIL)
THEIRS = Claim("key", "they", SOON_AT, MAIL)
ON = Place(2, 1, LATER_AT)
BRANCHED = Fact(FactType.BRANCHED, START_AT, 1)
ACCEPTED = Fact(FactType.ACCEPTED, START_AT, 1, source="key", detail="0")
SENT = Settlement((ACCEPTED,), ON)


@pytest.fixture
def store(table: Table) -> EnrollmentStore:
    """Give a store that has one enrollment."""
    store = EnrollmentStore(table)
    store.enroll([ROW])
    return store


def stands(store: EnrollmentStore) -> Enrollment:
    return store.read([REF])[REF]


def claimed(store: EnrollmentStore) -> Enrollment:
    return store.claim(stands(store), MINE, [])


def sent(store: EnrollmentStore) -> Enrollment:
    return store.settle(claimed(store), MINE, SENT, START_AT)


def bounced(store: EnrollmentStore) -> Enrollment:
    """Give the enrollment with a retry beside its walk."""
    return store.reopen(sent(store), MAIL, Retry(AGAIN, SOON_AT))


# ---- enrolling and reading


def test_nobody_is_enrolled_twice(store: EnrollmentStore) -> None:
    """I-19."""
    assert store.enroll([replace(ROW, revision=4)]) == 0
    assert stands(store) == ROW
    assert store.enroll([replace(ROW, revision=4), replace(ROW, ref=replace(REF, run="2"))]) == 1
    assert stands(store) == ROW


def test_a_campaign_is_read_shard_by_shard(store: EnrollmentStore) -> None:
    refs = [replace(REF, contact=derived("person", number)) for number in range(1, 30)]
    store.enroll([replace(ROW, ref=ref) for ref in refs])
    store.enroll([replace(ROW, ref=replace(REF, campaign=derived("campaign", 2)))])
    found: list[Ref] = []
    for shard in range(REF.shards):
        page = store.page(TENANT, CAMPAIGN, shard, None, 4)
        found += [row.ref for row in page.rows]
        while page.after is not None:
            page = store.page(TENANT, CAMPAIGN, shard, page.after, 4)
            found += [row.ref for row in page.rows]
    assert sorted(ref.contact for ref in found) == sorted(ref.contact for ref in [REF, *refs])
    assert store.read([REF, *refs, replace(REF, run="2")]).keys() == {REF, *refs}
    assert len(store.patrol(0, 1, None, 100).rows) == 31


# ---- claiming


def test_a_claim_is_one_workers_alone(store: EnrollmentStore) -> None:
    """I-1: of all who read the same row, one may send."""
    row = store.claim(ROW, MINE, [BRANCHED])
    assert (row.claim, row.last, row.step) == (MINE, MAIL, 1)
    assert row.journal == ROW.journal | codes([BRANCHED])
    with pytest.raises(ConditionFailed) as failure:
        store.claim(ROW, THEIRS, [])
    assert failure.value.item is not None
    assert rows.from_item(failure.value.item) == row


def test_a_claim_whose_answer_was_lost_is_still_ones_own(store: EnrollmentStore) -> None:
    row = store.claim(ROW, MINE, [])
    assert store.claim(ROW, MINE, []) == row


def held(store: EnrollmentStore, _table: Table) -> None:
    store.hold(REF, "render_failed")


def paused(store: EnrollmentStore, _table: Table) -> None:
    store.pause(REF)


def exited(store: EnrollmentStore, _table: Table) -> None:
    store.exit(REF, "unsubscribed", START_AT)


def moved(store: EnrollmentStore, _table: Table) -> None:
    sent(store)


def gone(_store: EnrollmentStore, table: Table) -> None:
    table.delete(rows.key_of(REF))


def migrated(store: EnrollmentStore, _table: Table) -> None:
    store.migrate(stands(store), 4, Landing(ROW.place), START_AT)


@pytest.mark.parametrize("meanwhile", [held, paused, exited, moved, gone, migrated])
def test_nothing_is_claimed_for_a_row_that_is_not_as_it_was_read(
    store: EnrollmentStore, table: Table, meanwhile: Callable[[EnrollmentStore, Table], None]
) -> None:
    """I-2, I-5, I-25."""
    meanwhile(store, table)
    before = store.read([REF])
    with pytest.raises(ConditionFailed):
        store.claim(ROW, MINE, [])
    assert store.read([REF]) == before


def test_a_claim_for_the_step_ends_the_retry_beside_it(store: EnrollmentStore) -> None:
    row = store.claim(bounced(store), Claim("next", "me", LATER_AT, NEXT), [])
    assert (row.retry, row.last, row.step) == (None, NEXT, 2)


def test_a_claim_for_the_retry_leaves_the_walk_where_it_stands(store: EnrollmentStore) -> None:
    before = bounced(store)
    row = store.claim(before, Claim("again", "me", SOON_AT, AGAIN), [])
    assert (row.retry, row.last, row.place) == (before.retry, AGAIN, before.place)


def test_a_retry_that_was_superseded_is_not_claimed(store: EnrollmentStore) -> None:
    before = bounced(store)
    next_claim = Claim("next", "me", LATER_AT, NEXT)
    row = store.claim(before, next_claim, [])
    store.settle(row, next_claim, Settlement(place=Place(3, 1, LATER_AT)), LATER_AT)
    with pytest.raises(ConditionFailed):
        store.claim(before, Claim("again", "me", SOON_AT, AGAIN), [])


# ---- settling


def test_settling_moves_the_walk_and_frees_the_row(store: EnrollmentStore) -> None:
    row = sent(store)
    assert (row.claim, row.place, row.due_at, row.status) == (None, ON, LATER_AT, Status.ACTIVE)
    assert row.journal == ROW.journal | codes([ACCEPTED])
    assert stands(store) == row


def test_settling_twice_settles_once(store: EnrollmentStore) -> None:
    row = claimed(store)
    once = store.settle(row, MINE, SENT, START_AT)
    assert store.settle(row, MINE, SENT, LATER_AT) == once


def test_settling_may_end_the_walk(store: EnrollmentStore) -> None:
    done = Settlement((ACCEPTED,), status=Status.EXITED, reason="recipient_refused")
    row = store.settle(claimed(store), MINE, done, SOON_AT)
    assert (row.status, row.exit_reason) == (Status.EXITED, "recipient_refused")
    assert (row.ended_at, row.claim) == (SOON_AT, None)


def test_settling_may_leave_a_retry_open(store: EnrollmentStore) -> None:
    row = store.settle(claimed(store), MINE, Settlement(retry=Retry(AGAIN, SOON_AT)), START_AT)
    assert row.retry == Retry(AGAIN, SOON_AT)
    assert row.due_at == START_AT


def test_a_walk_that_was_ended_meanwhile_stays_ended_and_keeps_the_fact(
    store: EnrollmentStore,
) -> None:
    """I-2: an exit beside a claim is not undone by its holder."""
    row = claimed(store)
    store.exit(REF, "unsubscribed", SOON_AT)
    settled = store.settle(row, MINE, SENT, LATER_AT)
    assert (settled.status, settled.exit_reason) == (Status.EXITED, "unsubscribed")
    assert settled.ended_at == SOON_AT
    assert (settled.claim, ACCEPTED.code() in settled.journal) == (None, True)


def test_a_person_who_was_paused_meanwhile_stays_paused_and_moves_on(
    store: EnrollmentStore, table: Table
) -> None:
    """I-6."""
    row = claimed(store)
    store.pause(REF)
    settled = store.settle(row, MINE, SENT, LATER_AT)
    assert (settled.status, settled.place, settled.claim) == (Status.PAUSED, ON, None)


def test_who_was_taken_over_adds_only_what_is_news(store: EnrollmentStore) -> None:
    row = store.doubt(claimed(store), MINE, SOON_AT)
    store.take_over(row, replace(MINE, uncertain=True), THEIRS, [])
    settled = store.settle(row, MINE, SENT, SOON_AT)
    assert (settled.claim, settled.step) == (THEIRS, 1)
    assert settled.journal == ROW.journal | codes([ACCEPTED])
    again = replace(ACCEPTED, at=LATER_AT, detail="9")
    assert store.settle(row, MINE, replace(SENT, facts=(again,)), LATER_AT) == settled


def test_an_enrollment_that_is_gone_cannot_be_settled(store: EnrollmentStore, table: Table) -> None:
    row = claimed(store)
    gone(store, table)
    with pytest.raises(ConditionFailed):
        store.settle(row, MINE, SENT, START_AT)


# ---- uncertain claims


def test_only_the_very_claim_that_was_read_is_doubted(store: EnrollmentStore) -> None:
    row = claimed(store)
    for other in (THEIRS, replace(MINE, claimed_at=LATER_AT), replace(MINE, uncertain=True)):
        with pytest.raises(ConditionFailed):
            store.doubt(row, other, SOON_AT)
    doubted = store.doubt(row, MINE, SOON_AT)
    assert (doubted.claim, doubted.due_at) == (replace(MINE, uncertain=True), SOON_AT)


def test_an_uncertain_claim_is_taken_over_by_one(store: EnrollmentStore) -> None:
    """I-1: the attempt rises once."""
    doubtful = replace(MINE, uncertain=True)
    row = store.doubt(claimed(store), MINE, SOON_AT)
    mine, theirs = (Claim("again", owner, SOON_AT, AGAIN) for owner in ("me", "they"))
    with pytest.raises(ConditionFailed):
        store.take_over(row, MINE, mine, [])
    taken = store.take_over(row, doubtful, mine, [BRANCHED])
    assert (taken.claim, taken.last) == (mine, AGAIN)
    assert store.take_over(row, doubtful, mine, [BRANCHED]) == taken
    with pytest.raises(ConditionFailed):
        store.take_over(row, doubtful, theirs, [])


def test_a_claim_of_somebody_who_left_is_not_taken_over(store: EnrollmentStore) -> None:
    """I-2."""
    row = store.doubt(claimed(store), MINE, SOON_AT)
    store.exit(REF, "unsubscribed", SOON_AT)
    with pytest.raises(ConditionFailed):
        store.take_over(row, replace(MINE, uncertain=True), THEIRS, [])


# ---- waiting, ending, repeating


def test_a_walk_waits_and_ends_only_from_where_it_was_read(store: EnrollmentStore) -> None:
    row = store.stand(ROW, Place(3, 2, LATER_AT), [BRANCHED])
    assert (row.place, row.due_at) == (Place(3, 2, LATER_AT), LATER_AT)
    with pytest.raises(ConditionFailed):
        store.stand(ROW, ON, [])
    with pytest.raises(ConditionFailed):
        store.finish(ROW, Status.COMPLETED, "", [], START_AT)
    ended = store.finish(row, Status.EXITED, "goal", [], LATER_AT)
    assert (ended.status, ended.exit_reason) == (Status.EXITED, "goal")
    assert (ended.ended_at, ended.step) == (LATER_AT, None)


def test_a_claimed_row_neither_waits_nor_ends(store: EnrollmentStore) -> None:
    row = claimed(store)
    with pytest.raises(ConditionFailed):
        store.stand(row, ON, [])
    with pytest.raises(ConditionFailed):
        store.finish(row, Status.COMPLETED, "", [], START_AT)


def test_a_walk_that_completes_beside_a_retry_lets_it_come(store: EnrollmentStore) -> None:
    row = store.finish(bounced(store), Status.COMPLETED, "", [], START_AT)
    assert (row.status, row.step, row.due_at) == (Status.ACTIVE, None, SOON_AT)
    again = Claim("again", "me", SOON_AT, AGAIN)
    assert store.claim(row, again, []).claim == again


def test_a_soft_bounce_reopens_a_completed_enrollment_once(store: EnrollmentStore) -> None:
    ended = store.finish(sent(store), Status.COMPLETED, "", [], START_AT)
    row = store.reopen(ended, MAIL, Retry(AGAIN, LATER_AT))
    assert (row.status, row.retry, row.due_at) == (Status.ACTIVE, Retry(AGAIN, LATER_AT), LATER_AT)
    assert (row.ended_at, row.exit_reason) == (None, "")
    with pytest.raises(ConditionFailed):
        store.reopen(ended, MAIL, Retry(AGAIN, LATER_AT))


def test_a_message_is_not_repeated_after_a_later_one_or_an_exit(store: EnrollmentStore) -> None:
    row = sent(store)
    with pytest.raises(ConditionFailed):
        store.reopen(row, NEXT, Retry(AGAIN, SOON_AT))
    store.exit(REF, "unsubscribed", SOON_AT)
    with pytest.raises(ConditionFailed):
        store.reopen(row, MAIL, Retry(AGAIN, SOON_AT))


# ---- holds and exits


def test_a_live_enrollment_is_held_and_freed(store: EnrollmentStore) -> None:
    """I-3: held, with a reason."""
    assert store.hold(REF, "render_failed")
    assert stands(store).held == "render_failed"
    assert store.free(REF, LATER_AT)
    assert (stands(store).held, stands(store).released_at) == ("", LATER_AT)
    assert not store.free(REF, LATER_AT)
    store.exit(REF, "goal", LATER_AT)
    assert not store.hold(REF, "render_failed")


def test_an_exit_happens_once_and_leaves_the_claim_to_its_holder(store: EnrollmentStore) -> None:
    claimed(store)
    left = Fact(FactType.UNSUBSCRIBED, SOON_AT, 1)
    assert store.exit(REF, "unsubscribed", SOON_AT, [left])
    assert not store.exit(REF, "complained", LATER_AT, [left])
    row = stands(store)
    assert (row.status, row.exit_reason, row.ended_at) == (Status.EXITED, "unsubscribed", SOON_AT)
    assert (row.claim, left.code() in row.journal) == (MINE, True)


def test_an_exit_ends_the_retry_and_reaches_a_paused_person(
    store: EnrollmentStore, table: Table
) -> None:
    bounced(store)
    store.pause(REF)
    assert store.exit(REF, "unsubscribed", SOON_AT)
    assert stands(store).retry is None


def test_nobody_who_is_not_enrolled_is_held_freed_ended_or_made(table: Table) -> None:
    store = EnrollmentStore(table)
    assert not store.hold(REF, "why")
    assert not store.free(REF, START_AT)
    assert not store.exit(REF, "goal", START_AT)
    assert store.record(REF, [ACCEPTED]) is None
    assert store.read([REF]) == {}


# ---- pauses


def test_a_pause_leaves_all_else_as_it_is_and_a_resume_says_when_it_was(
    store: EnrollmentStore,
) -> None:
    """I-6, I-8."""
    before = bounced(store)
    assert store.pause(REF)
    assert not store.pause(REF)
    assert stands(store) == replace(before, status=Status.PAUSED)
    assert store.resume(REF, LATER_AT)
    assert not store.resume(REF, START_AT)
    assert stands(store) == replace(before, released_at=LATER_AT)


def test_who_has_ended_is_neither_paused_nor_resumed(store: EnrollmentStore) -> None:
    """I-2."""
    store.pause(REF)
    store.exit(REF, "unsubscribed", SOON_AT)
    assert not store.pause(REF)
    assert not store.resume(REF, LATER_AT)
    assert stands(store).status is Status.EXITED


# ---- migrations

THERE = Landing(Place(5, 1, LATER_AT))


@pytest.mark.parametrize("is_paused", [False, True])
def test_a_move_changes_the_revision_and_the_place(
    store: EnrollmentStore, *, is_paused: bool
) -> None:
    """I-25: and writes it down; who is paused stays so."""
    before = sent(store)
    if is_paused:
        store.pause(REF)
    row = store.migrate(before, 4, THERE, SOON_AT)
    assert (row.revision, row.place, row.due_at) == (4, THERE.place, LATER_AT)
    assert row.status is (Status.PAUSED if is_paused else Status.ACTIVE)
    assert row.released_at is None
    (fact,) = [fact for fact in row.facts() if fact.type is FactType.MIGRATED]
    assert (fact.step, fact.detail) == (0, "4")


def test_who_is_due_by_the_move_alone_is_released_by_it(store: EnrollmentStore) -> None:
    """I-8."""
    row = store.migrate(sent(store), 4, Landing(Place(5, 1, START_AT)), SOON_AT)
    assert (row.due_at, row.released_at) == (START_AT, SOON_AT)


def test_a_move_may_end_the_walk(store: EnrollmentStore) -> None:
    """I-4."""
    before = bounced(store)
    row = store.migrate(before, 4, Landing(Place(None, 1, LATER_AT)), SOON_AT)
    assert (row.status, row.exit_reason) == (Status.COMPLETED, MIGRATED_AWAY)
    assert (row.ended_at, row.retry) == (SOON_AT, None)


def test_a_move_keeps_the_retry_that_lands(store: EnrollmentStore) -> None:
    before = bounced(store)
    row = store.migrate(before, 4, Landing(THERE.place, before.retry), START_AT)
    assert (row.retry, row.due_at) == (before.retry, SOON_AT)


def claims(store: EnrollmentStore, row: Enrollment) -> None:
    store.claim(row, Claim("next", "me", LATER_AT, NEXT), [])


def retries(store: EnrollmentStore, _row: Enrollment) -> None:
    store.reopen(stands(store), MAIL, Retry(AGAIN, SOON_AT))


def goes_on(store: EnrollmentStore, row: Enrollment) -> None:
    store.stand(row, Place(3, 1, LATER_AT), [])


def waits_anew(store: EnrollmentStore, row: Enrollment) -> None:
    store.stand(row, Place(2, 1, LATER_AT + timedelta(hours=1)), [])


def ends(store: EnrollmentStore, _row: Enrollment) -> None:
    store.exit(REF, "goal", SOON_AT)


def moves(store: EnrollmentStore, row: Enrollment) -> None:
    store.migrate(row, 5, THERE, SOON_AT)


@pytest.mark.parametrize("meanwhile", [claims, retries, goes_on, waits_anew, ends, moves])
def test_nobody_is_moved_who_does_not_stand_as_they_were_read(
    store: EnrollmentStore, meanwhile: Callable[[EnrollmentStore, Enrollment], None]
) -> None:
    """I-1, I-25: least of all who has a message in hand."""
    row = sent(store)
    meanwhile(store, row)
    before = stands(store)
    with pytest.raises(ConditionFailed):
        store.migrate(row, 4, THERE, SOON_AT)
    assert stands(store) == before


def test_nothing_is_done_by_the_revision_that_somebody_has_left(store: EnrollmentStore) -> None:
    """I-25: neither a step, nor a retry, nor an end."""
    row = sent(store)
    store.migrate(row, 4, Landing(row.place), SOON_AT)
    with pytest.raises(ConditionFailed):
        claims(store, row)
    with pytest.raises(ConditionFailed):
        goes_on(store, row)
    with pytest.raises(ConditionFailed):
        store.finish(row, Status.COMPLETED, "", [], LATER_AT)
    with pytest.raises(ConditionFailed):
        store.reopen(row, MAIL, Retry(AGAIN, SOON_AT))


def test_no_retry_is_claimed_by_the_revision_that_somebody_has_left(
    store: EnrollmentStore,
) -> None:
    row = bounced(store)
    store.migrate(row, 4, Landing(row.place, row.retry), START_AT)
    with pytest.raises(ConditionFailed):
        store.claim(row, Claim("again", "me", SOON_AT, AGAIN), [])


# ---- the journal


def opened(number: int) -> Fact:
    return Fact(FactType.OPENED, START_AT + timedelta(minutes=number), 1)


def test_a_fact_that_is_recorded_twice_is_there_once(store: EnrollmentStore) -> None:
    """I-12."""
    first = store.record(REF, [ACCEPTED, opened(1)])
    assert first is not None
    assert first.journal == ROW.journal | codes([ACCEPTED, opened(1)])
    assert store.record(REF, [opened(1), ACCEPTED]) == first


def test_a_full_journal_takes_only_what_it_has_nothing_like(store: EnrollmentStore) -> None:
    """I-9: repeats are counted up to the cap, everything else always."""
    store.record(REF, [opened(number) for number in range(JOURNAL_CAP)])
    full = stands(store)
    assert store.record(REF, [opened(JOURNAL_CAP + 1)]) == full
    click = Fact(FactType.CLICKED, START_AT, 1, link=2)
    bounce = Fact(FactType.BOUNCED, START_AT, 1, detail="soft")
    row = store.record(REF, [opened(JOURNAL_CAP + 2), click, bounce])
    assert row is not None
    assert row.journal == full.journal | codes([click, bounce])
