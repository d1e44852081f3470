"""Senders in the Core table, with the slugs that name them and the domains that were verified."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from penguinmails.clock import from_millis, to_millis
from penguinmails.contacts.address import normalised
from penguinmails.errors import Conflict, InvalidInput, NotFound
from penguinmails.ids import is_uuid
from penguinmails.senders.sender import Proof, Sender, SenderPage, VerifiedBy, sender_id
from penguinmails.table.listing import listed
from penguinmails.table.port import (
    Change,
    ConditionFailed,
    Item,
    Key,
    Table,
    absent,
    below,
    equals,
    present,
)

CLAIMED = timedelta(minutes=1)
"""A slug whose sender is not there after this has none."""

_SENDER, _SLUG, _DOMAIN = "sender#", "sender-slug#", "sender-domain#"


class SenderStore:
    """Senders of all tenants."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, tenant: str, reference: str) -> Sender:
        """Read the sender that an id, a slug or an address names; raises NotFound."""
        found = self.find(tenant, reference)
        if found is None:
            raise NotFound("there is no such sender")
        return found

    def find(self, tenant: str, reference: str) -> Sender | None:
        """Read the sender that an id, a slug or an address names."""
        identity = self._identity(tenant, reference)
        item = self._table.get(Key(tenant, f"{_SENDER}{identity}")) if identity else None
        return self._senders(tenant, [item])[0] if item else None

    def page(self, tenant: str, after: Key | None, limit: int) -> SenderPage:
        """List a tenant's senders."""
        page = listed(self._table, [tenant], after, limit, prefix=_SENDER)
        return SenderPage(self._senders(tenant, list(page.items)), page.after)

    def claim(self, sender: Sender) -> bool:
        """Take a slug for a sender, before it is saved; tell whether it is this sender's."""
        key = Key(sender.tenant, f"{_SLUG}{sender.slug}")
        now_at = sender.updated_at
        item: Item = {**_at(key), "sender": sender.id, "claimed": to_millis(now_at)}
        try:
            self._table.put(item, absent("pk"))
        except ConditionFailed as failure:
            held = cast("dict[str, Any]", failure.item or item)
        else:
            return True
        if held["sender"] == sender.id or self._holds(sender, held["sender"]):
            return bool(held["sender"] == sender.id)
        left = (equals("sender", held["sender"]), below("claimed", to_millis(now_at - CLAIMED)))
        try:
            self._table.put(item, *left)
        except ConditionFailed:
            return False
        return True

    def save(self, sender: Sender) -> Sender:
        """Create a sender, or give the one that is there these texts, and if it is verified, that."""
        key = _key(sender)
        try:
            fresh = {**_at(key), **_kept(sender), **_verified(sender), **_texts(sender)}
            self._table.put(fresh, absent("pk"))
        except ConditionFailed:
            return self._renamed(sender)
        return self.get(sender.tenant, sender.id)

    def ask(self, sender: Sender, proof: Proof) -> None:
        """Keep what a mailed link will prove, in place of an earlier one; raises Conflict."""
        before = sender.proof
        stood = equals("proof", before.hash) if before else absent("proof")
        put: Item = {
            "proof": proof.hash,
            "asked": to_millis(proof.asked_at),
            "until": to_millis(proof.until_at),
        }
        self._changed(sender, Change(put, expect=[present("pk"), stood]))

    def verify(self, sender: Sender, by: VerifiedBy, now_at: datetime) -> Sender:
        """Let mail be sent from an address, if it was asked for as it was read; raises Conflict."""
        proof = sender.proof
        stood = equals("proof", proof.hash) if proof else absent("proof")
        put: Item = {"verified": to_millis(now_at), "by": by.value}
        return self._changed(sender, Change(put, expect=[present("pk"), stood]))

    def verify_domain(self, tenant: str, domain: str, now_at: datetime) -> None:
        """Let mail be sent from all senders of a domain; the first time stands."""
        item: Item = {**_at(Key(tenant, f"{_DOMAIN}{domain}")), "verified": to_millis(now_at)}
        try:
            self._table.put(item, absent("pk"))
        except ConditionFailed:
            return

    def remove(self, sender: Sender) -> None:
        """Remove a sender, and free its slug; nothing happens if it is not there."""
        self._table.delete(_key(sender))
        self._table.delete(Key(sender.tenant, f"{_SLUG}{sender.slug}"))

    def _identity(self, tenant: str, reference: str) -> str:
        if is_uuid(reference):
            return reference
        if "@" in reference:
            try:
                return sender_id(tenant, normalised(reference))
            except InvalidInput:
                return ""
        item = self._table.get(Key(tenant, f"{_SLUG}{reference[:64]}"))
        return str(item["sender"]) if item else ""

    def _holds(self, sender: Sender, other: str) -> bool:
        item = self._table.get(Key(sender.tenant, f"{_SENDER}{other}"))
        return item is not None and item["slug"] == sender.slug

    def _renamed(self, sender: Sender) -> Sender:
        change = Change({**_texts(sender), **_verified(sender)}, expect=[present("pk")])
        return self._changed(sender, change)

    def _changed(self, sender: Sender, change: Change) -> Sender:
        try:
            item = self._table.update(_key(sender), change)
        except ConditionFailed as failure:
            raise Conflict("the sender was changed meanwhile; look at it again") from failure
        return self._senders(sender.tenant, [item])[0]

    def _senders(self, tenant: str, items: list[Item]) -> list[Sender]:
        """Read senders; a verified domain verifies all that are of it."""
        raw = [cast("dict[str, Any]", item) for item in items]
        domains = {row["email"].rpartition("@")[2] for row in raw if "verified" not in row}
        places = [Key(tenant, f"{_DOMAIN}{domain}") for domain in sorted(domains)]
        rows = self._table.get_many(places) if places else []
        verified = {str(row["sk"]).removeprefix(_DOMAIN): row["verified"] for row in rows}
        return [_sender(row, verified) for row in raw]


def _key(sender: Sender) -> Key:
    return Key(sender.tenant, f"{_SENDER}{sender.id}")


def _at(key: Key) -> Item:
    return {"pk": key.pk, "sk": key.sk}


def _kept(sender: Sender) -> Item:
    return {
        "slug": sender.slug,
        "email": sender.email,
        "created_at": to_millis(sender.created_at),
    }


def _verified(sender: Sender) -> Item:
    if sender.verified_at is None or sender.verified_by is None:
        return {}
    return {"verified": to_millis(sender.verified_at), "by": sender.verified_by.value}


def _texts(sender: Sender) -> Item:
    return {
        "name": sender.name,
        "reply_to": sender.reply_to,
        "postal_address": sender.postal_address,
        "updated_at": to_millis(sender.updated_at),
    }


def _sender(raw: dict[str, Any], domains: Mapping[str, Any]) -> Sender:
    domain = raw["email"].rpartition("@")[2]
    verified, by = raw.get("verified"), raw.get("by")
    if verified is None and domain in domains:
        verified, by = domains[domain], VerifiedBy.DOMAIN
    return Sender(
        tenant=raw["pk"],
        id=raw["sk"].partition("#")[2],
        slug=raw["slug"],
        email=raw["email"],
        name=raw["name"],
        reply_to=raw["reply_to"],
        postal_address=raw["postal_address"],
        created_at=from_millis(raw["created_at"]),
        updated_at=from_millis(raw["updated_at"]),
        verified_at=from_millis(verified) if verified is not None else None,
        verified_by=VerifiedBy(by) if by else None,
        proof=_proof(raw),
    )


def _proof(raw: dict[str, Any]) -> Proof | None:
    if "proof" not in raw:
        return None
    return Proof(raw["proof"], from_millis(raw["asked"]), from_millis(raw["until"]))
