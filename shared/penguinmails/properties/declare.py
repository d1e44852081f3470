"""Declares properties, and takes declarations back; the values that contacts have stay."""

from dataclasses import dataclass, replace
from typing import Protocol

from penguinmails.clock import Clock
from penguinmails.errors import Conflict, InvalidInput, NotFound, Problem
from penguinmails.properties.property import MOST_PROPERTIES, Declared, Property, make_property


class Properties(Protocol):
    """A workspace's properties as they are now."""

    def read(self, tenant: str) -> tuple[Declared, int]: ...
    def save(self, tenant: str, declared: Declared, version: int) -> bool: ...


@dataclass(frozen=True, slots=True)
class PropertyPorts:
    """What declaring touches."""

    properties: Properties
    clock: Clock


def declare(tenant: str, slug: str, kind: str, label: str, given: PropertyPorts) -> Property:
    """Declare a property, or give the one that is there another label.

    Raises InvalidInput; and Conflict if it is there with another type, or if somebody else
    changes properties at this moment.
    """
    asked = make_property(slug, kind, label, given.clock.now())
    declared, version = given.properties.read(tenant)
    stands = declared.get(slug)
    if stands is not None and stands.type is not asked.type:
        raise Conflict(
            f"{slug} is declared as {stands.type}, and a type never changes; "
            "remove the property first, then declare it anew"
        )
    if stands is None and len(declared) >= MOST_PROPERTIES:
        detail = f"a workspace has at most {MOST_PROPERTIES} properties; remove one first"
        raise InvalidInput(Problem("/slug", "too_many_properties", detail))
    new = replace(stands, label=label) if stands else asked
    _save(tenant, {**declared, slug: new}, version, given)
    return new


def find(tenant: str, slug: str, given: PropertyPorts) -> Property:
    """Give a property as it is now; raises NotFound."""
    declared, _ = given.properties.read(tenant)
    if slug not in declared:
        raise NotFound(f"there is no property {slug}")
    return declared[slug]


def remove(tenant: str, slug: str, given: PropertyPorts) -> None:
    """Take a declaration back: from now on the attribute takes any value; raises NotFound."""
    declared, version = given.properties.read(tenant)
    if slug not in declared:
        raise NotFound(f"there is no property {slug}")
    rest = {name: each for name, each in declared.items() if name != slug}
    _save(tenant, rest, version, given)


def page(tenant: str, after: str, limit: int, given: PropertyPorts) -> tuple[list[Property], str]:
    """List properties by slug; gives the slug behind which there are more, empty if none."""
    declared, _ = given.properties.read(tenant)
    slugs = [slug for slug in sorted(declared) if slug > after]
    more = slugs[limit - 1] if len(slugs) > limit else ""
    return [declared[slug] for slug in slugs[:limit]], more


def _save(tenant: str, declared: Declared, version: int, given: PropertyPorts) -> None:
    if not given.properties.save(tenant, declared, version):
        raise Conflict("somebody else changed the properties at the same time; try again")
