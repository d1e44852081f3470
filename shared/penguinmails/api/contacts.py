"""What the API does with contacts."""

from http import HTTPStatus
from typing import Literal

from typing_extensions import TypedDict

from penguinmails.api.call import Call, With, identity
from penguinmails.api.contact_body import ContactBody, ContactChange, ContactQuery
from penguinmails.api.contact_view import (
    ContactView,
    EnrolledContactView,
    EntryView,
    WalkView,
    contact_view,
    entry_view,
)
from penguinmails.api.job_view import JobView, job_view
from penguinmails.api.operation import Operations
from penguinmails.api.page import Listed, PageQuery, listed
from penguinmails.contacts.change import patch, upsert
from penguinmails.contacts.delete import delete
from penguinmails.contacts.find import Filter, browse, find_by_address, get
from penguinmails.enrollments.timeline import place_of, timeline
from penguinmails.errors import InvalidInput, Problem
from penguinmails.jobs.job import JobKind
from penguinmails.privacy.ask import ask
from penguinmails.tenants.scope import Scope

operations = Operations("contacts")


class DeletedView(TypedDict):
    """A contact is gone; `exited` is how many enrollments ended with it."""

    status: Literal["deleted"]
    exited: int


@operations.post("/api/contacts", Scope.CONTACTS_WRITE, HTTPStatus.CREATED, also=HTTPStatus.OK)
def put_contact(call: Call, body: ContactBody) -> With[ContactView]:
    """Create the contact of an address, or merge into it.

    Attributes are merged, tags and segments are added. It is 201 if there was none, else 200.
    The answer is kept nowhere: with an Idempotency-Key that came before, it is merged again.
    """
    contact, created = upsert(call.tenant, body.said(), body.segments, call.ports.people().change)
    # An answer that is kept for repetitions would hold an address that an erasure cannot find.
    return With(
        contact_view(contact),
        {"Location": f"/api/contacts/{contact.id}"},
        secret=True,
        status=None if created else HTTPStatus.OK,
    )


@operations.get("/api/contacts", Scope.CONTACTS_READ)
def list_contacts(call: Call, query: ContactQuery) -> Listed[ContactView]:
    """List contacts: all, those of a segment or with a tag, or the one of an address.

    By address it is one read. Otherwise a page reads up to 3,000 rows, so it may hold few
    contacts, or none, and have a next one.
    """
    directory, tenant = call.ports.people().directory, call.tenant
    wanted = Filter(_segment(call, query.segment), query.tag)
    if query.email:
        found = find_by_address(tenant, query.email, directory, call.ports.contact_id)
        fitting = [found] if found is not None and wanted.wants(found) else []
        return listed(call, map(contact_view, fitting), None)
    place = query.after(call)
    after = directory.place(tenant, place) if place else None
    page = browse(tenant, wanted, after, query.limit, directory)
    return listed(call, map(contact_view, page.contacts), page.after)


@operations.get("/api/contacts/<contact>", Scope.CONTACTS_READ)
def read_contact(call: Call, contact: str) -> EnrolledContactView:
    """Show a contact, and the campaigns that the person was ever enrolled in."""
    found = get(call.tenant, identity(contact, "contact"), call.ports.people().directory)
    memberships = call.ports.contacts.memberships(call.tenant, found.id)
    walks: list[WalkView] = [{"campaignId": one.campaign, "run": one.run} for one in memberships]
    return {**contact_view(found), "enrollments": walks}


@operations.patch("/api/contacts/<contact>", Scope.CONTACTS_WRITE)
def change_contact(call: Call, contact: str, body: ContactChange) -> ContactView:
    """Change a contact: null removes, and tags replace those that there were."""
    person = identity(contact, "contact")
    return contact_view(patch(call.tenant, person, body.said(), call.ports.people().change))


@operations.delete("/api/contacts/<contact>", Scope.CONTACTS_WRITE)
def remove_contact(call: Call, contact: str) -> DeletedView:
    """Delete a contact and end its enrollments; what bars mail to the person stays."""
    person = identity(contact, "contact")
    return {"status": "deleted", "exited": delete(call.tenant, person, call.ports.people().delete)}


@operations.get("/api/contacts/<contact>/timeline", Scope.CONTACTS_READ)
def read_timeline(call: Call, contact: str, query: PageQuery) -> Listed[EntryView]:
    """Tell what happened to a contact in all campaigns, newest first, to the minute."""
    found = get(call.tenant, identity(contact, "contact"), call.ports.people().directory)
    place = query.after(call)
    after = place_of(place) if place else None
    page = timeline(call.tenant, found.id, after, query.limit, call.ports.people().telling)
    return listed(call, map(entry_view, page.entries), page.after and page.after.text())


@operations.post("/api/contacts/<contact>/erase", Scope.CONTACTS_WRITE, HTTPStatus.ACCEPTED)
def erase_contact(call: Call, contact: str) -> With[JobView]:
    """Erase a person: address, attributes and exports go, and no mail is sent any more.

    A keyed hash of the address stays, so that the person is not mailed if imported again.
    """
    return _asked(call, JobKind.ERASURE, contact)


@operations.post("/api/contacts/<contact>/export", Scope.CONTACTS_WRITE, HTTPStatus.ACCEPTED)
def export_contact(call: Call, contact: str) -> With[JobView]:
    """Export all that is held about a person, as a JSON file that the job leads to."""
    return _asked(call, JobKind.EXPORT, contact)


def _asked(call: Call, kind: JobKind, contact: str) -> With[JobView]:
    person = identity(contact, "contact")
    job = ask(call.tenant, call.ids.new(), kind, person, call.ports.people().asking)
    return With(job_view(job, ""), {"Location": f"/api/jobs/{job.id}"})


def _segment(call: Call, reference: str) -> str:
    if not reference:
        return ""
    found = call.ports.segments.find(call.tenant, reference)
    if found is None:
        detail = "there is no such segment; write the id or the slug of one"
        raise InvalidInput(Problem("/segment", "unknown_segment", detail))
    return found.id
