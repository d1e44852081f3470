"""The JSON Schema of each kind of document, for editors and for checks elsewhere."""

from penguinmails.resources.forms import Schema
from penguinmails.resources.kinds import KINDS
from penguinmails.resources.step_schema import step_schemas

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(kind: str) -> Schema:
    """Give the schema of a kind's documents (draft 2020-12)."""
    return {
        "$schema": _DIALECT,
        "$id": f"{kind}.json",
        "title": f"PenguinMails {kind}",
        **KINDS[kind].schema(),
        **({"$defs": step_schemas()} if kind == "campaign" else {}),
    }
