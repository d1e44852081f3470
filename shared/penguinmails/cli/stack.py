"""Commands for a stack on this machine: start it, stop it, and find out what is missing."""

import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import typer

from penguinmails.cli.connection import Connection
from penguinmails.cli.exits import Exit
from penguinmails.cli.failure import Failure
from penguinmails.cli.senders import ADDING, unproven
from penguinmails.cli.session import Session, session_of


def up(
    *,
    real_clock: Annotated[
        bool, typer.Option("--real-clock", help="Its clock cannot be moved.")
    ] = False,
) -> None:
    """Start a local stack, and note its address and key."""
    _run("penguinmails.local.up", *(["--real-clock"] if real_clock else []))


def down() -> None:
    """Stop the local stack."""
    _run("penguinmails.local.down")


def _run(module: str, *options: str) -> None:
    command = [sys.executable, "-m", module, *options]
    done = subprocess.run(command, check=False)  # noqa: S603 - our own
    if done.returncode:
        raise Failure("The local stack did not do as asked.", Exit.AWAY, "See what it said above.")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    ok: bool
    detail: str


def doctor(context: typer.Context) -> None:
    """Look at what a campaign needs, and say what is missing."""
    session = session_of(context)
    found = list(_findings(session))
    lines = [f"{'ok ' if one.ok else 'NO '} {one.what}: {one.detail}" for one in found]
    session.output.result([asdict(one) for one in found], *lines)
    if not all(one.ok for one in found):
        raise typer.Exit(Exit.REFUSED)


def _findings(session: Session) -> Iterator[Finding]:
    try:
        used = session.connection
    except Failure as failure:
        yield Finding("connection", ok=False, detail=" ".join(failure.lines()))
        return
    yield Finding("connection", ok=True, detail=_used(used))
    for what, path, remedy in _NEEDED:
        try:
            page = session.api.get(path, limit="1")
        except Failure as failure:
            yield Finding(what, ok=False, detail=" ".join(failure.lines()))
            if failure.code in {Exit.AWAY, Exit.DENIED}:
                return
            continue
        there = bool(page["data"])
        yield Finding(what, ok=there, detail="there are some" if there else remedy)
    yield from _senders(session)


def _used(found: Connection) -> str:
    return f"{found.url} (from {found.url_from}), key from {found.key_from}"


def _senders(session: Session) -> Iterator[Finding]:
    """Name the senders that a launch would refuse; in the sandbox it refuses none."""
    try:
        if session.api.get("/workspace")["esp"] == "sandbox":
            yield Finding("senders", ok=True, detail="anybody may be the sender here")
            return
        senders = list(session.api.pages("/senders", limit="100"))
        campaigns = session.api.get("/campaigns", limit="100")["data"]
    except Failure as failure:
        yield Finding("senders", ok=False, detail=" ".join(failure.lines()))
        return
    if not senders:
        yield Finding("senders", ok=False, detail=f"none. {ADDING}")
    for sender in senders:
        if remedies := "; ".join(_remedies(sender)):
            yield Finding(f"sender {sender['slug']}", ok=False, detail=remedies)
    yield from _unknown({one["email"] for one in senders}, campaigns)


def _remedies(sender: Mapping[str, Any]) -> Iterator[str]:
    if remedy := unproven(sender):
        yield remedy
    if not sender["postalAddress"]:
        yield "no postal address, which marketing mail needs: add `postal_address` to its file"


def _unknown(known: set[str], campaigns: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    """Name the senders of campaigns still to be launched that nobody added."""
    for one in campaigns:
        email = one["fromEmail"]
        if email and one["status"] in _TO_LAUNCH and email.lower() not in known:
            yield Finding(
                f"campaign {one['slug'] or one['id']}", ok=False, detail=f"{email} is no sender yet"
            )


_TO_LAUNCH = frozenset({"draft", "scheduled"})
_NEEDED = (
    ("segments", "/segments", "none; import contacts: penguinmails import FILE --segment NAME"),
    ("templates", "/templates", "none; write one in a file, then: penguinmails apply FILE"),
    ("campaigns", "/campaigns", "none; write one in a file, then: penguinmails apply FILE"),
)
