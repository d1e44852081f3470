"""Translates documents to what the API takes, and what the API gives back to documents."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from penguinmails.campaigns.schedule import first_instant
from penguinmails.contacts.address import normalised
from penguinmails.errors import InvalidInput
from penguinmails.resources.document import Document
from penguinmails.resources.forms import Address, ByLanguage, Field, Moment, Record, Reference
from penguinmails.resources.kinds import KINDS
from penguinmails.resources.write import write
from penguinmails.tenants.zone import zone_named

Body = dict[str, Any]
_NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})
_ABSENT: Final[tuple[object, ...]] = (None, "", [], (), {})


def to_api(document: Document, *, whole: bool = False) -> Body:
    """Give the body of a request; the slug stands in its path.

    With `whole` it names what the document leaves out too, so that a change undoes it.
    """
    return dict(_sent(KINDS[document.kind], document.data, whole=whole))


def from_api(
    kind: str, slug: str, body: Mapping[str, Any], names: Mapping[str, str] = _NO_NAMES
) -> dict[str, Any]:
    """Give a document's data in its canonical form: the table's order, without defaults.

    `names` gives the slugs of ids. A campaign may be given with its steps, as it is read.
    """
    zone = str(_flat(body).get("timezone") or "UTC")
    fields = _said(KINDS[kind], _flat(body), names, zone)
    data = {"kind": kind, "slug": slug, **dict(fields)}
    if data.get("name") == slug and not _field(kind, "name").required:
        del data["name"]
    return data


def export(
    kind: str, slug: str, body: Mapping[str, Any], names: Mapping[str, str] = _NO_NAMES
) -> str:
    """Give what the API says about a resource as the text of a file."""
    return write([from_api(kind, slug, body, names)])


def _sent(record: Record, data: Mapping[str, Any], *, whole: bool) -> Iterator[tuple[str, Any]]:
    for field in record.fields:
        if isinstance(field.form, Record):
            yield from _sent(field.form, data.get(field.name, {}), whole=whole)
        elif field.api and field.name in data:
            yield field.api, _body(field, data[field.name])
        elif field.api and whole and not field.kept:
            yield field.api, list(field.default) if field.default == () else field.default


def _body(field: Field, value: Any) -> object:  # noqa: ANN401 - as it is written
    if isinstance(field.form, ByLanguage):
        record = field.form.record
        return {tag: dict(_sent(record, inner, whole=False)) for tag, inner in value.items()}
    return value


def _flat(body: Mapping[str, Any]) -> Mapping[str, Any]:
    if "campaign" not in body:
        return body
    return {**body["campaign"], "steps": body.get("source", [])}


def _said(
    record: Record, body: Mapping[str, Any], names: Mapping[str, str], zone: str
) -> Iterator[tuple[str, Any]]:
    for field in record.fields:
        if isinstance(field.form, Record):
            if inner := dict(_said(field.form, body, names, zone)):
                yield field.name, inner
        elif field.api and body.get(field.api) not in (*_ABSENT, field.default):
            yield field.name, _canonical(field, body[field.api], names, zone)


def _canonical(field: Field, value: Any, names: Mapping[str, str], zone: str) -> object:  # noqa: ANN401 - as it comes
    match field.form:
        case Reference():
            return names.get(value, value)
        case ByLanguage(record):
            tags = sorted(value)
            return {tag: dict(_said(record, value[tag], names, zone)) for tag in tags}
        case Address():
            return _address(value)
        case Moment():
            return _local(value, zone)
        case _:
            return value


def _address(text: str) -> str:
    try:
        return normalised(text)
    except InvalidInput:
        return text


def _local(text: str, name: str) -> str:
    """Write an instant as the zone's clocks show it; as UTC where they show it a second time."""
    zone = zone_named(name)
    try:
        written = datetime.fromisoformat(text)
    except ValueError:
        return text
    if zone is None:
        return text
    found_at = written.astimezone(UTC) if written.tzinfo else first_instant(written, zone)
    local = found_at.astimezone(zone).replace(tzinfo=None)
    spec = "seconds" if local.second else "minutes"
    if first_instant(local, zone) == found_at:
        return local.isoformat(timespec=spec)
    return found_at.isoformat(timespec=spec).replace("+00:00", "Z")


def _field(kind: str, name: str) -> Field:
    return next(field for field in KINDS[kind].fields if field.name == name)
