"""Does the same random deeds to a table in memory, the emulator and the second engine.

Part of `make test-engines`. OPERATIONS says how many, SEED chooses others; the figures are
written to out/engines.json.
"""

import json
import os
import sys
import time
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from penguinmails.local.clients import Account
from penguinmails.local.emulator import running_emulator
from tests.contract.places import Place
from tests.engines.alike import Findings, NewTable, compare
from tests.engines.dynoxide import VERSION, running_dynoxide

OUT = Path("out/engines.json")
ACCOUNT = "000000000001"
USUAL_OPERATIONS = 20_000


def main() -> int:
    """Compare; the exit code tells whether there was no surprise."""
    seed = int(os.environ.get("SEED") or 1)
    operations = int(os.environ.get("OPERATIONS") or USUAL_OPERATIONS)
    begun = time.monotonic()
    with ExitStack() as cleanup:
        folder = Path(cleanup.enter_context(TemporaryDirectory(prefix="penguinmails-")))
        engines = {
            "emulator": cleanup.enter_context(running_emulator(folder)).endpoint,
            "dynoxide": cleanup.enter_context(running_dynoxide(folder)),
        }
        tables = {name: _tables_at(endpoint) for name, endpoint in engines.items()}
        found = compare(tables, seed, operations)
    _write(found, seed, round(time.monotonic() - begun))
    return 0 if found.surprise is None else 1


def _tables_at(endpoint: str) -> NewTable:
    place = Place(Account(endpoint, ACCOUNT))
    return lambda: place.new_table("alike")


def _write(found: Findings, seed: int, seconds: int) -> None:
    figures = {
        "operations": found.deeds,
        "seed": seed,
        "seconds": seconds,
        "engines": {"memory": "", "ministack": version("ministack"), "dynoxide": VERSION},
        "methods": dict(sorted(found.methods.items())),
        "known_differences": dict(found.known),
        "surprises": int(found.surprise is not None),
    }
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=2) + "\n")
    print(f"{found.deeds:,} operations on three tables with seed {seed} in {seconds} s")
    for reason, times in found.known.items():
        print(f"  known, {times} times: {reason}")
    print(found.surprise or "  no other difference")


if __name__ == "__main__":
    sys.exit(main())
