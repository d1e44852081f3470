"""A journey of a test key: a campaign to its end, with a recipient for each thing that happens."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from penguinmails.campaigns.campaign import CampaignStatus
from penguinmails.esp.sandbox import DEEDS, OUTCOMES
from penguinmails.local.demo.client import Api
from penguinmails.tenants.tenant import twin_id
from tests.journeys.town import SEGMENT, Town

pytestmark = pytest.mark.emulator

TAGS = ["quiet", *DEEDS, *sorted({*OUTCOMES} - {"account", "away"})]
"""Without those that would hold up all the others as well."""
HOPS, HOP = 14, timedelta(hours=3)
STEPS = [{"email": "hello", "template": "letter"}]
SECOND_THOUGHTS = 3
"""How often a soft bounce is tried again."""


def address(tag: str) -> str:
    return f"ada+{tag}@sandbox.test"


def twin_of(town: Town) -> Town:
    """Act with a test key, which the live key makes."""
    wish = {"name": "Trying", "scopes": ["*"], "mode": "test"}
    secret = town.api.post("/api/keys", wish)["secret"]
    return replace(town, api=Api(town.stage.stack.api_url, secret), tenant=twin_id(town.tenant))


def settle(town: Town) -> None:
    """Import a recipient for each tag."""
    town.api.put(f"/api/segments/{SEGMENT}", {"name": "Everybody"})
    rows = "\n".join(["email", *map(address, TAGS), ""]).encode()
    made = town.api.post_csv(f"/api/imports?segment={SEGMENT}", rows)
    town.stage.until(lambda: town.api.get(f"/api/imports/{made['id']}")["status"] == "done")


def inbox(town: Town) -> list[dict[str, Any]]:
    mails: list[dict[str, Any]] = town.api.get("/api/inbox?limit=100")["data"]
    return mails


def test_a_campaign_of_a_test_key_runs_to_its_end_and_its_numbers_tell_what_each_did(
    town: Town,
) -> None:
    trial = twin_of(town)
    left = len(list(town.stage.stack.mail.mails()))
    settle(trial)
    end_at = town.stage.time.now().replace(microsecond=0) + HOPS * HOP
    made = trial.launched(STEPS, endDate=end_at.isoformat())
    for _ in range(HOPS + 1):
        town.stage.pass_time(seconds=HOP.total_seconds())
    town.stage.until(lambda: trial.campaign(made).status is CampaignStatus.COMPLETED)
    check_inbox(inbox(trial), made)
    check_numbers(trial.api.get(f"/api/campaigns/{made}/analytics")["overall"])
    check_suppressions(trial)
    assert len(list(town.stage.stack.mail.mails())) == left
    for path in ("campaigns", "contacts", "suppressions"):
        assert town.api.get(f"/api/{path}")["data"] == []


def check_inbox(mails: list[dict[str, Any]], campaign: str) -> None:
    taken = Counter(map(address, ["quiet", *DEEDS]))
    taken[address("softbounce")] += SECOND_THOUGHTS
    assert Counter(mail["to"] for mail in mails) == taken
    assert {mail["to"]: mail["does"] for mail in mails} == {
        address("quiet"): [],
        **{address(tag): [tag] for tag in DEEDS},
    }
    assert {(mail["campaignId"], mail["step"]) for mail in mails} == {(campaign, "hello")}


def check_numbers(overall: dict[str, Any]) -> None:
    wanted = {
        "enrolled": len(TAGS),
        "active": 0,
        "sent": 1 + len(DEEDS) + SECOND_THOUGHTS,
        "delivered": 1 + len(DEEDS) - 2,
        "bouncedHard": 1,
        "bouncedSoft": 1 + SECOND_THOUGHTS,
        "complained": 1,
        "opens": 2,  # whoever clicked has opened
        "clicks": 1,
        "unsubscribed": 1,
        "replied": 1,
        "refused": 2,
        "uncertain": 1,
    }
    assert {name: overall[name] for name in wanted} == wanted


def check_suppressions(town: Town) -> None:
    entries = town.api.get("/api/suppressions")["data"]
    contact_id = town.stage.house.adapters.keyring().contact_id
    assert {entry["contactId"]: entry["reason"] for entry in entries} == {
        contact_id(town.tenant, address(tag)): reason
        for tag, reason in (
            ("hardbounce", "hard_bounced"),
            ("complaint", "complained"),
            ("unsubscribe", "unsubscribed"),
        )
    }
