"""What the API does with the audit log."""

from typing_extensions import TypedDict

from penguinmails.api.call import Call
from penguinmails.api.operation import Operations
from penguinmails.api.page import Listed, PageQuery, listed
from penguinmails.api.types import Id, Instant, instant
from penguinmails.audit.entry import Entry, Outcome
from penguinmails.audit.verify import verify
from penguinmails.tenants.scope import Scope

operations = Operations("audit")


class SubjectView(TypedDict):
    """What a change was made to; the id is null where the change had none."""

    kind: str
    id: str | None


class AuditEntryView(TypedDict):
    """One change, and who made it; `hash` seals it with all that came before."""

    number: int
    at: Instant
    actor: str
    action: str
    subject: SubjectView
    requestId: str
    deedId: Id
    outcome: Outcome
    previousHash: str
    hash: str


class VerificationView(TypedDict):
    """Whether the log is whole: how far it holds, and the first entry that does not."""

    whole: bool
    entries: int
    hash: str
    brokenAt: int | None


@operations.get("/api/audit", Scope.AUDIT_READ)
def list_audit_entries(call: Call, query: PageQuery) -> Listed[AuditEntryView]:
    """List what was changed by whom, newest first.

    `actor` is the id of an API key. An outcome that is `unknown` is of a request that broke: it may
    have changed something or not.
    """
    after = query.key(call, f"{call.tenant}#audit")
    page = call.ports.workspace().audit_log.page(call.tenant, after, query.limit)
    return listed(call, map(_view, page.entries), page.after)


@operations.get("/api/audit/verification", Scope.AUDIT_READ)
def verify_audit_log(call: Call) -> VerificationView:
    """Check that no entry of the log was altered or taken out.

    It reads the whole log. Keep `entries` and `hash`, and entry number `entries` must have that hash
    ever after: this tells of a log that was written anew as a whole.
    """
    verdict = verify(call.tenant, call.ports.workspace().audit_log)
    return {
        "whole": verdict.whole,
        "entries": verdict.head.number,
        "hash": verdict.head.hash,
        "brokenAt": verdict.broken_at,
    }


def _view(entry: Entry) -> AuditEntryView:
    deed = entry.deed
    return {
        "number": entry.number,
        "at": instant(deed.at),
        "actor": deed.actor,
        "action": deed.action,
        "subject": {"kind": deed.subject.kind, "id": deed.subject.id or None},
        "requestId": deed.request,
        "deedId": deed.id,
        "outcome": entry.outcome,
        "previousHash": entry.previous,
        "hash": entry.hash,
    }
