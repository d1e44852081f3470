"""A story of changes: one person is paused and resumed, one is ended, and the steps are edited."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from penguinmails.campaigns.campaign import Campaign, CampaignStatus
from penguinmails.campaigns.launch import launch
from penguinmails.contacts.contact import Contact
from penguinmails.deliveries.fact import FactType
from penguinmails.enrollments.enrollment import Status
from penguinmails.enrollments.migrate import migrate
from tests.simulation.judge import ANSWERED, miscounted, twice
from tests.simulation.steps import email, wait
from tests.simulation.story import insist, live
from tests.world import TENANT, World

OLD = [email("a"), wait("3 hours"), email("b")]
NEW = [email("a"), wait("5 hours"), email("b")]
WAIT = timedelta(hours=5)


@dataclass(slots=True)
class Changes:
    """Three people: one is paused, one goes all the way, one is ended; and all are moved."""

    world: World = field(default_factory=World)
    people: list[Contact] = field(init=False)
    campaign: Campaign = field(init=False)
    paused: tuple[datetime, datetime] | None = None

    def __post_init__(self) -> None:
        self.people = self.world.people(3)
        self.campaign = self.world.campaign(OLD)

    def tell(self) -> None:
        """Tell the story from the launch until long after its end."""
        world, campaign, (paused, _, ended) = self.world, self.campaign, self.people
        insist(world, lambda: launch(TENANT, campaign.id, world.launching()))
        world.pass_time(hours=1)
        insist(world, lambda: world.pause_one(campaign, paused))
        paused_at = world.clock.now()
        insist(world, self._revise)
        insist(world, lambda: migrate(TENANT, campaign.id, 2, world.migrating()))
        world.pass_time(hours=1)
        insist(world, lambda: world.exit_one(campaign, ended))
        world.pass_time(hours=7)
        self.paused = (paused_at, world.clock.now())
        insist(world, lambda: world.resume_one(campaign, paused))
        live(world, days=2)

    def _revise(self) -> None:
        if self.world.get(self.campaign).revision == 1:
            self.world.revise(self.campaign, NEW)


def faults_of(story: Changes) -> Iterator[str]:
    """Name every invariant that the story broke, and how."""
    yield from twice(story)
    yield from miscounted(story)
    yield from _ends(story)
    yield from _early(story)


def _ends(story: Changes) -> Iterator[str]:
    ended = story.people[2].id
    for row in story.world.rows(story.campaign):
        wanted = Status.EXITED if row.ref.contact == ended else Status.COMPLETED
        if (row.status, row.claim) != (wanted, None):
            yield f"I-3: {row.ref.contact} is {row.status}, due at {row.due_at}, claim {row.claim}"
        moves = [fact for fact in row.facts() if fact.type is FactType.MIGRATED]
        if row.revision != 2 or len(moves) != 1:
            yield f"I-25: {row.ref.contact} has revision {row.revision} by {moves}"
        said = {fact.step for fact in row.facts() if fact.type in ANSWERED}
        if row.status is Status.COMPLETED and not said >= {1, 3}:
            yield f"I-4: {row.ref.contact} completed, and only {said} were answered"
    status = story.world.get(story.campaign).status
    if status is not CampaignStatus.COMPLETED or story.world.lines.waiting:
        yield f"I-26: the campaign is {status}, and waits for {story.world.lines.waiting}"


def _early(story: Changes) -> Iterator[str]:
    for person in story.people:
        got = [m for m in story.world.esp.accepted if m.to_email == person.email]
        for one, other in pairwise(got):
            if other.date - one.date < WAIT:
                yield f"I-7: {person.email} got {other.subject} at {other.date}, too early"
    for message in story.world.esp.accepted:
        paused_at, resumed_at = story.paused or (message.date, message.date)
        if message.to_email == story.people[0].email and paused_at < message.date < resumed_at:
            yield f"I-5: {message.to_email} was mailed at {message.date}"
