"""A test send: to a few addresses, once each, whatever happens on the way."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from penguinmails.campaigns.campaign import Campaign, Sender
from penguinmails.enrollments.lift_fence import lift_fence
from penguinmails.errors import InvalidInput, NotFound, Unavailable
from penguinmails.jobs.job import Job, JobStatus
from penguinmails.queues.port import Body, Queue
from penguinmails.senders.add import add_sender
from penguinmails.senders.sender import NewSender
from penguinmails.sends.ask_test_send import GIVEN_UP
from penguinmails.sends.message import NO_ENROLLMENT, Message
from penguinmails.sends.outcome import Accepted, Outcome, Refused, Scope, TryLater, Uncertain
from penguinmails.sends.run_test_send import RECHECK_S
from penguinmails.sends.test_send import Fate, Letter, Recipients, mails_of
from penguinmails.suppressions.suppression import (
    WORKSPACE,
    Suppression,
    SuppressionReason,
    campaign_scope,
)
from penguinmails.templates.reader import Reader
from penguinmails.templates.save import save_template
from penguinmails.templates.template import Template, Variant
from tests.simulation.faults import Fault, Faulty
from tests.simulation.taps import Crash, before, flow
from tests.world import START_AT, TENANT, World

JOB = "01890000-0000-7000-8000-0000000000aa"
FROM = "hello@northlight.example"
TO = ("zoe@example.com", "bob@example.com", "cy@example.com")
HTML = '<p>Hi {{ firstName }}, <a href="https://www.example.com/start">start</a></p>'
HELLO = Template(
    *("hello", "Hello", "Hello {{ firstName }}", "", HTML, ""),
    variants={"de": Variant("Hallo", html="<p>Hallo</p>")},
)
STEPS = [
    {"email": "first", "template": "hello"},
    {"wait": "1 day"},
    {"email": "second", "template": "hello", "subject": "Still there?"},
]


@pytest.fixture
def world() -> World:
    """Give a world with a template, and a sender that may send."""
    world = World()
    save_template(TENANT, HELLO, world.templates, START_AT)
    sender = NewSender(FROM, "Northlight", postal_address="Polar Way 1\nTromsø")
    add_sender(TENANT, sender, world.adding_senders(), operator=True)
    return world


def ask(world: World, *to: str, job: str = JOB, **reader: object) -> Job:
    """Ask for a test of the template."""
    whom = Recipients(to or TO, Reader(**reader))  # type: ignore[arg-type] # its own fields
    return world.test_template(TENANT, job, Letter("hello"), Sender("North", FROM), whom)


def ask_campaign(world: World, campaign: Campaign, *steps: str, to: Sequence[str] = TO) -> Job:
    """Ask for a test of a campaign's emails."""
    return world.test_campaign(campaign, JOB, steps, Recipients(to))


def job(world: World) -> Job:
    return world.jobs.get(TENANT, JOB)


def fates(world: World) -> list[Fate]:
    return [mail.fate for mail in mails_of(job(world))]


def message(world: World) -> Body:
    """Take the message by which the test send is done off its queue."""
    received = world.lines.receive()
    assert received is not None
    assert received.queue is Queue.ADVANCE
    return received.body


def run(world: World, body: Body, owner: str = "me", left_s: float = 30.0) -> Counter[str]:
    return world.run_test_send(body, owner, lambda: left_s)


def addresses(world: World) -> list[str]:
    return [mail.to_email for mail in world.esp.accepted]


def problems(error: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, str]]:
    return [(one.pointer, one.code) for one in error.value.problems]


def test_everybody_gets_a_mail_that_says_that_it_is_a_test(world: World) -> None:
    asked = ask(world, sample={"firstName": "Ada"})
    assert (asked.status, fates(world)) == (JobStatus.WAITING, [Fate.WAITING] * 3)
    world.settle()
    assert addresses(world) == list(TO)
    assert (job(world).status, job(world).progress) == (JobStatus.DONE, 1)
    assert fates(world) == [Fate.ACCEPTED] * 3
    mail = world.esp.accepted[0]
    assert (mail.subject, mail.from_name, mail.from_email) == ("[Test] Hello Ada", "North", FROM)
    assert (mail.token, mail.unsubscribe_url) == (NO_ENROLLMENT, None)
    assert "Polar Way 1" in mail.html
    assert "https://mail.example.com/u/test" in mail.html
    assert "https://mail.example.com/u/test" in mail.text
    assert 'href="https://www.example.com/start"' in mail.html
    assert len({one.send_key for one in world.esp.accepted}) == 3


def test_a_campaigns_emails_are_mailed_each_with_its_own_subject(world: World) -> None:
    asked = ask_campaign(world, world.campaign(STEPS), to=TO[:2])
    world.settle()
    subjects = [(mail.to_email, mail.subject) for mail in world.esp.accepted]
    assert subjects == [
        (TO[0], "[Test] Hello"),
        (TO[1], "[Test] Hello"),
        (TO[0], "[Test] Still there?"),
        (TO[1], "[Test] Still there?"),
    ]
    assert asked.result["emails"] == [
        {"step": "first", "template": "hello", "missing": ["first_name"]},
        {"step": "second", "template": "hello", "missing": ["first_name"]},
    ]


def test_some_of_the_emails_can_be_chosen(world: World) -> None:
    ask_campaign(world, world.campaign(STEPS), "second", "second", to=TO[:1])
    world.settle()
    assert [mail.subject for mail in world.esp.accepted] == ["[Test] Still there?"]


def test_a_launched_campaign_is_shown_as_it_was_frozen(world: World) -> None:
    campaign = world.launch(world.campaign(STEPS))
    revision = world.campaigns.revision(TENANT, campaign.id, campaign.revision)
    frozen = Template(
        *("hello", "Hello", "As frozen", "", "<p>Old</p>", ""), postal_address="Old Rd"
    )
    world.campaigns.pin(TENANT, revision, {1: frozen, 3: frozen})
    ask_campaign(world, campaign, "first", to=TO[:1])
    world.settle()
    (mail,) = world.esp.accepted
    assert mail.subject == "[Test] As frozen"
    assert "Old Rd" in mail.html


def test_it_is_written_as_to_a_contact_in_a_language(world: World) -> None:
    ada = world.person("ada@example.com", first_name="Ada")
    ask(world, TO[0], contact=ada.id)
    ask(world, TO[0], job=JOB.replace("aa", "bb"), contact=ada.id, locale="de-AT")
    world.settle()
    subjects = {mail.subject for mail in world.esp.accepted}
    assert subjects == {"[Test] Hello Ada", "[Test] Hallo"}
    assert addresses(world) == [TO[0]] * 2


def test_what_is_wrong_is_told_all_at_once_with_its_place(world: World) -> None:
    bob = world.ring.contact_id(TENANT, "bob@example.com")
    entry = Suppression(TENANT, bob, WORKSPACE, SuppressionReason.ERASED, "test", START_AT)
    world.suppressions.add(entry)
    whom = Recipients(("a@b.test", "A@B.test", "nobody", "Bob@Example.com"), Reader(contact="x"))
    sender = Sender("two\nlines", "ceo@bank.example", "nobody")
    with pytest.raises(InvalidInput) as refused:
        world.test_template(TENANT, JOB, Letter("hello"), sender, whom)
    assert problems(refused) == [
        ("/to/1", "double"),
        ("/to/2", "invalid_address"),
        ("/to/3", "suppressed"),
        ("/fromName", "invalid_text"),
        ("/replyTo", "invalid_address"),
        ("/fromEmail", "unverified_sender"),
        ("/contactId", "unknown_contact"),
    ]
    assert world.lines.receive() is None
    assert world.wake_ups() == []


def test_who_left_a_campaign_gets_no_test_of_it_but_of_others(world: World) -> None:
    campaign, other = world.campaign(STEPS), world.campaign(STEPS)
    zoe = world.ring.contact_id(TENANT, TO[0])
    scope, reason = campaign_scope(campaign.id), SuppressionReason.UNSUBSCRIBED
    world.suppressions.add(Suppression(TENANT, zoe, scope, reason, "test", START_AT))
    with pytest.raises(InvalidInput) as refused:
        ask_campaign(world, campaign)
    assert problems(refused) == [("/to/0", "suppressed")]
    assert ask_campaign(world, other).id == JOB


@pytest.mark.parametrize("number", [0, 11])
def test_a_test_goes_to_one_to_ten_addresses(world: World, number: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        world.test_template(
            TENANT,
            JOB,
            Letter("hello"),
            Sender("", FROM),
            Recipients([f"p{place}@example.com" for place in range(number)]),
        )
    assert problems(refused) == [("/to", "out_of_range")]


def test_a_test_has_a_hundred_mails_at_most_and_little_sample_data(world: World) -> None:
    steps = [{"email": f"mail{number}", "template": "hello"} for number in range(51)]
    with pytest.raises(InvalidInput) as refused:
        ask_campaign(world, world.campaign(steps), to=TO[:2])
    assert problems(refused) == [("/steps", "too_many")]
    with pytest.raises(InvalidInput) as refused:
        ask(world, sample={"firstName": "x" * 100_000})
    assert problems(refused) == [("/sample", "too_large")]


def test_what_a_campaign_lacks_is_told(world: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        ask_campaign(world, world.campaign(STEPS), "third", "first")
    assert problems(refused) == [("/steps/0", "unknown_step")]
    with pytest.raises(InvalidInput) as refused:
        ask_campaign(world, world.campaign([{"email": "a", "template": "gone"}]))
    assert problems(refused) == [("/steps", "unknown_template")]
    with pytest.raises(NotFound):
        world.test_template(TENANT, JOB, Letter("gone"), Sender("", FROM), Recipients(TO))


def test_nothing_that_is_kept_holds_an_address(world: World) -> None:
    ask(world, "canary@example.com")
    kept = str([table.rows for table in world.tables.values()])
    assert "canary" not in kept
    body = message(world)
    world.esp.script = lambda mail: Refused(Scope.RECIPIENT, f"<{mail.to_email}> is unknown")
    run(world, body)
    assert "canary" not in str([table.rows for table in world.tables.values()])
    (mail,) = mails_of(job(world))
    assert (mail.fate, mail.detail) == (Fate.REFUSED, "recipient: <<address>> is unknown")


def test_who_is_suppressed_after_the_request_is_not_mailed(world: World) -> None:
    ask(world)
    bob = world.ring.contact_id(TENANT, TO[1])
    entry = Suppression(TENANT, bob, WORKSPACE, SuppressionReason.ERASED, "test", START_AT)
    world.suppressions.add(entry)
    world.settle()
    assert addresses(world) == [TO[0], TO[2]]
    assert fates(world) == [Fate.ACCEPTED, Fate.REFUSED, Fate.ACCEPTED]


def test_what_cannot_be_written_any_more_is_refused(world: World) -> None:
    ada = world.person("ada@example.com", first_name="Ada")
    ask(world, contact=ada.id)
    world.contacts.remove(TENANT, ada.id)
    world.settle()
    assert addresses(world) == []
    assert fates(world) == [Fate.REFUSED] * 3


@pytest.mark.parametrize(
    ("outcome", "tried", "fate", "detail"),
    [
        (TryLater(60, "busy"), 3, Fate.TRY_LATER, "busy"),
        (TryLater(60, "away", everyone=True), 1, Fate.TRY_LATER, "away"),
        (Refused(Scope.MESSAGE, "554"), 3, Fate.REFUSED, "message: 554"),
        (Refused(Scope.ACCOUNT), 1, Fate.REFUSED, "account"),
        (Uncertain("timeout"), 3, Fate.UNCERTAIN, "timeout"),
    ],
)
def test_each_outcome_is_told_and_where_none_would_fare_better_none_is_tried(
    world: World, outcome: Outcome, tried: int, fate: Fate, detail: str
) -> None:
    world.esp.script = lambda _: outcome
    ask(world)
    world.settle()
    assert len(world.esp.asked) == tried
    assert [(mail.fate, mail.detail) for mail in mails_of(job(world))] == [(fate, detail)] * 3
    assert job(world).status is JobStatus.DONE


def test_asking_again_under_the_same_id_mails_nothing_again(world: World) -> None:
    ask(world)
    ask(world)
    world.settle()
    assert addresses(world) == list(TO)
    assert ask(world).status is JobStatus.DONE
    world.settle()
    assert addresses(world) == list(TO)


def test_a_request_that_was_not_queued_can_be_made_again(world: World) -> None:
    world.main.tap = Faulty({3: Fault.DIES_BEFORE}).tap
    with pytest.raises(Crash):
        ask(world)
    assert job(world).status is JobStatus.WAITING
    ask(world)
    world.settle()
    assert addresses(world) == list(TO)


def test_what_may_be_queued_after_a_refusal_comes_to_nothing(world: World) -> None:
    def away() -> None:
        raise Unavailable("the queue did not answer")

    before(world.main, "queue.advance", away)
    with pytest.raises(Unavailable):
        ask(world)
    assert job(world).status is JobStatus.FAILED


def test_a_request_that_was_begun_is_no_failure(world: World) -> None:
    ask(world)
    body = message(world)

    def begun_and_away() -> None:
        run(world, body)
        raise Unavailable("the queue did not answer")

    before(world.main, "queue.advance", begun_and_away)
    assert ask(world).status is JobStatus.DONE
    assert addresses(world) == list(TO)


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name.lower())
def test_i_1_whatever_goes_wrong_once_nobody_is_mailed_twice(fault: Fault) -> None:
    broken = []
    number, seen = 1, 1
    while number <= seen:
        world = fresh()
        ask(world)
        faulty = Faulty({number: fault})
        world.main.tap = faulty.tap
        world.settle()
        world.pass_time(minutes=10)
        found = Counter(addresses(world))
        ended = fates(world)
        lost = [
            to
            for to, fate in zip(TO, ended, strict=True)
            if not found[to] and fate is Fate.ACCEPTED
        ]
        if max(found.values(), default=0) > 1 or lost or job(world).status is not JobStatus.DONE:
            broken.append((number, faulty.hit, found, ended))
        if ended.count(Fate.UNCERTAIN) > 1 or Fate.WAITING in ended:
            broken.append((number, faulty.hit, found, ended))
        number, seen = number + 1, faulty.seen
    assert broken == []
    assert number > 5


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name.lower())
@pytest.mark.parametrize("number", [1, 2, 3])
def test_i_29_a_request_that_broke_and_is_made_again_mails_nobody_twice(
    world: World, fault: Fault, number: int
) -> None:
    faulty = Faulty({number: fault})
    world.main.tap = faulty.tap
    with suppress(Crash, Unavailable):
        ask(world)
    world.main.tap = flow
    again = ask(world)
    world.settle()
    world.pass_time(hours=2)
    assert faulty.hit
    assert addresses(world) == ([] if again.status is JobStatus.FAILED else list(TO))


def fresh() -> World:
    """Make the world of the fixture anew."""
    world = World()
    save_template(TENANT, HELLO, world.templates, START_AT)
    sender = NewSender(FROM, "Northlight")
    add_sender(TENANT, sender, world.adding_senders(), operator=True)
    return world


def test_a_message_that_comes_twice_at_once_waits_for_the_other(world: World) -> None:
    ask(world)
    body = message(world)
    waits: list[Counter[str]] = []

    def twice(mail: Message) -> Outcome:
        if not waits:
            waits.append(run(world, body, "other"))
        return Accepted(mail.send_key)

    world.esp.script = twice
    assert run(world, body)["accepted"] == 3
    assert waits == [Counter(contested=1)]
    world.pass_time(seconds=RECHECK_S)
    assert addresses(world) == list(TO)


def test_what_another_took_over_is_left_to_it(world: World) -> None:
    """A worker that stalled for longer than any may does not go on when it comes to."""
    ask(world)
    body = message(world)
    others: list[Counter[str]] = []

    def stall(mail: Message) -> Outcome:
        if not others:
            others.append(Counter())
            world.clock.move(seconds=RECHECK_S)
            others[0] = run(world, body, "other")
        return Accepted(mail.send_key)

    world.esp.script = stall
    run(world, body)
    assert others[0]["uncertain"] == 1
    assert sorted(addresses(world)) == sorted(TO)
    assert fates(world) == [Fate.UNCERTAIN, Fate.ACCEPTED, Fate.ACCEPTED]


def test_what_time_does_not_allow_goes_back_to_the_queue(world: World) -> None:
    ask(world)
    left = [30.0, 30.0, 3.0]
    body = message(world)
    done = world.run_test_send(body, "me", lambda: left.pop(0))
    assert done == Counter(accepted=2, out_of_time=1)
    assert fates(world) == [Fate.ACCEPTED, Fate.ACCEPTED, Fate.WAITING]
    assert job(world).progress == pytest.approx(2 / 3)
    world.settle()
    assert addresses(world) == list(TO)
    assert job(world).status is JobStatus.DONE


def test_what_is_lost_on_the_way_is_ended_after_an_hour(world: World) -> None:
    ask(world)
    message(world)
    world.pass_time(seconds=GIVEN_UP.total_seconds() + 120)
    assert job(world).status is JobStatus.FAILED
    assert "ask for another" in job(world).failure
    assert fates(world) == [Fate.WAITING] * 3
    assert addresses(world) == []


def test_of_what_is_ended_so_the_mail_that_was_being_tried_is_uncertain(world: World) -> None:
    ask(world, TO[0])
    body = message(world)

    def die(_: Message) -> Outcome:
        raise Crash

    world.esp.script = die
    with pytest.raises(Crash):
        run(world, body)
    world.pass_time(seconds=GIVEN_UP.total_seconds() + 120)
    assert (job(world).status, fates(world)) == (JobStatus.DONE, [Fate.UNCERTAIN])


def test_what_was_done_is_not_ended_again(world: World) -> None:
    ask(world)
    world.settle()
    before_ = job(world)
    world.pass_time(hours=2)
    assert job(world) == before_


def test_a_call_for_a_job_that_was_never_saved_does_nothing(world: World) -> None:
    assert run(world, {"tenant": TENANT, "testSend": JOB}) == Counter(gone=1)


def test_images_are_signed_as_in_the_email(world: World) -> None:
    html = "<img src='{{ \"https://img.example/a\"|image(n=firstName) }}' alt=''>"
    save_template(TENANT, replace(HELLO, html=html), world.templates, START_AT)
    ask(world, sample={"firstName": "Ada"})
    world.settle()
    signature = world.adapters.keyring().image_signature(TENANT, "/a?n=Ada")
    assert f"/a?n=Ada&amp;s={signature}'" in world.esp.accepted[0].html


def test_i_28_behind_the_fence_a_test_waits_with_its_addresses_in_its_message(world: World) -> None:
    ask(world)
    body = message(world)
    world.restore(world.backup())
    world.start_anew()
    assert run(world, body) == Counter(fenced=1)
    assert fates(world) == [Fate.WAITING] * 3
    (waiting,) = [m for m in world.lines.waiting if m.queue is Queue.ADVANCE]
    assert waiting.body == body
    assert waiting.visible_at == START_AT + timedelta(minutes=15)
    lift_fence(world.lifting())
    world.pass_time(minutes=15)
    assert fates(world) == [Fate.ACCEPTED] * 3
