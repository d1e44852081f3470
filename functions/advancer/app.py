"""Advances enrollments, and mails tests: triggered by the advance queue, a message at a time."""

from penguinmails import bootstrap
from penguinmails.enrollments.advance import advance
from penguinmails.enrollments.messages import unpack
from penguinmails.invocation import BatchResponse, Context, Event, each_message, time_left
from penguinmails.observability import count, count_all, log, observed
from penguinmails.queues.port import Body

house = bootstrap.house()
ports = house.advancer()


@observed(house.adapters.meter)
def handler(event: Event, context: Context) -> BatchResponse:
    """Give every enrollment that the messages name what it needs now."""

    def handle(body: Body) -> None:
        if "testSend" in body:
            mailed = house.run_test_send(body, context.aws_request_id, time_left(context))
            count("Uncertain", mailed["uncertain"])
            count("Fenced", mailed["fenced"])
            log("test_sent", job=body["testSend"], outcomes=dict(mailed))
            return
        refs = unpack(body)
        done = advance(refs, context.aws_request_id, time_left(context), ports)
        count_all("Lateness", done.late_s)
        count("Sends", done.outcomes["accepted"])
        count("Uncertain", done.outcomes["uncertain"] + done.outcomes["doubt"])
        count("Held", done.outcomes["render_failed"])
        count("Fenced", done.outcomes["fenced"])
        log("advanced", campaign=body["campaign"], outcomes=dict(done.outcomes))

    return each_message(event, handle)
