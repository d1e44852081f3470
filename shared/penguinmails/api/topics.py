"""What the API does with topics."""

from typing import Literal

from pydantic import Field
from typing_extensions import TypedDict

from penguinmails.api.body import Body
from penguinmails.api.call import Call
from penguinmails.api.operation import Operations
from penguinmails.api.page import Listed, PageQuery, listed
from penguinmails.api.types import Id, Instant, instant
from penguinmails.tenants.scope import Scope
from penguinmails.topics.topic import LONGEST_DESCRIPTION, Topic, make_topic

operations = Operations("topics")


class TopicBody(Body):
    """A topic to save."""

    name: str = Field("", max_length=255, examples=["Product tips"])
    description: str = Field(
        "", max_length=LONGEST_DESCRIPTION, examples=["How to get more out of it, twice a month."]
    )


class TopicView(TypedDict):
    """A topic: what one may unsubscribe from without leaving everything."""

    id: Id
    slug: str
    name: str
    description: str
    createdAt: Instant
    updatedAt: Instant


class RemovedView(TypedDict):
    """It is gone."""

    status: Literal["removed"]


@operations.put("/api/topics/<slug>", Scope.TOPICS_WRITE)
def put_topic(call: Call, slug: str, body: TopicBody) -> TopicView:
    """Create a topic, or name and describe it anew."""
    now_at = call.ports.clock.now()
    topic = make_topic(call.tenant, slug, body.name or slug, body.description, now_at)
    return _view(call.ports.workspace().topics.save(topic))


@operations.get("/api/topics", Scope.TOPICS_READ)
def list_topics(call: Call, query: PageQuery) -> Listed[TopicView]:
    """List topics."""
    page = call.ports.workspace().topics.page(
        call.tenant, query.key(call, call.tenant), query.limit
    )
    return listed(call, map(_view, page.topics), page.after)


@operations.get("/api/topics/<slug>", Scope.TOPICS_READ)
def read_topic(call: Call, slug: str) -> TopicView:
    """Show a topic."""
    return _view(call.ports.workspace().topics.get(call.tenant, slug))


@operations.delete("/api/topics/<slug>", Scope.TOPICS_WRITE)
def remove_topic(call: Call, slug: str) -> RemovedView:
    """Remove a topic."""
    topics = call.ports.workspace().topics
    topics.delete(topics.get(call.tenant, slug))
    return {"status": "removed"}


def _view(topic: Topic) -> TopicView:
    return {
        "id": topic.id,
        "slug": topic.slug,
        "name": topic.name,
        "description": topic.description,
        "createdAt": instant(topic.created_at),
        "updatedAt": instant(topic.updated_at),
    }
