"""How an enrollment is written in its row, and read back."""

from datetime import datetime
from typing import Any, cast

from penguinmails.clock import from_millis, to_millis
from penguinmails.enrollments.enrollment import Claim, Enrollment, Mail, Ref, Retry, Status
from penguinmails.table.port import Item, Key, Value


def key_of(ref: Ref) -> Key:
    """The row of an enrollment."""
    return Key(partition(ref.tenant, ref.campaign, ref.shard), f"{ref.contact}#{ref.run}")


def partition(tenant: str, campaign: str, shard: int) -> str:
    """The partition that holds one shard of a campaign."""
    return f"{tenant}#{campaign}#{shard}"


def ref_of(item: Item, shards: int) -> Ref:
    """Name the enrollment that a row is."""
    tenant, campaign, _ = str(item["pk"]).split("#")
    contact, _, run = str(item["sk"]).partition("#")
    return Ref(tenant, campaign, shards, contact, run)


def to_item(row: Enrollment) -> Item:
    """Write a new row."""
    key = key_of(row.ref)
    return {
        "pk": key.pk,
        "sk": key.sk,
        "shards": row.ref.shards,
        "status": row.status.value,
        "step": row.step,
        "visit": row.visit,
        "due": to_millis(row.due_at),
        "step_due": to_millis(row.step_due_at),
        "revision": row.revision,
        "enrolled": to_millis(row.enrolled_at),
        "domain": row.domain,
        "journal": row.journal,
    }


def from_item(item: Item) -> Enrollment:
    """Read a row."""
    raw = cast("dict[str, Any]", item)
    return Enrollment(
        ref=ref_of(item, raw["shards"]),
        status=Status(raw["status"]),
        step=raw.get("step"),
        visit=raw["visit"],
        due_at=from_millis(raw["due"]),
        step_due_at=from_millis(raw["step_due"]),
        revision=raw["revision"],
        enrolled_at=from_millis(raw["enrolled"]),
        journal=raw.get("journal", frozenset()),
        domain=raw.get("domain", ""),
        claim=_claim(raw.get("claim")),
        last=_mail(raw.get("last")),
        retry=_retry(raw.get("retry")),
        held=raw.get("held", ""),
        released_at=_instant(raw.get("released")),
        exit_reason=raw.get("reason", ""),
        ended_at=_instant(raw.get("ended")),
        generation=raw.get("generation", 0),
    )


def mail_value(mail: Mail) -> Value:
    """Write the name of a message."""
    return f"{mail.step}.{mail.visit}.{mail.attempt}"


def claim_value(claim: Claim) -> Value:
    """Write a claim."""
    return {
        "key": claim.key,
        "owner": claim.owner,
        "at": to_millis(claim.claimed_at),
        "mail": mail_value(claim.mail),
        "uncertain": claim.uncertain,
    }


def retry_value(retry: Retry) -> Value:
    """Write a retry."""
    return {"mail": mail_value(retry.mail), "due": to_millis(retry.due_at)}


def _mail(raw: str | None) -> Mail | None:
    return Mail(*(int(number) for number in raw.split("."))) if raw else None


def _claim(raw: dict[str, Any] | None) -> Claim | None:
    if raw is None:
        return None
    mail = cast("Mail", _mail(raw["mail"]))
    return Claim(raw["key"], raw["owner"], from_millis(raw["at"]), mail, raw["uncertain"])


def _retry(raw: dict[str, Any] | None) -> Retry | None:
    return Retry(cast("Mail", _mail(raw["mail"])), from_millis(raw["due"])) if raw else None


def _instant(raw: int | None) -> datetime | None:
    return None if raw is None else from_millis(raw)
