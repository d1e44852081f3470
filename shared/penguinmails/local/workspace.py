"""Creates a workspace in a deployed stack, local or on AWS: `make workspace NAME=…`."""

import argparse
import os
import sys
from collections.abc import Mapping

from penguinmails import bootstrap
from penguinmails.errors import InvalidInput
from penguinmails.local.record import recall
from penguinmails.tenants.create import Asked, Workspace, create_workspace
from penguinmails.tenants.tenant import EspName


def workspace(asked: Asked, environment: Mapping[str, str]) -> Workspace:
    """Create a workspace in the stack whose functions see this environment."""
    os.environ.update(environment)
    return create_workspace(asked, bootstrap.house().tenant_ports())


def text(made: Workspace, api_url: str) -> str:
    """Say what a person needs to begin; the key is shown this once."""
    hook = made.hook
    return "\n".join(
        (
            f"workspace {made.tenant.name} ({made.tenant.id})",
            f"key       {made.key.text}",
            f"webhook   {api_url}/webhooks/{hook.esp}/{hook.id} (secret {hook.secrets[0]})",
        )
    )


def _deployed(stack: str) -> dict[str, str]:
    import boto3  # noqa: PLC0415 - half a second that only a stack on AWS needs

    found = boto3.client("lambda").get_function_configuration(FunctionName=f"{stack}-api")
    return found["Environment"]["Variables"]


def main() -> int:
    """Create one in the local stack if it runs, else in the stack on AWS."""
    parser = argparse.ArgumentParser(prog="workspace", description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--time-zone", default="UTC")
    parser.add_argument("--contacts", type=int, default=10_000, help="how many are expected")
    parser.add_argument("--esp", type=EspName, choices=list(EspName), default=EspName.SMTP)
    parser.add_argument("--stack", default="penguinmails", help="its name on AWS")
    given = parser.parse_args()
    running = recall()
    local = running is not None and running.is_alive
    environment = running.stack.environment if running and local else _deployed(given.stack)
    asked = Asked(given.name, given.time_zone, given.contacts, given.esp)
    try:
        print(text(workspace(asked, environment), environment["PUBLIC_URL"]))
    except InvalidInput as refusal:
        print(f"The workspace was not created. {refusal}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
