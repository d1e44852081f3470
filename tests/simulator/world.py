"""One run: a small workspace lives through chaos, heals, and is judged."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from random import Random
from typing import TYPE_CHECKING, Any

from penguinmails import invocation, observability
from penguinmails.campaigns.campaign import CampaignType, OnUncertain, Sender
from penguinmails.campaigns.create import Given, create
from penguinmails.campaigns.draft_ports import CreatePorts
from penguinmails.deliveries.fact import Fact, FactType
from penguinmails.enrollments import close, enroll, messages, patrol, release
from penguinmails.enrollments.enrollment import Status
from penguinmails.keyring import Keyring, generate
from penguinmails.queues.port import Queue
from penguinmails.senders.add import add_sender
from penguinmails.senders.sender import NewSender
from penguinmails.templates.save import save_template
from penguinmails.templates.template import Template
from penguinmails.tenants.create import Asked, create_workspace
from tests.simulation.steps import branch, email, wait
from tests.simulator.checker import Seen, punctual, violations
from tests.simulator.cloud import Cloud
from tests.simulator.effects import Effects
from tests.simulator.esp import SimulatedEsp
from tests.simulator.faults import Fault, Faults
from tests.simulator.people import DEEDS, People
from tests.simulator.schedule import MICROS, RestlessError, Schedule
from tests.simulator.ticks import MINUTE

if TYPE_CHECKING:
    from penguinmails.bootstrap import House

START_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PEOPLE = 60
RATES = (0.002, 0.01, 0.02, 0.04)
"""How often a call fails, by world: where little fails, workers live long and remember much."""
CHAOS_DAYS = 6
HEAL_DAYS = 18
OUTAGE_S, STANDSTILL_S, RESTORE_S = 600.0, 5 * 3600.0, 600.0
HOUR, DAY = 3600 * MICROS, 86_400 * MICROS
SERVICES = ("core", "contacts", "enrollments", "queue", "mail", "suppressions", "wakeups")
SENDER = "hello@northlight.example"
POISONS = (
    '{"tenant": 1}',
    "not JSON",
    '{"tenant": "x", "campaign": "y", "shards": 2, "refs": ["z"]}',
)
STEPS: list[list[dict[str, Any]]] = [
    [
        email("a"),
        wait("3 hours"),
        branch(
            ("steps.a.clicked", [{"action": [{"add_score": 10}, {"add_tag": "warm"}]}, email("b")]),
            ("contact.plan == '1'", [email("c"), wait("1 day")]),
            ("", [email("d")]),
        ),
        wait("1 day"),
        email("e"),
    ],
    [
        email("a"),
        wait("15 minutes"),
        email("b"),
        wait("5 hours"),
        email("c"),
        wait("2 days"),
        email("d"),
    ],
    [
        email("a"),
        wait("2 hours"),
        email("b"),
        wait("1 day"),
        branch(("steps.b.clicked", [email("c")]), ("", [email("d")])),
    ],
    [email("a"), email("b"), wait("4 hours"), email("c")],
]


@dataclass(slots=True)
class Outcome:
    """What a run came to."""

    seed: str
    steps: int
    violations: list[str]
    faults: Counter[Fault]
    duplicates: int
    lost: int
    uncertain: Counter[str]
    outcomes: Counter[str]
    deeds: Counter[str]
    resumed: int
    digest: str
    trace: list[str] = field(default_factory=list)


def silence() -> None:
    """Keep logs and metrics of functions out of the way, and have pages be small."""
    enroll.PAGE, close.PAGE, release.PAGE, patrol.PAGE, messages.MOST_REFS = 5, 4, 3, 20, 7
    vars(observability)["_report"] = lambda _used: None
    vars(invocation)["count"] = lambda *_: None


def run(seed: str, *, traced: bool = False, calm: bool = False) -> Outcome:
    """Live through one seed; a calm run has neither faults nor people who meddle."""
    random = Random(seed)
    schedule = Schedule(START_AT)
    faults = Faults(Random(f"{seed} faults"), random.choice(RATES))
    effects = Effects(schedule, random, faults)
    effects.trace = [] if traced else None
    esp = SimulatedEsp(effects, _ring(), honours_key=random.random() < 0.3)
    cloud = Cloud(effects, esp)
    esp.call_webhook = partial(cloud.workers.call, "webhook")
    silence()
    vars(invocation)["log_failure"] = effects.failed
    folk = _found(cloud, esp, random)
    broken = [] if _lived(cloud, folk, calm=calm) else ["I-3: the world does not come to rest"]
    seen = Seen(cloud, esp, folk, cloud.house(quiet=True), folk.tenant)
    broken += violations(seen)
    if calm:
        broken += punctual(seen)
    facts = [f for row in seen.rows.values() for f in row.facts()]
    mails = Counter(
        (m.token.campaign, m.token.contact, m.token.step, m.token.visit, m.token.attempt)
        for m in esp.log
    )
    return Outcome(
        seed=seed,
        steps=sum(f.type in _STEPS for f in facts) + sum(r.ended for r in seen.rows.values()),
        violations=broken,
        faults=faults.injected,
        duplicates=sum(n - 1 for n in mails.values()),
        lost=sum("I-3" in one or "I-4" in one for one in broken),
        uncertain=_ends_of_doubt(facts, effects.outcomes),
        outcomes=cloud.effects.outcomes,
        deeds=Counter(done.what for done in folk.done),
        resumed=schedule.resumed,
        digest=_digest(cloud, esp),
        trace=effects.trace or [],
    )


def _ends_of_doubt(facts: Sequence[Fact], outcomes: Mapping[str, int]) -> Counter[str]:
    """Count how sends of which nobody knew whether they left ended."""
    return Counter(
        repeated=sum(fact.type is FactType.UNCERTAIN for fact in facts),
        given_up=sum((f.type, f.detail) == (FactType.SKIPPED, "uncertain") for f in facts),
        confirmed=outcomes.get("advanced: confirm", 0),
    )


_STEPS = {
    FactType.ACCEPTED,
    FactType.REFUSED,
    FactType.SKIPPED,
    FactType.UNCERTAIN,
    FactType.BRANCHED,
    FactType.ACTED,
    FactType.ENROLLED,
    FactType.MIGRATED,
}


def _ring() -> Keyring:
    return generate(lambda size: b"k" * size)


def _found(cloud: Cloud, esp: SimulatedEsp, random: Random) -> People:
    """Create the workspace, with templates, a sender, and drafts of campaigns."""
    house = cloud.house(quiet=True)
    made = create_workspace(Asked("Northlight", "Europe/Berlin", 600), house.tenant_ports())
    tenant = made.tenant.id
    esp.hook = made.hook
    sender = NewSender(SENDER, "Northlight", postal_address="Polar Way 1\nTromsø")
    add_sender(tenant, sender, house.adding_senders(), operator=True)
    for slug in "abcde":
        html = "<p>Hi {{ firstName | default('you') }}</p>"
        template = Template(slug, slug, f"{slug}", "", html, "")
        save_template(tenant, template, house.templates, house.adapters.clock.now(), "test")
    folk = People(cloud, esp, random, tenant)
    cloud.aim = folk.at_work
    folk.addresses = [f"person{number}@example.com" for number in range(PEOPLE)]
    folk.import_all()
    cloud.schedule.run(cloud.schedule.now + 300 * MICROS)
    for number, steps in enumerate(STEPS):
        given = Given(
            name=f"Campaign {number}",
            type=CampaignType.DRIP,
            time_zone="UTC",
            segment="everybody",
            sender=Sender("Northlight", SENDER),
            steps=tuple(steps),
            on_uncertain=random.choice(list(OnUncertain)),
        )
        ports = CreatePorts(house.campaigns, house.segments, house.templates, house.adapters.clock)
        folk.campaigns.append(create(tenant, cloud.house().adapters.ids.new(), given, ports).id)
    return folk


def _lived(cloud: Cloud, folk: People, *, calm: bool) -> bool:
    """Let chaos reign and heal; tell whether the world came to rest."""
    patrolled = not calm and cloud.random.random() < 0.5
    try:
        if calm:
            _calm(cloud, folk)
        else:
            _chaos(cloud, folk, patrolled=patrolled)
        _heal(cloud, folk, patrolled=patrolled)
    except RestlessError:
        return False
    return True


def _calm(cloud: Cloud, folk: People) -> None:
    for campaign in folk.campaigns:
        _later(cloud, partial(folk.launch, campaign), 0, DAY)
    cloud.schedule.run(cloud.schedule.now + CHAOS_DAYS * DAY)


def _chaos(cloud: Cloud, folk: People, *, patrolled: bool) -> None:
    """Let people do what they like, and everything fail that can."""
    random, end = cloud.random, cloud.schedule.now + CHAOS_DAYS * DAY
    cloud.faults.on = True
    restored = random.random() < 0.25
    for campaign in folk.campaigns:
        at = round(random.uniform(0, DAY))
        _later(cloud, partial(folk.launch, campaign), at, at)
        if restored and campaign == folk.campaigns[1]:
            at += 8 * MINUTE  # its wait of 15 minutes has no hint by then but a message
            _later(cloud, partial(_back_up, cloud, folk), at, at + 4 * MINUTE)
    for deed in random.choices(list(DEEDS), list(DEEDS.values()), k=40):
        _later(cloud, partial(deed, folk))
    for _ in range(6):
        _later(cloud, partial(_go_away, cloud, random.choice(SERVICES)))
    for _ in range(2):
        queue = random.choice([Queue.ADVANCE, Queue.RECORD, Queue.LAUNCH])
        _later(cloud, partial(_poison, cloud, queue, random.choice(POISONS)))
    if random.random() < 0.4:
        _later(cloud, partial(_stand_still, cloud), 0, DAY)
    if patrolled:
        cloud.ticks.patrol_until(end)
    cloud.schedule.run(end)


def _later(
    cloud: Cloud, deed: Callable[[], object], begin: int = 0, end: int = CHAOS_DAYS * DAY
) -> None:
    """Have something happen at some time between two, from now."""
    cloud.schedule.start("later", deed, after_s=cloud.random.uniform(begin, end) / MICROS)


def _go_away(cloud: Cloud, service: str) -> None:
    cloud.faults.goes_away(service, cloud.schedule.now, OUTAGE_S)


def _stand_still(cloud: Cloud) -> None:
    """Run no function for longer than the late guard."""
    cloud.faults.note(Fault.STANDSTILL)
    cloud.workers.still_until = cloud.schedule.now + round(STANDSTILL_S * MICROS)


def _poison(cloud: Cloud, queue: Queue, text: str) -> None:
    cloud.faults.note(Fault.POISON)
    cloud.queues.take(queue, text, 0)


def _back_up(cloud: Cloud, folk: People) -> None:
    """Copy all tables, lose them some time later, and restore the copy; somebody lifts the fence.

    On both sides of the loss people edit, so that one number comes to name two revisions.
    """
    backup, since = cloud.tables.backup(), cloud.schedule.now

    def restore() -> None:
        cloud.restore(backup)
        folk.forget(since)
        _later(cloud, folk.lift_fence, HOUR, 5 * HOUR)
        _edit_all(cloud, folk)

    def lose() -> None:
        cloud.faults.note(Fault.RESTORE)
        folk.restored_at = cloud.schedule.now
        cloud.tables.delete()
        cloud.schedule.start("restore", restore, after_s=RESTORE_S)

    _edit_all(cloud, folk)
    _later(cloud, lose, HOUR, 2 * DAY)


def _edit_all(cloud: Cloud, folk: People) -> None:
    for campaign in folk.campaigns:
        _later(cloud, partial(folk.edit, campaign), 0, HOUR)


def _heal(cloud: Cloud, folk: People, *, patrolled: bool) -> None:
    """No more faults: whatever is left must come to its end by itself, or by a person's release."""
    cloud.faults.on = False
    cloud.faults.away.clear()
    schedule = cloud.schedule
    for day in range(HEAL_DAYS):
        if day in (0, 1, 2, 4):
            for campaign in folk.campaigns:
                folk.resume(campaign)
            folk.release()
            _resume_all(cloud, folk)
        if day == 0 and folk.restored_at is not None:
            folk.lift_fence()
        if day == 1:
            folk.redrive()
        if patrolled:
            cloud.ticks.patrol_until(schedule.now + DAY)
        schedule.run(schedule.now + DAY)
    schedule.run(schedule.now + 6 * HOUR)


def _resume_all(cloud: Cloud, folk: People) -> None:
    house = cloud.house(quiet=True)
    acting = cloud.house()
    for campaign in folk.campaigns:
        found = house.campaigns.get(folk.tenant, campaign)
        for shard in range(found.shards):
            for row in house.enrollments.page(folk.tenant, campaign, shard, None, 100_000).rows:
                if row.status is Status.PAUSED:
                    who = row.ref.contact
                    folk.insist(
                        "resume one",
                        campaign + who,
                        _resuming(acting, folk.tenant, campaign, who),
                    )


def _resuming(house: "House", tenant: str, campaign: str, who: str) -> Callable[[], object]:
    return lambda: house.interventions.resume(tenant, campaign, who)


def _digest(cloud: Cloud, esp: SimulatedEsp) -> str:
    """Name the whole end: the same seed gives the same."""
    text = repr([(m.at, m.send_key) for m in esp.log])
    for name, table in sorted(cloud.tables.real.items()):
        rows = table.rows
        text += name + repr(
            [
                (
                    pk,
                    sk,
                    sorted(
                        (k, sorted(v) if isinstance(v, frozenset) else v)
                        for k, v in rows[pk][sk].items()
                        if k != "ttl"
                    ),
                )
                for pk in sorted(rows)
                for sk in sorted(rows[pk])
            ]
        )
    return sha256(text.encode()).hexdigest()[:16]
