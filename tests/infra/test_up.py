"""`make up` and `make down`: found again, ended cleanly, and never somebody else's process."""

import os
import urllib.parse
from pathlib import Path

import pytest

from penguinmails.local import child
from penguinmails.local.down import down
from penguinmails.local.record import recall
from penguinmails.local.stack import Options
from penguinmails.local.up import up


@pytest.mark.emulator
def test_a_second_up_finds_the_first_and_down_ends_it(tmp_path: Path, listeners: Path) -> None:
    options = Options(functions=listeners, schedules=False)
    first = up(options, tmp_path)
    try:
        assert up(options, tmp_path) == first
        assert recall(tmp_path) == first
        port = urllib.parse.urlsplit(first.stack.account.endpoint).port
        assert child.free_port(port or 0) != port
    finally:
        assert down(tmp_path)
    assert not first.is_alive
    assert recall(tmp_path) is None
    assert not (tmp_path / "tmp").exists()


def test_down_without_up_does_nothing(tmp_path: Path) -> None:
    assert not down(tmp_path)


def test_another_process_with_a_remembered_id_is_not_ours() -> None:
    assert not child.is_ours(os.getpid())
