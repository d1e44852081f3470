"""Remembers the local stack that `up` left running, so that others find it and `down` ends it."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from penguinmails.local import child
from penguinmails.local.clients import Account
from penguinmails.local.stack import ROOT, Stack
from penguinmails.tenants.create import Workspace

FOLDER = ROOT / ".local"


@dataclass(frozen=True, slots=True)
class Running:
    """A stack that outlives the command that started it, and the processes behind it."""

    stack: Stack
    pids: tuple[int, ...]

    @property
    def is_alive(self) -> bool:
        """All its processes run, and are the ones that `up` started."""
        return all(child.is_ours(pid) for pid in self.pids)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of the workspace that `up` made."""

    test: str = field(repr=False)
    live: str = field(repr=False)


def remember(running: Running, folder: Path = FOLDER) -> None:
    """Write down a running stack, for people and programs alike."""
    stack = running.stack
    content = {
        "name": stack.name,
        "endpoint": stack.account.endpoint,
        "account": stack.account.number,
        "api_url": stack.api_url,
        "log_group": stack.log_group,
        "queue_urls": dict(stack.queue_urls),
        "environment": dict(stack.environment),
        "sink_port": stack.sink_port,
        "mail_folder": str(stack.mail_folder),
        "clock_file": str(stack.clock_file or ""),
        "pids": running.pids,
    }
    partial = folder / "stack.part"
    partial.write_text(json.dumps(content, indent=2) + "\n")
    partial.rename(folder / "stack.json")


def note(url: str, made: Workspace, folder: Path = FOLDER) -> None:
    """Write down where the API is and the keys for it, for their owner's command line alone.

    That uses `key`, which is for tests; the live one is there for people to choose.
    """
    path = folder / "connection.toml"
    path.touch(mode=0o600)
    keys = f'key = "{made.test_key.text}"\nlive_key = "{made.key.text}"\n'
    path.write_text(f'url = "{url}"\n{keys}')


def noted(folder: Path = FOLDER) -> Keys | None:
    """Read the keys that `note` wrote down; None if somebody took them out."""
    path = folder / "connection.toml"
    content = tomllib.loads(path.read_text()) if path.exists() else {}
    if not {"key", "live_key"} <= content.keys():
        return None
    return Keys(str(content["key"]), str(content["live_key"]))


def recall(folder: Path = FOLDER) -> Running | None:
    """Read what `up` wrote; its processes may be gone."""
    path = folder / "stack.json"
    return _running(json.loads(path.read_text())) if path.exists() else None


def forget(folder: Path = FOLDER) -> None:
    """Remove what was written down."""
    (folder / "stack.json").unlink(missing_ok=True)
    (folder / "connection.toml").unlink(missing_ok=True)


def _running(content: Mapping[str, Any]) -> Running:
    stack = Stack(
        name=content["name"],
        account=Account(content["endpoint"], content["account"]),
        api_url=content["api_url"],
        log_group=content["log_group"],
        queue_urls=content["queue_urls"],
        environment=content["environment"],
        sink_port=content["sink_port"],
        mail_folder=Path(content["mail_folder"]),
        clock_file=Path(content["clock_file"]) if content["clock_file"] else None,
    )
    return Running(stack, tuple(content["pids"]))
