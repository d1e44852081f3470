"""The command `test-send`: a campaign's emails, or a template, in a few inboxes of your own."""

import time
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from penguinmails.cli.client import place
from penguinmails.cli.exits import Exit
from penguinmails.cli.failure import Failure
from penguinmails.cli.names import bare, campaign_path
from penguinmails.cli.sample import SampleFile, reader_of
from penguinmails.cli.session import Session, session_of

LOOK_EVERY_S = 0.5
_ENDED = {"done", "failed"}
_CODES = {"refused": Exit.REFUSED, "uncertain": Exit.CONFLICT, "try_later": Exit.AWAY}
"""How a command ends that had such a mail; the first of these that there was counts."""


def mail_test(  # noqa: PLR0913 - typer reads the options off it
    context: typer.Context,
    campaign: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="Its slug, or its id.")] = "",
    *,
    to: Annotated[list[str], typer.Option(help="An address to mail; up to ten of them.")],
    step: Annotated[
        list[str] | None, typer.Option(help="An email step of the campaign; without: all.")
    ] = None,
    template: Annotated[str, typer.Option(help="A saved template, instead of a campaign.")] = "",
    from_: Annotated[
        str, typer.Option("--from", help="The sender's address, for a template.")
    ] = "",
    name: Annotated[str, typer.Option(help="The sender's name, for a template.")] = "",
    contact: Annotated[str, typer.Option(help="The address or id of whom to write as to.")] = "",
    sample: SampleFile = None,
    locale: Annotated[str, typer.Option(help="The language to write in, such as de-AT.")] = "",
) -> None:
    """Mail emails as a test, and tell what became of each.

    The exit code is 1 if one was refused, else 5 if nobody knows whether one left, else 6 if one
    could not be handed over for now.
    """
    session = session_of(context)
    if bool(campaign) is bool(template):
        raise Failure("Name a campaign, or a template with --template.", Exit.USAGE)
    if template and not from_:
        raise Failure("--from is missing.", Exit.USAGE, "Name a sender's address: --from ADDRESS.")
    if bool(template) is not bool(from_) or (template and step) or (campaign and name):
        hint = "A template takes --from and --name; a campaign has a sender, and takes --step."
        raise Failure("These options do not belong together.", Exit.USAGE, hint)
    reader = reader_of(session.api, contact, sample, locale)
    path = place("templates", bare(template)) if template else campaign_path(campaign)
    own = {"fromEmail": from_, "fromName": name} if template else {"steps": step or []}
    job = _ended(session, session.api.post(f"{path}/test-send", {"to": to, **own, **reader}))
    session.output.result(job, *_lines(job, to))
    if code := _code_of(job):
        raise typer.Exit(code)


def _ended(session: Session, job: dict[str, Any]) -> dict[str, Any]:
    """Wait for the end of a job, and tell how far it is."""
    shown = -1
    while job["status"] not in _ENDED:
        mails = job["result"]["mails"]
        done = sum(mail["outcome"] not in {"waiting", "sending"} for mail in mails)
        if done != shown:
            session.output.aside(f"{done} of {len(mails)} mails dealt with")
            shown = done
        time.sleep(LOOK_EVERY_S)
        job = session.api.get(place("jobs", job["id"]))
    return job


def _lines(job: Mapping[str, Any], to: Sequence[str]) -> list[str]:
    gaps = [
        f"missing in {_named(email)}: {', '.join(email['missing'])}"
        for email in job["result"]["emails"]
        if email["missing"]
    ]
    mails = [_line(mail, to) for mail in job["result"]["mails"]]
    failure = [f"It failed: {job['failure']}."] if job["failure"] else []
    return [*gaps, *mails, *failure]


def _line(mail: Mapping[str, Any], to: Sequence[str]) -> str:
    why = f" ({mail['detail']})" if mail["detail"] else ""
    return f"{mail['outcome']:9}  {_named(mail)}  {to[mail['to']]}{why}"


def _named(one: Mapping[str, Any]) -> str:
    return str(one["step"] or one["template"])


def _code_of(job: Mapping[str, Any]) -> int:
    outcomes = {mail["outcome"] for mail in job["result"]["mails"]}
    found = next((code for outcome, code in _CODES.items() if outcome in outcomes), 0)
    return found or (Exit.AWAY if job["status"] == "failed" else 0)
