"""Starts and stops the processes of a local runtime; a leashed child ends with its parent."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

LEASH = "PENGUINMAILS_LEASH"
STOP_SECONDS = 10.0
START_SECONDS = 30.0
LOOPBACK = "127.0.0.1"


class ChildFailed(Exception):  # noqa: N818 - named by what happened to the child
    """A process of the local runtime did not start; the message quotes the end of its log."""


@dataclass(frozen=True, slots=True)
class Child:
    """A process, and the port of the loopback that it serves, if it serves one."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def wait_until_it_listens(self) -> None:
        """Return once it serves; raise ChildFailed if it ends before, or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while not _listens(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                tail = self.log.read_text(errors="replace")[-2000:]
                raise ChildFailed(f"{self.process.args!r}: its log {self.log} ends with\n{tail}")
            time.sleep(0.01)

    def stop(self) -> None:
        """End it gracefully."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()


def spawn(
    module: str, environment: Mapping[str, str], log: Path, port: int, *, leashed: bool
) -> Child:
    """Run a module of ours in a session of its own; a leashed one ends when this process does."""
    child_environment = {**environment, LEASH: "1" if leashed else ""}
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            env=child_environment,
            stdin=subprocess.PIPE if leashed else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Child(process, port, log)


def is_ours(pid: int) -> bool:
    """Tell whether a process of the local runtime has this id: ids are used again."""
    asked = ["ps", "-p", str(pid), "-o", "command="]
    found = subprocess.run(asked, capture_output=True, text=True, check=False)
    return "penguinmails.local." in found.stdout


def stop_pids(pids: Iterable[int]) -> None:
    """End processes of the local runtime by their ids, gracefully; they may be gone already."""
    remaining = [pid for pid in pids if is_ours(pid)]
    for pid in remaining:
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while remaining := [pid for pid in remaining if is_ours(pid)]:
        if time.monotonic() > deadline:
            os.kill(remaining.pop(), signal.SIGKILL)
        time.sleep(0.02)


def free_port(preferred: int = 0) -> int:
    """Choose a free port of the loopback: the preferred one if it is free."""
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, preferred))
        except OSError:
            probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def wear_leash() -> None:
    """In a child: end this process once the parent's end of its standard input closes."""
    if os.environ.pop(LEASH, ""):
        threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0
