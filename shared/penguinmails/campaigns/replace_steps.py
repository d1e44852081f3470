"""Replaces the steps of a campaign by a graph, as a visual builder draws it."""

from dataclasses import replace

from penguinmails.campaigns.campaign import Campaign
from penguinmails.campaigns.create import Given
from penguinmails.campaigns.draft_ports import EditPorts
from penguinmails.campaigns.edit import edit
from penguinmails.campaigns.nest import nest
from penguinmails.errors import InvalidInput


def replace_steps(
    tenant: str,
    campaign: str,
    graph: object,
    ports: EditPorts,
    *,
    expected: int | None = None,
    by: str = "",
) -> Campaign:
    """Have a campaign take the steps of a graph in the form that the API shows; as in `edit`.

    A step keeps its number, and its figures, as long as it keeps its name. Raises InvalidInput
    with pointers into the graph, which is at /steps of the request.
    """
    drawn = nest(graph)

    def with_steps(given: Given) -> Given:
        return replace(given, steps=drawn.steps)

    try:
        return edit(tenant, campaign, with_steps, ports, expected=expected, by=by)
    except InvalidInput as refused:
        raise InvalidInput(*map(drawn.in_graph, refused.problems)) from refused
