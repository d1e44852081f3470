"""The worlds that are explored, and for each rule the one that refutes its removal."""

from dataclasses import dataclass, replace

from tests.model.rules import EMAIL, WAITING, Rule, World

TIMEOUTS = frozenset({"timeout_lost", "timeout_kept"})
REFUSALS = frozenset({"try_later", "refused_message", "refused_recipient"})
ONE = (EMAIL,)

PLAIN = World("crashes and duplicates")
REFUSED = World("refusals", answers=REFUSALS)
WAITS = World("a wait at the start", steps=(WAITING, EMAIL))
APART = World("a wait between", steps=(EMAIL, WAITING, EMAIL))
TIMED_OUT = World("timeouts", ONE, answers=TIMEOUTS, delivers=True)
RESENT = World("timeouts, resent", ONE, answers=TIMEOUTS | {"try_later"}, resends=True)
KEYED = World("timeouts, keys honoured", ONE, answers=TIMEOUTS, honours_key=True)
PROVEN = World("timeouts, prompt evidence", ONE, answers=TIMEOUTS, resends=True, prompt=True)
PAUSED = World("pauses", ONE, faults=1, deeds=2, pauses=True)
PAUSED_IN_DOUBT = replace(
    PAUSED, name="pauses and timeouts", deeds=1, answers=TIMEOUTS, resends=True
)
INTERVENED = World("one person paused", ONE, faults=1, deeds=2, interventions=True)
LEFT = World("unsubscriptions", ONE, unsubscribes=True)
LEFT_IN_DOUBT = replace(LEFT, name="unsubscriptions and timeouts", answers=TIMEOUTS, resends=True)
BOUNCED = World("soft bounces", ONE, faults=1, bounces=1)
BOUNCED_AND_LEFT = replace(
    BOUNCED, name="soft bounces and unsubscriptions", faults=0, unsubscribes=True
)
BOUNCED_EARLIER = World(
    "a soft bounce behind", (EMAIL, EMAIL, WAITING), faults=0, bounces=1, bouncing=1
)
BOUNCED_APART = World("soft bounces, a wait between", (EMAIL, WAITING, EMAIL), faults=1, bounces=1)
LOST = World("lost messages and wake-ups", ONE, unsubscribes=True, loses=True)

SMALL = (
    PLAIN,
    REFUSED,
    WAITS,
    APART,
    TIMED_OUT,
    RESENT,
    KEYED,
    PROVEN,
    PAUSED,
    PAUSED_IN_DOUBT,
    INTERVENED,
    LEFT,
    LEFT_IN_DOUBT,
    BOUNCED,
    BOUNCED_AND_LEFT,
    BOUNCED_EARLIER,
    LOST,
)
"""Explored by every run of the tests."""

WIDE = (
    replace(PLAIN, name="three invocations", workers=3),
    replace(PLAIN, name="three faults", faults=3),
    replace(REFUSED, name="refusals, three faults", faults=3),
    replace(APART, name="a wait between, three faults", faults=3),
    replace(TIMED_OUT, name="timeouts, three invocations", workers=3),
    replace(RESENT, name="timeouts, resent, four faults", faults=4),
    replace(KEYED, name="timeouts, keys honoured, four faults", faults=4),
    replace(PROVEN, name="timeouts, prompt evidence, four faults", faults=4),
    replace(PAUSED, name="pauses, two faults", faults=2),
    replace(PAUSED_IN_DOUBT, name="pauses and timeouts, two faults", faults=2, deeds=2),
    replace(INTERVENED, name="one person paused, two faults", faults=2),
    replace(LEFT_IN_DOUBT, name="unsubscriptions and timeouts, three faults", faults=3),
    replace(BOUNCED, name="soft bounces, two faults", faults=2),
    replace(BOUNCED, name="two soft bounces", bounces=2),
    replace(BOUNCED_AND_LEFT, name="soft bounces and unsubscriptions, one fault", faults=1),
    replace(BOUNCED_EARLIER, name="two soft bounces in line", bouncing=2),
    BOUNCED_APART,
    replace(LOST, name="lost messages and wake-ups, three faults", faults=3),
)
"""Explored as well by `make model`."""


@dataclass(frozen=True, slots=True)
class Refutation:
    """Where the lack of a rule breaks which promise; `backing` is the rule that would hide it."""

    world: World
    breaks: str
    backing: Rule | None = None

    def lacking(self, rule: Rule) -> World:
        """Give the world in which it shows."""
        without = {rule} if self.backing is None else {rule, self.backing}
        return replace(self.world, without=frozenset(without))


REFUTATIONS = {
    Rule.CLAIM_FREE: Refutation(PLAIN, "I-1"),
    Rule.CLAIM_ACTIVE: Refutation(LEFT, "I-2"),
    Rule.CLAIM_STANDING: Refutation(PLAIN, "I-1"),
    Rule.CLAIM_RETRY: Refutation(BOUNCED_APART, "I-1"),
    Rule.CLAIM_SUPERSEDES: Refutation(BOUNCED_EARLIER, "order", Rule.SETTLE_SUPERSEDES),
    Rule.CLAIM_OWN: Refutation(PLAIN, "claim"),
    Rule.CLAIM_FIRST: Refutation(PLAIN, "I-1"),
    Rule.CALL_ONCE: Refutation(TIMED_OUT, "I-1"),
    Rule.TIMEOUT_DOUBTS: Refutation(TIMED_OUT, "I-1"),
    Rule.SETTLE_MINE: Refutation(PLAIN, "I-1"),
    Rule.SETTLE_LIVE: Refutation(LEFT, "I-2"),
    Rule.SETTLE_ENDED: Refutation(LEFT, "claim"),
    Rule.SETTLE_CLOSES: Refutation(BOUNCED_APART, "I-1"),
    Rule.SETTLE_SUPERSEDES: Refutation(BOUNCED_EARLIER, "order", Rule.CLAIM_SUPERSEDES),
    Rule.SETTLE_HINT: Refutation(APART, "I-3"),
    Rule.SETTLE_LOOKS: Refutation(BOUNCED, "I-3"),
    Rule.STAND_HINT: Refutation(WAITS, "I-3"),
    Rule.DOUBT_PATIENCE: Refutation(PLAIN, "doubt"),
    Rule.DOUBT_SAME: Refutation(TIMED_OUT, "I-4"),
    Rule.DOUBT_HINT: Refutation(TIMED_OUT, "I-3"),
    Rule.EVIDENCE_CONFIRMS: Refutation(PROVEN, "evidence"),
    Rule.EVIDENCE_WAIT: Refutation(PROVEN, "evidence"),
    Rule.REPEAT_CHOSEN: Refutation(TIMED_OUT, "I-1"),
    Rule.REPEAT_ATTEMPT: Refutation(RESENT, "I-1"),
    Rule.REPEAT_TOLD: Refutation(RESENT, "I-1"),
    Rule.REPEAT_RESUMED: Refutation(RESENT, "I-1"),
    Rule.TAKE_OVER_SAME: Refutation(RESENT, "I-1"),
    Rule.TAKE_OVER_ACTIVE: Refutation(LEFT_IN_DOUBT, "I-2"),
    Rule.UNCERTAIN_PARKS: Refutation(PAUSED_IN_DOUBT, "I-5"),
    Rule.REOPEN_ATTEMPT: Refutation(BOUNCED, "I-1"),
    Rule.REOPEN_LIVE: Refutation(BOUNCED_AND_LEFT, "I-2"),
    Rule.REOPEN_ACTIVE: Refutation(BOUNCED, "I-3"),
    Rule.REOPEN_LAST: Refutation(BOUNCED_EARLIER, "order"),
    Rule.RECORD_WAKES: Refutation(BOUNCED, "I-3"),
    Rule.PAUSE_PARKS: Refutation(PAUSED, "I-5"),
    Rule.PARK_LOOKS: Refutation(PAUSED, "I-3", Rule.RESUME_TWICE),
    Rule.RESUME_TWICE: Refutation(PAUSED, "I-3", Rule.PARK_LOOKS),
    Rule.RELEASE_FIRST: Refutation(PAUSED, "I-3"),
    Rule.PERSON_HINT: Refutation(INTERVENED, "I-3"),
    Rule.EXIT_ENDS: Refutation(LEFT, "I-2"),
    Rule.BATCH_ENDS: Refutation(PAUSED, "I-5"),
    Rule.ACK_LAST: Refutation(PLAIN, "I-3"),
    Rule.NEAR_RETURNS: Refutation(APART, "I-3"),
    Rule.CONTESTED_RETURNS: Refutation(PLAIN, "I-3"),
    Rule.PATROL: Refutation(LOST, "I-3"),
    Rule.PATROL_ENDED: Refutation(LOST, "I-3"),
}
