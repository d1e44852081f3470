"""Checks what a test send is asked for with: addresses, a sender, somebody to write to."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from penguinmails.campaigns.campaign import Sender
from penguinmails.contacts.address import normalised
from penguinmails.errors import InvalidInput, Problem
from penguinmails.senders.standing import Standing
from penguinmails.sends.test_send import MOST_ADDRESSES, MOST_MAILS
from penguinmails.suppressions.suppression import WORKSPACE, Suppression, campaign_scope
from penguinmails.templates.preview import Contacts, Person, person_of
from penguinmails.templates.reader import Reader
from penguinmails.text import check_line

_LARGEST_SAMPLE: Final = 100_000


class Suppressions(Protocol):
    """Who must not be mailed."""

    def get(self, tenant: str, contact: str) -> Sequence[Suppression]: ...


@dataclass(frozen=True, slots=True)
class CheckPorts:
    """What is looked at; both callables take a tenant and an address, the latter a sender's."""

    contacts: Contacts
    suppressions: Suppressions
    contact_id: Callable[[str, str], str]
    standing_of: Callable[[str, str], Standing]


class Checks:
    """Checks one by one; what is wrong is kept, and each gives what can be gone on with."""

    def __init__(self, tenant: str, given: CheckPorts) -> None:
        self._tenant = tenant
        self._given = given
        self.problems: list[Problem] = []

    def addresses(self, texts: Sequence[str], campaign: str) -> tuple[str, ...]:
        """Read the addresses: a few, each once, and none that must not be mailed."""
        if not 1 <= len(texts) <= MOST_ADDRESSES:
            detail = f"name 1 to {MOST_ADDRESSES} addresses, not {len(texts)}"
            self._refuse("/to", "out_of_range", detail)
            return ()
        seen: list[str] = []
        for place, text in enumerate(texts):
            pointer = f"/to/{place}"
            address = self._address(pointer, text)
            if address in seen:
                self._refuse(pointer, "double", "this is an earlier address again; remove it")
            elif address and self._is_barred(address, campaign):
                detail = "this address is suppressed and must not be mailed; take another"
                self._refuse(pointer, "suppressed", detail)
            seen.append(address)
        return tuple(seen)

    def number(self, to: int, letters: int) -> None:
        """Look whether these are too many mails."""
        if to * letters > MOST_MAILS:
            detail = (
                f"these are {to * letters} mails, and a test send has {MOST_MAILS} at most; name "
                "fewer addresses, or some of the emails"
            )
            self._refuse("/steps", "too_many", detail)

    def sender(self, sender: Sender) -> tuple[Sender, str]:
        """Look whether the sender may send; gives its postal address with it."""
        if sender.name:
            self.problems += check_line("/fromName", sender.name)
        reply_to = self._address("/replyTo", sender.reply_to) if sender.reply_to else ""
        if not sender.email:
            self._refuse("/fromEmail", "missing", "there is no address that the mail is from")
            return sender, ""
        email = self._address("/fromEmail", sender.email)
        standing = self._given.standing_of(self._tenant, email)
        if email and not standing.may_send:
            detail = f"nobody has shown that {email} is yours; add it as a sender, and verify it"
            self._refuse("/fromEmail", "unverified_sender", detail)
        return Sender(sender.name, email, reply_to), standing.postal_address

    def person(self, reader: Reader) -> Person:
        """Look whether there is such a reader."""
        if len(json.dumps(reader.sample)) > _LARGEST_SAMPLE:
            detail = f"sample data has at most {_LARGEST_SAMPLE // 1000} kB; leave some of it out"
            self._refuse("/sample", "too_large", detail)
            return Person({}, "")
        try:
            return person_of(self._tenant, reader, self._given.contacts)
        except InvalidInput as error:
            self.problems += error.problems
            return Person({}, "")

    def _is_barred(self, address: str, campaign: str) -> bool:
        contact = self._given.contact_id(self._tenant, address)
        scopes = {WORKSPACE, campaign_scope(campaign)}
        entries = self._given.suppressions.get(self._tenant, contact)
        return any(entry.scope in scopes for entry in entries)

    def _address(self, pointer: str, text: str) -> str:
        try:
            return normalised(text)
        except InvalidInput as error:
            self.problems += _at(pointer, error)
            return ""

    def _refuse(self, pointer: str, code: str, detail: str) -> None:
        self.problems.append(Problem(pointer, code, detail))


def _at(pointer: str, error: InvalidInput) -> Iterator[Problem]:
    return (Problem(pointer, one.code, one.detail) for one in error.problems)
