"""The forms that a field's value may have: each says it as a JSON Schema, and checks it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from penguinmails.campaigns.source import TEMPLATE_SLUG, Source, below, shown, suggestion
from penguinmails.contacts.address import normalised
from penguinmails.errors import InvalidInput
from penguinmails.templates.language import tag_of
from penguinmails.tenants.zone import zone_named

Schema = dict[str, Any]
SLUG_PATTERN: Final = f"^{TEMPLATE_SLUG.pattern}$"
_LONGEST_ADDRESS: Final = 320
_STAND_IN: Final = "somebody@example.com"
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Form(Protocol):
    """What a value may be."""

    def schema(self) -> Schema:
        """Say it as JSON Schema."""
        ...

    def check(self, source: Source, at: str, value: object) -> None:
        """Refuse what it may not be."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text."""

    longest: int

    def schema(self) -> Schema:
        return {"type": "string", "minLength": 1, "maxLength": self.longest}

    def check(self, source: Source, at: str, value: object) -> None:
        source.line(at, value, "this", longest=self.longest)


@dataclass(frozen=True, slots=True)
class Text:
    """Text of any number of lines."""

    longest: int

    def schema(self) -> Schema:
        return {"type": "string", "maxLength": self.longest}

    def check(self, source: Source, at: str, value: object) -> None:
        if not isinstance(value, str):
            source.refuse(at, "wrong_type", f"this is a text, not {shown(value)}")
        elif len(value) > self.longest:
            source.refuse(at, "invalid_text", f"this has over {self.longest:,} characters")
        elif _CONTROL.search(value):
            source.refuse(at, "invalid_text", "this holds a control character; delete it")


@dataclass(frozen=True, slots=True)
class Address:
    """An email address."""

    def schema(self) -> Schema:
        return {"type": "string", "format": "email", "maxLength": _LONGEST_ADDRESS}

    def check(self, source: Source, at: str, value: object) -> None:
        text = source.line(at, value, "an address", longest=_LONGEST_ADDRESS)
        try:
            normalised(text or _STAND_IN)
        except InvalidInput as error:
            source.refuse(at, "invalid_address", error.problems[0].detail)


@dataclass(frozen=True, slots=True)
class Zone:
    """The name of a time zone."""

    def schema(self) -> Schema:
        return {"type": "string", "pattern": "^(UTC|[A-Za-z]+/[A-Za-z0-9_+/-]+)$"}

    def check(self, source: Source, at: str, value: object) -> None:
        if not isinstance(value, str) or zone_named(value) is None:
            detail = f"there is no time zone {shown(value)}; write one like Europe/Berlin or UTC"
            source.refuse(at, "unknown_time_zone", detail)


@dataclass(frozen=True, slots=True)
class Slug:
    """The slug of the document itself."""

    def schema(self) -> Schema:
        return {"type": "string", "pattern": SLUG_PATTERN}

    def check(self, source: Source, at: str, value: object) -> None:
        if not isinstance(value, str) or not TEMPLATE_SLUG.fullmatch(value):
            detail = "a slug has 1 to 64 small letters, digits, - and _, such as spring-sale"
            source.refuse(at, "invalid_slug", f"{detail}; not {shown(value)}")


@dataclass(frozen=True, slots=True)
class Reference:
    """The slug of another document, or of what is on the server."""

    kind: str

    def schema(self) -> Schema:
        return Slug().schema()

    def check(self, source: Source, at: str, value: object) -> None:
        Slug().check(source, at, value)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words."""

    words: tuple[str, ...]

    def schema(self) -> Schema:
        return {"enum": list(self.words)}

    def check(self, source: Source, at: str, value: object) -> None:
        if value not in self.words:
            close = suggestion(value, self.words)
            detail = f"this is one of {', '.join(self.words)}; not {shown(value)}{close}"
            source.refuse(at, "unknown_value", detail)


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def schema(self) -> Schema:
        return {"type": "boolean"}

    def check(self, source: Source, at: str, value: object) -> None:
        if not isinstance(value, bool):
            detail = f"write true or false, without quotes; not {shown(value)}"
            source.refuse(at, "wrong_type", detail)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date with a time, in the campaign's zone unless it says an offset."""

    def schema(self) -> Schema:
        pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}(:?[0-9]{2})?"
        return {"type": "string", "pattern": pattern, "maxLength": 40}

    def check(self, source: Source, at: str, value: object) -> None:
        source.line(at, value, "a date and time, such as 2027-03-02T09:00,", longest=40)


@dataclass(frozen=True, slots=True)
class Steps:
    """The nested list of a campaign's steps, which the sequence's own compiler checks."""

    def schema(self) -> Schema:
        return {"$ref": "#/$defs/steps"}

    def check(self, source: Source, at: str, value: object) -> None:
        source.items(at, value, "`steps`")


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a document, and the name and default that it has over the API.

    Without a name there, it has parts which have one each (or it is `kind` or `slug`). One that is
    `kept` stays as it is on the server if a file leaves it out.
    """

    name: str
    form: Form
    about: str
    api: str = ""
    required: bool = False
    default: object = ""
    example: object = None
    kept: bool = False

    def schema(self) -> Schema:
        """Give the field's schema, for editors with a description and an example."""
        examples = {} if self.example is None else {"examples": [self.example]}
        return {**self.form.schema(), "description": self.about, **examples}


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping of named fields; `hints` say what to write instead of some that are none."""

    fields: tuple[Field, ...]
    hints: Mapping[str, str] = field(default_factory=dict)

    def schema(self) -> Schema:
        needed = [each.name for each in self.fields if each.required]
        return {
            "type": "object",
            "properties": {each.name: each.schema() for each in self.fields},
            "additionalProperties": False,
            **({"required": needed} if needed else {}),
        }

    def check(self, source: Source, at: str, value: object) -> None:
        if example := self._written_out(value):
            detail = f"write `{at.rpartition('/')[2]}: {example}`, not {shown(value)}"
            source.refuse(at, "wrong_type", detail)
            return
        given = source.fields(at, value, "this")
        if given is None:
            return
        source.only(at, given, [each.name for each in self.fields], self.hints)
        for each in self.fields:
            self._check(source, at, each, given)

    def _written_out(self, value: object) -> str:
        """Write an address that stands alone with its key and a name; empty if it is none."""
        known = any(isinstance(field.form, Address) for field in self.fields)
        if not (known and isinstance(value, str) and "@" in value):
            return ""
        name = value.partition("@")[0].title()
        parts = (
            f"{field.name}: {value if isinstance(field.form, Address) else name}"
            for field in self.fields
        )
        return f"{{{', '.join(parts)}}}"

    @staticmethod
    def _check(source: Source, at: str, field: Field, given: Mapping[str, object]) -> None:
        if field.name in given:
            field.form.check(source, below(at, field.name), given[field.name])
        elif field.required:
            example = "" if field.example is None else f", such as `{field.name}: {field.example}`"
            source.refuse(at, "missing", f"`{field.name}` is missing; add it{example}")


@dataclass(frozen=True, slots=True)
class Tags:
    """A list of tags."""

    longest: int

    def schema(self) -> Schema:
        return {"type": "array", "items": Line(self.longest).schema(), "uniqueItems": True}

    def check(self, source: Source, at: str, value: object) -> None:
        for index, tag in enumerate(source.items(at, value, "this")):
            Line(self.longest).check(source, below(at, index), tag)


@dataclass(frozen=True, slots=True)
class ByLanguage:
    """A mapping of language tags, each to the same fields."""

    record: Record

    def schema(self) -> Schema:
        inner = self.record.schema()
        return {"type": "object", "additionalProperties": inner}

    def check(self, source: Source, at: str, value: object) -> None:
        for tag, inner in (source.fields(at, value, "this") or {}).items():
            if tag_of(tag) != tag:
                detail = f"{shown(tag)} is no language tag; write one such as de or de-AT"
                source.refuse(below(at, tag), "invalid_language", detail)
            self.record.check(source, below(at, tag), inner)
