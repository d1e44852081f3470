"""What a journal answers: was this step opened, was that message accepted, must it be retried."""

from collections.abc import Iterable
from dataclasses import dataclass

from penguinmails.deliveries.fact import HEARD, BounceClass, Fact, FactType
from penguinmails.enrollments.enrollment import Mail

_IMPLIED_BY = {
    "sent": {FactType.ACCEPTED, *HEARD},
    "delivered": {FactType.DELIVERED, FactType.OPENED, FactType.CLICKED, FactType.REPLIED},
    "opened": {FactType.OPENED, FactType.CLICKED},
    "clicked": {FactType.CLICKED},
    "bounced": {FactType.BOUNCED},
    "replied": {FactType.REPLIED},
}


@dataclass(frozen=True, slots=True)
class History:
    """The facts of one enrollment."""

    facts: tuple[Fact, ...]

    def happened(self, step: int, what: str) -> bool:
        """Tell whether a human did this with a message of that step (a click implies an open)."""
        wanted = _IMPLIED_BY[what]
        return any(
            fact.step == step and fact.type in wanted and not (fact.machine and what != "sent")
            for fact in self.facts
        )

    def accepted(self, mail: Mail) -> bool:
        """Tell whether the ESP has the message: it said so, or it told us more about it."""
        return any(self._is(fact, mail) for fact in self.facts if fact.type in _IMPLIED_BY["sent"])

    def soft_bounced(self, mail: Mail) -> bool:
        """Tell whether this very message soft-bounced."""
        return mail.attempt in self._soft_bounced(mail)

    def soft_bounces(self, mail: Mail) -> int:
        """Tell how many attempts at the message soft-bounced."""
        return len(self._soft_bounced(mail))

    def _soft_bounced(self, mail: Mail) -> set[int]:
        return {
            fact.attempt
            for fact in self.facts
            if fact.type is FactType.BOUNCED
            and fact.detail == BounceClass.SOFT
            and (fact.step, fact.visit) == (mail.step, mail.visit)
        }

    def next_attempt(self, step: int, visit: int) -> int:
        """Tell which attempt at a message may be made: one after the last that was given up."""
        given_up = (
            fact.attempt
            for fact in self.facts
            if (fact.step, fact.visit) == (step, visit) and fact.type is FactType.UNCERTAIN
        )
        return max(given_up, default=0) + 1

    def dealt_with(self, step: int, visit: int) -> bool:
        """Tell whether a message of this step and visit was accepted, or given up for good."""
        told = _IMPLIED_BY["sent"] | {FactType.SKIPPED}
        return any(
            (fact.step, fact.visit) == (step, visit) and fact.type in told for fact in self.facts
        )

    def first_accepted(self, mail: Mail) -> Fact | None:
        """Give the fact that the first attempt at this step and visit was accepted."""
        of_step = (
            fact
            for fact in self.facts
            if (fact.step, fact.visit) == (mail.step, mail.visit)
            and fact.type in _IMPLIED_BY["sent"]
        )
        return min(of_step, key=lambda fact: (fact.attempt, fact.at), default=None)

    @staticmethod
    def _is(fact: Fact, mail: Mail) -> bool:
        return fact.message == (mail.step, mail.visit, mail.attempt)


def history(facts: Iterable[Fact]) -> History:
    """Put facts in the order in which they happened, as far as their minutes tell."""
    return History(tuple(sorted(facts, key=lambda fact: (fact.at, fact.step, fact.code()))))
