"""Launches campaigns: triggered by the launch queue, to begin one or to go on with a lane of one."""

from penguinmails import bootstrap
from penguinmails.campaigns.launch import begin
from penguinmails.enrollments.enroll import enroll_lane
from penguinmails.enrollments.migrate import go_on
from penguinmails.invocation import BatchResponse, Context, Event, each_message, time_left
from penguinmails.observability import count, log, observed
from penguinmails.queues.port import Body

house = bootstrap.house()
launching = house.launching()
enrolling = house.enrolling()
migrating = house.migrating()


@observed(house.adapters.meter)
def handler(event: Event, context: Context) -> BatchResponse:
    """Begin a launch, or go on with one of its lanes or with one of a migration."""

    def handle(body: Body) -> None:
        tenant, campaign = body["tenant"], body["campaign"]
        if "revision" in body:
            moved = go_on(body, time_left(context), migrating)
            named = {"campaign": campaign, "revision": body["revision"], "done": moved.done}
            log("migrated", **named, moved=moved.moved, busy=moved.busy)
            return
        if "lane" not in body:
            log("launch_begun", campaign=campaign, lanes=begin(tenant, campaign, launching))
            return
        done = enroll_lane(tenant, campaign, body["lane"], time_left(context), enrolling)
        count("Enrolled", done.added)
        log("enrolled", campaign=campaign, added=done.added, there=done.there, done=done.done)

    return each_message(event, handle)
