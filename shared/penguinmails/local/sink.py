"""The mail server at the end of a local stack: it keeps every mail as one file, and an index."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from penguinmails.local import child

MODULE = "penguinmails.local.sink"
PORT, FOLDER = "SINK_PORT", "SINK_FOLDER"
TOKEN_HEADER = b"x-penguinmails-token:"
MAX_BYTES = 30_000_000


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it arrived: its file in `new`, the envelope, the token, and real epoch time."""

    file: str
    sender: str
    recipients: tuple[str, ...]
    token: str
    received: float


class Maildir:
    """A folder of mails: new/<sortable name>.eml, written whole, with index.jsonl beside it."""

    def __init__(self, folder: Path) -> None:
        self._new = folder / "new"
        self._partial = folder / "tmp"
        self._index = folder / "index.jsonl"
        self._kept = 0

    def prepare(self) -> None:
        """Make the folders; mails of an earlier run stay, and names go on after them."""
        self._new.mkdir(parents=True, exist_ok=True)
        self._partial.mkdir(exist_ok=True)
        self._kept = sum(1 for _ in self._new.iterdir())

    def keep(self, sender: str, recipients: Sequence[str], content: bytes) -> None:
        """Save one mail: complete under its name, or not at all; then note it in the index."""
        self._kept += 1
        received = time.time()
        name = f"{self._kept:09d}.eml"
        (self._partial / name).write_bytes(content)
        (self._partial / name).rename(self._new / name)
        mail = Mail(name, sender, tuple(recipients), _token(content), received)
        with self._index.open("a") as index:
            index.write(json.dumps(asdict(mail)) + "\n")

    def mails(self, after: int = 0) -> Iterator[Mail]:
        """Read the index, in order of arrival, leaving out the first `after` mails."""
        if not self._index.exists():
            return
        with self._index.open() as index:
            for number, line in enumerate(index):
                if number >= after and line.endswith("\n"):
                    yield _mail(json.loads(line))

    def content(self, mail: Mail) -> bytes:
        """Give the mail's bytes as they were sent."""
        return (self._new / mail.file).read_bytes()


class Keeper:
    """What the SMTP server does with a mail: keep it."""

    def __init__(self, maildir: Maildir) -> None:
        self._maildir = maildir

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        self._maildir.keep(envelope.mail_from or "", envelope.rcpt_tos, content)
        return "250 OK"


def start(folder: Path, port: int, *, leashed: bool) -> child.Child:
    """Start a sink in a child process that keeps its mails in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "sink.log"
    environment: Mapping[str, str] = {**os.environ, PORT: str(port), FOLDER: str(folder)}
    return child.spawn(MODULE, environment, log, port, leashed=leashed)


def _mail(entry: Mapping[str, object]) -> Mail:
    recipients = entry["recipients"]
    return Mail(
        file=str(entry["file"]),
        sender=str(entry["sender"]),
        recipients=tuple(map(str, recipients)) if isinstance(recipients, list) else (),
        token=str(entry["token"]),
        received=float(str(entry["received"])),
    )


def _token(content: bytes) -> str:
    header = content.split(b"\r\n\r\n", 1)[0]
    for line in header.replace(b"\r\n ", b"").split(b"\r\n"):
        if line.lower().startswith(TOKEN_HEADER):
            return line[len(TOKEN_HEADER) :].strip().decode("ascii", "replace")
    return ""


async def _serve(port: int, maildir: Maildir) -> None:
    maildir.prepare()
    keeper = Keeper(maildir)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(keeper, data_size_limit=MAX_BYTES, enable_SMTPUTF8=True),
        host=child.LOOPBACK,
        port=port,
        backlog=1024,
    )
    stopping = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopping.set)
    await stopping.wait()
    server.close()


def main() -> None:
    """Serve until SIGTERM."""
    child.wear_leash()
    asyncio.run(_serve(int(os.environ[PORT]), Maildir(Path(os.environ[FOLDER]))))


if __name__ == "__main__":
    main()
