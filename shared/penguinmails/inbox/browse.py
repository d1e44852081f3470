"""Lists an inbox, newest first: all of it, or the mails to one address."""

from typing import Final, Protocol

from penguinmails.inbox.mail import MailPage

READ_AT_ONCE: Final = 100


class Mails(Protocol):
    """The mails of each workspace."""

    def page(self, tenant: str, after: str, limit: int) -> MailPage:
        """Read a page of an inbox, newest first."""
        ...


def browse(tenant: str, to: str, after: str, limit: int, mails: Mails) -> MailPage:
    """Give a page; of the mails to an address, one that is empty only if there are no more.

    No index leads to an address: its mails are looked for in the whole inbox, which forgets.
    """
    if not to:
        return mails.page(tenant, after, limit)
    while True:
        page = mails.page(tenant, after, READ_AT_ONCE)
        found = [mail for mail in page.mails if mail.is_to(to)]
        if len(found) > limit:
            return MailPage(found[:limit], found[limit - 1].id)
        if found or not page.after:
            return MailPage(found, page.after)
        after = page.after
