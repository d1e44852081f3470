"""Tests of the inbox, as the API shows it to test keys."""

from dataclasses import replace
from typing import Any

import pytest

from penguinmails.ids import derived
from penguinmails.sends.outcome import Accepted
from penguinmails.tenants.tenant import twin_id
from penguinmails.tracking.tokens import Purpose, Token, encode
from tests.functions.api_house import WELCOME, ApiHouse
from tests.unit.esp.messages import MESSAGE

TESTER = "my test"
STEPS = [{"wait": "1 day"}, {"email": "hello", "template": "welcome"}]


def campaign(house: ApiHouse) -> str:
    """Make a campaign in the twin; its second step is an email."""
    house.ask("PUT", "/api/templates/welcome", WELCOME, key=TESTER)
    body = {"name": "Welcome", "campaignType": "drip", "steps": STEPS}
    made = house.ask("POST", "/api/campaigns", body, key=TESTER)
    assert made.status == 201, made.text
    return str(made.json["id"])


def send(house: ApiHouse, to: str, key: str = "1", made: str = "") -> dict[str, Any]:
    """Send a mail of the twin's campaign to somebody, and give it as the API lists it."""
    twin = twin_id(house.mine.tenant.id)
    contact = house.ring.contact_id(twin, to)
    ids = twin, made or campaign(house), contact, "1"
    token = encode(Token(Purpose.MESSAGE, *ids, 1, 2, 2, 1, 1, 0), house.ring)
    html = '<p>Hi <a href="https://shop.example/new">new</a></p>'
    message = replace(MESSAGE, send_key=derived(key), token=token, to_email=to, html=html)
    assert isinstance(house.esp_of(twin).send(message), Accepted)
    newest: dict[str, Any] = house.ask("GET", "/api/inbox", key=TESTER).json["data"][0]
    return newest


def test_a_mail_of_a_campaign_is_listed_with_its_names_and_what_its_recipient_does() -> None:
    house = ApiHouse()
    made = campaign(house)
    line = send(house, "ada+open+click@sandbox.test", made=made)
    assert line == {
        "id": line["id"],
        "to": "ada+open+click@sandbox.test",
        "fromName": "Northlight",
        "fromEmail": "hello@northlight.example",
        "subject": "Hello",
        "campaignId": made,
        "campaignName": "Welcome",
        "step": "hello",
        "attempt": 1,
        "contactId": house.ring.contact_id(
            twin_id(house.mine.tenant.id), "ada+open+click@sandbox.test"
        ),
        "does": ["open", "click"],
        "receivedAt": "2026-03-02T09:00:00Z",
    }
    assert house.ask("GET", f"/api/inbox/{line['id']}", key=TESTER).json == {
        **line,
        "headers": {
            "Message-ID": MESSAGE.message_id,
            "List-Unsubscribe": f"<{MESSAGE.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        "text": MESSAGE.text,
        "html": '<p>Hi <a href="https://shop.example/new">new</a></p>',
        "links": [{"url": "https://shop.example/new", "text": "new"}],
    }


def test_the_link_that_verifies_a_sender_comes_to_the_inbox() -> None:
    house = ApiHouse()
    body = {"email": "ada@sandbox.test", "name": "Ada"}
    sender = house.ask("POST", "/api/senders", body, key=TESTER).json["id"]
    assert house.ask("POST", f"/api/senders/{sender}/verification", key=TESTER).status == 200
    assert house.esp.asked == []
    assert list(house.queues.waiting) == []
    (line,) = house.ask("GET", "/api/inbox", key=TESTER).json["data"]
    assert [line[name] for name in ("campaignId", "campaignName", "step", "contactId")] == [
        None
    ] * 4
    whole = house.ask("GET", f"/api/inbox/{line['id']}", key=TESTER).json
    assert "https://mail.test/v/" in whole["links"][0]["url"]


def test_an_inbox_is_listed_newest_first_page_by_page_and_by_address() -> None:
    house = ApiHouse()
    made = campaign(house)
    lines = []
    for number, name in enumerate(["ada", "bob", "ada"]):
        house.clock.move(minutes=1)
        lines.append(send(house, f"{name}@sandbox.test", f"{number}", made))
    first = house.ask("GET", "/api/inbox", key=TESTER, query={"limit": "2"}).json
    query = {"limit": "2", "cursor": first["nextCursor"]}
    last = house.ask("GET", "/api/inbox", key=TESTER, query=query).json
    assert [*first["data"], *last["data"]] == lines[::-1]
    assert last["nextCursor"] is None
    query = {"to": "ADA@sandbox.test"}
    assert house.ask("GET", "/api/inbox", key=TESTER, query=query).json == {
        "data": [lines[2], lines[0]],
        "nextCursor": None,
    }
    query = {"to": "eve@sandbox.test"}
    assert house.ask("GET", "/api/inbox", key=TESTER, query=query).json["data"] == []


@pytest.mark.parametrize("path", ["/api/inbox", f"/api/inbox/{derived('mail')}"])
def test_a_live_key_is_told_to_use_a_test_key(path: str) -> None:
    refused = ApiHouse().ask("GET", path)
    assert refused.status == 403
    assert "use a test key" in refused.json["detail"]


@pytest.mark.parametrize("mail", [derived("mail"), "x", "%00"])
def test_a_mail_that_is_not_there_is_not_found(mail: str) -> None:
    missing = ApiHouse().ask("GET", f"/api/inbox/{mail}", key=TESTER)
    assert missing.status == 404


def test_it_takes_a_scope_of_its_own() -> None:
    house = ApiHouse()
    body = {"name": "T", "scopes": ["campaigns:read"], "mode": "test"}
    key = house.ask("POST", "/api/keys", body, key=TESTER).json["secret"]
    refused = house.ask("GET", "/api/inbox", key=key)
    assert (refused.status, "inbox:read" in refused.json["detail"]) == (403, True)
