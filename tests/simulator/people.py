"""People who use the product at random: they launch, pause, edit, leave, erase, import again."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from penguinmails.bootstrap import House
from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.clone import clone
from penguinmails.campaigns.create import Given
from penguinmails.campaigns.edit import edit
from penguinmails.campaigns.launch import launch
from penguinmails.enrollments.lift_fence import lift_fence
from penguinmails.enrollments.migrate import migrate
from penguinmails.enrollments.salvage import NOBODY
from penguinmails.errors import Conflict, NotFound, Rejected, Unavailable
from penguinmails.imports.upload import take_upload
from penguinmails.jobs.job import JobKind
from penguinmails.privacy.ask import ask
from penguinmails.queues.port import Queue
from penguinmails.tracking.tokens import Purpose, encode
from penguinmails.tracking.unsubscribe import unsubscribe
from tests.simulator.cloud import Cloud
from tests.simulator.esp import Mailed, SimulatedEsp
from tests.simulator.schedule import MICROS, Died

TRIES = 40


@dataclass(frozen=True, slots=True)
class Done:
    """Something that a person did, and that was answered: what, to whom or what, and when."""

    what: str
    whom: str
    began: int
    answered: int


@dataclass(slots=True)
class People:
    """Everybody outside; `done` holds what was answered with success, in order."""

    cloud: Cloud
    esp: SimulatedEsp
    random: Random
    tenant: str
    campaigns: list[str] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    imported: dict[str, int] = field(default_factory=dict)
    """When somebody last began to import an address, by the contact's id."""
    restored_at: int | None = None
    """When the tables were lost that were restored from a backup then."""
    lifted_at: int | None = None
    """When somebody first tried to lift the fence."""

    def insist(self, what: str, whom: str, deed: Callable[[], object]) -> None:
        """Ask until there is an answer, as a client does that repeats what failed."""

        def run() -> None:
            began = self.cloud.schedule.now
            for tried in range(TRIES):
                try:
                    deed()
                except (Unavailable, Died):
                    self.cloud.schedule.rest(self.random.uniform(0.5, 20))
                    continue
                except (Conflict, NotFound, Rejected) as refusal:
                    self.refused[f"{what}: {type(refusal).__name__}"] += 1
                    if tried:  # an earlier try may have been heard
                        self._note(f"{what}, maybe", whom, began)
                    return
                self._note(what, whom, began)
                return

        self.cloud.schedule.start(f"person: {what} {whom[:8]}", run)

    def at_work(self, campaign: str, contact: str) -> None:
        """Do something to an enrollment just when a worker has read it; without one, leave."""
        house = self._house()
        if not campaign:
            self._leave(contact)
            return
        self.random.choice(
            (
                lambda: self._leave(contact),
                lambda: self._leave(contact),
                lambda: self._pause_one(campaign, contact),
                lambda: self._exit_one(campaign, contact),
                lambda: self._pause(campaign, house),
            )
        )()

    def _note(self, what: str, whom: str, began: int) -> None:
        self.done.append(Done(what, whom, began, self.cloud.schedule.now))

    def _read(self, campaign: str) -> Campaign:
        return self._quiet().campaigns.get(self.tenant, campaign)

    def _campaign(self) -> str:
        return self.random.choice(self.campaigns)

    def launch(self, campaign: str | None = None) -> None:
        """Launch a campaign, maybe one that is launched already."""
        one = campaign or self._campaign()
        house = self._house()
        self.insist("launch", one, lambda: launch(self.tenant, one, house.launching()))

    def pause(self) -> None:
        """Pause a campaign."""
        self._pause(self._campaign(), self._house())

    def _pause(self, one: str, house: House) -> None:
        self.insist("pause", one, lambda: house.lifecycle.pause(self._read(one)))
        self.cloud.schedule.start(
            "later", lambda: self.resume(one), after_s=self.random.uniform(60, 4 * 3600)
        )

    def resume(self, campaign: str | None = None) -> None:
        """Resume a campaign."""
        one, house = campaign or self._campaign(), self._house()
        self.insist("resume", one, lambda: house.lifecycle.resume(self._read(one)))

    def pause_one(self) -> None:
        """Pause one person's walk for a while."""
        self._pause_one(self._campaign(), self._contact())

    def _pause_one(self, one: str, who: str) -> None:
        house = self._house()

        def on() -> None:
            self.insist(
                "resume one", one + who, lambda: house.interventions.resume(self.tenant, one, who)
            )

        self.insist(
            "pause one", one + who, lambda: house.interventions.pause(self.tenant, one, who)
        )
        self.cloud.schedule.start("later", on, after_s=self.random.uniform(60, 86400))

    def exit_one(self) -> None:
        """End one person's walk."""
        self._exit_one(self._campaign(), self._contact())

    def _exit_one(self, one: str, who: str) -> None:
        house = self._house()
        self.insist(
            "exit one", one + who, lambda: house.interventions.exit(self.tenant, one, who, "won")
        )

    def edit(self, campaign: str | None = None) -> None:
        """Have a campaign wait longer or shorter and say other things; maybe move everybody."""
        one, house = campaign or self._campaign(), self._house()
        moves = self.random.random() < 0.5
        wait = f"{self.random.randint(2, 40)} hours"

        def change(given: Given) -> Given:
            other = {"wait": wait, "template": self.random.choice("abcde")}
            steps = tuple(
                {name: other.get(name, old) for name, old in step.items()} for step in given.steps
            )
            return replace(given, steps=steps)

        def deed() -> None:
            made = edit(self.tenant, one, change, house.editing())
            if moves:
                migrate(self.tenant, one, made.revision, house.migrating())

        self.insist("migrate" if moves else "edit", one, deed)

    def cancel(self) -> None:
        """End a campaign for good."""
        one, house = self._campaign(), self._house()
        self.insist("cancel", one, lambda: house.lifecycle.cancel(self._read(one)))

    def clone(self) -> None:
        """Copy a campaign, and launch the copy."""
        one, house = self._campaign(), self._house()
        copy = house.adapters.ids.new()

        def deed() -> None:
            clone(self.tenant, one, copy, house.campaigns, house.adapters.clock)
            if copy not in self.campaigns:
                self.campaigns.append(copy)

        self.insist("clone", copy, deed)
        self.cloud.schedule.start("later", lambda: self._launch_copy(copy), after_s=900)

    def _launch_copy(self, copy: str) -> None:
        if copy in self.campaigns:
            self.launch(copy)

    def unsubscribe(self) -> None:
        """Follow the unsubscribe link of some mail."""
        if self.esp.log:
            self._unsubscribe(self.random.choice(self.esp.log[-50:]))

    def _leave(self, contact: str) -> None:
        """Unsubscribe somebody, by a link that they have."""
        mails = [m for m in self.esp.log if m.token.contact == contact]
        if mails:
            self._unsubscribe(mails[-1])

    def _unsubscribe(self, mailed: Mailed) -> None:
        ports = self._house().public().leaving
        link = encode(mailed.token.to(Purpose.UNSUBSCRIBE), self.cloud.ring)
        self.insist("unsubscribe", mailed.token.contact, lambda: unsubscribe(link, ports))

    def erase(self) -> None:
        """Have a person erased."""
        who, house = self._contact(), self._house()
        job = house.adapters.ids.new()
        ports = house.asking_privacy()
        self.insist("erase", who, lambda: ask(self.tenant, job, JobKind.ERASURE, who, ports))

    def import_again(self) -> None:
        """Import some of the people once more, and some new ones."""
        house = self._house()
        some = self.random.sample(self.addresses, min(10, len(self.addresses)))
        new = [f"late{len(self.addresses) + n}@example.com" for n in range(2)]
        self.addresses += new
        self._import([*some, *new], house)

    def import_all(self) -> None:
        """Import everybody."""
        self._import(self.addresses, self._house())

    def _import(self, addresses: list[str], house: House) -> None:
        data = "\n".join(["email,plan", *(f"{one},{len(one) % 2}" for one in addresses)]).encode()
        for one in addresses:
            self.imported[self.cloud.ring.contact_id(self.tenant, one)] = self.cloud.schedule.now
        job, ports = house.adapters.ids.new(), house.uploading()
        self.insist("import", job, lambda: take_upload(self.tenant, job, data, "everybody", ports))

    def release(self) -> None:
        """Let go on what was held for a failure or given up by a queue, as the runbook says."""
        house = self._house()
        for one in (*self.campaigns, NOBODY):
            for reason in ("failed", "dead_letter"):
                body = {"tenant": self.tenant, "campaign": one, "reason": reason}
                self.insist(
                    "release",
                    one,
                    lambda body=body: house.adapters.queues.send(Queue.RELEASE, [body]),  # type: ignore[misc]
                )

    def redrive(self) -> None:
        """Put all dead letters back into their queues."""
        began = self.cloud.schedule.now
        self.cloud.queues.redrive()
        self._note("redrive", "", began)

    def lift_fence(self) -> None:
        """Let mail leave again after a restore, and launches go on, as the runbook says."""
        house = self._house()
        self.lifted_at = self.lifted_at or self.cloud.schedule.now
        self.insist("lift", "", lambda: lift_fence(house.lifting()))
        bodies = [{"tenant": self.tenant, "campaign": one} for one in self.campaigns]
        self.insist("relaunch", "", lambda: house.adapters.queues.send(Queue.LAUNCH, bodies))

    def forget(self, since: int) -> None:
        """Leave out of what was done all that a backup does not know, or may know by half."""
        self.done = [d for d in self.done if d.answered < since and d.what != "erase"]
        self.esp.forget(since)
        self.cloud.claims = [claim for claim in self.cloud.claims if claim.at < since]
        known = {one.id for one in self._quiet().campaigns.page(self.tenant, None, 1000).campaigns}
        self.campaigns = [one for one in self.campaigns if one in known]

    def imported_since(self, contact: str) -> bool:
        """Tell whether an import may have brought back somebody who was erased."""
        erased = [d.began for d in self.done if (d.what, d.whom) == ("erase", contact)]
        return self.imported.get(contact, -1) > min(erased) - 7200 * MICROS

    def _contact(self) -> str:
        return self.cloud.ring.contact_id(self.tenant, self.random.choice(self.addresses))

    def _house(self) -> House:
        return self.cloud.house(self.random.uniform(-5, 5) if self.cloud.faults.on else 0.0)

    def _quiet(self) -> House:
        return self.cloud.house(quiet=True)


DEEDS: dict[Callable[[People], None], int] = {
    People.launch: 4,
    People.pause: 6,
    People.resume: 3,
    People.pause_one: 6,
    People.exit_one: 3,
    People.edit: 4,
    People.cancel: 1,
    People.clone: 1,
    People.unsubscribe: 6,
    People.erase: 2,
    People.import_again: 2,
    People.release: 1,
    People.redrive: 1,
}
"""What people do, by weight."""
