"""Tests of senders, as the API adds them and mails the links that verify them."""

import re
from collections.abc import Mapping

import pytest

from penguinmails.senders.verify import verify
from penguinmails.sends.outcome import Outcome, Refused, Scope, TryLater, Uncertain
from tests.functions.api_house import ApiHouse

HELLO = {"email": "Hello@Northlight.example", "name": "Northlight", "postalAddress": "Polar Way 1"}
NEW = "new@northlight.example"
LINK = re.compile(r"https://mail\.test/v/([\w-]+)")


def added(house: ApiHouse, **changes: str) -> str:
    made = house.ask("POST", "/api/senders", {**HELLO, **changes})
    assert made.status == 201, made.text
    return made.headers["Location"]


def test_a_sender_is_added_changed_listed_and_removed() -> None:
    house = ApiHouse()
    path = added(house)
    shown = house.ask("GET", path).json
    assert (shown["email"], shown["slug"]) == (
        "hello@northlight.example",
        "hello-northlight-example",
    )
    assert (shown["status"], shown["verifiedAt"], shown["replyTo"]) == ("unverified", None, None)
    body = {**HELLO, "name": "Northlight Team", "replyTo": "team@northlight.example"}
    changed = house.ask("POST", "/api/senders", body).json
    assert changed == {
        **shown,
        "name": "Northlight Team",
        "replyTo": "team@northlight.example",
    }
    for reference in (
        "slug:hello-northlight-example",
        "hello-northlight-example",
        "hello@northlight.example",
    ):
        assert house.ask("GET", f"/api/senders/{reference}").json == changed
    assert house.ask("GET", "/api/senders").json == {"data": [changed], "nextCursor": None}
    assert house.ask("DELETE", path).json == {"status": "removed"}
    assert house.ask("DELETE", path).status == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"email": "nobody"}, "/email"),
        ({"email": "a@b.test\r\nBcc: x@y.test"}, "/email"),
        ({"name": "a\r\nBcc: x"}, "/name"),
        ({"replyTo": "x"}, "/replyTo"),
        ({"postalAddress": "\x00"}, "/postalAddress"),
        ({"slug": "Not A Slug"}, "/slug"),
        ({"verified": True}, "/verified"),
    ],
)
def test_what_is_wrong_with_a_sender_is_told(body: Mapping[str, object], pointer: str) -> None:
    refused = ApiHouse().ask("POST", "/api/senders", {**HELLO, **body})
    assert refused.status == 400
    assert [error["pointer"] for error in refused.json["errors"]] == [pointer]


def test_a_slug_is_one_senders_own() -> None:
    house = ApiHouse()
    house.ask("POST", "/api/senders", {**HELLO, "slug": "team"})
    other = {**HELLO, "email": "team@northlight.example", "slug": "team"}
    assert house.ask("POST", "/api/senders", other).status == 409


def test_an_address_is_verified_by_the_link_that_is_mailed_to_it() -> None:
    house = ApiHouse()
    path = added(house)
    assert house.ask("POST", f"{path}/verification").json == {"status": "mailed"}
    (message,) = house.esp.accepted
    assert message.to_email == "hello@northlight.example"
    assert message.from_email == "no-reply@penguinmails.test"
    assert message.unsubscribe_url is None
    shown = house.ask("GET", path).json
    assert (shown["status"], shown["askedAt"]) == ("unverified", "2026-03-02T09:00:00Z")
    (text,) = LINK.findall(message.text)
    verify(text, house.verifying())
    shown = house.ask("GET", path).json
    assert (shown["status"], shown["verifiedBy"]) == ("verified", "link")
    again = house.ask("POST", f"{path}/verification")
    assert (again.status, "verified already" in again.json["detail"]) == (409, True)


def test_the_checklist_of_a_campaign_tells_what_its_sender_lacks() -> None:
    house = ApiHouse()
    path = f"/api/campaigns/{house.campaign(fromEmail=NEW)['id']}/checklist"
    assert lacking(house, path) == ["unverified_sender", "no_postal_address"]
    sender = added(house, email=NEW)
    assert lacking(house, path) == ["unverified_sender"]
    house.ask("POST", f"{sender}/verification")
    (text,) = LINK.findall(house.esp.accepted[0].text)
    verify(text, house.verifying())
    assert lacking(house, path) == []


@pytest.mark.parametrize("deed", ["launch", "schedule"])
def test_nothing_is_launched_from_an_address_that_nobody_verified(deed: str) -> None:
    house = ApiHouse()
    path = f"/api/campaigns/{house.campaign(fromEmail=NEW)['id']}/{deed}"
    body = {"startDate": "2026-04-01T09:00"} if deed == "schedule" else None
    refused = house.ask("POST", path, body)
    assert refused.status == 400
    assert [(one["pointer"], one["code"]) for one in refused.json["errors"]] == [
        ("/fromEmail", "unverified_sender"),
        ("/fromEmail", "no_postal_address"),
    ]
    assert "verify it by the link" in refused.json["errors"][0]["detail"]
    house.vouch(NEW)
    assert house.ask("POST", path, body).status == 200


def test_marketing_mail_is_launched_from_a_sender_with_a_postal_address_only() -> None:
    house = ApiHouse()
    path = f"/api/campaigns/{house.campaign()['id']}/launch"
    house.ask("POST", "/api/senders", {**HELLO, "postalAddress": ""})
    refused = house.ask("POST", path)
    assert [one["code"] for one in refused.json["errors"]] == ["no_postal_address"]
    house.ask("POST", "/api/senders", HELLO)
    assert house.ask("POST", path).status == 200


def test_what_was_launched_goes_on_showing_the_postal_address_that_it_was_launched_with() -> None:
    house = ApiHouse()
    campaign = house.campaign()["id"]
    assert house.ask("POST", f"/api/campaigns/{campaign}/launch").status == 200
    house.ask("POST", "/api/senders", {**HELLO, "postalAddress": "Elsewhere 2"})
    kept = house.campaigns.content(house.mine.tenant.id, campaign, 1, 1)
    assert kept.postal_address == "Polar Way 1\nTromsø"


def lacking(house: ApiHouse, path: str) -> list[str]:
    checks = house.ask("GET", path).json["checks"]
    return [one["code"] for one in checks if one["id"] == "sender" and not one["ok"]]


def test_nobody_is_pestered_with_links() -> None:
    house = ApiHouse()
    path = added(house)
    house.ask("POST", f"{path}/verification")
    assert house.ask("POST", f"{path}/verification").status == 409
    house.clock.move(minutes=5)
    assert house.ask("POST", f"{path}/verification").status == 200
    assert len(house.esp.accepted) == 2


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (TryLater(60, "throttled"), 503),
        (Refused(Scope.ACCOUNT, "SendingPaused"), 409),
        (Refused(Scope.RECIPIENT, "no such user"), 409),
    ],
)
def test_a_mail_that_did_not_leave_may_be_asked_for_again_at_once(
    outcome: Outcome, status: int
) -> None:
    house = ApiHouse()
    path = added(house)
    accepting, house.esp.script = house.esp.script, lambda _message: outcome
    assert house.ask("POST", f"{path}/verification").status == status
    house.esp.script = accepting
    assert house.ask("POST", f"{path}/verification").status == 200


def test_a_mail_that_may_have_left_counts_as_mailed() -> None:
    house = ApiHouse()
    path = added(house)
    house.esp.script = lambda _message: Uncertain("no answer")
    assert house.ask("POST", f"{path}/verification").status == 200


def test_without_an_address_of_its_own_an_installation_mails_no_links() -> None:
    house = ApiHouse(mail_from="")
    path = added(house)
    refused = house.ask("POST", f"{path}/verification")
    assert refused.status == 409
    assert "MailFrom" in refused.json["detail"]
    assert house.ask("GET", path).json["askedAt"] is None


def test_the_secret_of_a_link_is_kept_nowhere() -> None:
    house = ApiHouse()
    house.ask("POST", f"{added(house)}/verification", headers={"idempotency-key": "once"})
    (text,) = LINK.findall(house.esp.accepted[0].text)
    assert text not in str(house.core.rows)


def test_a_domain_is_verified_by_the_record_that_its_sender_shows() -> None:
    house = ApiHouse()
    path = added(house)
    record = house.ask("GET", path).json["domainRecord"]
    assert (record["type"], record["name"]) == ("TXT", "_penguinmails.northlight.example")
    missing = house.ask("POST", f"{path}/domain-verification")
    assert missing.status == 409
    assert record["name"] in missing.json["detail"]
    assert record["value"] in missing.json["detail"]
    house.dns.records[record["name"]] = ["v=spf1 -all", record["value"]]
    verified = house.ask("POST", f"{path}/domain-verification")
    assert (verified.status, verified.json["verifiedBy"]) == (200, "domain")
    assert house.ask("GET", added(house, email=NEW)).json["status"] == "verified"


def test_a_dns_that_is_away_may_be_asked_again() -> None:
    house = ApiHouse()
    path = added(house)
    house.dns.away.add(house.ask("GET", path).json["domainRecord"]["name"])
    answer = house.ask("POST", f"{path}/domain-verification")
    assert (answer.status, answer.json["code"]) == (503, "unavailable")


def test_each_workspace_has_a_record_of_its_own() -> None:
    house = ApiHouse()
    house.ask("POST", "/api/senders", HELLO, key="theirs")
    foreign = house.ask("GET", "/api/senders/hello@northlight.example", key="theirs").json
    record = foreign["domainRecord"]
    house.dns.records[record["name"]] = [record["value"]]
    assert house.ask("POST", f"{added(house)}/domain-verification").status == 409
