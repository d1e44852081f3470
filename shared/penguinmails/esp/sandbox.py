"""An ESP from which nothing leaves: the recipient's address says what becomes of a message."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from penguinmails.errors import InvalidInput
from penguinmails.meter import Meter
from penguinmails.sends.message import Message
from penguinmails.sends.mime import mime_bytes
from penguinmails.sends.outcome import Accepted, Outcome, Refused, Scope, TryLater, Uncertain

AFTER_S: Final = 300
_BY_TAG: Final[Mapping[str, Outcome]] = MappingProxyType(
    {
        "refuse": Refused(Scope.RECIPIENT, "sandbox"),
        "message": Refused(Scope.MESSAGE, "sandbox"),
        "account": Refused(Scope.ACCOUNT, "sandbox"),
        "later": TryLater(AFTER_S, "sandbox"),
        "away": TryLater(AFTER_S, "sandbox", everyone=True),
        "uncertain": Uncertain("sandbox"),
    }
)


class SandboxEsp:
    """`name+refuse@…`, `+message`, `+account`, `+later`, `+away`, `+uncertain`; others go through."""

    honours_key = False

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def send(self, message: Message) -> Outcome:
        """Say what the address asks for, of a message that could really be sent."""
        try:
            mime_bytes(message)
        except InvalidInput as error:
            return Refused(Scope.MESSAGE, str(error))
        self._meter.count()
        tag = message.to_email.rpartition("@")[0].rpartition("+")[2]
        return _BY_TAG.get(tag.lower(), Accepted(f"sandbox-{message.send_key}"))
