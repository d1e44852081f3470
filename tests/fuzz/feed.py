"""Feeds the parsers with what atheris finds worth a try: `make fuzz-parsers`.

SECONDS says for how long, each of them; SEED chooses other tries. What was worth keeping stays in
out/fuzz, and so does what a parser failed with.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

import atheris

CORPUS = Path(__file__).with_name("corpus")
FOUND = Path("out/fuzz")
INSTRUMENTED = ["jinja2", "markdown_it", "penguinmails", "ruamel"]
LIMITS = ["-max_len=8192", "-timeout=10", "-rss_limit_mb=2048"]


def feed(name: str, options: list[str]) -> None:
    """Feed one parser; ends the process, with an error if the parser failed."""
    with atheris.instrument_imports(include=INSTRUMENTED):
        parsers = import_module("tests.fuzz.parsers")
    learnt = FOUND / name
    learnt.mkdir(parents=True, exist_ok=True)
    options = [*LIMITS, *options, f"-artifact_prefix={FOUND}/{name}-"]
    places = [str(learnt), str(CORPUS / name)]
    fed = parsers.bounded(parsers.PARSERS[name])
    atheris.Setup([sys.argv[0], *options, *places], fed)
    atheris.Fuzz()


def watched(name: str, options: list[str]) -> bool:
    """Feed one parser in a process of its own, and tell whether it stood that."""
    command = [sys.executable, "-m", "tests.fuzz.feed", name, *options]
    ended = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    lines = ended.stderr.splitlines()
    done = next((line for line in lines if line.startswith("Done ")), "")
    if ended.returncode or not done:
        print(
            f"{name:10} FAILED; what with is in {FOUND}: once that is mended, keep it in {CORPUS}"
        )
        told = [line for line in lines if not line.startswith(("#", "0x", "INFO"))]
        print(ended.stdout, "\n".join(told[-40:]), sep="\n", flush=True)
        return False
    print(f"{name:10} {done}", flush=True)
    return True


def main() -> int:
    """Feed all parsers, as many at once as there are cores; or the one that is named."""
    if len(sys.argv) > 1:
        feed(sys.argv[1], sys.argv[2:])
    seconds, seed = int(os.environ.get("SECONDS") or 60), int(os.environ.get("SEED") or 1)
    options = [f"-max_total_time={seconds}", f"-seed={seed}"]
    names = sorted(folder.name for folder in CORPUS.iterdir())
    with ThreadPoolExecutor(os.cpu_count()) as side_by_side:
        stood = list(side_by_side.map(lambda name: watched(name, options), names))
    return 0 if all(stood) else 1


if __name__ == "__main__":
    sys.exit(main())
