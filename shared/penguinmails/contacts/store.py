"""Contacts in their table, and beside each the campaigns that the person is enrolled in."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from penguinmails.clock import from_millis, to_millis
from penguinmails.contacts.audience import ContactPage, Membership
from penguinmails.contacts.contact import Contact
from penguinmails.contacts.effect import Effect
from penguinmails.ids import shard_of
from penguinmails.table.port import (
    Change,
    ConditionFailed,
    Item,
    Key,
    Table,
    Value,
    absent,
    equals,
    lacks,
)

_ENROLLED = "#enr#"


class ContactStore:
    """The Contacts table. `shards_of` gives the number of a tenant's partitions, which is fixed."""

    def __init__(self, table: Table, shards_of: Callable[[str], int]) -> None:
        self._table = table
        self._shards_of = shards_of

    def shards(self, tenant: str) -> int:
        """Give the number of partitions that a tenant's contacts are spread over."""
        return self._shards_of(tenant)

    def read(self, tenant: str, ids: Sequence[str]) -> dict[str, Contact]:
        """Read those of the contacts that exist."""
        items = self._table.get_many([self._key(tenant, contact) for contact in ids])
        return {contact.id: contact for contact in map(_contact, items)}

    def origins(self, tenant: str, ids: Sequence[str]) -> dict[str, tuple[Contact, str]]:
        """Read contacts together with the origin of what was written last."""
        items = self._table.get_many([self._key(tenant, contact) for contact in ids])
        return {str(item["sk"]): (_contact(item), str(item.get("origin", ""))) for item in items}

    def page(self, tenant: str, shard: int, after: Key | None, limit: int) -> ContactPage:
        """Read one shard of a tenant's contacts, page by page; a page may hold fewer."""
        page = self._table.query(f"{tenant}#{shard}", after=after, limit=limit)
        people = [_contact(item) for item in page.items if _ENROLLED not in str(item["sk"])]
        return ContactPage(people, page.after)

    def add(self, contact: Contact, origin: str) -> bool:
        """Create a contact, unless it exists; tell whether it was created."""
        item = _item(contact, self._key(contact.tenant, contact.id))
        try:
            self._table.put(item | {"origin": origin}, absent("pk"))
        except ConditionFailed:
            return False
        return True

    def replace(self, old: Contact, new: Contact, before: str, origin: str) -> bool:
        """Update a contact, if it and its origin are as they were read; tell whether they were.

        Tags and segments are only ever added.
        """
        put: dict[str, Value] = {
            "attributes": dict(new.attributes),
            "zone": new.time_zone,
            "locale": new.locale,
            "score": new.score,
            "updated": to_millis(new.updated_at) if new.updated_at else 0,
            "origin": origin,
        }
        expect = [
            equals("updated", to_millis(old.updated_at) if old.updated_at else 0),
            equals("origin", before) if before else absent("origin"),
            equals("score", old.score),
            equals("attributes", dict(old.attributes)),
        ]
        more = {"tags": new.tags - old.tags, "segments": new.segments - old.segments}
        add: dict[str, int | frozenset[str]] = {name: new for name, new in more.items() if new}
        try:
            self._table.update(self._key(old.tenant, old.id), Change(put, (), add, expect))
        except ConditionFailed:
            return False
        return True

    def apply(self, tenant: str, contact: str, effect: Effect) -> None:
        """Do what an action says, once for its key; nothing if the contact is gone."""
        at = self._key(tenant, contact)
        item = self._table.get(at)
        if item is None:
            return
        before = _contact(item)
        if effect.key in before.applied:
            return
        after = effect.on(before)
        put: dict[str, Value] = {"attributes": dict(after.attributes), "score": after.score}
        if after.tags:
            put["tags"] = after.tags
        stands = (
            lacks("applied", effect.key),
            equals("score", before.score),
            equals("attributes", dict(before.attributes)),
            equals("tags", before.tags) if before.tags else absent("tags"),
        )
        remove = () if after.tags else ("tags",)
        change = Change(put, remove, {"applied": frozenset({effect.key})}, stands)
        try:
            self._table.update(at, change)
        except ConditionFailed as failure:
            done = cast("frozenset[str]", (failure.item or {}).get("applied", frozenset()))
            if failure.item is not None and effect.key not in done:
                self.apply(tenant, contact, effect)

    def enroll(self, tenant: str, memberships: Sequence[Membership]) -> None:
        """Note campaigns beside their contacts; done before the enrollments are made."""
        self._table.put_many([self._membership_item(tenant, m) for m in memberships])

    def memberships(self, tenant: str, contact: str) -> list[Membership]:
        """Read, consistently, every campaign that a contact was ever enrolled in."""
        partition = self._key(tenant, contact).pk
        prefix = f"{contact}{_ENROLLED}"
        items: list[Item] = []
        after = None
        while True:
            page = self._table.query(partition, prefix=prefix, after=after)
            items += page.items
            after = page.after
            if after is None:
                return [_membership(item) for item in items]

    def _key(self, tenant: str, contact: str) -> Key:
        return Key(f"{tenant}#{shard_of(contact, self._shards_of(tenant))}", contact)

    def _membership_item(self, tenant: str, membership: Membership) -> Item:
        contact = self._key(tenant, membership.contact)
        return {
            "pk": contact.pk,
            "sk": f"{contact.sk}{_ENROLLED}{membership.campaign}#{membership.run}",
            "shards": membership.shards,
        }


def _membership(item: Item) -> Membership:
    contact, _, rest = str(item["sk"]).partition(_ENROLLED)
    campaign, _, run = rest.partition("#")
    return Membership(contact, campaign, run, cast("int", item["shards"]))


def _item(contact: Contact, key: Key) -> Item:
    item: Item = {
        "pk": key.pk,
        "sk": key.sk,
        "email": contact.email,
        "attributes": dict(contact.attributes),
        "score": contact.score,
        "zone": contact.time_zone,
        "locale": contact.locale,
        "created": to_millis(contact.created_at) if contact.created_at else 0,
        "updated": to_millis(contact.updated_at) if contact.updated_at else 0,
    }
    sets = {"tags": contact.tags, "segments": contact.segments}
    return item | {name: members for name, members in sets.items() if members}


def _contact(item: Item) -> Contact:
    raw = cast("dict[str, Any]", item)
    return Contact(
        tenant=raw["pk"].partition("#")[0],
        id=raw["sk"],
        email=raw["email"],
        attributes=cast("Mapping[str, Value]", raw["attributes"]),
        tags=raw.get("tags", frozenset()),
        score=raw["score"],
        segments=raw.get("segments", frozenset()),
        applied=raw.get("applied", frozenset()),
        time_zone=raw["zone"],
        locale=raw["locale"],
        created_at=from_millis(raw["created"]),
        updated_at=from_millis(raw["updated"]),
    )
