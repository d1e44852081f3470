"""What the public pages touch, all in all."""

from dataclasses import dataclass

from penguinmails.senders.verify import VerifyPorts
from penguinmails.tracking.unsubscribe import UnsubscribePorts
from penguinmails.tracking.visit import VisitPorts


@dataclass(frozen=True, slots=True)
class PublicPorts:
    """The ports of opens and clicks, of unsubscribing, and of verifying a sender."""

    visits: VisitPorts
    leaving: UnsubscribePorts
    verifying: VerifyPorts
