"""A journey of test mails: a template's and a campaign's emails in a few people's own inboxes."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from penguinmails.local.demo.client import fetch
from tests.journeys.town import SENDER, Town

pytestmark = pytest.mark.emulator

TO = ["ada@tests.example", "bob@tests.example"]
NAMED = {
    "subject": "Hello {{ first_name|default('you') }}",
    "html": '<p>Hi, <a href="https://shop.example/new">look</a></p>',
}


def mailed(town: Town) -> list[tuple[str, EmailMessage]]:
    """Give the test mails that the mail server took, each with its recipient."""
    maildir = town.stage.stack.mail
    found = [(mail.recipients, maildir.content(mail)) for mail in maildir.mails()]
    return [
        (recipients[0], message_from_bytes(content, policy=policy.default))
        for recipients, content in found
        if recipients[0] in TO
    ]


def test_tests_of_a_template_and_of_a_campaign_arrive_and_count_nothing(town: Town) -> None:
    town.api.put("/api/templates/tried", NAMED)
    sender = {"fromEmail": SENDER.email, "fromName": SENDER.name}
    body = {"to": TO, **sender, "sample": {"first_name": "Zoë"}}
    first = town.api.post("/api/templates/tried/test-send", body)
    steps = [{"email": "one", "template": "tried"}, {"email": "two", "template": "tried"}]
    draft = {"name": "Tried", "campaignType": "drip", **sender, "steps": steps}
    campaign = town.api.post("/api/campaigns", draft)["id"]
    second = town.api.post(f"/api/campaigns/{campaign}/test-send", {"to": TO, "steps": ["two"]})
    jobs = [f"/api/jobs/{each['id']}" for each in (first, second)]
    town.stage.until(lambda: all(town.api.get(job)["status"] == "done" for job in jobs))
    told = [mail for job in jobs for mail in town.api.get(job)["result"]["mails"]]
    assert [(one["step"], one["to"], one["outcome"]) for one in told] == [
        (None, 0, "accepted"),
        (None, 1, "accepted"),
        ("two", 0, "accepted"),
        ("two", 1, "accepted"),
    ]
    mails = mailed(town)
    assert sorted((to, str(mail["Subject"])) for to, mail in mails) == sorted(
        (to, f"[Test] Hello {name}") for to in TO for name in ("Zoë", "you")
    )
    assert all(mail["List-Unsubscribe"] is None for _, mail in mails)
    assert len({mail["Message-ID"] for _, mail in mails}) == 4
    assert town.api.get(f"/api/campaigns/{campaign}/analytics")["overall"]["sent"] == 0


def test_the_way_out_of_a_test_mail_says_that_it_was_one(town: Town) -> None:
    link = f"{town.stage.stack.api_url}/u/test"
    for method in ("GET", "POST"):
        answer = fetch(link, method, b"" if method == "POST" else None)
        assert answer.status == 200
        assert b"nobody was unsubscribed" in answer.body
