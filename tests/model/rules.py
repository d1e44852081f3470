"""The rules of the protocol, each a switch, and the worlds in which they are put to the test."""

from dataclasses import dataclass
from enum import Enum

from tests.model.state import Mail

EMAIL, WAITING = "email", "wait"


class Rule(Enum):
    """One rule of the engine, as a sentence."""

    CLAIM_FREE = "a claim needs that there is none"
    CLAIM_ACTIVE = "a claim needs an active enrollment"
    CLAIM_STANDING = "a claim needs the walk to stand where it was read"
    CLAIM_RETRY = "a claim for a retry needs that very attempt to be open"
    CLAIM_SUPERSEDES = "a claim for the step cancels the retry beside it"
    CLAIM_OWN = "a claim that was written unheard is known as one's own"
    CLAIM_FIRST = "the claim is written before the call"
    CALL_ONCE = "the ESP is called once for a claim"
    TIMEOUT_DOUBTS = "a call without an answer is uncertain, not to be tried later"
    SETTLE_MINE = "only the claim that was read is settled"
    SETTLE_LIVE = "a walk that was ended stays as it ended when its claim is settled"
    SETTLE_ENDED = "a claim of a walk that was ended is taken away all the same"
    SETTLE_CLOSES = "a retry that is settled is open no more"
    SETTLE_SUPERSEDES = "a settlement of the step's message cancels the retry beside it"
    SETTLE_HINT = "the wake-up is put before the settlement is written"
    SETTLE_LOOKS = "who settles looks whether the message has bounced by then"
    STAND_HINT = "the wake-up is put before a wait or a retry is written"
    DOUBT_PATIENCE = "a claim is doubted only when its holder has ended"
    DOUBT_SAME = "only the very claim that was read is doubted"
    DOUBT_HINT = "the wake-up is put before a doubt is written"
    EVIDENCE_CONFIRMS = "evidence settles a claim as accepted"
    EVIDENCE_WAIT = "evidence has half an hour to come"
    REPEAT_CHOSEN = "a message is repeated only if the ESP honours keys or the campaign says so"
    REPEAT_ATTEMPT = "a repeat is a new attempt where the ESP does not honour keys"
    REPEAT_TOLD = "a repeat is recorded with its claim"
    REPEAT_RESUMED = "what was given up is not taken up again by the walk"
    TAKE_OVER_SAME = "only the very claim that was read is taken over"
    TAKE_OVER_ACTIVE = "a claim is taken over only while the enrollment is active"
    UNCERTAIN_PARKS = "an uncertain message waits while its campaign is paused"
    REOPEN_ATTEMPT = "a retry is a new attempt"
    REOPEN_LIVE = "an exited enrollment is not opened again"
    REOPEN_ACTIVE = "an enrollment that is opened again is active"
    REOPEN_LAST = "nothing is retried after a later message was claimed"
    RECORD_WAKES = "the recorder enqueues what an event moves"
    PAUSE_PARKS = "nothing is begun while the campaign is paused"
    PARK_LOOKS = "who parks looks at the campaign again"
    RESUME_TWICE = "a resume drains the holds once more after W"
    RELEASE_FIRST = "what is released is on its queue before it leaves the holds"
    PERSON_HINT = "the wake-up is put before a person is resumed"
    EXIT_ENDS = "who unsubscribes is exited before the answer"
    BATCH_ENDS = "an invocation ends within W"
    ACK_LAST = "a message is acknowledged when all is done"
    NEAR_RETURNS = "what is due too soon for a wake-up goes back to the queue"
    CONTESTED_RETURNS = "who finds a young claim has it looked at again"
    PATROL = "a patrol finds what every hint has missed"
    PATROL_ENDED = "the patrol also visits ended rows that hold a claim"


@dataclass(frozen=True, slots=True)
class World:
    """What there is to explore: a sequence, an ESP, who acts, and how much may go wrong.

    So many attempts at a message may bounce as `bounces` says, up to the step `bouncing`.
    """

    name: str
    steps: tuple[str, ...] = (EMAIL, EMAIL)
    faults: int = 2
    deeds: int = 0
    workers: int = 2
    answers: frozenset[str] = frozenset()
    resends: bool = False
    honours_key: bool = False
    delivers: bool = False
    prompt: bool = False
    bounces: int = 0
    bouncing: int = 99
    stalls: bool = True
    pauses: bool = False
    interventions: bool = False
    unsubscribes: bool = False
    loses: bool = False
    attempts: int = 3
    without: frozenset[Rule] = frozenset()

    def keeps(self, rule: Rule) -> bool:
        """Tell whether a rule of the engine holds here."""
        return rule not in self.without

    def is_email(self, step: int) -> bool:
        """Tell of which kind a step is; steps are numbered from 1."""
        return self.steps[step - 1] == EMAIL

    def after(self, step: int) -> int | None:
        """Give the step that follows, or None at the end."""
        return step + 1 if step < len(self.steps) else None

    def may_bounce(self, mail: Mail) -> bool:
        """Tell whether the ESP may report a soft bounce of the message."""
        return mail.attempt <= self.bounces and mail.step <= self.bouncing
