"""Finds where a click leads: to the link of the very version that was sent, and nowhere else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from penguinmails.contacts.contact import Contact
from penguinmails.errors import InvalidInput, NotFound
from penguinmails.templates.context import context_for
from penguinmails.tracking.content import Contents
from penguinmails.tracking.tokens import Token


class Contacts(Protocol):
    """The people a link is written for."""

    def read(self, tenant: str, ids: Sequence[str]) -> Mapping[str, Contact]: ...


@dataclass(frozen=True, slots=True)
class FollowPorts:
    """What following a link reads."""

    contents: Contents
    contacts: Contacts


def follow(token: Token, given: FollowPorts) -> str:
    """Give the address that the clicked link leads to; NotFound if it leads nowhere any more."""
    email = given.contents.email(token.tenant, token.campaign, token.revision, token.step)
    people = given.contacts.read(token.tenant, [token.contact])
    try:
        return email.render_link(token.link, context_for(people.get(token.contact)))
    except InvalidInput as error:
        raise NotFound("This link leads nowhere any more.") from error
