"""`make up` and `make down`: found again, ended cleanly, and never somebody else's process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from penguinmails.local import child
from penguinmails.local.down import down
from penguinmails.local.record import recall


def run(command: str, *arguments: str | Path) -> str:
    module = f"penguinmails.local.{command}"
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


@pytest.mark.emulator
def test_a_second_up_finds_the_first_and_down_ends_it(tmp_path: Path, listeners: Path) -> None:
    arguments = ("--functions", listeners, "--folder", tmp_path)
    first = run("up", *arguments)
    try:
        running = recall(tmp_path)
        assert running is not None, first
        assert running.stack.api_url in first
        assert first.startswith(run("up", *arguments))
        assert running.stack.invoke("patrol") == {"batchItemFailures": []}
    finally:
        stopped = run("down", "--folder", tmp_path)
    assert stopped == "stopped\n"
    assert not running.is_alive
    assert recall(tmp_path) is None
    assert not (tmp_path / "tmp").exists()


def test_up_says_which_function_has_no_code(tmp_path: Path) -> None:
    said = run("up", "--functions", tmp_path / "functions", "--folder", tmp_path)
    assert "api/app.py is missing" in said
    assert recall(tmp_path) is None


def test_down_without_up_does_nothing(tmp_path: Path) -> None:
    assert not down(tmp_path)


def test_another_process_with_a_remembered_id_is_not_ours() -> None:
    assert not child.is_ours(os.getpid())
