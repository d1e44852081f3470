"""Tests of what a workspace sees of another one through the API: nothing."""

import json
from collections.abc import Mapping

import pytest

from tests.functions.api_house import ApiHouse

MISSING = "01890000-0000-7000-8000-00000000dead"


def _everything(house: ApiHouse) -> dict[str, str]:
    """Make one of each thing in my workspace; gives their ids by the name in a path."""
    campaign = house.campaign()
    job = house.import_csv("email\nann@mail.test\n").json
    house.run_imports()
    contact = house.ask("POST", "/api/suppressions", {"email": "ann@mail.test"}).json["contactId"]
    segment = house.ask("GET", "/api/segments/everybody").json["id"]
    return {"campaign": campaign["id"], "import": job["id"], "contact": contact, "segment": segment}


ROUTES = [
    ("GET", "/api/campaigns/{campaign}", None),
    ("PATCH", "/api/campaigns/{campaign}", {"name": "Mine"}),
    ("POST", "/api/campaigns/{campaign}/launch", None),
    ("POST", "/api/campaigns/{campaign}/pause", None),
    ("POST", "/api/campaigns/{campaign}/resume", None),
    ("POST", "/api/campaigns/{campaign}/cancel", None),
    ("POST", "/api/campaigns/{campaign}/clone", None),
    ("POST", "/api/campaigns/{campaign}/release", {}),
    ("GET", "/api/campaigns/{campaign}/analytics", None),
    ("GET", "/api/campaigns/{campaign}/enrollments/{contact}", None),
    ("GET", "/api/imports/{import}", None),
    ("GET", "/api/contacts/{contact}", None),
    ("DELETE", "/api/suppressions/{contact}", None),
    ("GET", "/api/segments/{segment}", None),
    ("POST", "/api/campaigns", {"name": "X", "campaignType": "drip", "segmentId": "{segment}"}),
]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_i_16_another_tenants_id_is_answered_like_one_that_does_not_exist(
    method: str, path: str, body: object
) -> None:
    house = ApiHouse()
    mine = _everything(house)
    nowhere = dict.fromkeys(mine, MISSING)

    def ask(ids: Mapping[str, str]) -> tuple[int, str]:
        text = json.dumps(body)
        for name, identity in ids.items():
            text = text.replace(f"{{{name}}}", identity)
        reply = house.ask(method, path.format(**ids), text if body else None, key="theirs")
        shown = reply.text
        for identity in ids.values():
            shown = shown.replace(identity, "ID")
        return reply.status, shown

    assert ask(mine) == ask(nowhere)
    assert ask(mine)[0] in {400, 404}


def test_i_16_lists_hold_nothing_of_another_tenant() -> None:
    house = ApiHouse()
    _everything(house)
    for path in ("/api/campaigns", "/api/templates", "/api/segments", "/api/suppressions"):
        assert house.ask("GET", path, key="theirs").json["items"] == []
    assert house.ask("GET", "/api/templates/welcome", key="theirs").status == 404
    assert house.ask("GET", "/api/segments/everybody", key="theirs").status == 404


def test_i_16_a_cursor_leads_into_no_other_workspace() -> None:
    house = ApiHouse()
    for number in range(3):
        body = {"name": f"C{number}", "campaignType": "drip"}
        house.ask("POST", "/api/campaigns", body)
    cursor = house.ask("GET", "/api/campaigns", query={"limit": "1"}).json["nextCursor"]
    theirs = house.ask("GET", "/api/campaigns", query={"cursor": cursor}, key="theirs")
    assert theirs.json["items"] == []
