"""One SMTP connection whose every exchange ends by a deadline, however slowly the server drips."""

import io
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from typing import cast

Tick = Callable[[], float]
"""Gives seconds that never go back, as time.monotonic does."""

Reply = tuple[int, bytes]
LEAST_WAIT_S = 0.01
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class Wire(smtplib.SMTP):
    """SMTP with an absolute deadline in place of a timeout for each read.

    Every loss of the connection, a missed deadline included, is an SMTPServerDisconnected.
    """

    def __init__(self, helo: str, tick: Tick) -> None:
        self._tick = tick
        self._deadline = 0.0
        super().__init__(local_hostname=helo)

    def allow(self, seconds: float) -> None:
        """Give what follows this long."""
        self._deadline = self._tick() + seconds

    def left_s(self) -> float:
        """Tell how far the deadline is away; never 0, as that means not to wait at all."""
        return max(LEAST_WAIT_S, self._deadline - self._tick())

    def open(self, host: str, port: int) -> Reply:
        """Connect and read the greeting."""
        self.timeout = self.left_s()
        greeting = self.connect(host, port)
        if self.sock is not None:
            # The dot goes out by itself: without this it would wait for an acknowledgement.
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return greeting

    def encrypt(self, host: str, context: ssl.SSLContext) -> None:
        """Go over to TLS with a server whose certificate is for this name."""
        self._host = host
        self.starttls(context=context)

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
            self.file = io.BufferedReader(_Drip(self, self.sock))
        return super().getreply()


class _Drip(io.RawIOBase):
    """Reads a socket, allowing each read only what is left of the wire's time."""

    def __init__(self, wire: Wire, sock: socket.socket) -> None:
        super().__init__()
        self._wire = wire
        self._sock = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object, /) -> int:
        left_s = self._wire.left_s()
        if left_s <= LEAST_WAIT_S:
            raise TimeoutError
        self._sock.settimeout(left_s)
        return self._sock.recv_into(cast("bytearray", buffer))
