"""Proves the engine by simulation: `make simulate` (STEPS= SEED=), and replays what it found.

`python -m tests.simulator --world SEED` lives through one world and prints what befell it, with
`--contact ID` that person's trace; `--bug N` puts in a bug of the zoo and looks for it.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.simulator import zoo
from tests.simulator.faults import Fault

if TYPE_CHECKING:
    from tests.simulator.world import Outcome

OUT = Path("out") / "simulate.json"
CALM_ONE_OF = 10
"""One world of so many has neither faults nor people who meddle: there, all is to the second."""
MOST_WORLDS_OF_A_BUG = 48
PAST = ("r1-0", "r2-3", "r2-25", "r2-31", "r3-29", "zoo-5")
"""Worlds in which a promise was once broken; each run lives through them first."""
TELL_EVERY_S = 10.0
ENOUGH_FOR_ALL = 20_000
"""In a run of so many steps every fault and every recovery has to happen."""
RECOVERIES = (
    "advanced: confirm",
    "advanced: contested",
    "advanced: doubt",
    "advanced: esp_away",
    "advanced: ignored_dead_letter",
    "advanced: late",
    "advanced: moved",
    "advanced: out_of_time",
    "advanced: park",
    "advanced: refused_account",
    "advanced: refused_message",
    "advanced: refused_recipient",
    "advanced: reopen",
    "advanced: try_later",
    "advanced: unavailable",
    "advanced: uncertain",
    "advanced: uncertain_skipped",
    "migrated",
    "recorded: known",
    "released",
    "salvaged",
    "webhook_refused",
    "webhook_unavailable",
)
"""What the functions say that they did, of all that a fault leads to."""


@dataclass(slots=True)
class Sum:
    """What all worlds of a run came to."""

    seed: str
    began: float = field(default_factory=time.monotonic)
    worlds: int = 0
    steps: int = 0
    duplicates: int = 0
    lost: int = 0
    violations: list[str] = field(default_factory=list)
    injected: Counter[Fault] = field(default_factory=Counter)
    survived: Counter[Fault] = field(default_factory=Counter)
    uncertain: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    deeds: Counter[str] = field(default_factory=Counter)

    def add(self, one: "Outcome") -> None:
        """Add a world."""
        self.worlds += 1
        self.steps += one.steps
        self.duplicates += one.duplicates
        self.lost += one.lost
        self.violations += [f"world {one.seed}: {each}" for each in one.violations]
        self.injected += one.faults
        self.survived += Counter() if one.violations else one.faults
        self.uncertain += one.uncertain
        self.outcomes += one.outcomes
        self.deeds += one.deeds

    @property
    def steps_per_s(self) -> float:
        return self.steps / max(0.001, time.monotonic() - self.began)

    def missing(self) -> list[str]:
        """Name what never happened, if the run was long enough for all."""
        if self.steps < ENOUGH_FOR_ALL:
            return []
        faults = [f"never injected: {kind}" for kind in Fault if not self.injected[kind]]
        return faults + [f"never happened: {one}" for one in RECOVERIES if not self.outcomes[one]]

    def line(self) -> str:
        return (
            f"{self.steps:,} steps in {self.worlds:,} worlds, {self.injected.total():,} faults, "
            f"{len(self.violations)} violations, {self.steps_per_s:,.0f} steps/s"
        )


def live(seed: str) -> "Outcome":
    """Live through the world of a seed."""
    from tests.simulator.world import run  # noqa: PLC0415 - a bug is put in before

    return run(seed, calm=is_calm(seed))


def is_calm(seed: str) -> bool:
    """Tell whether a world is one without faults, by its number."""
    return int(seed.rpartition("-")[2]) % CALM_ONE_OF == 0


def simulate(seed: str, steps: int, processes: int) -> Sum:
    """Live through those of the past and as many worlds as it takes, side by side."""
    total, told_at = Sum(seed), 0.0
    worlds = chain(PAST, (f"{seed}-{number}" for number in count()))
    with ProcessPoolExecutor(processes) as pool:
        pending: set[Future[Outcome]] = set()
        while total.steps < steps or pending:
            while len(pending) < 2 * processes and total.steps < steps:
                pending.add(pool.submit(live, next(worlds)))
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            for outcome in (future.result() for future in done):
                total.add(outcome)
                print(*(f"{outcome.seed}: {one}\n" for one in outcome.violations), end="", sep="")
            if sys.stdout.isatty():
                print(total.line(), end="\r", flush=True)
            elif time.monotonic() - told_at >= TELL_EVERY_S:
                print(total.line(), flush=True)
                told_at = time.monotonic()
    return total


def repeats(seed: str) -> bool:
    """Tell whether a world comes to the same end again."""
    return live(f"{seed}-1").digest == live(f"{seed}-1").digest


def caught(number: int) -> str:
    """Look for a bug of the zoo, in a process that has it; give what betrayed it."""
    command = [sys.executable, "-m", "tests.simulator", "--bug", str(number)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{zoo.BUGS[number].name}: {done.stderr[-1000:]}")
    return done.stdout.strip()


def visit_zoo(processes: int, known: Mapping[str, str]) -> dict[str, str]:
    """Look for every bug that is not known; give by its name what betrayed it, or nothing."""
    found = {bug.name: known.get(bug.name, "") for bug in zoo.BUGS}
    numbers = [number for number, bug in enumerate(zoo.BUGS) if not found[bug.name]]
    with ProcessPoolExecutor(processes) as pool:
        for number, said in zip(numbers, pool.map(caught, numbers), strict=True):
            bug = zoo.BUGS[number]
            found[bug.name] = "" if said == SURVIVED else said
            print(
                f"{'caught  ' if found[bug.name] else 'SURVIVED'}  {bug.name}: {said}", flush=True
            )
    return found


SURVIVED = "survived"


def hunt(number: int) -> str:
    """Live with a bug until it shows."""
    zoo.put_in(zoo.BUGS[number])
    for world in range(MOST_WORLDS_OF_A_BUG):
        outcome = live(f"zoo-{world}")
        if outcome.violations:
            return f"{outcome.seed}: {outcome.violations[0]}"
    return SURVIVED


def written(total: Sum, *, repeatable: bool) -> dict[str, Any]:
    """Give a run as `out/simulate.json` keeps it."""
    from tests.simulator.checker import CHECKED, ELSEWHERE, NOT_YET  # noqa: PLC0415 - as above

    return {
        "seed": total.seed,
        "seeds": total.worlds,
        "steps": total.steps,
        "faults": {
            kind.value: {"injected": total.injected[kind], "survived": total.survived[kind]}
            for kind in Fault
        },
        "duplicates": total.duplicates,
        "lost": total.lost,
        "uncertain": dict(total.uncertain),
        "violations": total.violations,
        "missing": total.missing(),
        "repeatable": repeatable,
        "deeds": dict(total.deeds),
        "recoveries": {name: total.outcomes[name] for name in RECOVERIES},
        "invariants": {"checked": CHECKED, "elsewhere": ELSEWHERE, "not_yet": NOT_YET},
        "steps_per_s": round(total.steps_per_s),
    }


def replay(seed: str, contact: str) -> Iterator[str]:
    """Live through one world, and give its trace, of one person if one is named."""
    from tests.simulator.world import run  # noqa: PLC0415 - as above

    outcome = run(seed, calm=is_calm(seed), traced=True)
    yield from (line for line in outcome.trace if contact in line)
    yield f"{outcome.steps} steps, digest {outcome.digest}, {len(outcome.violations)} violations"
    yield from outcome.violations


def main() -> int:
    """Do what the command line asks for; 1 if a promise was broken or something never happened."""
    if os.environ.get("PYTHONHASHSEED") != "0":  # sets would go round differently in each process
        same = {**os.environ, "PYTHONHASHSEED": "0"}
        command = [sys.executable, "-m", "tests.simulator", *sys.argv[1:]]
        return subprocess.run(command, env=same, check=False).returncode
    given, processes = _asked(), os.cpu_count() or 1
    if given.bug is not None:
        print(hunt(given.bug))
        return 0
    if given.world:
        print(*replay(given.world, given.contact), sep="\n")
        return 0
    if given.zoo == "rest":
        content = json.loads(given.out.read_text())
    else:
        total = simulate(given.seed, given.steps, processes)
        content = written(total, repeatable=repeats(given.seed))
    known = content.get("zoo", {}).get("by", {})
    animals = {} if given.zoo == "no" else visit_zoo(processes, known)
    caught_ones = sum(map(bool, animals.values()))
    content["zoo"] = {"bugs": len(animals), "caught": caught_ones, "by": animals}
    given.out.parent.mkdir(exist_ok=True)
    given.out.write_text(json.dumps(content, indent=2))
    print(f"written to {given.out}")
    return judged(content)


def _asked() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="simulate", description=__doc__)
    asked.add_argument("--steps", type=int, default=1_000_000)
    asked.add_argument("--seed", default="1")
    asked.add_argument("--out", type=Path, default=OUT, help="where the figures go")
    asked.add_argument(
        "--zoo",
        choices=("yes", "no", "rest"),
        default="yes",
        help="the zoo of bugs; rest: no run, but those that survived in the figures that are there",
    )
    asked.add_argument("--world", help="replay one world, such as 1-7")
    asked.add_argument("--contact", default="", help="with --world: one person's trace alone")
    asked.add_argument("--bug", type=int, help="look for one bug of the zoo")
    return asked.parse_args()


def judged(content: Mapping[str, Any]) -> int:
    """Say what a run came to, and whether it is good."""
    print(f"seed {content['seed']}: {content['steps']:,} steps in {content['seeds']:,} worlds")
    for kind, numbers in content["faults"].items():
        print(f"  {numbers['injected']:>9,} {numbers['survived']:>9,}  {kind}")
    print(f"uncertain, and how it ended: {content['uncertain']}")
    print("checked:", *content["invariants"]["checked"])
    print("not yet:", *content["invariants"]["not_yet"])
    bad = [*content["violations"][:20], *content["missing"]]
    bad += [] if content["repeatable"] else ["the same seed came to another end"]
    bad += (
        ["a bug of the zoo survived"] if content["zoo"]["caught"] < content["zoo"]["bugs"] else []
    )
    ends = f"{content['duplicates']} duplicates, {content['lost']} lost, {len(bad)} troubles"
    print(*bad, ends, sep="\n")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
