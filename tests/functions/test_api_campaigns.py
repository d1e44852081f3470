"""Tests of what the API does with campaigns besides launching and pausing them."""

from typing import Any

import pytest

from penguinmails.enrollments.enrollment import Ref
from penguinmails.enrollments.migrate import go_on
from tests.functions.api_house import STEPS, ApiHouse, Reply
from tests.functions.everything import walk


def codes(reply: Reply) -> list[tuple[str, str]]:
    return [(one["pointer"], one["code"]) for one in reply.json["errors"]]


def walking(house: ApiHouse) -> tuple[str, str, str]:
    """Give the paths of a launched campaign and of one person's enrollment, and that person."""
    tenant, campaign = house.mine.tenant.id, house.campaign()["id"]
    path, contact = f"/api/campaigns/{campaign}", house.ring.contact_id(tenant, "zoe@mail.test")
    house.ask("POST", f"{path}/launch")
    shards = house.campaigns.get(tenant, campaign).shards
    house.enrollments.enroll([walk(Ref(tenant, campaign, shards, contact))])
    return path, f"{path}/enrollments/{contact}", contact


def published(house: ApiHouse, key: str) -> list[dict[str, Any]]:
    """Give what other workspaces put into the library."""
    listed = house.ask("GET", "/api/campaign-library", key=key).json["data"]
    return [one for one in listed if not one["prebuilt"]]


def test_a_campaign_goes_by_its_slug_wherever_its_id_would_do() -> None:
    house = ApiHouse()
    made = house.campaign(slug="spring-sale")
    assert made["slug"] == "spring-sale"
    path = "/api/campaigns/slug:spring-sale"
    assert house.ask("GET", path).json["campaign"]["id"] == made["id"]
    assert house.ask("PATCH", path, {"name": "Sale"}).json["slug"] == "spring-sale"
    assert house.ask("POST", f"{path}/launch").json["status"] == "active"
    assert house.ask("GET", "/api/campaigns/slug:winter-sale").status == 404


def test_a_slug_that_is_taken_is_refused_and_one_left_out_is_made() -> None:
    house = ApiHouse()
    assert house.campaign()["slug"] == "welcome"
    body = {"name": "Other", "campaignType": "drip", "slug": "welcome"}
    assert codes(house.ask("POST", "/api/campaigns", body)) == [("/slug", "taken")]
    assert house.campaign()["slug"] == "welcome-2"


def test_a_change_of_a_version_that_no_longer_stands_is_refused() -> None:
    house = ApiHouse()
    path = f"/api/campaigns/{house.campaign()['id']}"
    known = {"if-match": house.ask("GET", path).headers["ETag"]}
    changed = house.ask("PATCH", path, {"name": "One"}, headers=known)
    assert changed.status == 200
    for method, place, body in (
        ("PATCH", path, {"name": "Two"}),
        ("PUT", f"{path}/steps", {"steps": house.ask("GET", path).json["steps"]}),
        ("POST", f"{path}/versions/1/restore", None),
    ):
        assert house.ask(method, place, body, headers=known).status == 412
    anew = {"if-match": changed.headers["ETag"]}
    assert house.ask("PATCH", path, {"name": "Two"}, headers=anew).json["name"] == "Two"
    assert house.ask("PATCH", path, {"name": "Three"}, headers={"if-match": "*"}).status == 200


@pytest.mark.parametrize("tag", ["3", 'W/"3"', '"x"', ""])
def test_a_precondition_that_cannot_be_read_is_refused(tag: str) -> None:
    house = ApiHouse()
    path = f"/api/campaigns/{house.campaign()['id']}"
    refused = house.ask("PATCH", path, {"name": "X"}, headers={"if-match": tag})
    assert codes(refused) == [("", "invalid_if_match")]


def test_a_rehearsal_tells_all_that_is_wrong_and_saves_nothing() -> None:
    house = ApiHouse()
    path = "/api/campaigns/validate"
    body: dict[str, Any] = {"name": "X", "campaignType": "drip", "segmentId": "nobody"}
    told = house.ask("POST", path, {**body, "steps": [{"wait": "often"}]}).json
    assert not told["valid"]
    assert {one["pointer"] for one in told["problems"]} >= {"/segmentId", "/steps/0/wait"}
    assert house.ask("GET", "/api/campaigns").json["data"] == []
    told = house.ask("POST", path, {"name": "X", "campaignType": "drip"}).json
    assert told["valid"]
    assert ("audience", False) in {(one["id"], one["ok"]) for one in told["checks"]}


def test_a_change_is_rehearsed_and_not_made() -> None:
    house = ApiHouse()
    path = f"/api/campaigns/{house.campaign()['id']}"
    assert not house.ask("POST", f"{path}/validate", {"timezone": "Mars/North"}).json["valid"]
    assert house.ask("POST", f"{path}/validate", {"name": "Other"}).json["valid"]
    assert house.ask("GET", path).json["campaign"]["name"] == "Welcome"


def test_the_checklist_tells_what_keeps_a_campaign_back() -> None:
    house = ApiHouse()
    ready = house.ask("GET", f"/api/campaigns/{house.campaign()['id']}/checklist").json
    assert ready["ready"]
    assert {one["id"] for one in ready["checks"]} >= {"audience", "steps", "links"}
    bare = house.campaign(steps=[])
    told = house.ask("GET", f"/api/campaigns/{bare['id']}/checklist").json
    assert not told["ready"]
    assert {one["code"] for one in told["checks"]} >= {"empty_sequence"}


def test_a_campaign_is_scheduled_moved_unscheduled_archived() -> None:
    house = ApiHouse()
    path = f"/api/campaigns/{house.campaign()['id']}"
    for start in ("2026-06-01T09:00", "2026-07-01T09:00"):
        moved = house.ask("POST", f"{path}/schedule", {"startDate": start}).json
        assert (moved["status"], moved["startDate"][:7]) == ("scheduled", start[:7])
    past = house.ask("POST", f"{path}/schedule", {"startDate": "2020-01-01T09:00"})
    assert codes(past) == [("/startDate", "past_date")]
    assert house.ask("POST", f"{path}/unschedule").json["status"] == "draft"
    assert house.ask("POST", f"{path}/archive").json["status"] == "archived"
    assert house.ask("POST", f"{path}/unschedule").status == 409


def test_only_what_was_never_launched_is_deleted() -> None:
    house = ApiHouse()
    path = f"/api/campaigns/{house.campaign()['id']}"
    assert house.ask("DELETE", path).json == {"status": "deleted"}
    assert house.ask("DELETE", path).status == 404
    path = f"/api/campaigns/{house.campaign()['id']}"
    house.ask("POST", f"{path}/launch")
    assert house.ask("DELETE", path).status == 409


def test_a_launch_waits_for_an_import_unless_it_is_meant() -> None:
    house = ApiHouse()
    path = f"/api/campaigns/{house.campaign()['id']}"
    house.import_csv("email\nzoe@mail.test\n")
    refused = house.ask("POST", f"{path}/launch")
    assert refused.status == 409
    assert "evenIfImporting" in refused.json["detail"]
    assert house.ask("POST", f"{path}/launch", {"evenIfImporting": True}).status == 200


def test_versions_are_listed_read_compared_and_restored() -> None:
    house = ApiHouse()
    path = f"/api/campaigns/{house.campaign()['id']}"
    house.ask("PATCH", path, {"steps": STEPS[:1]})
    listed = house.ask("GET", f"{path}/versions").json["data"]
    assert [(one["number"], one["current"]) for one in listed] == [(2, True), (1, False)]
    assert listed[0]["savedBy"] == house.mine.key.key.id
    first = house.ask("GET", f"{path}/versions/1").json
    assert (first["source"], first["current"]) == (STEPS, False)
    diff = house.ask("GET", f"{path}/versions/2/diff").json
    assert (diff["version"], diff["against"]) == (2, 1)
    assert '-      "wait": "2 days"' in diff["diff"]
    against = house.ask("GET", f"{path}/versions/1/diff", query={"against": "2"}).json
    assert '+      "wait": "2 days"' in against["diff"]
    assert house.ask("POST", f"{path}/versions/1/restore").json["revision"] == 3
    assert house.ask("GET", path).json["source"] == STEPS
    for number in ("9", "x", "-1", "1234567"):
        assert house.ask("GET", f"{path}/versions/{number}").status == 404


def test_versions_are_listed_page_by_page() -> None:
    house = ApiHouse()
    path = f"/api/campaigns/{house.campaign()['id']}"
    house.ask("PATCH", path, {"steps": STEPS[:1]})
    page = house.ask("GET", f"{path}/versions", query={"limit": "1"}).json
    query = {"limit": "1", "cursor": page["nextCursor"]}
    last = house.ask("GET", f"{path}/versions", query=query).json
    assert [page["data"][0]["number"], last["data"][0]["number"]] == [2, 1]
    assert last["nextCursor"] is None


def test_the_graph_of_steps_is_replaced_as_it_is_shown() -> None:
    house = ApiHouse()
    path = f"/api/campaigns/{house.campaign()['id']}"
    graph = house.ask("GET", path).json["steps"]
    graph[0]["subjectLine"] = "Good morning"
    replaced = house.ask("PUT", f"{path}/steps", {"steps": graph})
    assert replaced.json["steps"] == graph
    assert replaced.json["source"][0]["subject"] == "Good morning"
    graph[0]["nextStepId"] = "gone"
    refused = house.ask("PUT", f"{path}/steps", {"steps": graph})
    assert ("/steps/0/nextStepId", "unknown_step_id") in codes(refused)


def test_enrollments_are_listed_by_status_and_step_page_by_page() -> None:
    house = ApiHouse()
    path, _, contact = walking(house)
    tenant, campaign = house.mine.tenant.id, path.rpartition("/")[2]
    shards = house.campaigns.get(tenant, campaign).shards
    others = [house.ring.contact_id(tenant, f"{name}@mail.test") for name in ("a", "b")]
    house.enrollments.enroll([walk(Ref(tenant, campaign, shards, each)) for each in others])
    found, query = [], {"limit": "2", "status": "active", "step": "hello"}
    while True:
        page = house.ask("GET", f"{path}/enrollments", query=query).json
        found += [one["contactId"] for one in page["data"]]
        if page["nextCursor"] is None:
            break
        query["cursor"] = page["nextCursor"]
    assert sorted(found) == sorted([contact, *others])
    none = house.ask("GET", f"{path}/enrollments", query={"status": "paused"}).json
    assert none == {"data": [], "nextCursor": None}
    unknown = house.ask("GET", f"{path}/enrollments", query={"step": "gone"})
    assert codes(unknown) == [("/step", "unknown_step")]


def test_one_enrollment_is_paused_resumed_and_ended() -> None:
    house = ApiHouse()
    _, one, _ = walking(house)
    assert house.ask("POST", f"{one}/pause").json["status"] == "paused"
    assert house.ask("POST", f"{one}/resume").json["status"] == "active"
    bad = house.ask("POST", f"{one}/exit", {"reason": "No. 4"})
    assert codes(bad) == [("/reason", "invalid_reason")]
    ended = house.ask("POST", f"{one}/exit", {"reason": "moved_to_sales"}).json
    assert (ended["status"], ended["reason"]) == ("exited", "moved_to_sales")
    assert house.ask("POST", f"{one}/pause").status == 409


def test_a_migration_is_told_before_it_begins() -> None:
    house = ApiHouse()
    path, _, _ = walking(house)
    assert house.ask("PATCH", path, {"steps": STEPS[1:]}).json["revision"] == 2
    wish: dict[str, object] = {"toRevision": 2, "dryRun": True}
    told = house.ask("POST", f"{path}/migrate", wish)
    assert told.status == 200
    assert told.json["forecast"]["move"] == 1
    assert told.json["forecast"]["nextCursor"] is None
    begun = house.ask("POST", f"{path}/migrate", {"toRevision": 2})
    assert (begun.status, begun.json["forecast"]) == (202, None)
    assert begun.headers["Location"] == f"{path}/migrations/2"
    assert any(message.body.get("revision") == 2 for message in house.queues.waiting)
    assert house.ask("POST", f"{path}/migrate", {"toRevision": 1}).status == 409
    lost = house.ask("POST", f"{path}/migrate", {**wish, "cursor": "AAAA"})
    assert codes(lost) == [("/cursor", "invalid_cursor")]


def test_a_dry_run_of_a_migration_has_no_entry_in_the_audit_log() -> None:
    house = ApiHouse()
    path, _, _ = walking(house)
    house.ask("PATCH", path, {"steps": STEPS[1:]})
    before = house.ask("GET", "/api/audit").json["data"]
    house.ask("POST", f"{path}/migrate", {"toRevision": 2, "dryRun": True})
    assert house.ask("GET", "/api/audit").json["data"] == before
    house.ask("POST", f"{path}/migrate", {"toRevision": 2})
    (newest, *others) = house.ask("GET", "/api/audit").json["data"]
    assert (newest["action"], others) == ("campaigns.migrate_campaign", before)


def test_it_is_told_how_far_a_migration_is() -> None:
    house = ApiHouse()
    path, _, _ = walking(house)
    house.ask("PATCH", path, {"steps": STEPS[1:]})
    begun = house.ask("POST", f"{path}/migrate", {"toRevision": 2}).headers["Location"]
    told = {"toRevision": 2, "status": "waiting", "progress": 0.0, "moved": 0}
    assert house.ask("GET", begun).json == told
    for message in list(house.queues.waiting):
        if message.body.get("revision") == 2:
            go_on(message.body, lambda: 60.0, house.migrating())
    told |= {"status": "done", "progress": 1.0, "moved": 1}
    assert house.ask("GET", begun).json == told
    assert house.ask("GET", f"{path}/migrations/3").status == 404


def test_a_campaign_begins_with_a_template_of_another_workspace() -> None:
    house = ApiHouse()
    made = house.campaign()
    body = {"campaign": made["id"], "name": "Model", "sharing": "public"}
    saved = house.ask("PUT", "/api/campaign-templates/model", body).json
    assert saved["emails"] == ["welcome"]
    assert house.ask("GET", "/api/campaign-templates/model").json == saved
    assert house.ask("GET", "/api/campaign-templates/model", key="theirs").status == 404
    (shown,) = published(house, "theirs")
    path = f"/api/campaign-templates/{shown['libraryId']}"
    begun = house.ask("POST", f"{path}/instantiate", {"slug": "ours"}, key="theirs")
    assert (begun.status, begun.json["slug"], begun.json["name"]) == (201, "ours", "Model")
    assert house.ask("DELETE", path, key="theirs").status == 404
    gone = house.ask("DELETE", "/api/campaign-templates/model")
    assert gone.json == {"status": "removed"}
    assert published(house, "theirs") == []


def test_the_library_begins_with_the_pre_built_campaigns_page_by_page() -> None:
    house = ApiHouse()
    body = {"campaign": house.campaign()["id"], "name": "Model", "sharing": "public"}
    house.ask("PUT", "/api/campaign-templates/model", body)
    slugs, query = [], {"limit": "1"}
    while True:
        page = house.ask("GET", "/api/campaign-library", query=query).json
        slugs += [(one["slug"], one["prebuilt"]) for one in page["data"]]
        if page["nextCursor"] is None:
            break
        query["cursor"] = page["nextCursor"]
    assert slugs == [("saas-welcome", True), ("b2b-nurture", True), ("model", False)]
    assert house.ask("GET", "/api/campaign-templates").json["data"][0]["slug"] == "model"


@pytest.mark.parametrize(("slug", "emails"), [("saas-welcome", 5), ("b2b-nurture", 8)])
def test_a_campaign_begins_with_a_pre_built_one_by_slug_or_by_id(slug: str, emails: int) -> None:
    house = ApiHouse()
    shown = house.ask("GET", f"/api/campaign-templates/{slug}").json
    assert len(shown["emails"]) == emails
    assert house.ask("GET", f"/api/campaign-templates/{shown['libraryId']}").json == shown
    for reference in (slug, shown["libraryId"]):
        begun = house.ask("POST", f"/api/campaign-templates/{reference}/instantiate")
        assert (begun.status, begun.json["name"]) == (201, shown["name"])
        told = house.ask("GET", f"/api/campaigns/{begun.json['id']}").json
        assert told["source"] == shown["steps"]
    saved = house.ask("GET", "/api/templates").json["data"]
    assert {one["slug"] for one in saved} == set(shown["emails"])
    assert house.ask("DELETE", f"/api/campaign-templates/{slug}").status == 404


def test_the_own_template_of_a_slug_comes_before_the_pre_built_one() -> None:
    house = ApiHouse()
    body = {"campaign": house.campaign()["id"], "name": "Ours"}
    assert house.ask("PUT", "/api/campaign-templates/saas-welcome", body).json["prebuilt"] is False
    assert house.ask("GET", "/api/campaign-templates/saas-welcome").json["name"] == "Ours"
    theirs = house.ask("GET", "/api/campaign-templates/saas-welcome", key="theirs").json
    assert theirs["prebuilt"]


def test_a_campaign_says_what_becomes_of_an_email_that_may_have_left() -> None:
    house = ApiHouse()
    made = house.campaign(onUncertain="resend")
    at = f"/api/campaigns/{made['id']}"
    assert made["onUncertain"] == "resend"
    assert house.ask("PATCH", at, {"name": "Other"}).json["onUncertain"] == "resend"
    assert house.ask("PATCH", at, {"onUncertain": "skip"}).json["onUncertain"] == "skip"
    assert '"onUncertain": "skip"' in house.ask("GET", f"{at}/versions/2/diff").json["diff"]
    assert house.ask("POST", f"{at}/versions/1/restore").json["onUncertain"] == "resend"
    assert house.ask("POST", f"{at}/clone").json["onUncertain"] == "resend"
    refused = house.ask("PATCH", at, {"onUncertain": "maybe"})
    assert (refused.status, refused.json["errors"][0]["pointer"]) == (400, "/onUncertain")
