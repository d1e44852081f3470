"""The mail server of a journey, which can be away for a while."""

from dataclasses import dataclass, field
from pathlib import Path

from penguinmails.local import child, sink


@dataclass(slots=True)
class MailServer:
    """A sink on a port of its own; its mails stay when it stops."""

    folder: Path
    port: int = field(default_factory=child.free_port)
    _process: child.Child | None = None

    def start(self) -> None:
        """Serve."""
        self._process = sink.start(self.folder, self.port, leashed=True)
        self._process.wait_until_it_listens()

    def stop(self) -> None:
        """Be away."""
        if self._process is not None:
            self._process.stop()
        self._process = None
