"""Starts a local stack to develop against: `make up`."""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

from penguinmails.local import child, clockwork, emulator, sink
from penguinmails.local.deploy import DeploymentFailed
from penguinmails.local.down import down
from penguinmails.local.emulator import Emulator
from penguinmails.local.package import CannotPackage
from penguinmails.local.record import FOLDER, Running, note, noted, recall, remember
from penguinmails.local.stack import FUNCTIONS, Options, deployed
from penguinmails.local.workspace import keys_text, workspace
from penguinmails.local.workspace import text as workspace_text
from penguinmails.senders.sender import NewSender
from penguinmails.tenants.create import Asked

USUAL_PORT = 4566
EXPECTED_CONTACTS = 1_000
SENDER = NewSender("ada@example.com", "Ada", postal_address="1 Harbour Street\nNorthport")
"""Whom the live key's mail may be from: it goes no further than the local mail server."""
_CLOCKS = {True: 'penguinmails clock --by "3 days" moves it', False: "the machine's"}


def up(options: Options, folder: Path = FOLDER) -> Running:
    """Give the running stack, starting it first if there is none."""
    found = recall(folder)
    if found and found.is_alive:
        return found
    down(folder)
    running = _start(options, folder)
    remember(running, folder)
    if options.virtual_clock:
        owner = clockwork.start(folder, leashed=False)
        running = Running(running.stack, (*running.pids, owner.pid))
        remember(running, folder)
    return running


def _start(options: Options, folder: Path) -> Running:
    mail_folder = folder / "mail"
    with ExitStack() as undo:
        host = emulator.start(folder, child.free_port(USUAL_PORT), leashed=False)
        undo.callback(host.stop)
        mail_server = sink.start(mail_folder, child.free_port(), leashed=False)
        undo.callback(mail_server.stop)
        host.wait_until_it_listens()
        stack = deployed(Emulator(host.port, folder), mail_server.port, mail_folder, options)
        mail_server.wait_until_it_listens()
        undo.pop_all()
    return Running(stack, (host.pid, mail_server.pid))


def _text(running: Running, folder: Path) -> str:
    stack = running.stack
    return "\n".join(
        (
            f"API       {stack.api_url}/api",
            f"AWS       {stack.account.endpoint} (access key {stack.account.number})",
            f"SMTP      127.0.0.1:{stack.sink_port}, mails in {stack.mail_folder}",
            f"clock     {_CLOCKS[stack.clock_file is not None]}",
            f"details   {folder / 'stack.json'}",
            "stop it   penguinmails down",
        )
    )


def main() -> int:
    """Start, or find, the local stack and say where it is."""
    asked = argparse.ArgumentParser(prog="up", description=__doc__)
    asked.add_argument("--functions", type=Path, default=FUNCTIONS)
    asked.add_argument("--real-clock", action="store_true", help="its clock cannot be moved")
    asked.add_argument("--folder", type=Path, default=FOLDER, help="where its files lie")
    given = asked.parse_args()
    options = Options(given.functions, virtual_clock=not given.real_clock)
    try:
        found = recall(given.folder)
        running = up(options, given.folder)
        print(_text(running, given.folder))
        if found is None or found.pids != running.pids:
            asked_for = Asked("My workspace", expected_contacts=EXPECTED_CONTACTS)
            made = workspace(asked_for, running.stack.environment, SENDER)
            note(f"{running.stack.api_url}/api", made, given.folder)
            print(workspace_text(made, running.stack.api_url, SENDER))
        elif keys := noted(given.folder):
            print(keys_text(keys.test, keys.live, SENDER))
    except (CannotPackage, DeploymentFailed, child.ChildFailed) as problem:
        print(f"The local stack did not start. {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
