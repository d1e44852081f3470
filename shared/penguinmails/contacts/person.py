"""What somebody says about a person, in a file or a request, read by one set of rules."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from penguinmails.contacts.address import normalised
from penguinmails.errors import InvalidInput, Problem
from penguinmails.properties.names import BUILT_IN, attribute_name
from penguinmails.properties.property import Declared
from penguinmails.properties.values import WHOLE, Misfit, plain, typed
from penguinmails.table.port import Value
from penguinmails.tenants.zone import zone_named

MOST_TAGS, LONGEST_TAG = 50, 64
_LARGEST_SCORE = 1_000_000_000
_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", re.ASCII)
_LINE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{1,255}")


@dataclass(frozen=True, slots=True)
class Person:
    """What is said; None is unsaid and stays as it is, an attribute of None is to go."""

    email: str
    attributes: Mapping[str, Value] = field(default_factory=dict)
    tags: frozenset[str] | None = None
    score: int | None = None
    time_zone: str | None = None
    locale: str | None = None
    consent: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing said that cannot be kept: the attribute, where it stood, and what is wrong."""

    name: str
    pointer: str
    code: str
    detail: str


def read_person(said: Mapping[str, object], declared: Declared) -> tuple[Person, list[Fault]]:
    """Read what is said under the names of a contact's fields, `attributes` being a mapping.

    What cannot be kept is left out and told; a person without a usable address has none at all.
    """
    reading = _Reading(declared)
    person = Person("")
    for name, value in said.items():
        person = _FIELDS[name](reading, person, value) if name in _FIELDS else person
    return person, reading.faults


def reject(faults: Sequence[Fault]) -> None:
    """Raise InvalidInput if there is any fault."""
    if faults:
        raise InvalidInput(*(Problem(each.pointer, each.code, each.detail) for each in faults))


class _Reading:
    def __init__(self, declared: Declared) -> None:
        self._declared = declared
        self.faults: list[Fault] = []

    def email(self, person: Person, value: object) -> Person:
        try:
            return replace(person, email=normalised(value if isinstance(value, str) else ""))
        except InvalidInput as error:
            return self._refuse(person, "email", "invalid_address", error.problems[0].detail)

    def attributes(self, person: Person, value: object) -> Person:
        if not isinstance(value, Mapping):
            detail = "attributes are an object of names and values"
            return self._refuse(person, "attributes", "invalid_attributes", detail)
        kept: dict[str, Value] = {}
        for text, each in value.items():
            name = attribute_name(str(text))
            found = self._attribute(name, each)
            if isinstance(found, Misfit):
                pointer = f"/attributes/{str(text).replace('~', '~0').replace('/', '~1')}"
                self.faults.append(Fault(name, pointer, found.code, found.detail))
            else:
                kept[name] = found
        return replace(person, attributes=kept)

    def _attribute(self, name: str, value: object) -> Value | Misfit:
        if name in BUILT_IN:
            return Misfit("reserved_name", f"{name} is a field of its own; write it there")
        if not name:
            return Misfit("invalid_name", "an attribute has a name")
        if value is None:
            return None
        if name in self._declared:
            return typed(value, self._declared[name].type)
        return plain(value)

    def score(self, person: Person, value: object) -> Person:
        match value:
            case None:
                return replace(person, score=0)
            case str() if WHOLE.fullmatch(value):
                return self.score(person, int(value))
            case int() if not isinstance(value, bool) and abs(value) <= _LARGEST_SCORE:
                return replace(person, score=value)
        return self._refuse(person, "lead_score", "invalid_score", "a score is a whole number")

    def zone(self, person: Person, value: object) -> Person:
        if value is None:
            return replace(person, time_zone="")
        if isinstance(value, str) and zone_named(value) is not None:
            return replace(person, time_zone=value)
        detail = "no such time zone, write one like Europe/Berlin"
        return self._refuse(person, "time_zone", "unknown_time_zone", detail)

    def locale(self, person: Person, value: object) -> Person:
        if value is None:
            return replace(person, locale="")
        if isinstance(value, str) and _LOCALE.fullmatch(value):
            return replace(person, locale=value)
        return self._refuse(person, "locale", "invalid_locale", "write a locale like de or pt-BR")

    def tags(self, person: Person, value: object) -> Person:
        if value is None:
            return replace(person, tags=frozenset())
        parts = value.split(";") if isinstance(value, str) else value
        if isinstance(parts, list | tuple):
            tags = [part.strip() if isinstance(part, str) else "" for part in parts]
            tags = [tag for tag in tags if tag or not isinstance(value, str)]
            if len(tags) <= MOST_TAGS and all(0 < len(tag) <= LONGEST_TAG for tag in tags):
                return replace(person, tags=frozenset(tags))
        detail = f"up to {MOST_TAGS} tags of 1 to {LONGEST_TAG} characters fit"
        return self._refuse(person, "tags", "invalid_tags", detail)

    def consent(self, person: Person, value: object) -> Person:
        if isinstance(value, str) and _LINE.fullmatch(value.strip()):
            return replace(person, consent=value.strip())
        detail = "say in one line of up to 255 characters where the person agreed"
        return self._refuse(person, "consent", "invalid_consent", detail)

    def _refuse(self, person: Person, name: str, code: str, detail: str) -> Person:
        self.faults.append(Fault(name, _POINTERS.get(name, f"/{name}"), code, detail))
        return person


_POINTERS = {"lead_score": "/leadScore", "time_zone": "/timezone"}
_FIELDS: Mapping[str, Callable[[_Reading, Person, object], Person]] = {
    "email": _Reading.email,
    "attributes": _Reading.attributes,
    "lead_score": _Reading.score,
    "time_zone": _Reading.zone,
    "locale": _Reading.locale,
    "tags": _Reading.tags,
    "consent": _Reading.consent,
}
