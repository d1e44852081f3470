"""The engine's own objects for the model's states: the two are compared through them."""

from datetime import UTC, datetime, timedelta

from penguinmails.campaigns.campaign import Campaign, CampaignStatus, CampaignType, Sender
from penguinmails.campaigns.revision import Revision
from penguinmails.campaigns.sequence import compile_sequence
from penguinmails.clock import from_millis
from penguinmails.contacts.contact import Contact
from penguinmails.deliveries.fact import BounceClass, Fact, FactType, read_fact
from penguinmails.enrollments import decide as d
from penguinmails.enrollments import enrollment as e
from tests.model import state as m
from tests.simulation.steps import email, wait

NOW_AT = from_millis(1_772_442_000_000)
TICK = timedelta(hours=1)
AGES = (
    timedelta(),
    d.CLAIM_PATIENCE - timedelta(seconds=1),
    d.CLAIM_PATIENCE,
    d.UNCERTAIN_WAIT,
)
"""How old a claim is, by the model's ticks: each rule's last instant and first."""

OWNERS = "AB"
CONTACT = Contact("northlight", "ada", "ada@example.com")
REF = e.Ref("northlight", "spring", 1, "ada")
SEQUENCE = compile_sequence([email("a"), wait("3 hours"), email("b")])
REVISION = Revision("spring", 1, SEQUENCE, Sender("Ada", "ada@example.com"), ())


def campaign(*, paused: bool) -> Campaign:
    """Give the campaign."""
    return Campaign(
        "northlight",
        "spring",
        "Spring",
        CampaignType.DRIP,
        CampaignStatus.PAUSED if paused else CampaignStatus.ACTIVE,
        1,
        "everyone",
        NOW_AT,
        NOW_AT,
    )


def enrollment(row: m.Row) -> e.Enrollment:
    """Give the engine's row for the model's."""
    return e.Enrollment(
        ref=REF,
        status=e.Status(row.status),
        step=row.step,
        visit=1,
        due_at=instant(row.due),
        step_due_at=instant(row.step_due),
        revision=1,
        enrolled_at=NOW_AT,
        journal=e.codes(_fact(kind, message) for kind, message in row.journal),
        claim=row.claim and claim(row.claim),
        last=row.last and mail(row.last),
        retry=row.retry and e.Retry(mail(row.retry.mail), instant(row.retry.due)),
    )


def claim(held: m.Claim) -> e.Claim:
    """Give the engine's claim; a message of one key is one message."""
    claimed_at = NOW_AT - AGES[held.age]
    owner = OWNERS[held.owner]
    return e.Claim(f"key of {held.mail}", owner, claimed_at, mail(held.mail), held.uncertain)


def mail(message: m.Mail) -> e.Mail:
    """Give the engine's name of a message."""
    return e.Mail(message.step, 1, message.attempt)


def instant(due: int) -> datetime:
    """Give the instant that is so many ticks off."""
    return (NOW_AT + due * TICK).astimezone(UTC)


def facts(journal: frozenset[str]) -> frozenset[tuple[str, m.Mail]]:
    """Read a journal of the engine as the model keeps it."""
    return frozenset(
        (fact.type.name.lower(), m.Mail(fact.step, fact.attempt))
        for fact in map(read_fact, journal)
    )


def _fact(kind: str, message: m.Mail) -> Fact:
    detail = BounceClass.SOFT.value if kind == "bounced" else ""
    return Fact(FactType[kind.upper()], NOW_AT, message.step, 1, message.attempt, "esp", detail)
