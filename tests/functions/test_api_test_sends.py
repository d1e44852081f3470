"""Test sends over HTTP: asked for by the API, mailed by the advancer, looked at as a job."""

from typing import Any

import pytest

from penguinmails.queues.port import Body, Queue
from penguinmails.sends import outcome
from penguinmails.tenants.api_key import mint
from penguinmails.tenants.scope import Scope
from tests.functions.api_house import SENDER, START_AT, ApiHouse, Reply
from tests.functions.running import Functions

TEMPLATE = "/api/templates/welcome/test-send"
TO = ["zoe@mail.test", "Bob@mail.test"]
BODY: dict[str, Any] = {"to": TO, "fromEmail": SENDER, "fromName": "North"}
NAMED = {"subject": "Hello {{ firstName }}", "html": "<p>Hi {{ firstName }}</p>"}


@pytest.fixture
def world() -> ApiHouse:
    """Give a house with a template, a campaign of two emails, and its sender."""
    house = ApiHouse()
    house.campaign(slug="spring")
    house.ask("PUT", "/api/templates/welcome", NAMED)
    return house


def waiting(house: ApiHouse) -> list[Body]:
    """Take all messages off the advance queue."""
    found = []
    while message := house.queues.receive():
        if message.queue is Queue.ADVANCE:
            found.append(message.body)
    return found


def pointers(refused: Reply) -> list[tuple[str, str]]:
    assert refused.status == 400, refused.text
    return [(one["pointer"], one["code"]) for one in refused.json["errors"]]


def key_for(house: ApiHouse, *scopes: Scope) -> str:
    minted = mint(house.mine.tenant.id, frozenset(scopes), lambda size: b"r" * size, START_AT)
    house.tenants.add_key(minted.key)
    return minted.text


def test_a_test_of_a_template_is_asked_for_mailed_and_told(
    world: ApiHouse, functions: Functions
) -> None:
    asked = world.ask("POST", TEMPLATE, BODY)
    assert asked.status == 202
    place = asked.headers["Location"]
    assert asked.json == world.ask("GET", place).json
    assert (asked.json["kind"], asked.json["status"]) == ("test_send", "waiting")
    assert (asked.json["contactId"], asked.json["fileUrl"]) == (None, None)
    assert asked.json["result"]["emails"] == [
        {"step": None, "template": "welcome", "missing": ["first_name"]}
    ]
    assert functions.read(Queue.ADVANCE, *waiting(world)) == []
    assert [mail.to_email for mail in world.esp.accepted] == ["zoe@mail.test", "bob@mail.test"]
    done = world.ask("GET", place).json
    assert (done["status"], done["progress"], done["failure"]) == ("done", 1, None)
    assert done["result"]["mails"] == [
        {"step": None, "template": "welcome", "to": to, "outcome": "accepted", "detail": None}
        for to in (0, 1)
    ]
    (told,) = functions.logged()
    assert told[0] == "test_sent"
    assert told[1]["outcomes"]["accepted"] == 2


def test_a_test_of_a_campaign_is_from_its_sender_and_counts_nothing(
    world: ApiHouse, functions: Functions
) -> None:
    path = "/api/campaigns/slug:spring"
    numbers = world.ask("GET", f"{path}/analytics").json
    asked = world.ask("POST", f"{path}/test-send", {"to": TO, "contactId": world.person()})
    assert asked.status == 202, asked.text
    steps = [one["step"] for one in asked.json["result"]["emails"]]
    assert steps == ["hello", "again"]
    assert functions.read(Queue.ADVANCE, *waiting(world)) == []
    assert len(world.esp.accepted) == 4
    assert {(mail.subject, mail.from_email) for mail in world.esp.accepted} == {
        ("[Test] Hello Ada", SENDER)
    }
    mails = world.ask("GET", asked.headers["Location"]).json["result"]["mails"]
    assert [(one["step"], one["to"]) for one in mails] == [
        ("hello", 0),
        ("hello", 1),
        ("again", 0),
        ("again", 1),
    ]
    assert world.ask("GET", f"{path}/analytics").json == numbers


def test_a_campaign_without_emails_or_sender_cannot_be_tried(world: ApiHouse) -> None:
    world.ask("POST", "/api/campaigns", {"name": "Bare", "campaignType": "drip", "slug": "bare"})
    path = "/api/campaigns/slug:bare"
    assert pointers(world.ask("POST", f"{path}/test-send", {"to": TO})) == [("/steps", "no_email")]
    steps = [{"email": "hello", "template": "welcome"}]
    assert world.ask("PATCH", path, {"steps": steps}).status == 200
    refused = world.ask("POST", f"{path}/test-send", {"to": TO})
    assert pointers(refused) == [("/fromEmail", "missing")]


def test_the_way_out_of_a_test_mail_leads_to_a_page_that_says_so(
    world: ApiHouse, functions: Functions
) -> None:
    world.ask("POST", TEMPLATE, BODY)
    functions.read(Queue.ADVANCE, *waiting(world))
    assert "https://mail.test/u/test" in world.esp.accepted[0].html


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"to": []}, [("/to", "out_of_range")]),
        ({"to": [f"p{number}@mail.test" for number in range(11)]}, [("/to", "out_of_range")]),
        ({"to": ["zoe@mail.test", "nobody"]}, [("/to/1", "invalid_address")]),
        ({"to": ["zoe@mail.test", "ZOE@mail.test"]}, [("/to/1", "double")]),
        ({"to": ["zoe@mail.test", "gone@mail.test"]}, [("/to/1", "suppressed")]),
        ({"fromEmail": "ceo@bank.test"}, [("/fromEmail", "unverified_sender")]),
        ({"fromName": "a\nb"}, [("/fromName", "invalid_text")]),
        ({"contactId": "nobody"}, [("/contactId", "unknown_contact")]),
        ({"sample": []}, [("/sample", "invalid_value")]),
        ({"steps": ["hello"]}, [("/steps", "unknown_field")]),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_nothing_is_sent(
    world: ApiHouse, change: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    world.ask("POST", "/api/suppressions", {"email": "gone@mail.test"})
    assert pointers(world.ask("POST", TEMPLATE, {**BODY, **change})) == found
    assert waiting(world) == []


def test_what_is_not_there_is_not_found(world: ApiHouse) -> None:
    for path, body in (
        ("/api/templates/none/test-send", BODY),
        (TEMPLATE, {**BODY, "version": 9}),
        ("/api/campaigns/slug:none/test-send", {"to": TO}),
    ):
        assert world.ask("POST", path, body).status == 404
    unknown = world.ask("POST", "/api/campaigns/slug:spring/test-send", {"to": TO, "steps": ["x"]})
    assert pointers(unknown) == [("/steps/0", "unknown_step")]


def test_i_29_the_same_request_again_is_one_test_send(
    world: ApiHouse, functions: Functions
) -> None:
    keyed = {"idempotency-key": "once"}
    first = world.ask("POST", TEMPLATE, BODY, headers=keyed)
    assert world.ask("POST", TEMPLATE, BODY, headers=keyed) == first
    functions.read(Queue.ADVANCE, *waiting(world))
    assert len(world.esp.accepted) == 2


@pytest.mark.parametrize("status", ["waiting", "done"])
def test_i_29_an_attempt_that_died_before_it_answered_is_one_test_send(
    world: ApiHouse, functions: Functions, status: str
) -> None:
    keyed = {"idempotency-key": "once"}
    world.attempts.losing = True
    lost = world.ask("POST", TEMPLATE, BODY, headers=keyed)
    world.attempts.losing = False
    messages = waiting(world)
    if status == "done":
        functions.read(Queue.ADVANCE, *messages)
    world.clock.move(minutes=2)
    again = world.ask("POST", TEMPLATE, BODY, headers=keyed)
    assert (again.status, again.json["id"]) == (202, lost.json["id"])
    assert again.json["status"] == status
    functions.read(Queue.ADVANCE, *messages, *waiting(world))
    assert [mail.to_email for mail in world.esp.accepted] == ["zoe@mail.test", "bob@mail.test"]


def test_i_31_nothing_that_is_kept_holds_an_address(world: ApiHouse, functions: Functions) -> None:
    keyed = {"idempotency-key": "once"}
    asked = world.ask("POST", TEMPLATE, {**BODY, "to": ["canary@mail.test"]}, headers=keyed)
    world.esp.script = lambda mail: outcome.Refused(
        outcome.Scope.RECIPIENT, f"no mailbox <{mail.to_email}>"
    )
    messages = waiting(world)
    assert functions.read(Queue.ADVANCE, *messages) == []
    assert "canary" not in str(world.core.rows)
    told = world.ask("GET", asked.headers["Location"]).json["result"]["mails"][0]
    assert (told["outcome"], told["detail"]) == ("refused", "recipient: no mailbox <<address>>")


def test_to_write_as_to_a_contact_a_key_must_be_allowed_to_read_contacts(world: ApiHouse) -> None:
    contact = world.person()
    writer = key_for(world, Scope.TEMPLATES_WRITE, Scope.CAMPAIGNS_WRITE)
    for path, body in ((TEMPLATE, BODY), ("/api/campaigns/slug:spring/test-send", {"to": TO})):
        assert world.ask("POST", path, body, key=writer).status == 202
        assert world.ask("POST", path, {**body, "contactId": contact}, key=writer).status == 403


def test_a_key_for_jobs_sees_tests_and_no_contacts(world: ApiHouse) -> None:
    tried = world.ask("POST", TEMPLATE, BODY).headers["Location"]
    export = world.ask("POST", f"/api/contacts/{world.person()}/export").headers["Location"]
    reader = key_for(world, Scope.JOBS_READ)
    assert world.ask("GET", tried, key=reader).status == 200
    assert world.ask("GET", export, key=reader).status == 403


def test_a_test_send_is_in_the_audit_log_without_its_addresses(world: ApiHouse) -> None:
    world.ask("POST", TEMPLATE, BODY)
    world.ask("POST", "/api/campaigns/slug:spring/test-send", {"to": TO})
    found = world.ask("GET", "/api/audit").json["data"]
    assert [one["action"] for one in found[:2]] == [
        "campaigns.send_test_of_campaign",
        "templates.send_test_of_template",
    ]
    assert "zoe" not in str(found)


def test_nothing_is_mailed_twice_when_its_message_comes_twice(
    world: ApiHouse, functions: Functions
) -> None:
    world.ask("POST", TEMPLATE, BODY)
    (body,) = waiting(world)
    assert functions.read(Queue.ADVANCE, body, body) == []
    assert functions.read(Queue.ADVANCE, body) == []
    assert len(world.esp.accepted) == 2


def test_mails_whose_fate_nobody_knows_are_counted(world: ApiHouse, functions: Functions) -> None:
    world.ask("POST", TEMPLATE, BODY)
    messages = waiting(world)
    assert functions.read(Queue.ADVANCE, *messages, left_s=5) == []
    assert functions.logged()[0][1]["outcomes"]["out_of_time"] == 1
    assert waiting(world) == messages


def test_with_a_test_key_the_mails_are_in_the_inbox(world: ApiHouse) -> None:
    key = "my test"
    world.ask("PUT", "/api/templates/welcome", NAMED, key=key)
    to = ["zoe@sandbox.test", "bob+refuse@sandbox.test"]
    asked = world.ask("POST", TEMPLATE, {**BODY, "to": to, "fromEmail": "a@b.test"}, key=key)
    world.run_imports()
    mails = world.ask("GET", asked.headers["Location"], key=key).json["result"]["mails"]
    assert [mail["outcome"] for mail in mails] == ["accepted", "refused"]
    (kept,) = world.ask("GET", "/api/inbox", key=key).json["data"]
    assert (kept["to"], kept["subject"]) == ("zoe@sandbox.test", "[Test] Hello")
    assert world.esp.accepted == []
