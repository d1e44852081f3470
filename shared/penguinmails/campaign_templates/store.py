"""Campaign templates in the Core table, and a copy of each public one in the library."""

from dataclasses import replace
from typing import Any, Final, cast

from penguinmails.campaign_templates.campaign_template import (
    CampaignTemplate,
    CampaignTemplatePage,
    library_id,
)
from penguinmails.campaigns.campaign import CampaignType
from penguinmails.clock import from_millis, to_millis
from penguinmails.errors import Conflict, InvalidInput, Problem
from penguinmails.table.listing import listed
from penguinmails.table.port import ConditionFailed, Item, Key, Table, absent, equals
from penguinmails.templates.coding import pack, template_json, template_of, unpack
from penguinmails.templates.template import Sharing

LARGEST_PACKED: Final = 300_000
"""An item holds 400 kB at most, and a campaign template is one item."""
_LIBRARY: Final = "library"
_PREFIX: Final = "campaign-template#"


class CampaignTemplateStore:
    """Campaign templates of all workspaces, and the library that all of them may read."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, tenant: str, slug: str) -> CampaignTemplate | None:
        """Read a workspace's own."""
        item = self._table.get(_key(tenant, slug))
        return _template(item) if item else None

    def page(self, tenant: str, after: Key | None, limit: int) -> CampaignTemplatePage:
        """List a workspace's own by slug, the private ones of all its keys too."""
        return self._page(tenant, after, limit)

    def published(self, identity: str) -> CampaignTemplate | None:
        """Read one of the library."""
        item = self._table.get(_key(_LIBRARY, identity))
        return _anonymous(item) if item else None

    def library(self, after: str, limit: int) -> CampaignTemplatePage:
        """List the library, from behind an id on."""
        return self._page(_LIBRARY, _key(_LIBRARY, after) if after else None, limit)

    def save(self, new: CampaignTemplate, old: CampaignTemplate | None) -> None:
        """Write one, if the one that was read still stands; raises Conflict.

        The library follows: doing it again mends what a crash in between left undone.
        """
        item = _item(new, _key(new.tenant, new.slug))
        expect = equals("version", old.version) if old else absent("pk")
        try:
            self._table.put(item, expect)
        except ConditionFailed as failure:
            message = "the campaign template was changed by someone else; read it again"
            raise Conflict(message) from failure
        self.shelve(new)

    def shelve(self, template: CampaignTemplate) -> None:
        """Have the library show a template as it is, or not at all if it is not public."""
        key = _key(_LIBRARY, library_id(template.tenant, template.slug))
        if template.sharing is Sharing.PUBLIC:
            self._table.put(_item(replace(template, saved_by=""), key))
        else:
            self._table.delete(key)

    def remove(self, template: CampaignTemplate) -> None:
        """Delete one, from the library first."""
        self._table.delete(_key(_LIBRARY, library_id(template.tenant, template.slug)))
        self._table.delete(_key(template.tenant, template.slug))

    def _page(self, pk: str, after: Key | None, limit: int) -> CampaignTemplatePage:
        page = listed(self._table, [pk], after, limit, prefix=_PREFIX)
        read = _anonymous if pk == _LIBRARY else _template
        return CampaignTemplatePage([read(item) for item in page.items], page.after)


def _key(pk: str, name: str) -> Key:
    return Key(pk, f"{_PREFIX}{name}")


def _item(template: CampaignTemplate, key: Key) -> Item:
    packed = pack(
        {
            "steps": list(template.steps),
            "emails": [template_json(email) for email in template.emails],
        }
    )
    if len(packed) > LARGEST_PACKED:
        detail = "the campaign and its emails are too large to keep together; save it without them"
        raise InvalidInput(Problem("/includeContent", "too_large", detail))
    return {
        "pk": key.pk,
        "sk": key.sk,
        "slug": template.slug,
        "name": template.name,
        "type": template.type.value,
        "description": template.description,
        "sharing": template.sharing.value,
        "track_opens": template.track_opens,
        "track_clicks": template.track_clicks,
        "content": packed,
        "by": template.saved_by,
        "at": to_millis(template.saved_at),
        "version": template.version,
    }


def _anonymous(item: Item) -> CampaignTemplate:
    identity = str(item["sk"]).removeprefix(_PREFIX)
    return replace(_template(item), tenant="", saved_by="", library=identity)


def _template(item: Item) -> CampaignTemplate:
    raw = cast("dict[str, Any]", item)
    content = unpack(raw["content"])
    return CampaignTemplate(
        tenant=raw["pk"],
        slug=raw["slug"],
        name=raw["name"],
        type=CampaignType(raw["type"]),
        steps=tuple(content["steps"]),
        saved_at=from_millis(raw["at"]),
        saved_by=raw["by"],
        description=raw["description"],
        sharing=Sharing(raw["sharing"]),
        track_opens=raw["track_opens"],
        track_clicks=raw["track_clicks"],
        emails=tuple(template_of(email) for email in content["emails"]),
        version=raw["version"],
    )
