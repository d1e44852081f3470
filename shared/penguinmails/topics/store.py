"""Topics in the Core table."""

from typing import Any, cast

from penguinmails.clock import from_millis, to_millis
from penguinmails.errors import NotFound
from penguinmails.table.listing import listed
from penguinmails.table.port import Change, ConditionFailed, Item, Key, Table, absent, present
from penguinmails.topics.topic import Topic, TopicPage, topic_id


class TopicStore:
    """Topics of all tenants."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, tenant: str, reference: str) -> Topic:
        """Read the topic that an id or a slug names; raises NotFound."""
        item = self._table.get(_key(tenant, topic_id(tenant, reference)))
        if item is None:
            raise NotFound(f"there is no topic {reference[:64]}")
        return _topic(item)

    def page(self, tenant: str, after: Key | None, limit: int) -> TopicPage:
        """List a tenant's topics."""
        page = listed(self._table, [tenant], after, limit, prefix="topic#")
        return TopicPage([_topic(item) for item in page.items], page.after)

    def save(self, topic: Topic) -> Topic:
        """Create a topic, or give the one that is there this name and description."""
        key = _key(topic.tenant, topic.id)
        texts: Item = {
            "name": topic.name,
            "description": topic.description,
            "updated_at": to_millis(topic.updated_at),
        }
        created: Item = {"slug": topic.slug, "created_at": to_millis(topic.created_at)}
        try:
            self._table.put({"pk": key.pk, "sk": key.sk, **created, **texts}, absent("pk"))
        except ConditionFailed:
            return self._renamed(key, topic, texts)
        return topic

    def delete(self, topic: Topic) -> None:
        """Remove a topic; nothing happens if it is not there."""
        self._table.delete(_key(topic.tenant, topic.id))

    def _renamed(self, key: Key, topic: Topic, texts: Item) -> Topic:
        try:
            return _topic(self._table.update(key, Change(texts, expect=[present("pk")])))
        except ConditionFailed:  # deleted in between
            return self.save(topic)


def _key(tenant: str, topic: str) -> Key:
    return Key(tenant, f"topic#{topic}")


def _topic(item: Item) -> Topic:
    raw = cast("dict[str, Any]", item)
    return Topic(
        tenant=raw["pk"],
        id=raw["sk"].partition("#")[2],
        slug=raw["slug"],
        name=raw["name"],
        description=raw["description"],
        created_at=from_millis(raw["created_at"]),
        updated_at=from_millis(raw["updated_at"]),
    )
