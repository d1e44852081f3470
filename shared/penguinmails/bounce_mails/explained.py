"""What a raw mail turns out to be, and whom it is about."""

from dataclasses import dataclass
from enum import StrEnum

from penguinmails.deliveries.fact import BounceClass


class Kind(StrEnum):
    """What a mail is. NONE: anything else, such as a letter, or a warning that there is a delay."""

    BOUNCE = "bounce"
    FEEDBACK = "feedback"
    AUTO_REPLY = "auto_reply"
    NONE = "none"


COMPLAINT = "complaint"
"""The class of who reports our mail as unwanted (RFC 5965); not a bounce, so no bounce class."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One whom our mail did not reach, or who complained; `rule` names what decided the class."""

    address: str
    class_: BounceClass | str
    status: str = ""
    reply: int = 0
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """What a mail is, and its recipients, each once, in the order of the mail."""

    kind: Kind
    recipients: tuple[Recipient, ...] = ()
