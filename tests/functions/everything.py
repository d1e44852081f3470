"""One of each thing that the API's paths can lead to."""

from collections.abc import Mapping, Sequence

from penguinmails.deliveries.fact import Fact, FactType
from penguinmails.enrollments.enrollment import Enrollment, Ref, Status, codes
from penguinmails.senders.add import add_sender
from penguinmails.senders.sender import NewSender
from tests.functions.api_house import START_AT, STEPS, WELCOME, ApiHouse

Places = Mapping[str, Sequence[str]]
"""What a part of a path can be, by the name that the operations give it."""

FOR_TESTS = ("/api/clock", "/api/inbox")
"""Below these paths a test key may do all, and a live one may not."""


def everything(house: ApiHouse, key: str, slug: str) -> Places:
    """Make one of each in the workspace of a live key, and a mail in its twin for tests."""
    tenant = {"mine": house.mine, "theirs": house.theirs}[key].tenant.id
    versions = {"mine": 2, "theirs": 1}[key]
    for number in range(versions):
        template = {**WELCOME, "previewText": f"{number}"}
        house.ask("PUT", f"/api/templates/{slug}", template, key=key)
    segment = house.ask("PUT", f"/api/segments/{slug}", {"name": "Everybody"}, key=key).json["id"]
    campaign = house.ask("POST", "/api/campaigns", _campaign(slug), key=key).json["id"]
    house.ask("PUT", f"/api/campaign-templates/{slug}", _model(campaign), key=key)
    headers = {"content-type": "text/csv"}
    file = f"email\n{slug}@mail.test\n"
    query = {"segment": slug}
    sent = house.ask("POST", "/api/imports", file, key=key, headers=headers, query=query)
    house.run_imports()
    house.ask("PUT", f"/api/properties/{slug}", {"type": "text"}, key=key)
    address = {"email": f"{slug}@mail.test", "reason": "manual"}
    contact = house.ask("POST", "/api/suppressions", address, key=key).json["contactId"]
    house.ask("PUT", f"/api/topics/{slug}", {}, key=key)
    new_sender = {"email": f"hello@{slug}.test", "name": "Hello"}
    sender = house.ask("POST", "/api/senders", new_sender, key=key).json["id"]
    exported = house.ask("POST", f"/api/contacts/{contact}/export", key=key).json
    house.run_imports()
    house.enrollments.enroll([walk(Ref(tenant, campaign, 1, contact))])
    return {
        "campaign": [campaign, f"slug:{slug}"],
        "campaign_template": [slug],
        "contact": [contact],
        "job": [exported["id"], _test_send(house, key, slug)],
        "number": [str(versions)],
        "key": _keys(house, key, slug),
        "mail": [_mail(house, key, slug)],
        "reference": [segment, slug],
        "sender": [sender, f"slug:hello-{slug}-test", f"hello@{slug}.test"],
        "slug": [slug],
        "upload": [sent.json["id"]],
    }


def _test_send(house: ApiHouse, key: str, slug: str) -> str:
    tenant = {"mine": house.mine, "theirs": house.theirs}[key].tenant.id
    sender = NewSender(f"us@{slug}.test", "Us")
    add_sender(tenant, sender, house.adding_senders(), operator=True)
    body = {"to": ["me@mail.test"], "fromEmail": sender.email}
    job = house.ask("POST", f"/api/templates/{slug}/test-send", body, key=key).json["id"]
    house.run_imports()
    return str(job)


def _keys(house: ApiHouse, key: str, slug: str) -> list[str]:
    """Make a key of either mode."""
    new_key = {"name": slug, "scopes": ["campaigns:read"]}
    bodies = [{**new_key, "mode": mode} for mode in ("live", "test")]
    return [house.ask("POST", "/api/keys", body, key=key).json["id"] for body in bodies]


def _mail(house: ApiHouse, key: str, slug: str) -> str:
    tester = {"mine": "my test", "theirs": "their test"}[key]
    new_sender = {"email": f"{slug}@sandbox.test", "name": "Hello"}
    sender = house.ask("POST", "/api/senders", new_sender, key=tester).json["id"]
    house.ask("POST", f"/api/senders/{sender}/verification", key=tester)
    (mail,) = house.ask("GET", "/api/inbox", key=tester).json["data"]
    return str(mail["id"])


def _model(campaign: str) -> dict[str, object]:
    return {"campaign": campaign, "name": "Welcome"}


def _campaign(slug: str) -> dict[str, object]:
    return {
        "name": "Welcome",
        "slug": slug,
        "campaignType": "drip",
        "segmentId": slug,
        "fromEmail": "hello@northlight.example",
        "fromName": "Northlight",
        "steps": [{**step, "template": slug} if "email" in step else step for step in STEPS],
    }


def walk(ref: Ref) -> Enrollment:
    """Give somebody who waits at the first email."""
    return Enrollment(
        ref=ref,
        status=Status.ACTIVE,
        step=1,
        visit=1,
        due_at=START_AT,
        step_due_at=START_AT,
        revision=1,
        enrolled_at=START_AT,
        journal=codes(
            [
                Fact(FactType.ENROLLED, START_AT),
                Fact(FactType.ACCEPTED, START_AT, step=1, detail="3"),
            ]
        ),
    )
