"""How templates are written as JSON where they are kept, and read back."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from penguinmails.templates.template import Format, Sharing, Template, Variant

_PARTS = ("slug", "name", "subject", "preview_text", "html", "text")


def template_json(template: Template) -> dict[str, Any]:
    """Write all that an author wrote."""
    return asdict(template)


def said_json(template: Template) -> dict[str, Any]:
    """Write what an email says, and nothing that only orders templates."""
    parts: dict[str, Any] = {name: getattr(template, name) for name in _PARTS}
    if template.variants:
        parts["variants"] = {tag: asdict(one) for tag, one in template.variants.items()}
    if template.postal_address:
        parts["postal_address"] = template.postal_address
    return parts


def template_of(raw: Mapping[str, Any]) -> Template:
    """Read what either of them wrote."""
    variants = {tag: Variant(**one) for tag, one in raw.get("variants", {}).items()}
    kept = dict(raw) | {"variants": variants, "tags": tuple(raw.get("tags", ()))}
    kept["format"] = Format(raw.get("format", Format.HTML))
    kept["sharing"] = Sharing(raw.get("sharing", Sharing.TEAM))
    return Template(**kept)


def pack(value: object) -> bytes:
    """Write JSON small."""
    return zlib.compress(json.dumps(value).encode(), 9)


def unpack(packed: bytes) -> Any:  # noqa: ANN401 - what JSON holds is known to who wrote it
    """Read what `pack` wrote."""
    return json.loads(zlib.decompress(packed))
