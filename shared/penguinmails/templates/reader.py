"""Somebody to write a template to, before anybody gets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom to write to: a contact by id, or one with sample data.

    `locale` is read instead of the contact's, if given.
    """

    contact: str = ""
    sample: Mapping[str, object] | None = None
    locale: str = ""


NOBODY: Final = Reader()
"""One of whom nothing is known."""
