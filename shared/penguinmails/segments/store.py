"""Segments in the Core table."""

from typing import Any, cast

from penguinmails.clock import from_millis, to_millis
from penguinmails.segments.segment import Segment, SegmentPage, segment_id
from penguinmails.table.listing import listed
from penguinmails.table.port import Change, ConditionFailed, Item, Key, Table, absent


class SegmentStore:
    """Segments of all tenants."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, tenant: str, reference: str) -> Segment | None:
        """Read the segment that an id or a slug names."""
        item = self._table.get(_key(tenant, segment_id(tenant, reference)))
        return _segment(item) if item else None

    def page(self, tenant: str, after: Key | None, limit: int) -> SegmentPage:
        """List a tenant's segments."""
        page = listed(self._table, [tenant], after, limit, prefix="segment#")
        return SegmentPage([_segment(item) for item in page.items], page.after)

    def add(self, segment: Segment) -> bool:
        """Create a segment, unless it exists; tell whether it was created."""
        key = _key(segment.tenant, segment.id)
        item: Item = {
            "pk": key.pk,
            "sk": key.sk,
            "slug": segment.slug,
            "name": segment.name,
            "created_at": to_millis(segment.created_at),
        }
        try:
            self._table.put(item, absent("pk"))
        except ConditionFailed:
            return False
        return True

    def save(self, segment: Segment) -> Segment:
        """Create a segment, or give the one that is there this name."""
        if self.add(segment):
            return segment
        change = Change({"name": segment.name})
        return _segment(self._table.update(_key(segment.tenant, segment.id), change))


def _key(tenant: str, segment: str) -> Key:
    return Key(tenant, f"segment#{segment}")


def _segment(item: Item) -> Segment:
    raw = cast("dict[str, Any]", item)
    _, _, identity = raw["sk"].partition("#")
    created_at = from_millis(raw["created_at"])
    return Segment(raw["pk"], identity, raw["slug"], raw["name"], created_at)
