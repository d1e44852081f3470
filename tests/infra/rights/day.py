"""A day in which the functions do all that they ever do, down to what is rare."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from itertools import count

import pytest

from penguinmails.bootstrap import House
from penguinmails.campaigns.campaign import OnUncertain
from penguinmails.campaigns.lifecycle import Lifecycle
from penguinmails.contacts.contact import Contact
from penguinmails.contacts.store import ContactStore
from penguinmails.dns.resolver import DnsResolver
from penguinmails.enrollments.enrollment import Status
from penguinmails.enrollments.lift_fence import lift_fence
from penguinmails.enrollments.messages import pack
from penguinmails.errors import Conflict, Unavailable
from penguinmails.fence.fence import Noted
from penguinmails.holds.hold import Hold
from penguinmails.holds.store import HoldStore
from penguinmails.imports import page
from penguinmails.queues.port import Body, Queue
from penguinmails.senders.ask import ask_verification
from penguinmails.sends.test_send import Fate, mails_of, with_mails
from penguinmails.table.port import Key
from penguinmails.tenants.tenant import EspName
from penguinmails.tracking.tokens import Purpose
from tests.functions.running import captured, dead_letters
from tests.infra.rights.desk import HELLO, LETTER, Desk, address, take_desk
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
        _read_the_inbox,
        _try_templates,
        _mail_tests,
        _know_people,
        _keep_house,
        _verify_senders,
        _ask_again,
        _lose_a_file,
        _schedule,
        _walk,
        _bounce,
        _refuse,
        _doubt,
        _pause,
        _rehearse,
        _schedule_by_hand,
        _look_back,
        _begin_from_a_template,
        _intervene,
        _migrate,
        _suppress,
        _follow_links,
        _give_up,
        _get_lost,
        _run_short,
        _close,
        _restore,
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
    job = desk.upload("everybody", "no address", "ada", "bob", "cy", "nor this")
    desk.upload("everybody", "ada")
    with pytest.MonkeyPatch.context() as small:
        small.setattr(page, "PAGE_ROWS", 2)
        desk.workshop.settle()
    campaign = desk.draft("everybody")
    desk.ask("PATCH", f"campaigns/{campaign}", {"steps": [HELLO, WAIT, AGAIN]})
    desk.tell(f"campaigns/{campaign}/launch")
    for path in (
        "workspace/image-key",
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


def _read_the_inbox(desk: Desk) -> None:
    """Look at the mails that the sandbox took, and at one of them."""
    (mail, *_) = desk.ask("GET", "inbox", query={"to": address("ada")})["data"]
    assert desk.ask("GET", f"inbox/{mail['id']}")["step"] == "hello"
    desk.ask("GET", "inbox")


def _try_templates(desk: Desk) -> None:
    """Change a template, bring its first version back, and see what somebody would get."""
    desk.ask("PUT", "templates/tried", {**LETTER, "subject": "Tried"})
    desk.ask("PUT", "templates/tried", {**LETTER, "subject": "Changed"})
    desk.ask("POST", "templates/tried/versions/1/restore")
    for path in ("versions", "versions/1", "versions/1/diff"):
        desk.ask("GET", f"templates/tried/{path}")
    desk.ask("POST", "templates/tried/preview", {"contactId": desk.contact("ada"), "version": 2})
    desk.ask("POST", "templates/preview", LETTER)


def _mail_tests(desk: Desk) -> None:
    """Have tests mailed: in two goes, after somebody who may still be at it, and of a campaign."""
    whom = {"to": [address("zoe"), address("tim")], "fromEmail": "hello@northlight.example"}
    asked = desk.ask("POST", "templates/letter/test-send", whom)["id"]
    message, jobs = desk.workshop.lines.receive(), desk.workshop.house.jobs
    assert message is not None
    desk.workshop.read(message.queue, message.body, SHORT_S)
    job = jobs.get(desk.tenant, asked)
    first, *others = mails_of(job)
    mails = [first.met(Fate.SENDING), *others]
    jobs.save(job, with_mails(job, mails, "somebody", desk.workshop.clock.now()))
    desk.workshop.settle()
    desk.workshop.pass_time(minutes=1)
    assert desk.ask("GET", f"jobs/{asked}")["status"] == "done"
    campaign = desk.draft("everybody")
    as_ada = {"to": whom["to"], "contactId": desk.contact("ada")}
    desk.tell(f"campaigns/{campaign}/test-send", as_ada)


def _know_people(desk: Desk) -> None:
    """Write people down, look for them and at what they did, and let them go."""
    for label in ("Seats", "All seats"):
        desk.ask("PUT", "properties/seats", {"type": "number", "label": label})
    desk.ask("DELETE", "properties/seats")
    known = [{"email": address(name), "tags": ["met"]} for name in ("dan", "eve", "dan")]
    dan, eve, _ = [
        desk.ask("POST", "contacts", {**each, "segments": ["everybody"]}) for each in known
    ]
    desk.ask("PATCH", f"contacts/{dan['id']}", {"tags": []})
    cursor = desk.ask("GET", "contacts", query={"limit": "1"})["nextCursor"]
    for query in ({"cursor": cursor}, {"tag": "met"}, {"email": eve["email"]}):
        desk.ask("GET", "contacts", query=query)
    for path in ("properties", f"contacts/{desk.contact('ada')}/timeline"):
        desk.ask("GET", path)
    for job in [desk.upload("everybody", "no address") for _ in range(2)]:
        desk.workshop.settle()
        desk.text("GET", f"imports/{job}/errors")
    exports = [desk.ask("POST", f"contacts/{each['id']}/export")["id"] for each in (dan, eve)]
    desk.workshop.settle()
    assert all(desk.ask("GET", f"jobs/{job}")["fileUrl"] for job in exports)
    desk.launched("dan", [WAIT, HELLO])
    desk.tell(f"contacts/{dan['id']}/export")
    desk.tell(f"contacts/{dan['id']}/erase")
    assert not desk.ask("GET", f"jobs/{exports[0]}")["fileUrl"]
    desk.ask("POST", f"contacts/{eve['id']}/export")
    with pytest.MonkeyPatch.context() as race:
        race.setattr(ContactStore, "read", _read_once(ContactStore.read))
        desk.workshop.settle()
    desk.ask("DELETE", f"contacts/{eve['id']}")


def _keep_house(desk: Desk) -> None:
    """Make a key twice and revoke it; save topics; look at who did all that."""
    made = {"name": "Reader", "scopes": ["topics:read"]}
    keys = [desk.ask("POST", "keys", made, {"idempotency-key": "a key"}) for _ in range(2)]
    key = keys[0]["id"]
    for name in ("Tips", "Product tips"):
        desk.ask("PUT", "topics/tips", {"name": name})
    for path in ("keys", f"keys/{key}", "topics", "topics/tips", "workspace", "clock"):
        desk.ask("GET", path)
    desk.ask("DELETE", f"keys/{key}")
    desk.ask("DELETE", "topics/tips")
    desk.ask("GET", "audit")
    assert desk.ask("GET", "audit/verification")["whole"]


def _verify_senders(desk: Desk) -> None:
    """Add a sender whose slug was meant for another, verify it and its domain, and remove it."""
    house, hello = desk.workshop.house, {"email": "hello@example.com", "name": "N", "slug": "team"}
    other = desk.ask("POST", "senders", {**hello, "email": "other@example.com"})["id"]
    house.adapters.table("core").delete(Key(desk.tenant, f"sender#{other}"))
    desk.workshop.pass_time(minutes=2)
    path = f"senders/{desk.ask('POST', 'senders', hello)['id']}"
    desk.ask("POST", "senders", hello)
    desk.ask("POST", f"{path}/verification")
    desk.workshop.pass_time(minutes=5)
    letter = ask_verification(desk.tenant, "team", house.asking_senders())
    link = f"/v/{letter.text.partition('/v/')[2].split()[0]}"
    for method in ("GET", "POST"):
        assert desk.workshop.request("public", method, link)["statusCode"] == HTTPStatus.OK
    assert desk.ask("GET", path)["status"] == "verified"
    desk.ask("GET", "senders")
    value = desk.ask("GET", path)["domainRecord"]["value"]
    with pytest.MonkeyPatch.context() as dns:
        dns.setattr(DnsResolver, "txt", lambda _resolver, _name: [value])
        desk.ask("POST", f"{path}/domain-verification")
    desk.ask("DELETE", path)


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


def _rehearse(desk: Desk) -> None:
    """Have a campaign looked at before it is there, while it is one, and delete it."""
    draft = {"name": "Rehearsed", "campaignType": "drip", "slug": "rehearsed"}
    for _ in range(2):
        desk.ask("POST", "campaigns/validate", {**draft, "segmentId": "everybody"})
    desk.ask("POST", "campaigns", draft)
    path = "campaigns/slug:rehearsed"
    desk.ask("POST", f"{path}/validate", {"segmentId": "everybody", "steps": [HELLO]})
    desk.ask("GET", f"{path}/checklist")
    desk.ask("DELETE", path)
    desk.ask("POST", "campaigns", draft)
    name = desk.ask("GET", path)["campaign"]["id"]
    key = Key(desk.tenant, f"campaign#{name}")
    desk.workshop.house.adapters.table("core").delete(key)
    desk.workshop.pass_time(minutes=6)
    desk.ask("POST", "campaigns", draft)


def _schedule_by_hand(desk: Desk) -> None:
    """Give a draft its start, take it back, and put the draft away."""
    path = f"campaigns/{desk.draft('everybody')}"
    start_at = desk.workshop.clock.now() + timedelta(days=3)
    desk.ask("POST", f"{path}/schedule", {"startDate": start_at.isoformat()})
    desk.ask("POST", f"{path}/unschedule")
    desk.ask("POST", f"{path}/archive")


def _look_back(desk: Desk) -> None:
    """Look at the versions of a campaign, and have it say again what it said."""
    path = f"campaigns/{desk.draft('everybody')}"
    graph = desk.ask("GET", path)["steps"]
    desk.ask("PUT", f"{path}/steps", {"steps": [{**graph[0], "subjectLine": "Good morning"}]})
    for place in ("versions", "versions/1", "versions/2/diff"):
        desk.ask("GET", f"{path}/{place}")
    desk.ask("POST", f"{path}/versions/1/restore")


def _begin_from_a_template(desk: Desk) -> None:
    """Save a campaign as a template, for some and for all, begin with it, and remove it."""
    path, campaign = "campaign-templates/model", desk.draft("everybody")
    body = {"campaign": campaign, "name": "Model"}
    desk.ask("PUT", path, body)
    public = desk.ask("PUT", path, {**body, "sharing": "public"})["libraryId"]
    for place in ("campaign-templates", "campaign-library", f"campaign-templates/{public}"):
        desk.ask("GET", place)
    desk.ask("POST", f"{path}/instantiate")
    desk.ask("DELETE", path)


def _intervene(desk: Desk) -> None:
    """Pause one person, have them go on, and end their walk."""
    campaign = desk.launched("stopped", [WAIT, HELLO])
    path = f"campaigns/{campaign}/enrollments"
    desk.ask("GET", path)
    for deed, body in (("pause", None), ("resume", None), ("exit", {"reason": "moved_to_sales"})):
        desk.tell(f"{path}/{desk.contact('stopped')}/{deed}", body)


def _migrate(desk: Desk) -> None:
    """Make a wait longer for somebody who is in it, in two goes, and for one whose mail is out."""
    desk.upload("mover", "doubted+uncertain")
    campaign = desk.launched("mover", [HELLO, WAIT, AGAIN])
    longer = {"steps": [HELLO, {"wait": "2 days"}, AGAIN]}
    assert desk.ask("PATCH", f"campaigns/{campaign}", longer)["revision"] == 2
    desk.ask("POST", f"campaigns/{campaign}/migrate", {"toRevision": 2, "dryRun": True})
    desk.tell(f"campaigns/{campaign}/migrate", {"toRevision": 2})
    desk.ask("POST", f"campaigns/{campaign}/migrate", {"toRevision": 2})
    named = {"tenant": desk.tenant, "campaign": campaign, "revision": 2}
    for shard in range(desk.campaign(campaign).shards):
        desk.workshop.read(Queue.LAUNCH, {**named, "lane": shard}, SHORT_S)
    desk.ask("GET", f"campaigns/{campaign}/migrations/2")
    desk.workshop.settle()
    desk.workshop.pass_time(hours=2)


def _suppress(desk: Desk) -> None:
    """Suppress somebody who is enrolled, and take it back."""
    desk.launched("unwanted", [WAIT, HELLO])
    desk.tell("suppressions", {"email": address("unwanted")})
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


def _restore(desk: Desk) -> None:
    """Find another table than was noted, keep all mail back, and lift the fence: once in time."""
    house = desk.workshop.house
    desk.launched("kept", [WAIT, HELLO])
    noted = _noted(house)
    other = replace(noted, ids={**noted.ids, "enrollments": "another"})
    house.fence_notes.save(noted, other)
    whom = {"to": [address("zoe")], "fromEmail": "hello@northlight.example"}
    desk.ask("POST", "templates/letter/test-send", whom)
    desk.workshop.pass_time(days=1)
    assert json.loads(desk.text("GET", "health")) == {"status": "fenced"}
    assert lift_fence(house.lifting()).campaigns
    house.fence_notes.save(_noted(house), other)
    desk.workshop.pass_time(minutes=3)
    with pytest.MonkeyPatch.context() as race:
        race.setattr(HoldStore, "park", _parked_and_lifted(house, noted))
        desk.launched("late")
        desk.workshop.pass_time(minutes=20)


def _noted(house: House) -> Noted:
    noted = house.fence_notes.read()
    assert noted is not None
    return noted


def _parked_and_lifted(house: House, noted: Noted) -> Callable[..., None]:
    """Have the fence fall once people are parked behind it."""
    park = HoldStore.park

    def parked(store: HoldStore, holds: Sequence[Hold]) -> None:
        park(store, holds)
        house.fence_notes.save(_noted(house), noted)

    return parked


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
    desk.mail_verification()
    for campaign in [desk.draft("ada") for _ in range(senders)]:
        desk.tell(f"campaigns/{campaign}/launch")


def _read_once(read: Callable[..., dict[str, Contact]]) -> Callable[..., dict[str, Contact]]:
    """Find people once; then they are gone."""
    looks = count()
    return lambda *asked: read(*asked) if next(looks) == 0 else {}


def _moved(*_: object) -> None:
    raise Conflict("somebody was first")


def _away(*_: object) -> None:
    raise Unavailable("it did not answer")
