"""Inboxes in the Core table, where a mail is forgotten after thirty days."""

from contextlib import suppress
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any, Final, cast

from penguinmails.clock import from_millis, to_millis
from penguinmails.errors import InvalidInput, NotFound, Problem
from penguinmails.inbox.mail import KeptMail, MailPage, Origin
from penguinmails.table.listing import listed
from penguinmails.table.port import ConditionFailed, Item, Key, Table, absent
from penguinmails.templates.coding import pack, unpack

KEPT: Final = timedelta(days=30)
LARGEST_PACKED: Final = 300_000
"""An item holds 400 kB at most, and a mail is one item."""

_PREFIX: Final = "inbox#"
_SEND: Final = "inbox-send#"


class InboxStore:
    """The mails of all workspaces that send through the sandbox."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, tenant: str, mail: str) -> KeptMail:
        """Read a mail; raises NotFound."""
        item = self._table.get(_key(tenant, mail))
        if item is None:
            raise NotFound(f"there is no mail {mail}; an inbox keeps them for 30 days")
        return _mail(item)

    def page(self, tenant: str, after: str, limit: int) -> MailPage:
        """Read a page of an inbox, newest first."""
        place = _key(tenant, after) if after else None
        page = listed(self._table, [tenant], place, limit, prefix=_PREFIX, newest_first=True)
        last = page.after.sk.removeprefix(_PREFIX) if page.after else ""
        return MailPage([_mail(item) for item in page.items], last)

    def keep(self, mail: KeptMail) -> str:
        """Keep a mail, and give the id that it has; raises InvalidInput if it is too large.

        The first call with a send key settles the mail's id, and all that follow write the same
        mail or find it there: whoever died in between can begin anew.
        """
        content = _packed(mail)
        settled = replace(mail, id=self._settled(mail))
        with suppress(ConditionFailed):
            self._table.put(_item(settled, content), absent("pk"))
        return settled.id

    def _settled(self, mail: KeptMail) -> str:
        marker: Item = {
            "pk": mail.tenant,
            "sk": f"{_SEND}{mail.send_key}",
            "mail": mail.id,
            "ttl": _ttl(mail),
        }
        try:
            self._table.put(marker, absent("pk"))
        except ConditionFailed as failure:
            return str(failure.item["mail"]) if failure.item else mail.id
        return mail.id


def _key(tenant: str, mail: str) -> Key:
    return Key(tenant, f"{_PREFIX}{mail}")


def _ttl(mail: KeptMail) -> int:
    return int((mail.received_at + KEPT).timestamp())


def _packed(mail: KeptMail) -> bytes:
    packed = pack({"text": mail.text, "html": mail.html})
    if len(packed) > LARGEST_PACKED:
        size = f"compressed it has {len(packed):,} bytes, and an inbox keeps {LARGEST_PACKED:,}"
        raise InvalidInput(Problem("", "too_large", f"the mail is too large: {size}; shorten it"))
    return packed


def _item(mail: KeptMail, content: bytes) -> Item:
    key = _key(mail.tenant, mail.id)
    item: Item = {
        "pk": key.pk,
        "sk": key.sk,
        "key": mail.send_key,
        "at": to_millis(mail.received_at),
        "from_name": mail.from_name,
        "from": mail.from_email,
        "to": mail.to_email,
        "subject": mail.subject,
        "content": content,
        "headers": dict(mail.headers),
        "does": list(mail.does),
        "ttl": _ttl(mail),
    }
    return item | ({"origin": asdict(mail.origin)} if mail.origin else {})


def _mail(item: Item) -> KeptMail:
    raw = cast("dict[str, Any]", item)
    content = unpack(raw["content"])
    return KeptMail(
        tenant=raw["pk"],
        id=raw["sk"].removeprefix(_PREFIX),
        send_key=raw["key"],
        received_at=from_millis(raw["at"]),
        from_name=raw["from_name"],
        from_email=raw["from"],
        to_email=raw["to"],
        subject=raw["subject"],
        text=content["text"],
        html=content["html"],
        headers=raw["headers"],
        does=tuple(raw["does"]),
        origin=Origin(**raw["origin"]) if "origin" in raw else None,
    )
