"""Reads how much memory the workers of a local stack have ever held, from /proc."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

_PARENT = re.compile(r"^PPid:\s+(\d+)", re.MULTILINE)
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


def peak_rss_mb() -> float | None:
    """Give the largest peak of a worker: a grandchild of ours, as the emulator starts them.

    None where there is no /proc.
    """
    statuses = dict(_statuses(Path("/proc")))
    children = _children({os.getpid()}, statuses)
    peaks = [_number(_PEAK, statuses[pid]) for pid in _descendants(children, statuses)]
    return round(max(peaks) / 1024, 1) if peaks else None


def _descendants(pids: set[int], statuses: Mapping[int, str]) -> set[int]:
    below = _children(pids, statuses)
    return below | _descendants(below, statuses) if below else below


def _children(pids: set[int], statuses: Mapping[int, str]) -> set[int]:
    return {pid for pid, status in statuses.items() if _number(_PARENT, status) in pids}


def _statuses(proc: Path) -> Iterator[tuple[int, str]]:
    for folder in proc.glob("[0-9]*"):
        try:
            yield int(folder.name), (folder / "status").read_text()
        except OSError:
            continue


def _number(pattern: re.Pattern[str], status: str) -> int:
    found = pattern.search(status)
    return int(found[1]) if found else 0
