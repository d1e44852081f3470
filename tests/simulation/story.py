"""A small campaign's whole story, told over one world, with people who do what people do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from penguinmails.campaigns.campaign import Campaign, OnUncertain
from penguinmails.campaigns.launch import launch
from penguinmails.contacts.contact import Contact
from penguinmails.errors import Conflict, Unavailable
from penguinmails.sends.message import Message
from tests.simulation.steps import branch, email, wait
from tests.simulation.taps import Crash
from tests.world import TENANT, World

PEOPLE = 4
TRIES = 4
STEPS = [
    email("a"),
    wait("2 hours"),
    branch(
        ("steps.a.opened", [{"action": [{"add_score": 10}, {"add_tag": "warm"}]}, email("b")]),
        ("", [email("c")]),
    ),
    wait("1 day"),
    email("d"),
]


@dataclass(slots=True)
class Story:
    """One opens, one bounces softly, one unsubscribes, one complains; and there is a pause."""

    world: World = field(default_factory=World)
    on_uncertain: OnUncertain = OnUncertain.SKIP
    people: list[Contact] = field(init=False)
    campaign: Campaign = field(init=False)
    gone_at: dict[str, datetime] = field(default_factory=dict)
    paused: tuple[datetime, datetime] | None = None

    def __post_init__(self) -> None:
        self.people = self.world.people(PEOPLE)
        self.campaign = self.world.campaign(STEPS, on_uncertain=self.on_uncertain)

    def tell(self) -> None:
        """Tell the story from the launch until long after its end."""
        world, (opens, bounces, leaves, complains) = self.world, self.people
        self._insist(lambda: launch(TENANT, self.campaign.id, world.launching()))
        world.pass_time(minutes=40)
        self._insist(lambda: self._report(opens, "opened"))
        self._insist(lambda: self._report(bounces, "bounced", "soft"))
        world.pass_time(minutes=20)
        self._insist(lambda: world.unsubscribe(leaves))
        self.gone_at[leaves.email] = world.clock.now()
        world.pass_time(minutes=50)
        self._pause()
        self._insist(lambda: self._report(complains, "complained"))
        world.pass_time(hours=2)
        live(world, days=3)

    def first_to(self, person: Contact) -> Message | None:
        """Find the first message that somebody got."""
        mine = (m for m in self.world.esp.accepted if m.to_email == person.email)
        return next(mine, None)

    def _pause(self) -> None:
        world = self.world
        self._insist(lambda: world.lifecycle.pause(self.campaign))
        paused_at = world.clock.now()
        world.pass_time(hours=1)
        self.paused = (paused_at, world.clock.now())
        self._insist(lambda: world.lifecycle.resume(self.campaign))

    def _report(self, person: Contact, kind: str, bounce: str = "") -> None:
        message = self.first_to(person)
        if message is not None:
            self.world.report(message, kind, **({"class": bounce} if bounce else {}))

    def _insist(self, deed: Callable[[], object]) -> None:
        insist(self.world, deed)


def live(world: World, *, days: int) -> None:
    """Let days pass, with a patrol round twice a day."""
    for _ in range(2 * days):
        world.pass_time(hours=12)
        world.patrol_round()


def insist(world: World, deed: Callable[[], object]) -> None:
    """Do it as a person does who gets no answer: again a minute later, until it is done."""
    for tried in range(TRIES):
        try:
            deed()
        except (Crash, Unavailable):
            pass
        except Conflict:
            if tried:  # an earlier try was heard
                return
        else:
            return
        world.pass_time(minutes=1)
