"""A deployed local stack as tests, demo and bench use it: addresses, calls, logs, quietness."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import urllib3

from penguinmails import keyring
from penguinmails.local import child, sink
from penguinmails.local.clients import Account
from penguinmails.local.deploy import Settings, bucket_of, deploy
from penguinmails.local.emulator import BACKLOG_PATH, Emulator, running_emulator
from penguinmails.local.package import Sources, package
from penguinmails.local.sink import Maildir

NAME = "penguinmails"
ROOT = Path(__file__).resolve().parents[3]
FUNCTIONS = ROOT / "functions"
BUILD = ROOT / ".local" / "build"
QUIET_SECONDS = 600.0  # a killed worker's messages come back after six times its timeout
POLL_S = 0.05


class FunctionFailed(Exception):  # noqa: N818 - named by what happened
    """A function that was called directly raised; the message is its error."""


class NeverQuiet(Exception):  # noqa: N818 - named by what did not happen
    """Queues or streams still hold work after the time allowed; the message lists it."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a stack may choose; `functions` is the folder of their folders."""

    functions: Path = FUNCTIONS
    schedules: bool = True
    virtual_clock: bool = False
    concurrency: int = 3


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits, by queue: messages now, in a reader's hands, and later; records by stream reader.

    A message whose reader died is taken until it comes again.
    """

    ready: Mapping[str, int]
    taken: Mapping[str, int]
    later: Mapping[str, int]
    streams: Mapping[str, int]

    def __str__(self) -> str:
        """Name what waits, and nothing that does not."""
        return ", ".join(
            f"{name} {count} {found.name}"
            for found in fields(self)
            for name, count in getattr(self, found.name).items()
            if count
        )

    @property
    def is_quiet(self) -> bool:
        """Nothing can be received, nothing will be, and every stream is read to its end."""
        return self.rests and not any(self.later.values())

    @property
    def rests(self) -> bool:
        """Nothing is being done, and nothing can be: there are delayed messages at most."""
        return not any((*self.ready.values(), *self.taken.values(), *self.streams.values()))


@dataclass(frozen=True, slots=True)
class Stack:
    """One deployed stack: everything is in the environment that its functions see, and here."""

    name: str
    account: Account
    api_url: str
    log_group: str
    queue_urls: Mapping[str, str]
    environment: Mapping[str, str]
    sink_port: int
    mail_folder: Path
    clock_file: Path | None

    @property
    def mail(self) -> Maildir:
        return Maildir(self.mail_folder)

    def function(self, name: str) -> str:
        """Give the deployed name of a function, for example of `dispatcher`."""
        return f"{self.name}-{name}"

    def invoke(self, name: str, event: object = None) -> object:
        """Call a function and give its answer; raises FunctionFailed if it raised."""
        answer = self.account.client("lambda").invoke(
            FunctionName=self.function(name), Payload=json.dumps(event or {})
        )
        content: object = json.loads(answer["Payload"].read() or b"null")
        if "FunctionError" in answer:
            raise FunctionFailed(f"{name}: {content}")
        return content

    def logs(self, after: float = 0.0) -> Iterator[dict[str, Any]]:
        """Read the JSON lines that all functions logged, from an epoch time on."""
        pages = self.account.client("logs").get_paginator("filter_log_events")
        for page in pages.paginate(logGroupName=self.log_group, startTime=int(after * 1000)):
            for event in page["events"]:
                for line in event["message"].splitlines():
                    if line.startswith("{"):
                        yield json.loads(line)

    def backlog(self) -> Backlog:
        """Look at all queues and streams at one moment."""
        url = f"{self.account.endpoint}{BACKLOG_PATH}{self.account.number}"
        found = urllib3.request("GET", url).json()
        names = {url: name for name, url in self.queue_urls.items()}
        queues = {names[url]: counts for url, counts in found["queues"].items() if url in names}
        return Backlog(
            ready={name: counts["ready"] for name, counts in queues.items()},
            taken={name: counts["taken"] for name, counts in queues.items()},
            later={name: counts["later"] for name, counts in queues.items()},
            streams=found["streams"],
        )

    def wait_until_quiet(self, seconds: float = QUIET_SECONDS) -> None:
        """Return once no message and no stream record waits; delayed messages count as well."""
        deadline = time.monotonic() + seconds
        while not (backlog := self.backlog()).is_quiet:
            if time.monotonic() > deadline:
                raise NeverQuiet(str(backlog))
            time.sleep(POLL_S)

    def set_clock(self, offset_seconds: float) -> None:
        """Move virtual time: from now on, every function's clock is ahead by these seconds."""
        if self.clock_file is None:
            raise TypeError("this stack runs in real time: deploy it with virtual_clock=True")
        partial = self.clock_file.with_suffix(".part")
        partial.write_text(str(offset_seconds))
        partial.rename(self.clock_file)


def deployed(emulator: Emulator, sink_port: int, mail_folder: Path, options: Options) -> Stack:
    """Deploy a stack into an account of its own of a running emulator."""
    account = Account(emulator.endpoint, f"{time.time_ns() // 1000 % 10**12:012d}")
    clock_file = _clock_file(emulator.folder, account) if options.virtual_clock else None
    sources = Sources(ROOT, options.functions, BUILD)
    objects = package(sources, bucket_of(account))
    settings = Settings(
        schedules="ENABLED" if options.schedules else "DISABLED",
        smtp_port=sink_port,
        clock_file=clock_file,
        concurrency=options.concurrency,
    )
    outputs, environment = deploy(
        account, NAME, objects, settings, keyring.generate(os.urandom).to_json()
    )
    return Stack(
        name=NAME,
        account=account,
        api_url=environment["PUBLIC_URL"],
        log_group=outputs["Logs"],
        queue_urls={
            key.removesuffix("Url"): url
            for key, url in outputs.items()
            if key.endswith(("QueueUrl", "DeadLettersUrl"))
        },
        environment={**environment, **account.environment},
        sink_port=sink_port,
        mail_folder=mail_folder,
        clock_file=clock_file,
    )


def _clock_file(folder: Path, account: Account) -> Path:
    path = folder / f"clock-{account.number}"
    path.write_text("0")
    return path


@contextmanager
def running_stack(
    folder: Path, options: Options = Options(), emulator: Emulator | None = None
) -> Iterator[Stack]:
    """Run a stack with a mail sink for as long as the block lasts.

    With an emulator given, the stack is one more in it; without, it has its own, in the folder.
    """
    with ExitStack() as cleanup:
        mail_folder, port = folder / "mail", child.free_port()
        mail_server = sink.start(mail_folder, port, leashed=True)
        cleanup.callback(mail_server.stop)
        used = emulator or cleanup.enter_context(running_emulator(folder))
        stack = deployed(used, port, mail_folder, options)
        mail_server.wait_until_it_listens()
        yield stack
