"""The command `verify`: shows that an address to send from is the workspace's own."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from penguinmails.cli.client import place
from penguinmails.cli.exits import Exit
from penguinmails.cli.failure import Failure
from penguinmails.cli.names import bare
from penguinmails.cli.session import Session, session_of

ADDING = (
    "To add a sender, write a file with `kind: sender`, `slug`, `name`, `email` and "
    "`postal_address`, then: penguinmails apply FILE"
)
_LACKING = frozenset({"unverified_sender", "no_postal_address"})


def verify(
    context: typer.Context,
    sender: Annotated[
        str, typer.Argument(metavar="SENDER", help="Its address, its slug, or its id.")
    ],
    *,
    domain: Annotated[
        bool, typer.Option("--domain", help="Look for the domain's record in the DNS instead.")
    ] = False,
) -> None:
    """Mail a link to an address, by which its owner lets mail be from it."""
    session = session_of(context)
    path = place("senders", bare(sender))
    try:
        _verify(session, path, domain=domain)
    except Failure as failure:
        if failure.code is not Exit.MISSING:
            raise
        raise Failure(str(failure), failure.code, ADDING, failure.problem) from failure


def _verify(session: Session, path: str, *, domain: bool) -> None:
    if domain:
        _look_for_record(session, path)
        return
    mailed = session.api.post(f"{path}/verification")
    session.output.result(
        mailed, "A link was mailed to the address. Its page has a button; it counts for seven days."
    )


def _look_for_record(session: Session, path: str) -> None:
    record = session.api.get(path)["domainRecord"]
    try:
        found = session.api.post(f"{path}/domain-verification")
    except Failure as failure:
        if failure.code is not Exit.CONFLICT:
            raise
        publish = f'{record["name"]}. {record["type"]} "{record["value"]}"'
        raise Failure(str(failure), failure.code, publish, failure.problem) from failure
    domain = found["email"].rpartition("@")[2]
    session.output.result(found, f"Verified: mail may be from every sender at {domain}.")


def unproven(sender: Mapping[str, Any]) -> str:
    """Say what is to be done before mail may be from a sender; empty if nothing is."""
    if sender.get("status") != "unverified":
        return ""
    email = sender["email"]
    return (
        f"to be verified, by a link or the domain's record: penguinmails verify {email} [--domain]"
    )


def lacking(failure: Failure) -> Failure:
    """Give a refusal that says how a sender is added, if it is for want of one."""
    codes = {one["code"] for one in failure.problem.get("errors", ())}
    if not codes & _LACKING:
        return failure
    hint = f"{ADDING}, and: penguinmails verify ADDRESS"
    return Failure(str(failure), failure.code, hint, failure.problem)
