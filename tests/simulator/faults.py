"""What may go wrong, how often, and how often it did."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from tests.simulator.schedule import MICROS


class Fault(StrEnum):
    """Every kind of fault there is."""

    DIES_BEFORE = "worker dies before an effect"
    DIES_AFTER = "worker dies after an effect"
    ANSWER_LOST = "answer lost, effect there"
    ASKED_TWICE = "answer lost, client asks again"
    THROTTLED = "throttled"
    SLOW = "slow call"
    HALF_BATCH = "batch fails halfway"
    OUTAGE = "outage of ten minutes"
    STANDSTILL = "no function runs for five hours"
    RESTORE = "all tables restored from an old backup"
    SKEW = "clock off by up to five seconds"
    DUPLICATED = "message delivered twice"
    LAPSED = "message visible again while it is worked on"
    ACK_LOST = "message handled, its deletion lost"
    DELAYED = "message late"
    REORDERED = "message overtaken"
    POISON = "message that nobody can handle"
    TICK_LOST = "tick lost"
    TICK_DOUBLED = "tick doubled"
    TICK_OFF = "tick early or late"
    STREAM_AGAIN = "stream batch comes again"
    STREAM_SPLIT = "stream shard splits"
    ESP_RECIPIENT = "ESP refuses a recipient"
    ESP_MESSAGE = "ESP refuses a message"
    ESP_ACCOUNT = "ESP refuses the account"
    ESP_LATER = "ESP wants a message later"
    ESP_LIMIT = "ESP limits the rate of all"
    ESP_TIMEOUT_SENT = "ESP times out, message accepted"
    ESP_TIMEOUT_UNSENT = "ESP times out, message not accepted"
    HOOK_DOUBLED = "webhook doubled"
    HOOK_LATE = "webhook days late"
    HOOK_EARLY = "webhook before our own settle"
    HOOK_FORGED = "webhook forged"


CALLS = {
    Fault.DIES_BEFORE: 10,
    Fault.DIES_AFTER: 10,
    Fault.ANSWER_LOST: 10,
    Fault.ASKED_TWICE: 10,
    Fault.THROTTLED: 20,
    Fault.SLOW: 5,
}
"""What may befall a call to a table, a queue or a file, by weight."""

ESP_CALLS = {Fault.DIES_BEFORE: 1, Fault.DIES_AFTER: 1, Fault.SLOW: 1}
"""The others have words of the ESP's own."""

CRITICAL = ("esp", "enrollments.update", "core.put", "suppressions.put")
"""Effects between a claim and its settle, and those of pauses and unsubscribes."""


@dataclass(slots=True)
class Faults:
    """Draws faults while `on`, and counts them; `rate` is that of one call."""

    random: Random
    rate: float = 0.01
    on: bool = False
    injected: Counter[Fault] = field(default_factory=Counter)
    away: dict[str, int] = field(default_factory=dict)
    """Services that are away, until when."""

    def of_call(self, effect: str, *, by_person: bool) -> Fault | None:
        """Draw what befalls a call; what people ask for happens seldom, so more befalls that."""
        critical = effect in CRITICAL or by_person
        if not self.on or self.random.random() >= self.rate * (4 if critical else 1):
            return None
        kinds = ESP_CALLS if effect == "esp" else CALLS
        (drawn,) = self.random.choices(list(kinds), list(kinds.values()))
        return self.note(drawn)

    def happens(self, fault: Fault, chance: float) -> bool:
        """Draw whether a fault happens, and count it if it does."""
        if not self.on or self.random.random() >= chance:
            return False
        self.injected[fault] += 1
        return True

    def note(self, fault: Fault) -> Fault:
        """Count a fault that happens."""
        self.injected[fault] += 1
        return fault

    def is_away(self, service: str, now: int) -> bool:
        """Tell whether a service is away; a call to it fails then."""
        return now < self.away.get(service, 0)

    def goes_away(self, service: str, now: int, seconds: float) -> None:
        """Have a service be away for a while."""
        self.note(Fault.OUTAGE)
        self.away[service] = now + round(seconds * MICROS)
