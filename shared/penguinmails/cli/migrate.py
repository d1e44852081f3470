"""Moves the people of running campaigns to the revision that was applied, once that is confirmed."""

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import typer

from penguinmails.cli.client import Api, place
from penguinmails.cli.exits import Exit
from penguinmails.cli.failure import Failure
from penguinmails.cli.output import Form
from penguinmails.cli.session import Session

RUNNING = frozenset({"active", "paused"})
_FATES = ("stay", "move", "becomeDue", "complete", "busy")


@dataclass(frozen=True, slots=True)
class Migration:
    """What a move to a revision would do to how many people, and whether it was begun."""

    revision: int
    forecast: Mapping[str, int]
    begun: bool

    def data(self) -> dict[str, Any]:
        """Write it for a machine."""
        return {"toRevision": self.revision, "begun": self.begun, "forecast": dict(self.forecast)}


def migrate(session: Session, slug: str, *, yes: bool) -> Migration | None:
    """Move whom the dry run finds, if somebody confirms it or `yes` does; None: nothing runs."""
    path = place("campaigns", f"slug:{slug}")
    campaign = session.api.get(path)["campaign"]
    if campaign["status"] not in RUNNING:
        session.output.aside(f"{slug}: it is {campaign['status']}; there is nobody to move.")
        return None
    revision = campaign["revision"]
    forecast = _forecast(session.api, f"{path}/migrate", revision)
    session.output.aside(f"{slug}: {_written(forecast)}.")
    begun = bool(forecast["move"]) and (yes or _confirmed(session, revision))
    if begun:
        session.api.post(f"{path}/migrate", {"toRevision": revision})
        session.output.aside(f"{slug}: people are moving to revision {revision}.")
    elif forecast["move"] and can_ask(session):
        session.output.aside(f"{slug}: Nobody was moved.")
    return Migration(revision, forecast, begun)


def left_behind(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Say that people stay on their revision, if a change of a running campaign made another."""
    if "campaign" not in before or after.get("status") not in RUNNING:
        return ""
    if after["revision"] == before["campaign"]["revision"]:
        return ""
    people = before["analytics"]["overall"]["active"]
    return (
        f"  Under way: {people:,}. They stay on the revision that they have; "
        f"`apply --migrate` moves them to revision {after['revision']}."
    )


def require_moved(moves: Mapping[str, Migration]) -> None:
    """Say that people were not moved since nobody could be asked; raises Failure."""
    left = [slug for slug, one in moves.items() if one.forecast["move"] and not one.begun]
    if left:
        message = (
            f"Nobody was moved in {', '.join(left)}: that is to be confirmed, and nobody is here."
        )
        raise Failure(message, Exit.CONFLICT, "To move them without a question: --migrate --yes.")


def can_ask(session: Session) -> bool:
    """Tell whether there is a person who can answer."""
    return session.form is Form.TEXT and sys.stdin.isatty()


def _forecast(api: Api, path: str, revision: int) -> Mapping[str, int]:
    found: Counter[str] = Counter(dict.fromkeys(_FATES, 0))
    cursor: str | None = ""
    while cursor is not None:
        asked = {"toRevision": revision, "dryRun": True, "cursor": cursor}
        part = api.post(path, asked)["forecast"]
        found.update({name: part[name] for name in _FATES})
        cursor = part["nextCursor"]
    return found


def _confirmed(session: Session, revision: int) -> bool:
    question = f"Move them to revision {revision}?"
    return can_ask(session) and typer.confirm(question, err=True)


def _written(forecast: Mapping[str, int]) -> str:
    stay, move, become_due, complete, busy = (f"{forecast[name]:,}" for name in _FATES)
    text = f"{stay} stay, {move} move, {become_due} become due"
    if forecast["complete"]:
        text += f", {complete} complete"
    return text + (f", {busy} have a message in hand" if forecast["busy"] else "")
