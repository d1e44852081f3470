"""A campaign's life through the API, in any order: a few lines say what may become of what."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.functions.api_house import START_AT, STEPS, Reply
from tests.functions.living_house import LivingHouse

EDITABLE = {"draft", "scheduled", "active", "paused"}
RUNNING = {"active", "paused"}
UNDER_WAY = {*RUNNING, "closing"}
DEEDS: dict[str, dict[str, str]] = {
    "unschedule": {"draft": "draft", "scheduled": "draft"},
    "pause": dict.fromkeys(UNDER_WAY, "paused"),
    "resume": {"paused": "active"},
    "cancel": dict.fromkeys({*EDITABLE, "closing", "cancelled"}, "cancelled"),
    "archive": dict.fromkeys(("draft", "completed", "cancelled", "archived"), "archived"),
}
"""What a deed makes of a campaign, by what it is; in all other states it is refused."""

BY_ITSELF = {
    "scheduled": {"scheduled", "active", "closing", "completed"},
    "active": {"active", "closing", "completed"},
    "closing": {"active", "closing", "completed"},
}
"""What may become of a campaign as time passes; all others stay as they are."""

LIVES = [
    [],
    ["launch"],
    ["launch", "pause"],
    ["launch", "wait"],
    ["launch", "cancel"],
    ["launch", "wait", "archive"],
]
"""What has been done with a campaign already when it is looked at."""

people = st.sampled_from(["ada", "bob", "eve", "zoe"])


class Life(RuleBasedStateMachine):
    """Somebody who tries everything with a campaign, and what the campaign then has to be."""

    def __init__(self) -> None:
        super().__init__()
        self.house = LivingHouse()
        self.status = "draft"
        self.version = 1
        self.revisions = 1
        self.start_at = START_AT
        self.launched = False

    @initialize(names=st.sets(people, max_size=3), lived=st.sampled_from(LIVES))
    def begin(self, names: set[str], lived: list[str]) -> None:
        made = self.house.campaign()
        self.path = f"/api/campaigns/{made['id']}"
        for name in sorted(names):
            self.add(name)
        for deed in lived:
            if deed == "launch":
                self.launch()
            elif deed == "wait":
                self.wait(80)
            else:
                self.move(deed)

    # What people do

    @rule(deed=st.sampled_from(sorted(DEEDS)))
    def move(self, deed: str) -> None:
        self._becomes(self.ask("POST", deed), DEEDS[deed].get(self.status))

    @rule()
    def ask_for_what_may_not_be(self) -> None:
        for deed in (deed for deed, made in DEEDS.items() if self.status not in made):
            self._refused(self.ask("POST", deed))

    @rule()
    def launch(self) -> None:
        later = self.start_at > self.house.clock.now()
        wanted = {"draft": "scheduled" if later else "active"}.get(self.status)
        self._becomes(self.ask("POST", "launch"), wanted)

    @rule(hours=st.integers(1, 100))
    def schedule(self, hours: int) -> None:
        start_at = self.house.clock.now() + timedelta(hours=hours)
        told = self.ask("POST", "schedule", {"startDate": start_at.isoformat()})
        if self.status in RUNNING:
            assert told.json["errors"][0]["code"] == "fixed"
            return
        wanted = {"draft": "scheduled", "scheduled": "scheduled"}.get(self.status)
        if wanted:
            self.start_at = start_at
        self._becomes(told, wanted)

    @rule(name=st.text("abc", min_size=1, max_size=3), known=st.sampled_from(["", "*", "true"]))
    def rename(self, name: str, known: str) -> None:
        tag = {"true": f'"{self.version}"'}.get(known, known)
        told = self.ask("PATCH", "", {"name": name}, {"if-match": tag} if tag else {})
        assert told.status != 200 or _version(told) > self.version
        self._becomes(told, self.status if self.status in EDITABLE else None)

    @rule(by=st.sampled_from([-1, 1]))
    def change_what_was_changed(self, by: int) -> None:
        stale = {"if-match": f'"{self.version + by}"'}
        for method, place, body in (
            ("PATCH", "", {"name": "Stale"}),
            ("PUT", "steps", {"steps": []}),
            ("POST", "versions/1/restore", None),
        ):
            assert self.ask(method, place, body, stale).status == 412

    @rule(more=st.sampled_from([STEPS, STEPS[:1], [*STEPS, {"wait": "1 day"}, {"exit": "done"}]]))
    def rewrite(self, more: list[dict[str, Any]]) -> None:
        told = self.ask("PATCH", "", {"steps": more})
        self._becomes(told, self.status if self.status in EDITABLE else None)

    @rule()
    def restore(self) -> None:
        told = self.ask("POST", "versions/1/restore")
        self._becomes(told, self.status if self.status in EDITABLE else None)

    @rule(dry_run=st.booleans())
    def migrate(self, dry_run: bool) -> None:  # noqa: FBT001 - hypothesis calls it by name
        revision = self.ask("GET").json["campaign"]["revision"]
        told = self.ask("POST", "migrate", {"toRevision": revision, "dryRun": dry_run})
        if self.status in RUNNING:
            assert told.status == (200 if dry_run else 202), told.text
        else:
            self._refused(told)

    @rule()
    def clone(self) -> None:
        copy = self.ask("POST", "clone")
        assert (copy.status, copy.json["status"]) == (201, "draft")
        path = f"/api/campaigns/{copy.json['id']}"
        assert self.house.ask("DELETE", path).status == 200
        assert self.house.ask("GET", path).status == 404

    @precondition(lambda self: self.launched or self.status == "scheduled")
    @rule()
    def delete(self) -> None:
        self._refused(self.ask("DELETE"))

    @rule(name=people)
    def add(self, name: str) -> None:
        body = {"email": f"{name}@mail.test", "segments": ["everybody"]}
        assert self.house.ask("POST", "/api/contacts", body).status in {200, 201}

    @rule(name=people)
    def remove(self, name: str) -> None:
        contact = self.house.ring.contact_id(self.house.mine.tenant.id, f"{name}@mail.test")
        assert self.house.ask("DELETE", f"/api/contacts/{contact}").status in {200, 404}

    @rule(name=people)
    def suppress(self, name: str) -> None:
        body = {"email": f"{name}@mail.test", "reason": "manual"}
        assert self.house.ask("POST", "/api/suppressions", body).status == 201

    @rule(hours=st.sampled_from([0.02, 1, 3, 30, 80]))
    def wait(self, hours: float) -> None:
        self.house.pass_time(hours=hours)
        now = self.ask("GET").json["campaign"]["status"]
        assert now in BY_ITSELF.get(self.status, {self.status})
        assert now != "scheduled" or self.start_at >= self.house.clock.now()
        self._is(now)

    # What holds

    @invariant()
    def it_is_what_it_has_to_be(self) -> None:
        shown = self.ask("GET")
        assert shown.json["campaign"]["status"] == self.status
        self._grew(shown)
        versions = self.ask("GET", "versions").json["data"]
        assert len(versions) >= self.revisions
        self.revisions = len(versions)
        assert sum(one["current"] for one in versions) == 1

    def teardown(self) -> None:
        """In the end everybody has come to an end, and the numbers are those of the mails."""
        if self.launched:
            self.house.settle()
            self.status = self.ask("GET").json["campaign"]["status"]
            if self.status == "paused":
                self.move("resume")
            self.house.pass_time(days=9)
            self._add_up()

    def _add_up(self) -> None:
        shown = self.ask("GET").json
        assert shown["campaign"]["status"] in {"completed", "cancelled", "archived"}
        told = shown["analytics"]
        overall, mails = told["overall"], self.house.esp.accepted
        assert len({mail.send_key for mail in mails}) == len(mails)
        assert overall["sent"] == sum(step["sent"] for step in told["byStep"]) == len(mails)
        assert overall["active"] == 0
        assert overall["enrolled"] == overall["completed"] + overall["exited"]
        assert overall["exited"] == sum(exit_["count"] for exit_ in told["exits"])
        rows = self.ask("GET", "enrollments").json["data"]
        assert len(rows) == overall["enrolled"]
        assert {row["status"] for row in rows} <= {"completed", "exited"}

    def ask(
        self,
        method: str,
        place: str = "",
        body: object = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """Ask something of the campaign; whatever it is, it is no fault of ours."""
        path = f"{self.path}/{place}" if place else self.path
        told = self.house.ask(method, path, body, headers=headers)
        assert told.status < 500, told.text
        return told

    def _becomes(self, told: Reply, wanted: str | None) -> None:
        if wanted is None:
            self._refused(told)
            return
        assert told.status == 200, told.text
        assert told.json["status"] == wanted
        self._is(wanted)

    def _refused(self, told: Reply) -> None:
        assert (told.status, told.json["code"]) == (409, "conflict"), told.text
        assert self.status in told.json["detail"]

    def _is(self, status: str) -> None:
        self.status = status
        self.launched = self.launched or status in {*UNDER_WAY, "completed"}

    def _grew(self, told: Reply) -> None:
        version = _version(told)
        assert version >= self.version
        self.version = version


def _version(told: Reply) -> int:
    return int(told.headers["ETag"].strip('"'))


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=100, stateful_step_count=25)
