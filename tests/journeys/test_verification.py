"""A journey of a new key that adds a sender, and of the link that verifies it."""

import re
from email import message_from_bytes, policy

import pytest

from penguinmails.local.demo.client import Api, RequestFailed, fetch
from tests.journeys.town import Town

pytestmark = pytest.mark.emulator

LINK = re.compile(r"https?://\S+/v/[\w-]+")
ADDRESS = "team@northlight.example"


def link_to(town: Town) -> str:
    """Find the link in the mail that came to the address, and look at whom that is from."""
    maildir = town.stage.stack.mail
    (mail,) = [one for one in maildir.mails() if one.recipients == (ADDRESS,)]
    message = message_from_bytes(maildir.content(mail), policy=policy.default)
    assert str(message["From"]) == "PenguinMails <no-reply@penguinmails.test>"
    assert message["List-Unsubscribe"] is None
    text = message.get_body(("plain",))
    assert text is not None
    found = LINK.search(text.get_content())
    assert found is not None
    return found[0]


def test_an_address_is_verified_by_the_button_behind_the_mailed_link(town: Town) -> None:
    scopes = ["senders:read", "senders:write"]
    made = town.api.post("/api/keys", {"name": "Senders", "scopes": scopes})
    api = Api(town.stage.stack.api_url, made["secret"])
    path = f"/api/senders/{api.post('/api/senders', {'email': ADDRESS, 'name': 'Team'})['id']}"
    api.post(f"{path}/verification")
    link = link_to(town)
    assert b"<button" in fetch(link).body
    assert api.get(path)["status"] == "unverified"
    assert fetch(link, "POST", b"").status == 200
    assert api.get(path)["status"] == "verified"
    log = town.api.get("/api/audit")["data"]
    assert [(one["action"], one["actor"]) for one in log[:3]] == [
        ("senders.verify_sender", made["id"]),
        ("senders.put_sender", made["id"]),
        ("keys.make_key", log[-1]["actor"]),
    ]
    assert log[0]["subject"] == {"kind": "senders", "id": path.rpartition("/")[2]}
    assert town.api.get("/api/audit/verification")["whole"]


def test_nothing_is_launched_from_a_stranger_and_mail_shows_the_senders_postal_address(
    town: Town,
) -> None:
    town.settle_people(1)
    with pytest.raises(RequestFailed, match="nobody has shown"):
        town.launched([{"email": "hello", "template": "letter"}], fromEmail="a@stranger.example")
    town.launched([{"email": "hello", "template": "letter"}])
    town.wait_for(1)
    (delivered,) = town.mails()
    content = town.stage.stack.mail.content(delivered.mail)
    message = message_from_bytes(content, policy=policy.default)
    html, text = (message.get_body((kind,)) for kind in ("html", "plain"))
    assert html is not None
    assert text is not None
    assert "1 Pier<br>Oslo</p>" in html.get_content()
    assert text.get_content().splitlines()[-4:-1] == ["-- ", "1 Pier", "Oslo"]
