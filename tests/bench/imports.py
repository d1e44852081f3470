"""Measures what a cold start costs: each function imported by an interpreter of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from penguinmails.local.stack import FUNCTIONS, Stack

RUNS = 4
CHILD = """
import importlib, json, sys, time
sys.path.insert(0, sys.argv[1])
importlib.import_module("app")
spent = time.process_time()
print(json.dumps([spent * 1000, len(sys.modules)]))
"""
_OUTSIDE = ("PATH", "HOME", "LANG", "TMPDIR")


def measure(stack: Stack) -> dict[str, Any]:
    """Give the whole CPU time of the process in ms, at its least, and the modules it loaded."""
    folders = sorted(path.parent for path in FUNCTIONS.glob("*/app.py"))
    found = {folder.name: _function(folder, stack) for folder in folders}
    return {
        "import_cpu_ms": {name: spent_ms for name, (spent_ms, _) in found.items()},
        "import_modules": {name: modules for name, (_, modules) in found.items()},
    }


def _function(folder: Path, stack: Stack) -> tuple[float, int]:
    environment = _environment(stack, stack.function(folder.name))
    runs = [_run(folder, environment) for _ in range(RUNS)]
    return round(min(spent_ms for spent_ms, _ in runs), 1), runs[0][1]


def _run(folder: Path, environment: Mapping[str, str]) -> tuple[float, int]:
    command = [sys.executable, "-c", CHILD, str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"functions/{folder.name} cannot be imported:\n{done.stderr[-2000:]}")
    spent_ms, modules = json.loads(done.stdout.splitlines()[-1])
    return float(spent_ms), int(modules)


def _environment(stack: Stack, function: str) -> dict[str, str]:
    own = {name: os.environ[name] for name in _OUTSIDE if name in os.environ}
    return {**own, **stack.environment, "AWS_LAMBDA_FUNCTION_NAME": function}
