"""All pairs of crashes in one story, each told to its end: `make simulate-pairs`."""

import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

from tests.simulation.faults import Fault, Faulty
from tests.simulation.judge import faults_of
from tests.simulation.story import Story

CRASHES = (Fault.DIES_BEFORE, Fault.DIES_AFTER)
OUT = Path("out") / "pairs.json"


def told(planned: dict[int, Fault]) -> tuple[Story, int]:
    """Tell the story with these faults, and count the effects that it had."""
    story, faulty = Story(), Faulty(planned)
    story.world.main.tap = faulty.tap
    story.tell()
    return story, faulty.seen


def from_first(first: int) -> tuple[int, int, list[str]]:
    """Crash at one effect and at every later one, before and after; give all that broke."""
    stories, broken = 0, []
    for one in CRASHES:
        _, effects = told({first: one})
        for second, other in product(range(first + 1, effects + 1), CRASHES):
            story, _ = told({first: one, second: other})
            stories += 1
            broken += [f"{first}+{second}: {each}" for each in faults_of(story)]
    return first, stories, broken


def main() -> int:
    """Sweep, show how far it is, write `out/pairs.json`, and fail if anything broke."""
    begun, (_, effects) = time.monotonic(), told({})
    stories, broken = 0, []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for first, more, found in pool.map(from_first, range(1, effects + 1)):
            stories += more
            broken += found
            line = f"{first} of {effects} effects, {stories:,} stories, {len(broken)} broken"
            print(line, end="\r" if sys.stdout.isatty() else "\n", flush=True)
    seconds = round(time.monotonic() - begun)
    OUT.parent.mkdir(exist_ok=True)
    said = {"effects": effects, "stories": stories, "broken": broken, "seconds": seconds}
    OUT.write_text(json.dumps(said, indent=2))
    print(*broken[:20], f"{stories:,} pairs in {seconds} s: {len(broken)} broken", sep="\n")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
