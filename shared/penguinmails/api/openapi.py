"""Writes the API's description (OpenAPI 3.1) from its operations: `make openapi`."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

from penguinmails import __version__
from penguinmails.api.answer import GROUPS
from penguinmails.api.body import NoBody
from penguinmails.api.call import CSV, JSON, NDJSON, Sheet
from penguinmails.api.operation import LOCATED, Operation, method_takes_a_body
from penguinmails.api.precondition import PATTERN
from penguinmails.api.refusals import HEADERS, refusal, refusals, statuses
from penguinmails.api.sample import KNOWN, sample
from penguinmails.api.schema import PLACE, Schemas, schemas_of

Data = dict[str, Any]

FILE = Path(__file__).with_name("openapi.json")
ABOUT = (
    "Campaigns, and all they need: contacts come in, templates and sequences are written, "
    "campaigns are launched, every contact's walk is told. Errors are RFC 9457 problems; lists "
    "are pages with `data` and `nextCursor`."
)
TAGS: Mapping[str, str] = MappingProxyType(
    {
        "campaigns": "Sequences of emails to a segment: written, launched, paused, reported.",
        "campaign templates": "What new campaigns may begin with.",
        "contacts": "People, and what happened to them.",
        "inbox": "The mails that were sent with test keys, of which none leaves.",
        "jobs": "Work that goes on after the answer.",
        "properties": "What attributes of contacts are declared to be.",
        "imports": "Files of contacts; their rows are read after the answer.",
        "segments": "Named sets of contacts.",
        "suppressions": "Who must not be mailed, and why.",
        "templates": "What emails say.",
        "topics": "What one may unsubscribe from without leaving everything.",
        "senders": "The addresses that mail may be from, and how they are verified.",
        "keys": "API keys: what they allow, and an end to them.",
        "workspace": "The workspace that an API key speaks for.",
        "audit": "What was changed by whom, in a chain that shows when it was meddled with.",
        "clock": "The clock of a local stack: it can be moved ahead, to see what happens then.",
        "about": "The API itself; nobody needs a key for this.",
    }
)
_SERVER = "Where this description is, without `/api/openapi.json`."
_LINKED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "Campaign": ("/api/campaigns/<campaign>", "/id"),
        "Contact": ("/api/contacts/<contact>", "/id"),
        "Import": ("/api/imports/<upload>", "/id"),
        "Job": ("/api/jobs/<job>", "/id"),
        "Property": ("/api/properties/<slug>", "/slug"),
        "NewKey": ("/api/keys/<key>", "/id"),
        "Segment": ("/api/segments/<reference>", "/slug"),
        "Sender": ("/api/senders/<sender>", "/id"),
        "Suppression": ("/api/suppressions/<contact>", "/contactId"),
        "Template": ("/api/templates/<slug>", "/slug"),
        "Topic": ("/api/topics/<slug>", "/slug"),
    }
)
"""Where to go on with what was made: below which path, and where the answer holds its place."""

_PLACES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "campaign": ("The campaign's id, or its slug as `slug:NAME`.", KNOWN["campaignId"]),
        "campaign_template": ("The slug, or the id in the library.", KNOWN["slug"]),
        "contact": ("The contact's id.", KNOWN["contactId"]),
        "job": ("The job's id.", KNOWN["id"]),
        "number": ("The number of a version.", "1"),
        "key": ("The API key's id.", KNOWN["key"]),
        "mail": ("The mail's id.", KNOWN["id"]),
        "reference": ("The id or the slug.", KNOWN["slug"]),
        "upload": ("The import's id.", KNOWN["id"]),
        "sender": ("The sender's id, its slug as `slug:NAME`, or its address.", KNOWN["id"]),
        "slug": ("A name of small letters, digits, - and _.", KNOWN["slug"]),
    }
)
"""What stands for a part of a path, and an example of it."""

_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "The `ETag` of what was read: nothing is changed if another version stands.",
    "schema": {"type": "string", "pattern": PATTERN},
}
_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key and body again within 24 hours: one effect, the same answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}
_CSV_EXAMPLE = "email,first_name\nzoe@example.com,Zoe\n"
_NDJSON_EXAMPLE = '{"email": "zoe@example.com", "first_name": "Zoe"}\n'


@dataclass(frozen=True, slots=True)
class Written:
    """All that one operation's description is written from."""

    operation: Operation
    schemas: Schemas
    all: list[Operation]

    def example(self, role: str) -> object:
        """Give an example of the operation's `view` or `body`."""
        return sample(self.schemas.of(self.operation, role), self.schemas.named)


def operations() -> list[Operation]:
    """Give all operations, group by group."""
    groups = [import_module(module).operations for module in dict.fromkeys(GROUPS.values())]
    return [operation for group in groups for operation in group.all]


def document() -> Data:
    """Describe the whole API."""
    found = operations()
    schemas = schemas_of(found)
    paths: Data = {}
    for operation in found:
        path = re.sub(r"<(\w+)>", r"{\1}", operation.path)
        described = _described(Written(operation, schemas, found))
        paths.setdefault(path, {})[operation.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "PenguinMails Campaigns",
            "version": __version__,
            "description": ABOUT,
        },
        "servers": [{"url": "..", "description": _SERVER}],
        "security": [{"key": []}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": _used(paths, schemas),
            "responses": {str(status.value): refusal(status) for status in statuses()},
            "headers": dict(HEADERS),
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "`pm_live_…` or `pm_test_…`",
                }
            },
        },
    }


def text() -> str:
    """Write the description as the file holds it."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def _described(written: Written) -> Data:
    operation = written.operation
    summary, _, more = operation.text.partition("\n\n")
    needs = f"Needs the scope `{operation.scope}`." if operation.scope else "Needs no key."
    described: Data = {
        "operationId": _camel(operation.name),
        "tags": [operation.tag],
        "summary": summary.rstrip("."),
        "description": " ".join(f"{more}\n\n{needs}".split()),
        "parameters": list(_parameters(written)),
    }
    if method_takes_a_body(operation.method) and operation.body is not NoBody:
        described["requestBody"] = {"required": True, "content": _content(written)}
    described["responses"] = _responses(written)
    return described if operation.scope else {**described, "security": []}


def _content(written: Written) -> Data:
    if isinstance(written.operation.body, tuple):
        return {kind: _file(kind) for kind in written.operation.body}
    schema = written.schemas.of(written.operation, "body")
    return {JSON: {"schema": schema, "example": written.example("body")}}


def _parameters(written: Written) -> Iterator[Data]:
    for name in written.operation.places:
        text, example = _PLACES[name]
        kind = {"type": "string", "minLength": 1, "examples": [example]}
        yield {"name": name, "in": "path", "required": True, "description": text, "schema": kind}
    query = written.schemas.query(written.operation)
    for name, schema in query.get("properties", {}).items():
        needed = name in query.get("required", ())
        yield {"name": name, "in": "query", "required": needed, "schema": schema}
    if written.operation.conditional:
        yield _IF_MATCH
    if written.operation.method == "POST":
        yield _IDEMPOTENCY


def _file(kind: str) -> Data:
    example = _NDJSON_EXAMPLE if kind in NDJSON else _CSV_EXAMPLE
    return {"schema": {"type": "string"}, "example": example}


def _responses(written: Written) -> Data:
    operation = written.operation
    usual = [operation.status, *([operation.also] if operation.also else [])]
    return {
        **{str(status.value): _done(written, status) for status in usual},
        **{
            str(status.value): {"$ref": f"#/components/responses/{status.value}"}
            for status in sorted(refusals(operation))
        },
    }


def _done(written: Written, status: HTTPStatus) -> Data:
    names = _headers(written.operation, status)
    done = {
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": _answer(written),
        "links": _links(written),
    }
    return {"description": status.phrase, **{key: each for key, each in done.items() if each}}


def _answer(written: Written) -> Data:
    if written.operation.view is Sheet:
        return {CSV: {"schema": {"type": "string"}, "example": _CSV_EXAMPLE}}
    schema = written.schemas.of(written.operation, "view")
    return {JSON: {"schema": schema, "example": written.example("view")}}


def _headers(operation: Operation, status: HTTPStatus) -> Iterator[str]:
    if operation.located and status in LOCATED:
        yield "Location"
    if operation.versioned:
        yield "ETag"
    if operation.scope:
        yield from ("RateLimit", "RateLimit-Policy")


def _links(written: Written) -> Data:
    """Lead from what was made to all that can be done with it."""
    operation = written.operation
    if operation.view is Sheet:
        return {}
    view = written.schemas.of(operation, "view").get("$ref", "").removeprefix(PLACE)
    if operation.method not in {"POST", "PUT"} or view not in _LINKED:
        return {}
    below, pointer = _LINKED[view]
    return {
        _camel(each.name): {
            "operationId": _camel(each.name),
            "parameters": {each.places[0]: f"$response.body#{pointer}"},
        }
        for each in written.all
        if each.path.startswith(below) and len(each.places) == 1 and each is not operation
    }


def _used(paths: Data, schemas: Schemas) -> Data:
    """Leave out what stands for no thing of its own, as the queries do."""
    wanted, used = {"Problem", *_refs(paths)}, set[str]()
    while wanted - used:
        name = (wanted - used).pop()
        used.add(name)
        wanted |= _refs(schemas.named[name])
    return {name: schemas.named[name] for name in sorted(used)}


def _refs(data: object) -> set[str]:
    return set(re.findall(rf'"{PLACE}(\w+)"', json.dumps(data)))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def main() -> None:
    """Write the file."""
    FILE.write_text(text())


if __name__ == "__main__":
    main()
