"""One run: a small workspace lives through chaos, heals, and is judged."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from random import Random
from typing import Any

from penguinmails import invocation, observability
from penguinmails.campaigns.campaign import CampaignType, OnUncertain, Sender
from penguinmails.campaigns.create import Given, create
from penguinmails.campaigns.draft_ports import CreatePorts
from penguinmails.deliveries.fact import FactType
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
from tests.simulator.cloud import MINUTE, PATROL_EVERY, Cloud
from tests.simulator.esp import SimulatedEsp
from tests.simulator.faults import Fault, Faults
from tests.simulator.people import DEEDS, People
from tests.simulator.schedule import MICROS, Schedule

START_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CHAOS_DAYS = 6
HEAL_DAYS = 12
OUTAGE_S, STANDSTILL_S = 600.0, 5 * 3600.0
DAY = 86_400 * MICROS
SERVICES = ("core", "contacts", "enrollments", "queue", "mail", "suppressions", "wakeups")
SENDER = "hello@northlight.example"
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


def run(
    seed: str, *, people: int = 40, rate: float = 0.01, traced: bool = False, calm: bool = False
) -> Outcome:
    """Live through one seed; a calm run has neither faults nor people who meddle."""
    random = Random(seed)
    schedule = Schedule(START_AT)
    faults = Faults(Random(f"{seed} faults"), rate)
    esp = SimulatedEsp(_ring(), honours_key=random.random() < 0.3)
    cloud = Cloud(schedule, random, faults, esp)
    esp.over(cloud)
    cloud.trace = [] if traced else None
    silence()
    vars(invocation)["log_failure"] = cloud.failed
    folk = _found(cloud, esp, random, people)
    patrolled = not calm and random.random() < 0.5
    _chaos(cloud, folk, random, faults, calm=calm, patrolled=patrolled)
    _heal(cloud, folk, faults, patrolled=patrolled)
    seen = Seen(cloud, esp, folk, cloud.house(quiet=True), folk.tenant)
    broken = list(violations(seen))
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
        uncertain=Counter(f.detail or "skipped" for f in facts if f.type is FactType.UNCERTAIN),
        outcomes=cloud.outcomes,
        deeds=Counter(done.what for done in folk.done),
        resumed=schedule.resumed,
        digest=_digest(cloud, esp),
        trace=cloud.trace or [],
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


def _found(cloud: Cloud, esp: SimulatedEsp, random: Random, people: int) -> People:
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
    folk.addresses = [f"person{number}@example.com" for number in range(people)]
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


def _chaos(
    cloud: Cloud, folk: People, random: Random, faults: Faults, *, calm: bool, patrolled: bool
) -> None:
    faults.on = not calm
    schedule, end = cloud.schedule, cloud.schedule.now + CHAOS_DAYS * DAY
    for campaign in folk.campaigns:
        after_s = random.uniform(0, 86_400)
        schedule.start("later", lambda campaign=campaign: folk.launch(campaign), after_s=after_s)  # type: ignore[misc]
    if calm:
        schedule.run(end)
        return
    deeds, weights = list(DEEDS), list(DEEDS.values())
    for _ in range(40):
        (deed,) = random.choices(deeds, weights)
        after_s = random.uniform(0, CHAOS_DAYS * 86_400)
        schedule.start("later", lambda deed=deed: deed(folk), after_s=after_s)  # type: ignore[misc]
    for _ in range(6):
        service = random.choice(SERVICES)
        after_s = random.uniform(0, CHAOS_DAYS * 86_400)
        schedule.start("outage", partial(_goes_away, cloud, service, OUTAGE_S), after_s=after_s)
    if random.random() < 0.25:
        after_s = random.uniform(0, CHAOS_DAYS * 86_400)
        schedule.start("standstill", partial(_stand_still, cloud), after_s=after_s)
    for _ in range(2):
        text = random.choice(
            [
                '{"tenant": 1}',
                "not JSON",
                '{"tenant": "x", "campaign": "y", "shards": 2, "refs": ["z"]}',
            ]
        )
        queue = random.choice([Queue.ADVANCE, Queue.RECORD, Queue.LAUNCH])
        after_s = random.uniform(0, CHAOS_DAYS * 86_400)
        schedule.start("poison", partial(_poison, cloud, queue, text), after_s=after_s)
    if patrolled:
        _patrols(cloud, end)
    schedule.run(end)


def _goes_away(cloud: Cloud, service: str, seconds: float) -> None:
    cloud.faults.goes_away(service, cloud.schedule.now, seconds)


def _stand_still(cloud: Cloud) -> None:
    """Run no function for longer than the late guard."""
    cloud.faults.note(Fault.STANDSTILL)
    cloud.still_until = cloud.schedule.now + round(STANDSTILL_S * MICROS)


def _poison(cloud: Cloud, queue: Queue, text: str) -> None:
    cloud.faults.note(Fault.POISON)
    cloud.send(queue, text, 0)


def _patrols(cloud: Cloud, end: int) -> None:
    for at in range(cloud.schedule.now, end, PATROL_EVERY * MINUTE):
        cloud.schedule.start("patrol", cloud.patrol, at=at)


def _heal(cloud: Cloud, folk: People, faults: Faults, *, patrolled: bool) -> None:
    """No more faults: whatever is left must come to its end by itself, or by a person's release."""
    faults.on = False
    faults.away.clear()
    schedule = cloud.schedule
    for day in range(HEAL_DAYS):
        if day in (0, 1, 2, 4):
            for campaign in folk.campaigns:
                folk.resume(campaign)
            folk.release()
            _resume_all(cloud, folk)
        if patrolled:
            _patrols(cloud, schedule.now + DAY)
        schedule.run(schedule.now + DAY)


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


def _resuming(house: Any, tenant: str, campaign: str, who: str) -> Callable[[], object]:  # noqa: ANN401
    return lambda: house.interventions.resume(tenant, campaign, who)


def _digest(cloud: Cloud, esp: SimulatedEsp) -> str:
    """Name the whole end: the same seed gives the same."""
    text = repr([(m.at, m.send_key) for m in esp.log])
    for name in sorted(cloud.tables):
        rows = cloud.tables[name].rows
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
