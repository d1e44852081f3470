"""The processes in which an emulator runs functions, to be killed as a platform would."""

import os
import signal
import subprocess

from penguinmails.local.emulator import Emulator


def kill_workers(emulator: Emulator, function: str) -> int:
    """Kill every process that runs a function, in the middle of whatever it does; count them."""
    pids = _pids(f"{emulator.folder}/", f"/ministack-lambda-{function}-")
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    return len(pids)


def _pids(*parts: str) -> list[int]:
    asked = ["ps", "-axww", "-o", "pid=,command="]
    listed = subprocess.run(asked, capture_output=True, text=True, check=True)
    lines = (line.split(maxsplit=1) for line in listed.stdout.splitlines())
    return [int(pid) for pid, command in lines if all(part in command for part in parts)]
