"""The recorder writes what was heard into journals and does at once what it calls for."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import permutations
from types import MappingProxyType

import pytest

from penguinmails.clock import to_millis
from penguinmails.deliveries.fact import FactType
from penguinmails.enrollments.enrollment import Ref, Status
from penguinmails.errors import Unavailable
from penguinmails.queues.port import Body, Queue
from penguinmails.suppressions.suppression import Suppression, SuppressionReason
from tests.functions.listening import START_AT, TENANT, Listening, world

__all__ = ["world"]

NOTHING: Mapping[str, object] = MappingProxyType({})


def body(world: Listening, *events: object, tenant: str = TENANT) -> Body:
    heard = to_millis(world.clock.now())
    return {"tenant": tenant, "source": "sandbox", "heard": heard, "events": list(events)}


def event(
    world: Listening, ref: Ref, kind: str, number: int = 1, more: Mapping[str, object] = NOTHING
) -> dict[str, object]:
    token = world.text(ref)
    return {"id": f"e{number}", "type": kind, "at": START_AT.isoformat(), "token": token, **more}


@pytest.fixture
def ref(world: Listening) -> Ref:
    return world.enroll(world.campaign(), world.person())


def state(world: Listening, ref: Ref) -> tuple[object, ...]:
    row = world.row(ref)
    reasons = world.suppressions.reasons(TENANT, ref.campaign, [ref.contact])
    return row.journal, row.status, row.exit_reason, row.claim, dict(reasons)


def test_each_event_becomes_one_fact_of_its_message(world: Listening, ref: Ref) -> None:
    world.record(
        body(
            world,
            event(world, ref, "accepted", 1),
            event(world, ref, "delivered", 2),
            event(world, ref, "deferred", 3),
            event(world, ref, "opened", 4, {"userAgent": "Mozilla/5.0"}),
            event(world, ref, "clicked", 5, {"link": 2, "machine": False}),
            event(world, ref, "replied", 6),
        )
    )
    facts = {(f.type, f.machine, f.link) for f in world.heard(ref)}
    assert facts == {
        (FactType.ACCEPTED, False, 0),
        (FactType.DELIVERED, False, 0),
        (FactType.DELAYED, False, 0),
        (FactType.OPENED, True, 0),
        (FactType.CLICKED, False, 2),
        (FactType.REPLIED, False, 0),
    }
    assert {f.message for f in world.heard(ref)} == {(1, 1, 1)}


def test_i_12_events_in_any_order_and_doubled_leave_the_same_state(world: Listening) -> None:
    revision, states = world.campaign(), set()
    kinds: list[tuple[str, dict[str, object]]] = [
        ("delivered", {}),
        ("opened", {}),
        ("clicked", {"link": 1}),
        ("bounced", {"class": "soft"}),
        ("complained", {}),
        ("unsubscribed", {}),
    ]
    for number, order in enumerate(permutations(range(len(kinds)))):
        if number % 12:
            continue
        ref = world.enroll(revision, world.person(f"person{number}@example.com"))
        events = [event(world, ref, kinds[i][0], i, kinds[i][1]) for i in order]
        world.record(body(world, *events[:3]), body(world, *events[2:]))
        world.record(body(world, *events))
        row = world.row(ref)
        states.add((row.journal, row.status, row.step))
    assert len(states) == 1


def test_i_12_every_order_of_events_about_one_message_gives_one_journal(world: Listening) -> None:
    revision, journals = world.campaign(), set()
    kinds = ["delivered", "opened", "clicked", "deferred"]
    for number, order in enumerate(permutations(kinds)):
        ref = world.enroll(revision, world.person(f"person{number}@example.com"))
        for kind in order:
            world.record(body(world, event(world, ref, kind, kinds.index(kind))))
        journals.add(world.row(ref).journal)
    assert len(journals) == 1


def test_a_doubled_event_costs_no_write(
    world: Listening, ref: Ref, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = body(world, event(world, ref, "delivered"))
    world.record(message)
    monkeypatch.setattr(world.enrollments, "record", pytest.fail)
    assert world.record(message) == []


@pytest.mark.parametrize(
    ("kind", "more", "reason"),
    [
        ("bounced", {"class": "hard"}, SuppressionReason.HARD_BOUNCED),
        ("bounced", {"code": "5.1.1"}, SuppressionReason.HARD_BOUNCED),
        ("complained", {}, SuppressionReason.COMPLAINED),
        ("unsubscribed", {}, SuppressionReason.UNSUBSCRIBED),
    ],
)
def test_who_must_not_be_mailed_is_suppressed_and_leaves_every_campaign(
    world: Listening, ref: Ref, kind: str, more: dict[str, str], reason: SuppressionReason
) -> None:
    person = world.person("other@example.com")
    bystander = world.enroll(world.campaign(), person)
    contact = world.contacts.read(TENANT, [ref.contact])[ref.contact]
    elsewhere = [world.enroll(world.campaign(), contact) for _ in range(2)]
    world.record(body(world, event(world, ref, kind, 1, more)))
    for one in (ref, *elsewhere):
        assert world.row(one).status is Status.EXITED
        assert world.row(one).exit_reason == reason.value
    assert world.row(bystander).status is Status.ACTIVE
    assert world.suppressions.reasons(TENANT, "any", [ref.contact]) == {ref.contact: reason.value}


@pytest.mark.parametrize("code", ["4.2.2", "5.2.2", "", "nonsense"])
def test_a_soft_bounce_of_the_last_message_wakes_the_advancer(
    world: Listening, ref: Ref, code: str
) -> None:
    world.sent(ref)
    message = body(world, event(world, ref, "bounced", 1, {"code": code}))
    world.record(message, message)
    (first, second) = world.take(Queue.ADVANCE)
    assert first == second
    assert first["refs"] == [ref.contact]
    assert world.row(ref).status is Status.ACTIVE


@pytest.mark.parametrize("more", [{"class": "block"}, {"code": "5.7.1"}])
def test_a_block_bars_nobody_and_repeats_nothing(
    world: Listening, ref: Ref, more: dict[str, str]
) -> None:
    world.sent(ref)
    world.record(body(world, event(world, ref, "bounced", 1, more)))
    assert not world.queued(Queue.ADVANCE)
    assert world.row(ref).status is Status.ACTIVE
    assert [fact.detail for fact in world.heard(ref)] == ["block"]


@pytest.mark.parametrize("kind", ["accepted", "delivered", "opened", "clicked"])
def test_evidence_for_an_uncertain_send_wakes_the_advancer(
    world: Listening, ref: Ref, kind: str
) -> None:
    world.claim(ref, uncertain=True)
    world.record(body(world, event(world, ref, kind)))
    assert [message["refs"] for message in world.take(Queue.ADVANCE)] == [[ref.contact]]
    assert world.row(ref).claim is not None


def test_a_claim_whose_holder_is_at_it_is_left_to_its_holder(world: Listening, ref: Ref) -> None:
    world.claim(ref)
    world.record(body(world, event(world, ref, "delivered")))
    assert not world.queued(Queue.ADVANCE)


@pytest.mark.parametrize(
    "token", ["", "x", "AAAA", "ü", "../../etc", "A" * 160, None, 7, ["t"], {"a": 1}]
)
def test_an_event_with_a_token_that_is_not_ours_is_dropped(
    world: Listening, ref: Ref, token: object
) -> None:
    good = event(world, ref, "delivered", 2)
    assert world.record(body(world, {**good, "id": "e1", "token": token}, good)) == []
    assert [fact.type for fact in world.heard(ref)] == [FactType.DELIVERED]


def test_an_event_of_another_tenants_message_is_dropped(world: Listening, ref: Ref) -> None:
    foreign = "01890000-0000-7000-8000-0000000000ff"
    world.record(body(world, event(world, ref, "complained"), tenant=foreign))
    assert world.heard(ref) == []
    assert world.row(ref).status is Status.ACTIVE
    assert not world.suppressions.reasons(TENANT, ref.campaign, [ref.contact])


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"type": "teleported"},
        {"type": 7},
        {"type": ["delivered"]},
        {"type": "unknown"},
        "text",
        None,
        [],
    ],
)
def test_an_event_that_nobody_understands_fails_nothing(
    world: Listening, ref: Ref, raw: object
) -> None:
    good = event(world, ref, "delivered")
    odd = {**good, **raw, "id": "e9"} if isinstance(raw, dict) and raw else raw
    assert world.record(body(world, odd, good)) == []
    assert len(world.heard(ref)) == 1


def test_an_enrollment_that_is_gone_takes_nothing_but_still_bars_the_person(
    world: Listening, ref: Ref
) -> None:
    world.tables["enrollments"].rows.clear()
    assert world.record(body(world, event(world, ref, "complained"))) == []
    assert world.suppressions.reasons(TENANT, "any", [ref.contact])


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        (START_AT + timedelta(minutes=5), START_AT + timedelta(minutes=5)),
        (START_AT - timedelta(days=400), START_AT - timedelta(days=1)),
        (START_AT + timedelta(days=400), START_AT + timedelta(days=1)),
    ],
)
def test_a_time_that_cannot_be_is_moved_to_where_it_can(
    world: Listening, ref: Ref, stated: datetime, kept: datetime
) -> None:
    world.record(body(world, event(world, ref, "delivered", 1, {"at": stated.isoformat()})))
    assert [fact.at for fact in world.heard(ref)] == [kept]


@pytest.mark.parametrize("at", [None, "", "yesterday", "2026-03-02T09:00:00", 1e300, True, -1e20])
def test_a_time_that_cannot_be_read_is_the_time_we_heard(
    world: Listening, ref: Ref, at: object
) -> None:
    world.clock.move(hours=1)
    world.record(body(world, {**event(world, ref, "delivered"), "at": at}))
    wanted = START_AT - timedelta(days=1) if at is True else world.clock.now()
    assert [fact.at for fact in world.heard(ref)] == [wanted]


def test_i_11_a_message_that_could_not_be_finished_comes_again_alone(
    world: Listening, ref: Ref, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = world.suppressions.add
    fails = [True]

    def flaky(entry: Suppression) -> bool:
        if fails.pop():
            raise Unavailable("the table is busy")
        return add(entry)

    monkeypatch.setattr(world.suppressions, "add", flaky)
    complaint = body(world, event(world, ref, "complained", 1))
    delivery = body(world, event(world, ref, "delivered", 2))
    assert world.record(complaint, delivery) == [{"itemIdentifier": "m0"}]
    assert [fact.type for fact in world.heard(ref)] == [FactType.DELIVERED]
    fails.append(False)
    assert world.record(complaint) == []
    assert state(world, ref)[1:3] == (Status.EXITED, "complained")


def test_i_11_a_message_that_is_no_message_fails_alone(world: Listening, ref: Ref) -> None:
    good = body(world, event(world, ref, "delivered"))
    assert world.record({"odd": 1}, good) == [{"itemIdentifier": "m0"}]
    assert len(world.heard(ref)) == 1


def test_i_11_what_the_webhook_took_in_reaches_the_journal(world: Listening, ref: Ref) -> None:
    assert world.report([event(world, ref, "delivered")])["statusCode"] == 200
    world.settle()
    assert [fact.type for fact in world.heard(ref)] == [FactType.DELIVERED]
