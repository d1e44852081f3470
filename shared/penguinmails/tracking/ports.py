"""What the public pages touch, all in all."""

from dataclasses import dataclass

from penguinmails.tracking.unsubscribe import UnsubscribePorts
from penguinmails.tracking.visit import VisitPorts


@dataclass(frozen=True, slots=True)
class PublicPorts:
    """The ports of opens and clicks, and those of unsubscribing."""

    visits: VisitPorts
    leaving: UnsubscribePorts
