"""Commands for campaigns: launch, pause, resume, cancel, clone, report."""

from typing import Annotated, Any

import typer

from penguinmails.cli.client import place
from penguinmails.cli.exits import Exit
from penguinmails.cli.failure import Failure
from penguinmails.cli.names import bare, campaign_path
from penguinmails.cli.senders import lacking
from penguinmails.cli.session import Session, session_of

Data = dict[str, Any]
Campaign = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="Its slug, or its id.")]

COLUMNS = {
    "name": "name",
    "slug": "slug",
    "status": "status",
    "type": "campaignType",
    "revision": "revision",
    "id": "id",
}


def launch(context: typer.Context, campaign: Campaign) -> None:
    """Launch a draft: now, or at its start."""
    try:
        _moved(session_of(context), campaign, "launch")
    except Failure as failure:
        raise lacking(failure) from failure


def pause(context: typer.Context, campaign: Campaign) -> None:
    """Pause: nothing leaves after the time that is shown."""
    session = session_of(context)
    found = session.api.post(f"{campaign_path(campaign)}/pause")
    session.output.result(found, f"Paused. Nothing is sent after {found['effectiveBy']}.")


def resume(context: typer.Context, campaign: Campaign) -> None:
    """Go on after a pause."""
    _moved(session_of(context), campaign, "resume")


def cancel(context: typer.Context, campaign: Campaign) -> None:
    """End a campaign for good."""
    _moved(session_of(context), campaign, "cancel")


def clone(
    context: typer.Context,
    campaign: Annotated[
        str, typer.Argument(metavar="[CAMPAIGN]", help="Its slug, or its id.")
    ] = "",
    from_template: Annotated[
        str, typer.Option(help="A campaign template instead: its slug, or its id in the library.")
    ] = "",
    slug: Annotated[str, typer.Option(help="The slug of a draft that begins so.")] = "",
) -> None:
    """Copy a campaign, or a campaign template, to a new draft."""
    session = session_of(context)
    if bool(campaign) == bool(from_template):
        hint = "See `penguinmails get campaigns` and `penguinmails get library`."
        raise Failure("Give a campaign, or --from-template.", Exit.USAGE, hint)
    if from_template:
        _begin(session, from_template, slug)
        return
    if slug:
        message = "A copy of a campaign gets a slug by its name."
        raise Failure(message, Exit.USAGE, "Leave --slug out, or give --from-template.")
    found = session.api.post(f"{campaign_path(campaign)}/clone")
    session.output.result(found, f"Cloned: {found['name']} ({found['id']}) is a draft.")


def _begin(session: Session, template: str, slug: str) -> None:
    path = f"{place('campaign-templates', bare(template))}/instantiate"
    found = session.api.post(path, {"slug": slug} if slug else {})
    session.output.result(
        found,
        f"Begun: {found['name']} (slug:{found['slug']}) is a draft; its emails are saved.",
        "Choose its audience and sender, and make its words yours:",
        f"  penguinmails export campaign {found['slug']} > {found['slug']}.yaml",
        f"  penguinmails apply {found['slug']}.yaml",
    )


def report(context: typer.Context, campaign: Campaign) -> None:
    """Show a campaign's numbers, by step."""
    session = session_of(context)
    found = session.api.get(f"{campaign_path(campaign)}/analytics")
    if session.form == "json":
        session.output.result(found)
        return
    overall = found["overall"]
    ended = [f"{one['reason']} {one['count']:,}" for one in found["exits"]]
    rare = [f"{title} {overall[name]:,}" for title, name in _RARE.items() if overall[name]]
    shown = [f"sent {overall['sent']:,}", f"under way {overall['active']:,}", *rare, *ended]
    session.output.result(found, ", ".join(shown))
    columns = _STEP_COLUMNS | {title: name for title, name in _RARE.items() if overall[name]}
    session.output.table(found["byStep"], columns, "No step was reached yet.")


_RARE = {
    "replied": "replied",
    "skipped": "skipped",
    "refused": "refused",
    "uncertain": "uncertain",
}
"""Shown where there are any: a table is to fit into a terminal."""
_STEP_COLUMNS = {
    "step": "name",
    "sent": "sent",
    "delivered": "delivered",
    "opened": "uniqueOpens",
    "clicked": "uniqueClicks",
    "bounced": "bounced",
    "unsubscribed": "unsubscribed",
}


def _moved(session: Session, campaign: str, deed: str) -> None:
    found = session.api.post(f"{campaign_path(campaign)}/{deed}")
    session.output.result(found, f"{found['name']} is {found['status']}.")
