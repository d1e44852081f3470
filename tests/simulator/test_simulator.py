"""The simulator in small: what `make simulate` does by the million steps."""

import json
import subprocess
import sys
from pathlib import Path

STEPS = 20_000


def test_twenty_thousand_steps_of_chaos_break_no_promise(tmp_path: Path) -> None:
    """Every fault and every recovery happens, and the same seed comes to the same end."""
    command = [sys.executable, "-m", "tests.simulator", "--zoo", "no", "--seed", "ci"]
    out = tmp_path / "simulate.json"
    done = subprocess.run(
        [*command, "--steps", str(STEPS), "--out", out], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    told = json.loads(out.read_text())
    assert told["steps"] >= STEPS
    assert told["violations"] == told["missing"] == []
    assert told["repeatable"]
