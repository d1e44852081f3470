"""A sender: a from-address of a workspace, and how it was shown to be the workspace's own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from penguinmails.contacts.address import normalised
from penguinmails.errors import InvalidInput, Problem
from penguinmails.ids import derived
from penguinmails.table.port import Key
from penguinmails.text import check_line, check_lines, check_slug

LONGEST_POSTAL_ADDRESS = 500
_LONGEST_SLUG = 64
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")


class VerifiedBy(StrEnum):
    """How an address was shown to be the workspace's own."""

    LINK = "link"
    DOMAIN = "domain"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Proof:
    """What was asked for: the hash of the secret in the mailed link, and until when it counts."""

    hash: bytes = field(repr=False)
    asked_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Sender:
    """One sender; `id` is derived from the address, which therefore never changes."""

    tenant: str
    id: str
    slug: str
    email: str
    name: str
    reply_to: str
    postal_address: str
    created_at: datetime
    updated_at: datetime
    verified_at: datetime | None = None
    verified_by: VerifiedBy | None = None
    proof: Proof | None = None

    @property
    def is_verified(self) -> bool:
        """Tell whether mail may be sent from it."""
        return self.verified_at is not None

    @property
    def domain(self) -> str:
        """The domain of its address."""
        return self.email.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class NewSender:
    """A sender as a person writes it; without a slug it gets one that is like its address."""

    email: str
    name: str
    reply_to: str = ""
    postal_address: str = ""
    slug: str = ""


@dataclass(frozen=True, slots=True)
class SenderPage:
    """Some senders, and where the next page starts."""

    senders: Sequence[Sender]
    after: Key | None


def sender_id(tenant: str, email: str) -> str:
    """Derive the id of the sender that has this normalised address."""
    return derived(tenant, "sender", email)


def sender_problems(new: NewSender, place: str = "") -> Iterator[Problem]:
    """Tell what is wrong with a sender that stands at a place of the request."""
    yield from _address(f"{place}/email", new.email)
    yield from check_line(f"{place}/name", new.name)
    if new.reply_to:
        yield from _address(f"{place}/replyTo", new.reply_to)
    yield from check_lines(f"{place}/postalAddress", new.postal_address, LONGEST_POSTAL_ADDRESS)
    if new.slug:
        yield from check_slug(f"{place}/slug", new.slug, "support-team")


def make_sender(tenant: str, new: NewSender, now_at: datetime) -> Sender:
    """Make a sender that is not verified; raises InvalidInput."""
    if problems := list(sender_problems(new)):
        raise InvalidInput(*problems)
    email = normalised(new.email)
    return Sender(
        tenant=tenant,
        id=sender_id(tenant, email),
        slug=new.slug or _slug_like(email),
        email=email,
        name=new.name,
        reply_to=normalised(new.reply_to) if new.reply_to else "",
        postal_address=new.postal_address,
        created_at=now_at,
        updated_at=now_at,
    )


def _slug_like(email: str) -> str:
    return _NOT_IN_SLUGS.sub("-", email)[:_LONGEST_SLUG].strip("-") or "sender"


def _address(pointer: str, text: str) -> Iterator[Problem]:
    try:
        normalised(text)
    except InvalidInput as error:
        yield Problem(pointer, "invalid_address", error.problems[0].detail)
