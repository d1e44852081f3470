"""Sample data that people keep in a file, to write an email with instead of a contact's."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from penguinmails.cli.client import Api
from penguinmails.cli.exits import Exit
from penguinmails.cli.failure import Failure
from penguinmails.cli.names import contact_id

SampleFile = Annotated[
    Path | None, typer.Option(help="A JSON file with attributes, instead of a contact's.")
]


def reader_of(api: Api, contact: str, sample: Path | None, locale: str) -> dict[str, Any]:
    """Write whom an email is for, as the API takes it; raises Failure."""
    told: dict[str, Any] = {"contactId": contact_id(api, contact), "locale": locale}
    if sample is not None:
        told["sample"] = _attributes(sample)
    return {name: value for name, value in told.items() if value != ""}


def _attributes(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_bytes())
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.", Exit.REFUSED) from error
    except ValueError as error:
        raise Failure(f"{file} is no JSON: {error}.", Exit.REFUSED) from error
    if not isinstance(found, dict):
        hint = 'Write attributes by name: {"firstName": "Zoe"}.'
        raise Failure(f"{file} holds no attributes.", Exit.REFUSED, hint)
    return found
