"""Creates a workspace in a deployed stack, local or on AWS: `make workspace NAME=…`."""

import argparse
import os
import sys
from collections.abc import Mapping

from penguinmails import bootstrap
from penguinmails.errors import InvalidInput
from penguinmails.local.environment import environment_of
from penguinmails.senders.found import found_workspace
from penguinmails.senders.sender import NewSender
from penguinmails.tenants.create import Asked, Workspace, create_workspace
from penguinmails.tenants.tenant import EspName

_LIVE_ONLY = "(of the live workspace; with the test key anybody may be the sender)"
_NO_SENDER = "none yet; add one and verify it before the live key launches anything"


def workspace(
    asked: Asked, environment: Mapping[str, str], sender: NewSender | None = None
) -> Workspace:
    """Create a workspace in the stack whose functions see this environment.

    Whoever runs the stack vouches for the sender, if there is one. Raises InvalidInput.
    """
    os.environ.update(environment)
    house = bootstrap.house()
    if sender is None:
        return create_workspace(asked, house.tenant_ports())
    return found_workspace(asked, sender, house.tenant_ports(), house.adding_senders())


def text(made: Workspace, api_url: str, sender: NewSender | None = None) -> str:
    """Say what a person needs to begin; the keys are shown this once."""
    hook = made.hook
    return "\n".join(
        (
            f"workspace {made.tenant.name} ({made.tenant.id})",
            keys_text(made.test_key.text, made.key.text, sender),
            f"webhook   {api_url}/webhooks/{hook.esp}/{hook.id} (secret {hook.secrets[0]})",
        )
    )


def keys_text(test: str, live: str, sender: NewSender | None = None) -> str:
    """Say what the keys of a workspace are for, and whom its live mail may be from."""
    return "\n".join(
        (
            f"test key  {test} (its mail ends in an inbox of its own)",
            f"live key  {live} (its mail leaves)",
            f"sender    {f'{sender.email} {_LIVE_ONLY}' if sender else _NO_SENDER}",
        )
    )


def main() -> int:
    """Create one in the local stack if it runs, else in the stack on AWS."""
    parser = argparse.ArgumentParser(prog="workspace", description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--time-zone", default="UTC")
    parser.add_argument("--contacts", type=int, default=10_000, help="how many are expected")
    parser.add_argument("--esp", type=EspName, choices=list(EspName), default=EspName.SMTP)
    parser.add_argument("--sender", default="", help="an address that its mail may be from at once")
    parser.add_argument("--postal-address", default="", help="the sender's, for marketing mail")
    parser.add_argument("--stack", default="penguinmails", help="its name on AWS")
    given = parser.parse_args()
    if given.postal_address and not given.sender:
        parser.error("--postal-address is a sender's; say whose: --sender ADDRESS")
    sender = (
        NewSender(given.sender, given.name, postal_address=given.postal_address)
        if given.sender
        else None
    )
    environment = environment_of(given.stack)
    asked = Asked(given.name, given.time_zone, given.contacts, given.esp)
    try:
        made = workspace(asked, environment, sender)
        print(text(made, environment["PUBLIC_URL"], sender))
    except InvalidInput as refusal:
        print(f"The workspace was not created. {refusal}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
