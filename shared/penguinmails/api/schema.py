"""The JSON Schemas of what the API takes and gives, named as people would name them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter

from penguinmails.api.body import NoBody
from penguinmails.api.call import Sheet
from penguinmails.api.operation import Operation
from penguinmails.api.problems import ProblemView

Data = dict[str, Any]

PLACE = "#/components/schemas/"
_NAMES: Mapping[str, str] = MappingProxyType(
    {"Stage": "MigrationStatus", "Status": "EnrollmentStatus"}
)
"""What stands alone in its own module, and says too little beside all others."""


@dataclass(frozen=True, slots=True)
class Schemas:
    """The schemas of all operations: of one's view, body and query, and what they refer to."""

    by_role: Mapping[str, Data]
    named: Mapping[str, Data]

    def of(self, operation: Operation, role: str) -> Data:
        """Give the schema of an operation's `view` or `body`."""
        return self.by_role[f"{operation.name}.{role}"]

    def query(self, operation: Operation) -> Data:
        """Give the schema of an operation's query, whose properties are its parameters."""
        return self.resolved(self.of(operation, "query"))

    def resolved(self, schema: Data) -> Data:
        """Follow a reference, if it is one."""
        ref = schema.get("$ref")
        return self.named[ref.removeprefix(PLACE)] if ref else schema


def schemas_of(operations: Iterable[Operation]) -> Schemas:
    """Describe what operations take and give."""
    wanted: list[tuple[str, Any, Any]] = [("problem", "serialization", TypeAdapter(ProblemView))]
    for operation in operations:
        if operation.view is not Sheet:
            wanted.append((f"{operation.name}.view", "serialization", TypeAdapter(operation.view)))
        wanted.append((f"{operation.name}.query", "validation", TypeAdapter(operation.query)))
        if not isinstance(operation.body, tuple) and operation.body is not NoBody:
            wanted.append((f"{operation.name}.body", "validation", TypeAdapter(operation.body)))
    by_role, shared = TypeAdapter.json_schemas(wanted, ref_template=PLACE + "{model}")
    return Schemas(
        {role: _tidied(schema) for (role, _), schema in by_role.items()},
        {_named(name): _tidied(schema) for name, schema in shared.get("$defs", {}).items()},
    )


def _tidied(schema: Data) -> Data:
    """Leave out the titles that the code's names make, and name references as people would."""
    tidied: Data = {}
    for key, each in schema.items():
        if key == "title" and isinstance(each, str):
            continue
        named = key == "$ref" and PLACE + _named(each.removeprefix(PLACE))
        tidied[key] = named or _inside(each)
    return tidied


def _inside(value: object) -> object:
    match value:
        case dict():
            return _tidied(value)
        case list():
            return [_inside(each) for each in value]
        case _:
            return value


def _named(name: str) -> str:
    """Say Campaign for a CampaignView, and CampaignPage for a list of them."""
    page = re.sub(r"^Listed_(\w+?)(?:View|Line)_$", r"\1Page", name)
    return _NAMES.get(page, page.removesuffix("View"))
