"""What the model promises, each in the words in which its breach is reported."""

CLAIM_KNOWN = "claim: who has a claim knows it"
CLAIM_SETTLED = "claim: what is settled is claimed no more"
ACCEPTED_ONCE = "I-1: the ESP accepts a message once"
ATTEMPT_RISES = "I-1: an attempt rises only after a bounce, or by choice and on record"
CLAIM_AFTER_LEAVING = "I-2: nothing is claimed after an unsubscription"
SEND_AFTER_LEAVING = "I-2: nothing is sent later than W after an unsubscription"
LEFT_FOR_GOOD = "I-2: who has left has left"
LIVENESS = "I-3: once faults stop, everybody comes to an end or waits to be let go on"
COMPLETED_TRULY = "I-4: completed means that every message was accepted, refused or skipped"
ACCEPTED_TRULY = "I-4: the journal says accepted only of what the ESP has"
CLAIM_WHILE_PAUSED = "I-5: nothing is claimed after a pause and W"
DOUBT_TRULY = "doubt: only a claim whose holder has ended is called uncertain"
EVIDENCE = "evidence: what was proven in time is not repeated or given up"
ORDER = "order: no message follows a later one"

PROMISES = (
    ACCEPTED_ONCE,
    ATTEMPT_RISES,
    CLAIM_AFTER_LEAVING,
    SEND_AFTER_LEAVING,
    LEFT_FOR_GOOD,
    LIVENESS,
    COMPLETED_TRULY,
    ACCEPTED_TRULY,
    CLAIM_WHILE_PAUSED,
    CLAIM_KNOWN,
    CLAIM_SETTLED,
    DOUBT_TRULY,
    EVIDENCE,
    ORDER,
)
