"""Templates in the Core table: the row of each is its last version, older ones lie beside it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final, cast

from penguinmails.clock import from_millis, to_millis
from penguinmails.errors import Conflict, InvalidInput, Problem
from penguinmails.ids import derived
from penguinmails.table.listing import listed
from penguinmails.table.port import ConditionFailed, Item, Key, Table, absent, equals
from penguinmails.templates.coding import pack, template_json, template_of, unpack
from penguinmails.templates.saved import SavedTemplate, TemplatePage
from penguinmails.templates.template import Template, TemplateProblem

LARGEST_PACKED: Final = 300_000
"""An item holds 400 kB at most, and a template is one item."""


class TemplateStore:
    """Templates of all tenants; what is saved was published before."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, tenant: str, slug: str) -> SavedTemplate | None:
        """Read the last version of the template of this slug."""
        item = self._table.get(_key(tenant, slug))
        return _saved(item) if item else None

    def read(self, tenant: str, slugs: Sequence[str]) -> dict[str, Template]:
        """Read, ready to be sent, those of the templates that exist, by slug."""
        found = map(_saved, self._table.get_many([_key(tenant, slug) for slug in slugs]))
        return {saved.template.slug: saved.ready for saved in found}

    def page(self, tenant: str, after: Key | None, limit: int) -> TemplatePage:
        """List a tenant's templates by slug."""
        page = listed(self._table, [tenant], after, limit, prefix="template#")
        return TemplatePage([_saved(item) for item in page.items], page.after)

    def save(self, saved: SavedTemplate, old: SavedTemplate | None) -> None:
        """Write the next version, if the one that was read is still the last; raises Conflict.

        The old one is put beside first, so that a crash in between loses no version; whoever
        does so twice writes the same.
        """
        item = _item(saved, _key(saved.tenant, saved.template.slug))
        if old is not None:
            self._put_aside(old)
        expect = equals("version", old.version) if old else absent("pk")
        try:
            self._table.put(item, expect)
        except ConditionFailed as failure:
            raise Conflict("the template was changed by someone else; read it again") from failure

    def version(self, tenant: str, slug: str, number: int) -> SavedTemplate | None:
        """Read one version."""
        last = self.get(tenant, slug)
        if last is None or number >= last.version:
            return last if last and last.version == number else None
        item = self._table.get(_version_key(tenant, slug, number))
        return _saved(item) if item else None

    def versions(self, tenant: str, slug: str, after: Key | None, limit: int) -> TemplatePage:
        """List a template's versions, newest first; none, if there is no such template."""
        newest: list[SavedTemplate] = []
        if after is None:
            last = self.get(tenant, slug)
            if last is None:
                return TemplatePage([], None)
            newest, after = [last], _version_key(tenant, slug, last.version)
            if limit == 1 or last.version == 1:
                return TemplatePage(newest, after if last.version > 1 else None)
        prefix, room = _version_key(tenant, slug, 0).sk[:-6], limit - len(newest)
        page = listed(self._table, [tenant], after, room, prefix=prefix, newest_first=True)
        return TemplatePage([*newest, *map(_saved, page.items)], page.after)

    def _put_aside(self, old: SavedTemplate) -> None:
        key = _version_key(old.tenant, old.template.slug, old.version)
        try:
            self._table.put(_item(old, key), absent("pk"))
        except ConditionFailed:
            return


def _key(tenant: str, slug: str) -> Key:
    return Key(tenant, f"template#{slug}")


def _version_key(tenant: str, slug: str, number: int) -> Key:
    """Keep versions away from the templates, which are listed by their prefix."""
    return Key(tenant, f"version#template#{slug}#{number:06}")


def _item(saved: SavedTemplate, key: Key) -> Item:
    content: dict[str, Any] = {"template": template_json(saved.template)}
    if saved.ready != saved.template:
        content["ready"] = template_json(saved.ready)
    if saved.warnings:
        content["warnings"] = [asdict(one) for one in saved.warnings]
    packed = pack(content)
    if len(packed) > LARGEST_PACKED:
        detail = "the template is too large to keep; refer to images by URL, shorten its parts"
        raise InvalidInput(Problem("/html", "too_large", detail))
    return {
        "pk": key.pk,
        "sk": key.sk,
        "version": saved.version,
        "updated_at": to_millis(saved.updated_at),
        "by": saved.saved_by,
        "content": packed,
    }


def _saved(item: Item) -> SavedTemplate:
    raw = cast("dict[str, Any]", item)
    content = unpack(raw["content"])
    template = template_of(content["template"])
    return SavedTemplate(
        tenant=raw["pk"],
        id=derived(raw["pk"], "template", template.slug),
        template=template,
        ready=template_of(content["ready"]) if "ready" in content else template,
        version=raw["version"],
        updated_at=from_millis(raw["updated_at"]),
        saved_by=raw["by"],
        warnings=tuple(TemplateProblem(**one) for one in content.get("warnings", ())),
    )
