"""Templates in the Core table, each save under the next version number."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

from penguinmails.clock import from_millis, to_millis
from penguinmails.errors import Conflict, InvalidInput, Problem
from penguinmails.ids import derived
from penguinmails.table.listing import listed
from penguinmails.table.port import ConditionFailed, Item, Key, Table, absent, equals
from penguinmails.templates.saved import SavedTemplate, TemplatePage
from penguinmails.templates.template import Template

LARGEST_PACKED = 300_000
"""An item holds 400 kB at most, and a template is one item."""


class TemplateStore:
    """Templates of all tenants; what is saved was checked before."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, tenant: str, slug: str) -> SavedTemplate | None:
        """Read the template of this slug."""
        item = self._table.get(_key(tenant, slug))
        return _saved(item) if item else None

    def read(self, tenant: str, slugs: Sequence[str]) -> dict[str, Template]:
        """Read those of the templates that exist, by slug."""
        found = map(_saved, self._table.get_many([_key(tenant, slug) for slug in slugs]))
        return {saved.template.slug: saved.template for saved in found}

    def page(self, tenant: str, after: Key | None, limit: int) -> TemplatePage:
        """List a tenant's templates by slug."""
        page = listed(self._table, [tenant], after, limit, prefix="template#")
        return TemplatePage([_saved(item) for item in page.items], page.after)

    def save(
        self, tenant: str, template: Template, old: SavedTemplate | None, now_at: datetime
    ) -> SavedTemplate:
        """Write the next version, if the one that was read is still the last; raises Conflict."""
        identity = derived(tenant, "template", template.slug)
        version = old.version + 1 if old else 1
        saved = SavedTemplate(tenant, identity, template, version, now_at)
        expect = equals("version", old.version) if old else absent("pk")
        try:
            self._table.put(_item(saved), expect)
        except ConditionFailed as failure:
            raise Conflict("the template was changed by someone else; read it again") from failure
        return saved


def _key(tenant: str, slug: str) -> Key:
    return Key(tenant, f"template#{slug}")


def _item(saved: SavedTemplate) -> Item:
    key = _key(saved.tenant, saved.template.slug)
    packed = zlib.compress(json.dumps(asdict(saved.template)).encode(), 9)
    if len(packed) > LARGEST_PACKED:
        detail = "the template is too large to keep; refer to images by URL, shorten its parts"
        raise InvalidInput(Problem("/html", "too_large", detail))
    return {
        "pk": key.pk,
        "sk": key.sk,
        "version": saved.version,
        "updated_at": to_millis(saved.updated_at),
        "content": packed,
    }


def _saved(item: Item) -> SavedTemplate:
    raw = cast("dict[str, Any]", item)
    tenant = raw["pk"]
    template = Template(**json.loads(zlib.decompress(raw["content"])))
    identity = derived(tenant, "template", template.slug)
    return SavedTemplate(tenant, identity, template, raw["version"], from_millis(raw["updated_at"]))
