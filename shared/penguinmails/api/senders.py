"""What the API does with senders."""

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from penguinmails.api.body import Body
from penguinmails.api.call import Call, With
from penguinmails.api.operation import Operations
from penguinmails.api.page import Listed, PageQuery, listed
from penguinmails.api.types import Id, Instant, instant, instant_or_none
from penguinmails.senders.add import add_sender
from penguinmails.senders.sender import LONGEST_POSTAL_ADDRESS, NewSender, Sender, VerifiedBy
from penguinmails.senders.verify_domain import record_for, verify_domain
from penguinmails.sends.mail_verification import mail_verification
from penguinmails.tenants.scope import Scope

operations = Operations("senders")


class SenderBody(Body):
    """An address to send from; without a slug it gets one that is like the address."""

    email: str = Field(min_length=1, max_length=320, examples=["hello@example.com"])
    name: str = Field(max_length=255, examples=["Northlight"])
    reply_to: str = Field("", max_length=320)
    postal_address: str = Field("", max_length=LONGEST_POSTAL_ADDRESS)
    slug: str = Field("", max_length=64, examples=["hello"])


class RecordView(TypedDict):
    """What to publish in the DNS, to verify all addresses of a domain."""

    type: Literal["TXT"]
    name: Annotated[str, Field(examples=["_penguinmails.example.com"])]
    value: Annotated[
        str, Field(examples=["penguinmails-domain=877ac7784575b550077a706b3f1d4ede1f8b388b"])
    ]


class SenderView(TypedDict):
    """An address to send from; `askedAt` is when its owner was last mailed a link."""

    id: Id
    slug: str
    email: str
    name: str
    replyTo: str | None
    postalAddress: str | None
    status: Literal["unverified", "verified"]
    verifiedBy: VerifiedBy | None
    verifiedAt: Instant | None
    askedAt: Instant | None
    domainRecord: RecordView
    createdAt: Instant
    updatedAt: Instant


class MailedView(TypedDict):
    """A link is on its way to the address; it counts for seven days."""

    status: Literal["mailed"]


class RemovedSenderView(TypedDict):
    """It is gone."""

    status: Literal["removed"]


@operations.post("/api/senders", Scope.SENDERS_WRITE, HTTPStatus.CREATED)
def put_sender(call: Call, body: SenderBody) -> With[SenderView]:
    """Add an address to send from, or give one that is there other texts.

    It is to be verified, before a campaign that is from it can be launched: ask for the link that
    is mailed to it, and press the button of the page to which that leads; or publish its
    `domainRecord`, and ask for the domain's verification.
    """
    new = NewSender(body.email, body.name, body.reply_to, body.postal_address, body.slug)
    sender = add_sender(call.tenant, new, call.ports.workspace().new_senders)
    return With(_view(sender), {"Location": f"/api/senders/{sender.id}"})


@operations.get("/api/senders", Scope.SENDERS_READ)
def list_senders(call: Call, query: PageQuery) -> Listed[SenderView]:
    """List senders."""
    senders = call.ports.workspace().senders
    page = senders.page(call.tenant, query.key(call, call.tenant), query.limit)
    return listed(call, map(_view, page.senders), page.after)


@operations.get("/api/senders/<sender>", Scope.SENDERS_READ)
def read_sender(call: Call, sender: str) -> SenderView:
    """Show a sender."""
    return _view(_sender(call, sender))


@operations.delete("/api/senders/<sender>", Scope.SENDERS_WRITE)
def remove_sender(call: Call, sender: str) -> RemovedSenderView:
    """Remove a sender; it has to be verified anew if it is added again."""
    call.ports.workspace().senders.remove(_sender(call, sender))
    return {"status": "removed"}


@operations.post("/api/senders/<sender>/verification", Scope.SENDERS_WRITE)
def verify_sender(call: Call, sender: str) -> MailedView:
    """Mail a link to the address, by which its owner verifies it; an earlier link ends.

    The mail goes through the workspace's ESP, and can be asked for again after five minutes.
    """
    mailing = call.ports.workspace().mailing
    mail_verification(call.tenant, _reference(sender), call.ids.new(), mailing)
    return {"status": "mailed"}


@operations.post("/api/senders/<sender>/domain-verification", Scope.SENDERS_WRITE)
def verify_sender_domain(call: Call, sender: str) -> SenderView:
    """Look for the sender's `domainRecord` in the DNS, and verify all addresses of its domain.

    A 409 names the record if it is not there yet; published, it may take an hour to be seen.
    """
    return _view(verify_domain(call.tenant, _reference(sender), call.ports.workspace().proving()))


def _sender(call: Call, reference: str) -> Sender:
    return call.ports.workspace().senders.get(call.tenant, _reference(reference))


def _reference(text: str) -> str:
    return text.removeprefix("slug:")


def _view(sender: Sender) -> SenderView:
    record = record_for(sender.tenant, sender.domain)
    return {
        "id": sender.id,
        "slug": sender.slug,
        "email": sender.email,
        "name": sender.name,
        "replyTo": sender.reply_to or None,
        "postalAddress": sender.postal_address or None,
        "status": "verified" if sender.is_verified else "unverified",
        "verifiedBy": sender.verified_by,
        "verifiedAt": instant_or_none(sender.verified_at),
        "askedAt": instant_or_none(sender.proof.asked_at if sender.proof else None),
        "domainRecord": {"type": "TXT", "name": record.name, "value": record.value},
        "createdAt": instant(sender.created_at),
        "updatedAt": instant(sender.updated_at),
    }
