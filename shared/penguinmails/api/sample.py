"""Makes the examples of the API's description: values that their schemas allow."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from penguinmails import __version__

Data = Mapping[str, Any]

KNOWN: Mapping[str, Any] = MappingProxyType(
    {
        "attributes": {"first_name": "Zoe", "company": "Polar Labs"},
        "bytes": 48_213,
        "campaignId": "01955d70-2f80-7a3c-9c41-5b2f60a7c8e1",
        "campaignType": "drip",
        "code": "invalid_address",
        "column": "email",
        "completedAt": None,
        "contactId": "5f0c9a4e-31b7-8d26-a1f4-0c7e52d9b386",
        "description": "Three emails in a week for everybody who signs up.",
        "email": "zoe@example.com",
        "endDate": None,
        "endedAt": None,
        "fenced": False,
        "fromEmail": "hello@example.com",
        "fromName": "Northlight",
        "id": "01955d70-2f80-7a3c-9c41-5b2f60a7c8e1",
        "html": "<p>Good to have you here.</p>",
        "key": "3f6b2a71c0d94e58",
        "launchedAt": None,
        "leadScore": 62.5,
        "link": None,
        "locale": "de-AT",
        "missing": ["first_name"],
        "name": "Welcome",
        "nextCursor": "q3Jx0bT5k2Y",
        "postalAddress": "Northlight, Polar Way 1, 1010 Vienna, Austria",
        "previewText": "Three things to try on your first day.",
        "replyTo": "team@example.com",
        "run": "1",
        "rows": 3,
        "segmentId": "01955d6e-91a8-7f10-8b52-3d9ce07a4412",
        "segments": ["01955d6e-91a8-7f10-8b52-3d9ce07a4412"],
        "sendStrategy": "immediate",
        "slug": "welcome",
        "startDate": None,
        "step": "hello",
        "subject": "Good to have you here",
        "tags": ["beta", "newsletter"],
        "template": "welcome",
        "text": "Good to have you here.",
        "timezone": "Europe/Vienna",
        "type": "delivered",
        "url": "https://example.com/start",
        "version": __version__,
    }
)
"""What a name stands for in the examples, wherever it is a field."""

_BY_FORMAT: Mapping[str, str] = MappingProxyType(
    {
        "date": "2026-03-02",
        "date-time": "2026-03-02T09:00:00Z",
        "email": "zoe@example.com",
        "uri": "https://example.com/start",
        "uuid": "01955d71-6c00-7e4b-b0a3-8f21c5d47e90",
    }
)
_TYPES: Mapping[type, str] = MappingProxyType(
    {
        bool: "boolean",
        dict: "object",
        float: "number",
        int: "integer",
        list: "array",
        str: "string",
        type(None): "null",
    }
)
_PLAIN: Mapping[str, Any] = MappingProxyType(
    {"string": "", "boolean": True, "object": {}, "array": [], "null": None}
)


def sample(schema: Data, named: Mapping[str, Data], name: str = "") -> object:
    """Give a value as a schema describes it, of a field of that name; `named` are the others."""
    if "examples" in schema:
        return schema["examples"][0]
    if name in KNOWN and _allows(schema, KNOWN[name], named):
        return KNOWN[name]
    if "$ref" in schema:
        return sample(_resolved(schema, named), named, name)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema.get("default", schema["enum"][0])
    if "anyOf" in schema:
        return _either(schema, named, name)
    return _made(schema, named, name)


def _either(schema: Data, named: Mapping[str, Data], name: str) -> object:
    """Take the first way that says something; null, where null is a way and nothing says more."""
    ways = schema["anyOf"]
    found = [sample(way, named, name) for way in ways]
    if {"type": "null"} in ways:
        return next((value for value in found if value not in ("", None)), None)
    return found[0]


def _made(schema: Data, named: Mapping[str, Data], name: str) -> object:
    kind = schema.get("type")
    if "default" in schema and kind != "string":
        return schema["default"]
    match kind:
        case "object" if "properties" in schema:
            return dict(_fields(schema, named))
        case "array" if isinstance(schema.get("items"), Mapping):
            return [sample(schema["items"], named, name)]
        case "string":
            return _BY_FORMAT.get(schema.get("format", ""), schema.get("default", ""))
        case "integer" | "number":
            return max(1, schema.get("minimum", 1))
        case _:
            return _PLAIN.get(str(kind), {})


def _fields(schema: Data, named: Mapping[str, Data]) -> Iterator[tuple[str, object]]:
    """Leave out what may be left out and would say nothing."""
    for field, each in schema["properties"].items():
        value = sample(each, named, field)
        if value not in ("", None, [], {}) or field in schema.get("required", ()):
            yield field, value


def _allows(schema: Data, value: object, named: Mapping[str, Data]) -> bool:
    """Tell whether a value is of a schema's kind, as far as its outside goes."""
    whole = _resolved(schema, named)
    if "anyOf" in whole:
        return any(_allows(way, value, named) for way in whole["anyOf"])
    if "const" in whole:
        return bool(value == whole["const"])
    if "enum" in whole:
        return value in whole["enum"]
    if "properties" in whole or "$ref" in whole.get("items", {}):
        return False
    return whole.get("type") == _TYPES[type(value)]


def _resolved(schema: Data, named: Mapping[str, Data]) -> Data:
    ref = schema.get("$ref")
    return named[ref.rpartition("/")[2]] if ref else schema
