"""Starts and stops the processes of a local runtime; a leashed child ends with its parent."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

LEASH = "PENGUINMAILS_LEASH"
STOP_SECONDS = 10.0
START_SECONDS = 30.0
LOOPBACK = "127.0.0.1"


class ChildFailed(Exception):  # noqa: N818 - named by what happened to the child
    """A process of the local runtime did not start; the message quotes the end of its log."""


def spawn(
    module: str, environment: Mapping[str, str], log: Path, *, leashed: bool
) -> subprocess.Popen[bytes]:
    """Run a module of ours in a new session; a leashed one ends when this process does."""
    child_environment = {**environment, LEASH: "1" if leashed else ""}
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", module],
            env=child_environment,
            stdin=subprocess.PIPE if leashed else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def wait_for_port(child: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return when the child listens on a port of the loopback."""
    until(lambda: _listens(port), child, log)


def until(ready: Callable[[], bool], child: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for a child to become ready, and say why if it does not."""
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if child.poll() is not None or time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            message = f"{child.args!r} did not start, its log {log} ends with:\n{tail}"
            raise ChildFailed(message)
        time.sleep(0.01)


def stop(child: subprocess.Popen[bytes]) -> None:
    """End a child that this process started, gracefully."""
    child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def stop_pid(pid: int) -> None:
    """End a process by its id, gracefully; it may be gone already."""
    _signal(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while is_alive(pid):
        if time.monotonic() > deadline:
            _signal(pid, signal.SIGKILL)
            return
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Tell whether a process with this id runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


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


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
