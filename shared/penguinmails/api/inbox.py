"""What the API shows of an inbox: the mails of a workspace whose mail does not leave."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from penguinmails.api.call import Call, identity
from penguinmails.api.operation import Operations
from penguinmails.api.page import Listed, PageQuery, listed
from penguinmails.api.types import Id, Instant, instant
from penguinmails.errors import Forbidden
from penguinmails.inbox.browse import browse
from penguinmails.inbox.links import links_of
from penguinmails.inbox.mail import KeptMail
from penguinmails.tenants.scope import Scope
from penguinmails.tenants.tenant import EspName

operations = Operations("inbox")

Address = Annotated[str, Field(examples=["ada+open@sandbox.test"])]
Names = Callable[[str], str]


class InboxQuery(PageQuery):
    """Which mails are wanted."""

    to: str = Field("", max_length=320, description="Those to this address.")


class MailLine(TypedDict):
    """A mail without its text.

    `does` is what its recipient does with it, by the tags of the address. A mail of a campaign
    has its names, and the name of its step; `attempt` rises when it was sent again.
    """

    id: Id
    to: Address
    fromName: str
    fromEmail: str
    subject: str
    campaignId: Id | None
    campaignName: str | None
    step: str | None
    attempt: int | None
    contactId: Id | None
    does: list[str]
    receivedAt: Instant


class MailLinkView(TypedDict):
    """Where a link of the mail leads, and the words that it lies on."""

    url: str
    text: str


class MailView(MailLine):
    """A mail as its recipient gets it."""

    headers: dict[str, str]
    text: str
    html: str
    links: list[MailLinkView]


@operations.get("/api/inbox", Scope.INBOX_READ)
def list_mails(call: Call, query: InboxQuery) -> Listed[MailLine]:
    """List the mails that were sent with test keys, newest first; they are kept for 30 days.

    To look for an address reads the whole inbox, until some are found.
    """
    _require_inbox(call)
    inbox = call.ports.workspace().inbox
    page = browse(call.tenant, query.to, query.after(call), query.limit, inbox)
    return listed(call, _lines(call, page.mails), page.after)


@operations.get("/api/inbox/<mail>", Scope.INBOX_READ)
def read_mail(call: Call, mail: str) -> MailView:
    """Show a mail that was sent with a test key, with its links."""
    _require_inbox(call)
    found = call.ports.workspace().inbox.get(call.tenant, identity(mail, "mail"))
    (line,) = _lines(call, [found])
    return {
        **line,
        "headers": dict(found.headers),
        "text": found.text,
        "html": found.html,
        "links": [{"url": one.url, "text": one.text} for one in links_of(found.html, found.text)],
    }


def _require_inbox(call: Call) -> None:
    if call.ports.tenants.get(call.tenant).esp is not EspName.SANDBOX:
        raise Forbidden("the mail of this API key leaves, and no inbox has it; use a test key")


def _lines(call: Call, mails: Iterable[KeptMail]) -> list[MailLine]:
    name_of = cache(lambda campaign: call.ports.campaigns.get(call.tenant, campaign).name)
    return [_line(call, mail, name_of) for mail in mails]


def _line(call: Call, mail: KeptMail, name_of: Names) -> MailLine:
    origin = mail.origin
    return {
        "id": mail.id,
        "to": mail.to_email,
        "fromName": mail.from_name,
        "fromEmail": mail.from_email,
        "subject": mail.subject,
        "campaignId": origin.campaign if origin else None,
        "campaignName": name_of(origin.campaign) if origin else None,
        "step": _step(call, mail),
        "attempt": origin.attempt if origin else None,
        "contactId": origin.contact if origin else None,
        "does": list(mail.does),
        "receivedAt": instant(mail.received_at),
    }


def _step(call: Call, mail: KeptMail) -> str | None:
    origin = mail.origin
    if origin is None:
        return None
    campaigns = call.ports.campaigns
    revision = campaigns.revision(call.tenant, origin.campaign, origin.revision)
    return revision.sequence.steps[origin.step].slug
