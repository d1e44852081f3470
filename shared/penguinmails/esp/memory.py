"""An ESP in memory: it does what a script says and keeps every message that it accepted."""

from collections.abc import Callable
from dataclasses import dataclass, field

from penguinmails.errors import InvalidInput
from penguinmails.meter import Meter
from penguinmails.sends.message import Message
from penguinmails.sends.mime import mime_bytes
from penguinmails.sends.outcome import Accepted, Outcome, Refused, Scope, Uncertain


@dataclass(frozen=True, slots=True)
class LostAnswer:
    """The ESP takes the message, and its answer never arrives."""


Script = Callable[[Message], Outcome | LostAnswer]


def accept_all(message: Message) -> Outcome:
    """Take every message."""
    return Accepted(f"memory-{message.send_key}")


@dataclass(slots=True)
class MemoryEsp:
    """`asked` holds every message of every call, `accepted` those that were taken."""

    meter: Meter
    script: Script = accept_all
    honours_key: bool = False
    asked: list[Message] = field(default_factory=list)
    accepted: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> Outcome:
        """Ask the script."""
        try:
            mime_bytes(message)
        except InvalidInput as error:
            return Refused(Scope.MESSAGE, str(error))
        self.meter.count()
        self.asked.append(message)
        if self.honours_key and any(m.send_key == message.send_key for m in self.accepted):
            return accept_all(message)
        answer = self.script(message)
        if isinstance(answer, Accepted | LostAnswer):
            self.accepted.append(message)
        return Uncertain("no answer") if isinstance(answer, LostAnswer) else answer
