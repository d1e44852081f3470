"""What the API does with the people who walk through a campaign."""

from http import HTTPStatus

from pydantic import Field
from typing_extensions import TypedDict

from penguinmails.api.body import Query
from penguinmails.api.call import Call, With, identity
from penguinmails.api.campaign_body import ExitBody, MigrationBody
from penguinmails.api.campaign_call import named, named_id, operations, version_number
from penguinmails.api.enrollment_view import (
    EnrollmentLine,
    EnrollmentView,
    enrollment_line,
    enrollment_view,
)
from penguinmails.api.page import Listed, PageQuery, listed
from penguinmails.campaigns.revision import Revision
from penguinmails.enrollments.enrollment import FIRST_RUN, Enrollment, Ref, Status
from penguinmails.enrollments.find import Wanted, find
from penguinmails.enrollments.migrate import forecast, migrate
from penguinmails.enrollments.migration import Stage
from penguinmails.enrollments.rows import partition
from penguinmails.errors import NotFound
from penguinmails.table.port import Key
from penguinmails.tenants.scope import Scope


class RunQuery(Query):
    """Which of a contact's walks through the campaign is meant."""

    run: str = Field(FIRST_RUN, min_length=1, max_length=40)


class EnrollmentsQuery(PageQuery):
    """Whom to list."""

    status: Status | None = None
    step: str = Field("", max_length=64, description="The slug of the step where they stand.")


class ForecastView(TypedDict):
    """What a migration would do to people: a part of them, if `nextCursor` leads on.

    All who move are in `move`; of them `becomeDue` are due at once and were not before,
    `complete` have nothing left to walk, and `busy` have a message in hand and move after it.
    """

    stay: int
    move: int
    becomeDue: int
    complete: int
    busy: int
    nextCursor: str | None


class MigrationBegunView(TypedDict):
    """A migration: `forecast` is of a dry run, else people begin to move."""

    toRevision: int
    dryRun: bool
    forecast: ForecastView | None


class MigrationView(TypedDict):
    """How far a migration is, from 0 to 1; it is `waiting`, too, if nobody has asked for it."""

    toRevision: int
    status: Stage
    progress: float
    moved: int


_CAMPAIGN = "/api/campaigns/<campaign>"
_ONE = f"{_CAMPAIGN}/enrollments/<contact>"


@operations.get(f"{_CAMPAIGN}/enrollments", Scope.CAMPAIGNS_READ)
def list_enrollments(call: Call, campaign: str, query: EnrollmentsQuery) -> Listed[EnrollmentLine]:
    """List who is enrolled: all, or those of one status or at one step.

    Where few are wanted of many, a page may be short, or empty, and yet have a next one.
    """
    found = named_id(call, campaign)
    after = _opened(call, found, query.after(call))
    wanted, ports = Wanted(query.status, query.step), call.ports.desk.finding()
    page = find(call.tenant, found, wanted, after, query.limit, ports)
    lines = [enrollment_line(row, _revision(call, row)) for row in page.rows]
    return listed(call, lines, _written(page.after))


@operations.get(_ONE, Scope.CAMPAIGNS_READ)
def read_enrollment(call: Call, campaign: str, contact: str, query: RunQuery) -> EnrollmentView:
    """Show where one contact stands in a campaign, and all that happened, with the reasons."""
    found = named(call, campaign)
    person = identity(contact, "enrollment of contact")
    ref = Ref(call.tenant, found.id, max(found.shards, 1), person, query.run)
    row = call.ports.enrollments.read([ref]).get(ref)
    if row is None:
        raise NotFound(f"there is no enrollment of contact {person}")
    return enrollment_view(row, _revision(call, row))


@operations.post(f"{_ONE}/pause", Scope.CAMPAIGNS_WRITE)
def pause_enrollment(call: Call, campaign: str, contact: str, query: RunQuery) -> EnrollmentView:
    """Let nothing be sent to one person; their waits go on."""
    person = _person(call, campaign, contact)
    return _shown(call, call.ports.desk.interventions.pause(*person, query.run))


@operations.post(f"{_ONE}/resume", Scope.CAMPAIGNS_WRITE)
def resume_enrollment(call: Call, campaign: str, contact: str, query: RunQuery) -> EnrollmentView:
    """Let one person go on; what came due meanwhile is due now."""
    person = _person(call, campaign, contact)
    return _shown(call, call.ports.desk.interventions.resume(*person, query.run))


@operations.post(f"{_ONE}/exit", Scope.CAMPAIGNS_WRITE)
def exit_enrollment(
    call: Call, campaign: str, contact: str, body: ExitBody, query: RunQuery
) -> EnrollmentView:
    """End one person's walk, for a reason of small letters and underscores."""
    person = _person(call, campaign, contact)
    return _shown(call, call.ports.desk.interventions.exit(*person, body.reason, query.run))


@operations.post(f"{_CAMPAIGN}/migrate", Scope.CAMPAIGNS_WRITE, also=HTTPStatus.ACCEPTED)
def migrate_campaign(call: Call, campaign: str, body: MigrationBody) -> With[MigrationBegunView]:
    """Move everybody to the newest revision, or tell what would become of them.

    A dry run looks at 5,000 people at most; ask again with its `nextCursor` for more.
    """
    found, revision = named_id(call, campaign), body.to_revision
    if body.dry_run:
        return With(_forecast(call, found, body), unchanged=True)
    migrate(call.tenant, found, revision, call.ports.desk.migrating())
    begun: MigrationBegunView = {"toRevision": revision, "dryRun": False, "forecast": None}
    located = {"Location": f"/api/campaigns/{found}/migrations/{revision}"}
    return With(begun, located, status=HTTPStatus.ACCEPTED)


@operations.get(f"{_CAMPAIGN}/migrations/<number>", Scope.CAMPAIGNS_READ)
def read_migration(call: Call, campaign: str, number: str) -> MigrationView:
    """Show how far the migration to a revision is.

    Who had a message in hand moves after it, also when the rest is `done`.
    """
    found, revision = named_id(call, campaign), version_number(number)
    seen = call.ports.desk.migration(call.tenant, found, revision)
    return {
        "toRevision": revision,
        "status": seen.stage,
        "progress": seen.progress,
        "moved": seen.moved,
    }


def _forecast(call: Call, campaign: str, body: MigrationBody) -> MigrationBegunView:
    after = _opened(call, campaign, PageQuery(cursor=body.cursor).after(call))
    ports = call.ports.desk.migrating()
    told = forecast(call.tenant, campaign, body.to_revision, after, ports)
    seen: ForecastView = {
        "stay": told.stay,
        "move": told.move,
        "becomeDue": told.become_due,
        "complete": told.complete,
        "busy": told.busy,
        "nextCursor": listed(call, (), _written(told.after))["nextCursor"],
    }
    return {"toRevision": body.to_revision, "dryRun": True, "forecast": seen}


def _person(call: Call, campaign: str, contact: str) -> tuple[str, str, str]:
    person = identity(contact, "enrollment of contact")
    return call.tenant, named_id(call, campaign), person


def _shown(call: Call, row: Enrollment) -> EnrollmentView:
    return enrollment_view(row, _revision(call, row))


def _revision(call: Call, row: Enrollment) -> Revision:
    return call.ports.campaigns.revision(call.tenant, row.ref.campaign, row.revision)


def _written(place: Key | None) -> str | None:
    """Write where a list goes on: the shard, and the row in it."""
    return f"{place.pk.rpartition('#')[2]} {place.sk}" if place else None


def _opened(call: Call, campaign: str, place: str) -> Key | None:
    shard, _, row = place.partition(" ")
    return Key(partition(call.tenant, campaign, int(shard)), row) if shard else None
