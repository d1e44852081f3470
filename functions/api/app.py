"""Answers the HTTP API: triggered by every request below /api/."""

from typing import Any

from penguinmails import bootstrap
from penguinmails.api.answer import answer
from penguinmails.invocation import Context, Event
from penguinmails.observability import observed

house = bootstrap.house()
ports = house.api()


@observed(house.adapters.meter)
def handler(event: Event, context: Context) -> dict[str, Any]:
    """Answer one request."""
    return answer(event, context, ports)
