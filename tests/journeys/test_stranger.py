"""A stranger with the README alone: from an empty folder to the mails of a campaign of their own."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from penguinmails.local.stack import ROOT

pytestmark = pytest.mark.emulator

README = (ROOT / "README.md").read_text()
CHAPTER = README[README.index("## Your own campaign") : README.index("## Three calls")]
PATIENCE_S = 120


def block(kind: str) -> str:
    """Give what stands in the chapter's block of a kind."""
    found = re.search(rf"```{kind}\n(.*?)```", CHAPTER, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Start a local runtime as `penguinmails up` does, but where nobody else's is."""
    folder, programs = tmp_path_factory.mktemp("local"), tmp_path_factory.mktemp("bin")
    program = programs / "penguinmails"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m penguinmails.cli "$@"\n')
    program.chmod(0o755)
    run = [sys.executable, "-m"]
    subprocess.run([*run, "penguinmails.local.up", "--folder", folder], check=True)
    try:
        noted = tomllib.loads((folder / "connection.toml").read_text())
        yield {
            **os.environ,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PENGUINMAILS_URL": noted["url"],
            "PENGUINMAILS_KEY": noted["key"],
        }
    finally:
        subprocess.run([*run, "penguinmails.local.down", "--folder", folder], check=True)


def test_the_readme_alone_leads_from_an_empty_folder_to_mails_in_the_inbox(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text(block("yaml"))
    said = {}
    for line in block("sh").splitlines():
        command = line.partition("  #")[0].strip()
        if command != "penguinmails up":
            done = subprocess.run(
                ["/bin/bash", "-c", command],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=PATIENCE_S,
            )
            assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
            said[" ".join(command.split()[:2])] = done.stdout
    assert "0 errors" in said["penguinmails lint"]
    assert "Applied 2" in said["penguinmails apply"]
    assert "Subject: Hello there" in said["penguinmails preview"]
    assert said["penguinmails test-send"].count("accepted") == 3
    assert "Hello is active" in said["penguinmails launch"]
    got = said["penguinmails inbox"]
    assert re.search(r"ada\+click@sandbox\.test +Hello Ada +Hello +thanks", got)
    assert re.search(r"bob@sandbox\.test +Hello Bob +Hello +reminder", got)
    assert got.count("[Test] Hello there") == 3
    assert "sent 4, under way 0" in said["penguinmails report"]
