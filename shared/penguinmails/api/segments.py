"""The routes of segments."""

from typing import Any

from pydantic import Field

from penguinmails.api.body import Body, read_body
from penguinmails.api.call import Answer, answered, asked_page, call_of, paged
from penguinmails.api.campaign_view import instant_text
from penguinmails.api.route import routes
from penguinmails.errors import NotFound
from penguinmails.segments.segment import Segment, make_segment
from penguinmails.tenants.scope import Scope

router = routes()


class SegmentBody(Body):
    """A segment to save."""

    name: str = Field("", max_length=255)


@router.put("/api/segments/<slug>")
def put_segment(slug: str) -> Answer:
    """Create a segment, or name it anew."""
    call = call_of(router, Scope.CONTACTS_WRITE)
    body = read_body(SegmentBody, router.current_event)
    segment = make_segment(call.tenant, slug, body.name or slug, call.ports.clock.now())
    return answered(_view(call.ports.segments.save(segment)))


@router.get("/api/segments/<reference>")
def read_segment(reference: str) -> Answer:
    """Show a segment, by its id or its slug."""
    call = call_of(router, Scope.CONTACTS_READ)
    found = call.ports.segments.find(call.tenant, reference)
    if found is None:
        raise NotFound(f"there is no segment {reference[:64]}")
    return answered(_view(found))


@router.get("/api/segments")
def list_segments() -> Answer:
    """List segments."""
    call = call_of(router, Scope.CONTACTS_READ)
    asked = asked_page(router.current_event, call.tenant, "segment#")
    page = call.ports.segments.page(call.tenant, asked.after, asked.limit)
    return paged([_view(segment) for segment in page.segments], page.after)


def _view(segment: Segment) -> dict[str, Any]:
    return {
        "id": segment.id,
        "slug": segment.slug,
        "name": segment.name,
        "createdAt": instant_text(segment.created_at),
    }
