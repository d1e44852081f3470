"""Writes what the last runs of `make simulate` and `make simulate-pairs` found: `make proof`.

`docs/proof.md` is made anew, and the line of the README between its two marks.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

OUT, PAGE, README = Path("out"), Path("docs") / "proof.md", Path("README.md")
MARKED = re.compile(r"(<!-- proof -->).*?(<!-- /proof -->)", re.DOTALL)

HEAD = """# Proof

What is promised is held against every fault that we can make: `make simulate` lives through small
worlds in which everything fails, and looks at what the ESP accepted and at what the tables say when
all is quiet. The handlers, stores and rules are the real ones. Queues, streams, schedules, workers
and their clocks behave as AWS documents them; people launch, pause, edit, leave and erase at random
and just when a worker is at it; every call to anything may fail, before or after its effect. Then
the faults stop, and whoever was under way must come to an end.

`make proof` wrote this page from the last runs.
"""
TAIL = """
## Again

```sh
make simulate STEPS=1000000 SEED=1                       # all of the above but the pairs
make simulate-pairs                                      # a story with every pair of crashes
make proof                                               # this page
.venv/bin/python -m tests.simulator --world 1-7          # one world, told line by line
.venv/bin/python -m tests.simulator --world 1-7 --contact ID   # what one person went through
```

20,000 steps, every single crash of the story, and each world that once broke a promise run in
`make test`. Other instruments: [the model](../tests/model) of the protocol (`make model`), the
stores on two engines (`make test-engines`), killed workers and restarts (`make test-kills`), the
API and the parsers under fuzz (`make fuzz`, `make fuzz-parsers`).
"""


def page(run: Mapping[str, Any], pairs: Mapping[str, Any]) -> Iterator[str]:
    """Give the lines of the page."""
    yield HEAD
    yield f"**{line(run)}**\n"
    yield "## Faults\n"
    yield "| fault | injected | in worlds that kept every promise |\n|---|--:|--:|"
    for kind, number in run["faults"].items():
        yield f"| {kind} | {number['injected']:,} | {number['survived']:,} |"
    ends = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in _sorted(run))
    yield f"\nSends of which nobody knew whether they left: {ends}."
    yield f"Emails that the ESP accepted twice: {run['duplicates']}. People lost: {run['lost']}."
    yield "\n## Promises\n"
    named = run["invariants"]
    yield "Checked in each world: " + ", ".join(named["checked"]) + "."
    yield "".join(f"\n- {name}: {where}" for name, where in named["elsewhere"].items())
    yield "\nNot yet, as what they speak of is not built: " + _named(named["not_yet"]) + "."
    yield "\n## Bugs put in on purpose\n"
    yield f"{run['zoo']['caught']} of {run['zoo']['bugs']} were caught.\n"
    yield "| bug | the promise that it broke | in world |\n|---|---|---|"
    for name, said in run["zoo"]["by"].items():
        world, promise = str(said).split(": ")[:2]
        yield f"| {name} | {promise} | {world} |"
    yield "\n## Pairs of crashes\n"
    yield (
        f"A story of {pairs['effects']} calls was told {pairs['stories']:,} times, with a crash "
        f"before or after each call and another at each later one: {len(pairs['broken'])} broke "
        "a promise."
    )
    yield TAIL.rstrip("\n")


def line(run: Mapping[str, Any]) -> str:
    """Say it in one sentence."""
    faults = sum(kind["injected"] for kind in run["faults"].values())
    return (
        f"{run['steps']:,} steps of enrollments in {run['seeds']:,} simulated worlds (seed "
        f"{run['seed']}) under {faults:,} faults of {len(run['faults'])} kinds: "
        f"{run['duplicates']} sent twice, {run['lost']} lost, {len(run['violations'])} promises "
        f"broken; {run['zoo']['caught']} of {run['zoo']['bugs']} bugs put in on purpose caught."
    )


def _sorted(run: Mapping[str, Any]) -> list[tuple[str, int]]:
    return sorted(run["uncertain"].items(), key=lambda pair: -pair[1])


def _named(promises: Mapping[str, str]) -> str:
    return ", ".join(f"{name} ({what})" for name, what in promises.items())


def main() -> int:
    """Write both; 1 if there is nothing to write from."""
    try:
        run = json.loads((OUT / "simulate.json").read_text())
        pairs = json.loads((OUT / "pairs.json").read_text())
    except FileNotFoundError as missing:
        print(f"There is no {missing.filename}: run `make simulate` and `make simulate-pairs`.")
        return 1
    PAGE.write_text("\n".join(page(run, pairs)) + "\n")
    shown = f"{line(run)} ([proof](docs/proof.md), `make simulate`)"
    README.write_text(MARKED.sub(rf"\g<1>{shown}\g<2>", README.read_text()))
    print(f"written to {PAGE} and {README}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
