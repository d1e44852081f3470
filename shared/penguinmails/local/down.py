"""Ends the local stack and removes what it left behind, but its log and mails: `make down`."""

import argparse
import shutil
from pathlib import Path

from penguinmails.local import child
from penguinmails.local.record import FOLDER, forget, recall

LEFT_BEHIND = ("tmp", "s3", "state")


def down(folder: Path = FOLDER) -> bool:
    """End the processes that `up` started, gracefully; tell whether there were any."""
    found = recall(folder)
    pids = [pid for pid in found.pids if child.is_ours(pid)] if found else []
    child.stop_pids(pids)
    forget(folder)
    for name in LEFT_BEHIND:
        shutil.rmtree(folder / name, ignore_errors=True)
    for clock_file in folder.glob("clock-*"):
        clock_file.unlink()
    return bool(pids)


def main() -> None:
    """End the local stack, if one runs."""
    asked = argparse.ArgumentParser(prog="down", description=__doc__)
    asked.add_argument("--folder", type=Path, default=FOLDER, help="where its files lie")
    print("stopped" if down(asked.parse_args().folder) else "nothing was running")


if __name__ == "__main__":
    main()
