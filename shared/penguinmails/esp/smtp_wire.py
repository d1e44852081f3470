"""One SMTP connection whose every exchange ends by a deadline, however slowly the server drips."""

import re
import smtplib
import socket
from collections.abc import Callable
from typing import IO, Final, cast

Tick = Callable[[], float]
"""Gives seconds that never go back, as time.monotonic does."""

Reply = tuple[int, bytes]
LEAST_WAIT_S: Final = 0.01
_CHUNK: Final = 4096
_LEADING_DOT: Final = re.compile(rb"^\.", re.MULTILINE)


class Wire(smtplib.SMTP):
    """SMTP with an absolute deadline in place of a timeout for each read.

    It is connected, and greeted, once it is made. Every later loss of the connection, a missed
    deadline included, is an SMTPServerDisconnected.
    """

    def __init__(self, host: str, port: int, helo: str, tick: Tick, seconds: float) -> None:
        self._tick = tick
        self._deadline = tick() + seconds
        super().__init__(host, port, helo, seconds)
        if self.sock is not None:
            # The dot goes out by itself: without this it would wait for an acknowledgement.
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def allow(self, seconds: float) -> None:
        """Give what follows this long."""
        self._deadline = self._tick() + seconds

    def left_s(self) -> float:
        """Tell how far the deadline is away; never 0, as that means not to wait at all."""
        return max(LEAST_WAIT_S, self._deadline - self._tick())

    def body(self, data: bytes) -> None:
        """Send all of a message but the dot that ends it: the server cannot act on it yet."""
        self.send(_LEADING_DOT.sub(b"..", data.removesuffix(b"\r\n") + b"\r\n"))

    def dot(self) -> Reply:
        """Send the dot that hands the message over, and read what became of it."""
        self.send(b".\r\n")
        return self.getreply()

    def send(self, s: object) -> None:
        if self.sock is not None:
            self.sock.settimeout(self.left_s())
        super().send(cast("str", s))

    def getreply(self) -> Reply:
        if self.file is None and self.sock is not None:
            self.file = cast("IO[bytes]", _Lines(self, self.sock))
        return super().getreply()


class _Lines:
    """Reads lines from a socket, allowing each read only what is left of the wire's time."""

    def __init__(self, wire: Wire, sock: socket.socket) -> None:
        self._wire = wire
        self._sock = sock
        self._kept = b""

    def readline(self, most: int) -> bytes:
        """Give the next line with its end; less, if it is too long or the connection ended."""
        while b"\n" not in self._kept and len(self._kept) < most:
            more = self._receive()
            if not more:
                break
            self._kept += more
        end = self._kept.find(b"\n") + 1 or len(self._kept)
        line, self._kept = self._kept[: min(end, most)], self._kept[min(end, most) :]
        return line

    def close(self) -> None:
        """Leave the socket to the wire."""

    def _receive(self) -> bytes:
        left_s = self._wire.left_s()
        if left_s <= LEAST_WAIT_S:
            raise TimeoutError
        self._sock.settimeout(left_s)
        return self._sock.recv(_CHUNK)
