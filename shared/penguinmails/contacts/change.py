"""Changes contacts: creates, merges, patches, tags them, and puts them into segments."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from penguinmails.contacts.contact import Contact
from penguinmails.contacts.merge import fits, made, merged, patched, touched
from penguinmails.contacts.person import read_person, reject
from penguinmails.contacts.ports import ContactPorts
from penguinmails.errors import Conflict, InvalidInput, NotFound, Problem

ORIGIN = "request"
"""Stands where an import writes which of its rows made the contact."""
_TRIES = 5
_Deed = Callable[[Contact], Contact]


def upsert(
    tenant: str, said: Mapping[str, object], segments: Sequence[str], given: ContactPorts
) -> tuple[Contact, bool]:
    """Create the contact of an address, or merge into it; tell whether it was created.

    `said` has the fields of a contact, as `read_person` takes them. An attribute of None is
    removed; tags and segments are added. Raises InvalidInput.
    """
    person, faults = read_person({"email": "", **said}, given.properties.of(tenant))
    into = _segments(tenant, segments, given)
    reject(faults)
    now_at = given.clock.now()
    contact = given.contact_id(tenant, person.email)
    new = _fitting(made(tenant, contact, person, into, now_at))
    if not given.contacts.origins(tenant, [contact]) and given.contacts.add(new, ORIGIN):
        return new, True
    return _changed(tenant, contact, lambda old: merged(old, person, into, now_at), given), False


def patch(tenant: str, contact: str, said: Mapping[str, object], given: ContactPorts) -> Contact:
    """Change what is said of a contact: None removes, tags replace those that there were.

    Raises InvalidInput and NotFound.
    """
    if "email" in said:
        detail = "an address never changes; put a contact with the new one, and delete this one"
        raise InvalidInput(Problem("/email", "immutable", detail))
    person, faults = read_person(said, given.properties.of(tenant))
    reject(faults)
    now_at = given.clock.now()
    return _changed(tenant, contact, lambda old: patched(old, person, now_at), given)


def tag(
    tenant: str, contact: str, add: Sequence[str], remove: Sequence[str], given: ContactPorts
) -> Contact:
    """Add and remove tags; doing it again changes nothing. Raises InvalidInput and NotFound."""
    more, faults = read_person({"tags": list(add)}, {})
    reject([replace(fault, pointer="/add") for fault in faults])

    def deed(old: Contact) -> Contact:
        return replace(old, tags=old.tags - {*remove} | (more.tags or frozenset()))

    return _changed(tenant, contact, partial(_touched, deed, given), given)


def join(tenant: str, contact: str, segment: str, given: ContactPorts) -> Contact:
    """Put a contact into a segment, named by id or slug. Raises NotFound."""
    into = _segment(tenant, segment, given)
    deed = partial(_touched, lambda old: replace(old, segments=old.segments | {into}), given)
    return _changed(tenant, contact, deed, given)


def leave(tenant: str, contact: str, segment: str, given: ContactPorts) -> Contact:
    """Take a contact out of a segment, named by id or slug. Raises NotFound.

    Enrollments in campaigns to the segment go on.
    """
    out = _segment(tenant, segment, given)
    deed = partial(_touched, lambda old: replace(old, segments=old.segments - {out}), given)
    return _changed(tenant, contact, deed, given)


def _touched(deed: _Deed, given: ContactPorts, old: Contact) -> Contact:
    return touched(old, deed(old), given.clock.now())


def _changed(tenant: str, contact: str, deed: _Deed, given: ContactPorts) -> Contact:
    for _ in range(_TRIES):
        found = given.contacts.origins(tenant, [contact]).get(contact)
        if found is None:
            raise NotFound(f"there is no contact {contact}")
        stands, origin = found
        new = deed(stands)
        if new is stands or given.contacts.replace(stands, _fitting(new), origin, origin):
            return new
    raise Conflict("others are changing this contact at the same time; try again")


def _fitting(contact: Contact) -> Contact:
    if fits(contact):
        return contact
    detail = "the contact would have too much in its attributes, tags, segments or consents"
    raise InvalidInput(Problem("", "contact_too_large", detail))


def _segment(tenant: str, reference: str, given: ContactPorts) -> str:
    found = given.segments.find(tenant, reference)
    if found is None:
        raise NotFound(f"there is no segment {reference}")
    return found.id


def _segments(tenant: str, references: Sequence[str], given: ContactPorts) -> frozenset[str]:
    found = [given.segments.find(tenant, reference) for reference in references]
    detail = "there is no such segment; create it first"
    problems = [
        Problem(f"/segments/{index}", "unknown_segment", detail)
        for index, segment in enumerate(found)
        if segment is None
    ]
    if problems:
        raise InvalidInput(*problems)
    return frozenset(segment.id for segment in found if segment is not None)
