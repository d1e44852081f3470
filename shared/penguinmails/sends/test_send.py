"""A test send: emails to a few addresses, so that people see them before their readers do."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, cast

from penguinmails.campaigns.campaign import Sender
from penguinmails.jobs.job import Job, JobStatus
from penguinmails.queues.port import Body
from penguinmails.table.port import Value
from penguinmails.templates.reader import NOBODY, Reader

MOST_ADDRESSES: Final = 10
MOST_MAILS: Final = 100
"""Of one test send: as many as are surely done before it is given up."""


class Fate(StrEnum):
    """What became of one mail. After `sending` nobody may try it again."""

    WAITING = "waiting"
    SENDING = "sending"
    ACCEPTED = "accepted"
    TRY_LATER = "try_later"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Letter:
    """What one email says: a version of a template.

    A campaign's has a step, with its number and its own subject if it has one; without a version
    it is what the launch froze for that step.
    """

    template: str
    version: int | None = None
    step: str = ""
    number: int = 0
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Recipients:
    """The addresses to mail, and as whom to write to them."""

    to: Sequence[str]
    reader: Reader = NOBODY


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be sent to whom, written for whom; it holds addresses, so it is never stored."""

    to: tuple[str, ...]
    letters: tuple[Letter, ...]
    sender: Sender
    reader: Reader = NOBODY
    postal_address: str = ""
    campaign: str = ""
    revision: int = 0
    marketing: bool = True


@dataclass(frozen=True, slots=True)
class Mail:
    """One of the mails: which letter, and to which of the addresses; both are counted from 0."""

    letter: int
    to: int
    fate: Fate = Fate.WAITING
    detail: str = ""

    def met(self, fate: Fate, detail: str = "") -> "Mail":
        """Give the mail with what became of it."""
        return replace(self, fate=fate, detail=detail)


def planned(job: Job, order: Order, gaps: Mapping[Letter, Sequence[str]]) -> Job:
    """Give a job to be: its emails, each with what the reader's data lacks for it, and its mails."""
    emails = [
        {"step": one.step, "template": one.template, "missing": list(gaps[one])}
        for one in order.letters
    ]
    mails = [
        _kept(Mail(letter, to))
        for letter in range(len(order.letters))
        for to in range(len(order.to))
    ]
    return replace(job, result={"emails": emails, "mails": mails})


def mails_of(job: Job) -> list[Mail]:
    """Read the mails of a job."""
    kept = cast("Sequence[Mapping[str, Any]]", job.result["mails"])
    return [Mail(one["letter"], one["to"], Fate(one["fate"]), one["detail"]) for one in kept]


def owner_of(job: Job) -> object:
    """Name the invocation that saw to a job last."""
    return job.result.get("owner")


def with_mails(job: Job, mails: Sequence[Mail], owner: str, now_at: datetime) -> Job:
    """Give the job as its mails stand; `owner` names the invocation that saw to it."""
    open_ = sum(mail.fate in {Fate.WAITING, Fate.SENDING} for mail in mails)
    kept = [_kept(mail) for mail in mails]
    return replace(
        job,
        status=JobStatus.RUNNING if open_ else JobStatus.DONE,
        progress=1 - open_ / len(mails),
        result={**job.result, "mails": kept, "owner": owner},
        updated_at=now_at,
    )


def _kept(mail: Mail) -> Mapping[str, Value]:
    return {**asdict(mail), "fate": mail.fate.value}


def call_of(tenant: str, job: str) -> Body:
    """Write the message that has a test send ended, whatever is left of it."""
    return {"tenant": tenant, "testSend": job}


def message_of(tenant: str, job: str, order: Order) -> Body:
    """Write the message by which a test send is done."""
    return {**call_of(tenant, job), "order": asdict(order)}


def order_of(body: Body) -> Order | None:
    """Read what a message wants to be sent, if it does."""
    written = body.get("order")
    if written is None:
        return None
    parts = {
        "to": tuple(written["to"]),
        "letters": tuple(Letter(**each) for each in written["letters"]),
        "sender": Sender(**written["sender"]),
        "reader": Reader(**written["reader"]),
    }
    return Order(**{**written, **parts})
