"""Reads feedback reports (RFC 5965): who told his mail service that our mail is unwanted."""

import re
from collections.abc import Iterator, Mapping

from penguinmails.bounce_mails.addresses import distinct, found, of_type
from penguinmails.bounce_mails.explained import COMPLAINT, Recipient
from penguinmails.bounce_mails.mail import RETURNED, Mail, split_headers
from penguinmails.deliveries.fact import BounceClass

_TYPE = re.compile(r"^feedback-type[ \t]*:[ \t]*([\w-]+)", re.IGNORECASE | re.MULTILINE)
_RECIPIENTS = ("original-rcpt-to", "removal-recipient", "x-hmxmroriginalrecipient")
_FROM = ("from", "sender", "reply-to", "return-path", "x-hmxmroriginalrecipient")
_PRAISE = frozenset({"not-spam"})
_ABOUT_US = frozenset({"auth-failure", "dmarc"})
_HIDDEN = re.compile(r"redact|undisclosed|xxxx|\*\*", re.IGNORECASE)


def type_of(mail: Mail) -> str:
    """Give the feedback type, in lower case; nothing for another mail."""
    text = mail.texts(frozenset({"message/feedback-report"})) or mail.notice()
    if stated := _TYPE.search(text):
        return stated[1].lower()
    marked = "feedback-report" in mail.header("content-type").lower()
    original = original_of(mail)
    return "abuse" if marked or original.get("x-hmxmroriginalrecipient") else ""


def recipients(mail: Mail, type_: str) -> tuple[Recipient, ...]:
    """Give whom the report is about; nobody, where it is praise or the address is taken out."""
    if type_ in _PRAISE:
        return ()
    about_us = type_ in _ABOUT_US
    class_ = BounceClass.BLOCK if about_us else COMPLAINT
    return tuple(Recipient(one, class_, rule=f"feedback:{type_}") for one in _addresses(mail))


def original_of(mail: Mail) -> Mapping[str, str]:
    """Give the header fields of the returned message."""
    return split_headers(mail.texts(RETURNED).lstrip("\n"))[0]


def _addresses(mail: Mail) -> list[str]:
    original = original_of(mail)
    ours = frozenset(one.lower() for name in _FROM[:4] for one in found(original.get(name, "")))
    stated = [*_stated(mail)]
    hers = original.get("x-hmxmroriginalrecipient", "")
    return distinct(
        stated or [*found(hers)] or [*_addressed(original)], ours if not stated else frozenset()
    )


def _stated(mail: Mail) -> Iterator[str]:
    report = mail.texts(frozenset({"message/feedback-report"})) or mail.notice()
    for block in re.split(r"\n[ \t]*\n", report):
        fields = split_headers(block.lstrip("\n"))[0]
        for name in _RECIPIENTS:
            yield from (one for line in fields.get(name, "").split("\n") if (one := _open(line)))


def _addressed(original: Mapping[str, str]) -> Iterator[str]:
    """Give the addressees of the returned message that are not redacted."""
    for name in ("to", "delivered-to", "x-original-to"):
        field = original.get(name, "")
        named = [] if _HIDDEN.search(field) else [*found(field)]
        if named:
            yield from named
            return


def _open(field: str) -> str:
    address = of_type(field)
    return "" if _HIDDEN.search(address) else address
