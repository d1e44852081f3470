"""A day in which the functions do all that they ever do, down to what is rare."""

from dataclasses import replace
from datetime import timedelta

import pytest

from penguinmails.campaigns.campaign import OnUncertain
from penguinmails.campaigns.lifecycle import Lifecycle
from penguinmails.contacts.store import ContactStore
from penguinmails.enrollments.enrollment import Status
from penguinmails.enrollments.messages import pack
from penguinmails.errors import Conflict, Unavailable
from penguinmails.imports import page
from penguinmails.queues.port import Body, Queue
from penguinmails.table.port import Key
from penguinmails.tenants.tenant import EspName
from penguinmails.tracking.tokens import Purpose
from tests.functions.running import captured, dead_letters
from tests.infra.rights.desk import HELLO, Desk, take_desk
from tests.infra.rights.workshop import Workshop

WAIT = {"wait": "1 day"}
AGAIN = {"email": "again", "template": "letter"}
SHORT_S = 4.0
"""Time left in which a function only hands on the rest."""


def live(workshop: Workshop) -> None:
    """Live through the day, each part of it with people of its own."""
    desk = take_desk(workshop, EspName.SANDBOX)
    for part in (
        _write_and_read,
        _ask_again,
        _lose_a_file,
        _schedule,
        _walk,
        _bounce,
        _refuse,
        _doubt,
        _pause,
        _suppress,
        _follow_links,
        _give_up,
        _get_lost,
        _run_short,
        _close,
        _count,
    ):
        part(desk)
    for esp, senders in ((EspName.SES, 2), (EspName.SMTP, 1)):
        _send_through(take_desk(workshop, esp), senders)
    workshop.house.tenants.revoke(desk.workspace.key.key)


def _write_and_read(desk: Desk) -> None:
    """Write one of each thing, change it, and look at it."""
    for name in ("Everybody", "Everyone"):
        desk.ask("PUT", "segments/everybody", {"name": name})
    job = desk.upload("everybody", "ada", "bob", "cy")
    desk.upload("everybody", "ada")
    with pytest.MonkeyPatch.context() as small:
        small.setattr(page, "PAGE_ROWS", 2)
        desk.workshop.settle()
    campaign = desk.draft("everybody")
    desk.ask("PATCH", f"campaigns/{campaign}", {"steps": [HELLO, WAIT, AGAIN]})
    desk.tell(f"campaigns/{campaign}/launch")
    for path in (
        "templates",
        "templates/letter",
        "segments",
        "segments/everybody",
        f"imports/{job}",
        f"contacts/{desk.contact('ada')}",
        "campaigns",
        f"campaigns/{campaign}",
        f"campaigns/{campaign}/analytics",
        f"campaigns/{campaign}/enrollments/{desk.contact('ada')}",
    ):
        desk.ask("GET", path)


def _ask_again(desk: Desk) -> None:
    """Repeat requests with their keys: one that was answered, one that was refused, an old one."""
    campaign = desk.draft("everybody")
    for _ in range(2):
        desk.tell(f"campaigns/{campaign}/clone", headers={"idempotency-key": "answered"})
        desk.tell(f"campaigns/{campaign}/resume", headers={"idempotency-key": "refused"})
    desk.workshop.pass_time(hours=25)
    desk.tell(f"campaigns/{campaign}/clone", headers={"idempotency-key": "answered"})


def _lose_a_file(desk: Desk) -> None:
    """Import a file that is gone before it is read."""
    job = desk.upload("everybody", "ada")
    stack = desk.workshop.stack
    bucket, name = stack.environment["UPLOADS_BUCKET"], f"{desk.tenant}/{job}.csv"
    stack.account.client("s3").delete_object(Bucket=bucket, Key=name)
    desk.workshop.settle()
    assert desk.ask("GET", f"imports/{job}")["status"] == "failed"


def _schedule(desk: Desk) -> None:
    """Launch for a time that is near, and put it off while the message is on its way."""
    now_at = desk.workshop.clock.now()
    soon_at, later_at = (now_at + timedelta(minutes=minutes) for minutes in (5, 10))
    campaign = desk.draft("everybody", startDate=soon_at.isoformat())
    desk.tell(f"campaigns/{campaign}/launch")
    desk.ask("PATCH", f"campaigns/{campaign}", {"startDate": later_at.isoformat()})
    for _ in range(2):
        desk.workshop.pass_time(minutes=5)
    assert desk.campaign(campaign).launched_at == later_at


def _walk(desk: Desk) -> None:
    """Wait, do something to the contact on the way, and leave without another mail."""
    desk.launched("walker", [WAIT, {"action": {"add_tag": "met"}}, HELLO, WAIT, {"exit": "met"}])
    for _ in range(2):
        desk.workshop.pass_time(days=1)


def _bounce(desk: Desk) -> None:
    """Hear of a mail that came back when all was over: for now, and then for good."""
    ref = desk.ref(desk.launched("bouncer"), "bouncer")
    desk.workshop.pass_time(hours=2)
    for how in ("soft", "hard"):
        desk.report(ref, "bounced", {"class": how})


def _refuse(desk: Desk) -> None:
    """Meet an ESP that refuses the account, and a mail that cannot be written."""
    refused = desk.launched("refused+account")
    assert desk.campaign(refused).pause_reason == "sender_refused"
    campaign = desk.draft_for("unwritten")
    desk.ask("POST", f"campaigns/{campaign}/launch")
    content = Key(desk.tenant, f"content#{campaign}#000001#1")
    desk.workshop.house.adapters.table("core").delete(content)
    desk.workshop.settle()


def _doubt(desk: Desk) -> None:
    """Never learn whether a mail left, in a campaign that then sends it again."""
    campaign = desk.draft_for("doubted+uncertain")
    campaigns, before = desk.workshop.house.campaigns, desk.campaign(campaign)
    first = campaigns.revision(desk.tenant, campaign, before.revision)
    second = replace(first, number=2, on_uncertain=OnUncertain.RESEND)
    campaigns.add_revision(desk.tenant, second)
    campaigns.save(before, replace(before, revision=second.number))
    desk.tell(f"campaigns/{campaign}/launch")
    desk.workshop.pass_time(hours=2)


def _pause(desk: Desk) -> None:
    """Pause while somebody comes due, go on, and cancel."""
    campaign = desk.launched("patient", [WAIT, HELLO, WAIT, AGAIN])
    desk.tell(f"campaigns/{campaign}/pause")
    desk.workshop.pass_time(days=1)
    desk.tell(f"campaigns/{campaign}/resume")
    desk.workshop.pass_time(hours=2)
    desk.tell(f"campaigns/{campaign}/cancel")


def _suppress(desk: Desk) -> None:
    """Suppress somebody who is enrolled, and take it back."""
    desk.launched("unwanted", [WAIT, HELLO])
    desk.tell("suppressions", {"email": "unwanted@example.com"})
    desk.ask("GET", "suppressions")
    desk.ask("DELETE", f"suppressions/{desk.contact('unwanted')}")


def _follow_links(desk: Desk) -> None:
    """Open a mail, click in it, and leave by it: at first when that cannot be finished."""
    ref = desk.ref(desk.launched("reader", [HELLO, WAIT, AGAIN]), "reader")
    assert desk.visit("GET", ref, Purpose.OPEN) == 200
    assert desk.visit("GET", ref, Purpose.CLICK) == 302
    with pytest.MonkeyPatch.context() as outage:
        outage.setattr(ContactStore, "memberships", _away)
        assert desk.visit("POST", ref, Purpose.UNSUBSCRIBE) == 503
    assert desk.visit("POST", ref, Purpose.UNSUBSCRIBE) == 200
    desk.workshop.settle()


def _give_up(desk: Desk) -> None:
    """Give up a message of every queue, and release them, in two goes."""
    campaign = desk.launched("unlucky", [WAIT, HELLO])
    named = {"tenant": desk.tenant, "campaign": campaign}
    (walk,) = pack([desk.ref(campaign, "unlucky")])
    given_up: dict[Queue, Body] = {
        Queue.ADVANCE: walk,
        Queue.RECORD: {**named, "source": "sandbox", "heard": 0, "events": []},
        Queue.IMPORT: {**named, "import": desk.upload("unlucky", "unlucky")},
        Queue.LAUNCH: named,
        Queue.RELEASE: {**named, "reason": "pause"},
        Queue.CLOSE: named,
    }
    for queue, body in given_up.items():
        event = dead_letters(queue, body)
        event["Records"][0]["messageId"] = f"{campaign}-{queue}"
        desk.workshop.run("salvager", event)
    desk.workshop.read(Queue.RELEASE, {**named, "reason": "dead_letter"}, SHORT_S)
    desk.tell(f"campaigns/{campaign}/release", {"reason": "dead_letter"})


def _get_lost(desk: Desk) -> None:
    """Lose whatever would wake somebody, for the patrol to find them."""
    desk.launched("lost", [WAIT, HELLO])
    desk.workshop.clock.move(days=1, minutes=20)
    desk.workshop.run("patrol", captured("tick"))
    desk.workshop.settle()


def _run_short(desk: Desk) -> None:
    """Have too little time for a lane, and for a look whether anybody is left."""
    campaign = desk.draft_for("hurried", [HELLO, WAIT, AGAIN])
    named = {"tenant": desk.tenant, "campaign": campaign}
    desk.ask("POST", f"campaigns/{campaign}/launch")
    desk.workshop.read(Queue.LAUNCH, {**named, "lane": 0}, SHORT_S)
    desk.workshop.settle()
    desk.workshop.read(Queue.CLOSE, named, SHORT_S)
    desk.workshop.settle()


def _close(desk: Desk) -> None:
    """Close a campaign that somebody changes meanwhile, and one that somebody enters late."""
    with pytest.MonkeyPatch.context() as race:
        race.setattr(Lifecycle, "close", _moved)
        desk.launched("first")
    campaign, enrollments = desk.launched("last"), desk.workshop.house.enrollments
    last = desk.ref(campaign, "last")
    late = replace(enrollments.read([last])[last], ref=desk.ref(campaign, "late"))
    enrollments.enroll([replace(late, status=Status.ACTIVE)])
    desk.workshop.read(Queue.CLOSE, {"tenant": desk.tenant, "campaign": campaign})
    desk.workshop.pass_time(hours=2)


def _count(desk: Desk) -> None:
    """Tell the projector of everybody's row, as the stream does."""
    stack = desk.workshop.stack
    table = stack.environment["ENROLLMENTS_TABLE"]
    rows = stack.account.client("dynamodb").scan(TableName=table)["Items"]
    changes = [
        {"Keys": {"pk": row["pk"], "sk": row["sk"]}, "NewImage": row, "SequenceNumber": str(number)}
        for number, row in enumerate(rows, start=1)
    ]
    desk.workshop.run("projector", {"Records": [{"dynamodb": change} for change in changes]})
    desk.workshop.settle()


def _send_through(desk: Desk, senders: int) -> None:
    """Mail somebody through an ESP outside, for some senders one after the other."""
    desk.upload("ada", "ada")
    desk.workshop.settle()
    for campaign in [desk.draft("ada") for _ in range(senders)]:
        desk.tell(f"campaigns/{campaign}/launch")


def _moved(*_: object) -> None:
    raise Conflict("somebody was first")


def _away(*_: object) -> None:
    raise Unavailable("it did not answer")
