"""Lifts the fence of a deployed stack, local or on AWS, after a restore: `make lift-fence`."""

import argparse
import os
import sys
from collections.abc import Mapping

from penguinmails import bootstrap
from penguinmails.enrollments.lift_fence import Lifted, lift_fence
from penguinmails.errors import Conflict, Unavailable
from penguinmails.fence.fence import strangers
from penguinmails.local.environment import environment_of

_NONE = "The tables are those that Core knows: no fence stands."


def look(environment: Mapping[str, str]) -> str:
    """Say which tables keep the fence up in the stack whose functions see this environment."""
    ports = _house(environment).lifting()
    strange = strangers(ports.notes.read(), ports.ids())
    if not strange:
        return _NONE
    return f"Nothing is sent: {_named(strange)} not what Core knows. Runbook, after a restore."


def lift(environment: Mapping[str, str]) -> str:
    """Lift it, and say what goes on. Raises Unavailable while a table is missing, and Conflict."""
    return _text(lift_fence(_house(environment).lifting()))


def _house(environment: Mapping[str, str]) -> bootstrap.House:
    os.environ.update(environment)
    return bootstrap.house()


def _text(lifted: Lifted) -> str:
    before = f"{_named(lifted.strange)} now what Core knows." if lifted.strange else _NONE
    return (
        f"{before} Releasing what {lifted.campaigns} campaigns held back; "
        f"{lifted.people} people are due, or will be within minutes."
    )


def _named(strange: tuple[str, ...]) -> str:
    return f"{', '.join(strange)} {'is' if len(strange) == 1 else 'are'}"


def main() -> int:
    """Lift the fence of the local stack if it runs, else of the stack on AWS."""
    parser = argparse.ArgumentParser(prog="lift-fence", description=__doc__)
    parser.add_argument("--look", action="store_true", help="only say whether it stands, and why")
    parser.add_argument("--stack", default="penguinmails", help="its name on AWS")
    given = parser.parse_args()
    deed = look if given.look else lift
    try:
        print(deed(environment_of(given.stack)))
    except (Conflict, Unavailable) as refusal:
        print(f"The fence was not lifted: {refusal}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
