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
    key_of,
    lacks,
)

MOST_READ = 3_000
"""Rows that one page of a search reads; about 1,000 read units where rows have 1 kB."""
PAGE_ROWS = 300
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
        return ContactPage(_people(page.items), page.after)

    def add(self, contact: Contact, origin: str) -> bool:
        """Create a contact, unless it exists; tell whether it was created."""
        item = _item(contact, self._key(contact.tenant, contact.id))
        try:
            self._table.put(item | {"origin": origin}, absent("pk"))
        except ConditionFailed:
            return False
        return True

    def search(
        self, tenant: str, wanted: Callable[[Contact], bool], after: Key | None, limit: int
    ) -> ContactPage:
        """Find wanted contacts from a place on, in at most `MOST_READ` rows.

        A page with fewer of them, even with none, may have a next one; the last has not.
        """
        found: list[Contact] = []
        left = MOST_READ
        partitions = [f"{tenant}#{shard}" for shard in range(self._shards_of(tenant))]
        for pk in partitions[partitions.index(after.pk) :] if after else partitions:
            while True:
                page = self._table.query(pk, after=after, limit=min(left, PAGE_ROWS))
                left -= len(page.items)
                found += [each for each in _people(page.items) if wanted(each)]
                if len(found) > limit:
                    return ContactPage(found[:limit], self._key(tenant, found[limit - 1].id))
                if left <= 0:
                    return ContactPage(found, key_of(page.items[-1]))
                after = page.after
                if after is None:
                    break
        return ContactPage(found, None)

    def place(self, tenant: str, sk: str) -> Key:
        """Give the whole key of a place that a page of a search ended at."""
        return self._key(tenant, sk.partition(_ENROLLED)[0])._replace(sk=sk)

    def replace(self, old: Contact, new: Contact, before: str, origin: str) -> bool:
        """Update a contact, if it and its origin are as they were read; tell whether they were."""
        put: dict[str, Value] = {
            "attributes": dict(new.attributes),
            "zone": new.time_zone,
            "locale": new.locale,
            "score": new.score,
            "updated": to_millis(new.updated_at) if new.updated_at else 0,
            **_said_consents(new),
        }
        if origin:
            put["origin"] = origin
        expect = [
            equals("updated", to_millis(old.updated_at) if old.updated_at else 0),
            equals("origin", before) if before else absent("origin"),
            equals("score", old.score),
            equals("attributes", dict(old.attributes)),
        ]
        change = _with_sets(Change(put, (), {}, expect), _sets(old), _sets(new))
        try:
            self._table.update(self._key(old.tenant, old.id), change)
        except ConditionFailed:
            return False
        return True

    def remove(self, tenant: str, contact: str) -> None:
        """Remove a contact; the campaigns beside it stay, as they hold no address."""
        self._table.delete(self._key(tenant, contact))

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

    def recent_memberships(self, tenant: str, contact: str, limit: int) -> list[Membership]:
        """Read the campaigns that a contact was enrolled in, the latest created first."""
        page = self._table.query(
            self._key(tenant, contact).pk,
            prefix=f"{contact}{_ENROLLED}",
            limit=limit,
            newest_first=True,
        )
        return [_membership(item) for item in page.items]

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
        **_said_consents(contact),
    }
    return item | {name: members for name, members in _sets(contact).items() if members}


def _sets(contact: Contact) -> dict[str, frozenset[str]]:
    return {"tags": contact.tags, "segments": contact.segments}


def _with_sets(
    change: Change, old: Mapping[str, frozenset[str]], new: Mapping[str, frozenset[str]]
) -> Change:
    """Add what is new to each set; one that loses a member is written whole, if it is as read."""
    put, remove, expect = dict(change.put), [*change.remove], [*change.expect]
    add: dict[str, int | frozenset[str]] = {}
    for name, members in new.items():
        if old[name] <= members:
            if more := members - old[name]:
                add[name] = more
            continue
        expect.append(equals(name, old[name]))
        if members:
            put[name] = members
        else:
            remove.append(name)
    return Change(put, remove, add, expect)


def _said_consents(contact: Contact) -> dict[str, Value]:
    said = {source: to_millis(since_at) for source, since_at in contact.consents.items()}
    return {"consents": said} if said else {}


def _people(items: Sequence[Item]) -> list[Contact]:
    return [_contact(item) for item in items if _ENROLLED not in str(item["sk"])]


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
        consents={name: from_millis(at) for name, at in raw.get("consents", {}).items()},
    )
