"""The ESP port: one message in, one outcome out, and never a retry of its own."""

from typing import Protocol

from penguinmails.sends.message import Message
from penguinmails.sends.outcome import Outcome


class Esp(Protocol):
    """An email service provider. A call takes at most `longest_call_s` seconds."""

    honours_key: bool
    """Whether a second call with the same send key sends nothing."""

    def send(self, message: Message) -> Outcome:
        """Hand one message over, once."""
        ...
