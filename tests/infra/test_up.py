"""`make up` and `make down`: found again, ended cleanly, and never somebody else's process."""

import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from penguinmails.clock_hand import OffsetHand
from penguinmails.local import child
from penguinmails.local.down import down
from penguinmails.local.record import recall
from penguinmails.local.stack import Stack
from penguinmails.local.virtual import VirtualTime

PATIENCE_S = 30.0


def run(command: str, *arguments: str | Path) -> str:
    module = f"penguinmails.local.{command}"
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def check_connection(folder: Path, said: str) -> None:
    """Look whether the command line will use the test key, and a person was told both."""
    noted = tomllib.loads((folder / "connection.toml").read_text())
    assert noted["key"].startswith("pm_test_")
    assert noted["live_key"].startswith("pm_live_")
    assert said.count(noted["key"]) == said.count(noted["live_key"]) == 1


def wait_for(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def dispatched(stack: Stack) -> bool:
    return any(line.get("function") == stack.function("dispatcher") for line in stack.logs())


def move(stack: Stack) -> datetime:
    """Ask for an instant that is three days ahead, and give it."""
    asked_at = VirtualTime(stack).now() + timedelta(days=3)
    OffsetHand(str(stack.clock_file)).move_to(asked_at)
    return asked_at


@pytest.mark.emulator
def test_a_second_up_finds_the_first_and_down_ends_it(tmp_path: Path, listeners: Path) -> None:
    arguments = ("--functions", listeners, "--folder", tmp_path)
    first = run("up", *arguments)
    try:
        running = recall(tmp_path)
        assert running is not None, first
        assert running.stack.api_url in first
        second = run("up", *arguments)
        assert set(second.splitlines()) <= set(first.splitlines())
        check_connection(tmp_path, second)
        check_connection(tmp_path, first)
        assert running.stack.invoke("patrol") == {"batchItemFailures": []}
    finally:
        stopped = run("down", "--folder", tmp_path)
    assert stopped == "stopped\n"
    assert not running.is_alive
    assert recall(tmp_path) is None
    assert not (tmp_path / "tmp").exists()


@pytest.mark.emulator
def test_up_has_a_clock_that_ticks_and_can_be_moved(tmp_path: Path, listeners: Path) -> None:
    said = run("up", "--functions", listeners, "--folder", tmp_path)
    try:
        running = recall(tmp_path)
        assert running is not None, said
        assert len(running.pids) == 3
        wait_for(lambda: dispatched(running.stack))
        moved_at = move(running.stack)
        wait_for(lambda: VirtualTime(running.stack).now() > moved_at)
    finally:
        run("down", "--folder", tmp_path)
    assert not running.is_alive
    assert not list(tmp_path.glob("clock-*"))
    assert "hopped on the way" in (tmp_path / "clockwork.log").read_text()


@pytest.mark.emulator
def test_up_leaves_the_clock_alone_if_it_is_to_be_the_real_one(
    tmp_path: Path, listeners: Path
) -> None:
    said = run("up", "--functions", listeners, "--folder", tmp_path, "--real-clock")
    try:
        running = recall(tmp_path)
        assert running is not None, said
        assert running.stack.clock_file is None
        assert len(running.pids) == 2
        assert not (tmp_path / "clockwork.log").exists()
    finally:
        run("down", "--folder", tmp_path)


def test_up_says_which_function_has_no_code(tmp_path: Path) -> None:
    said = run("up", "--functions", tmp_path / "functions", "--folder", tmp_path)
    assert "api/app.py is missing" in said
    assert recall(tmp_path) is None


def test_down_without_up_does_nothing(tmp_path: Path) -> None:
    assert not down(tmp_path)


def test_another_process_with_a_remembered_id_is_not_ours() -> None:
    assert not child.is_ours(os.getpid())
