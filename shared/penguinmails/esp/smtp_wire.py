"""One SMTP connection whose every exchange ends by a deadline, however slowly the server drips."""

import io
import re
import smtplib
import socket
import ssl
from collections.abc import Callable

Tick = Callable[[], float]
"""Seconds that never go back, such as time.monotonic."""

LEAST_WAIT_S = 0.01
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class Wire(smtplib.SMTP):
    """SMTP with an absolute deadline in place of a timeout for each read.

    Every loss of the connection, a missed deadline included, is an SMTPServerDisconnected.
    """

    def __init__(self, helo: str, tick: Tick) -> None:
        self._tick = tick
        self.deadline = 0.0
        super().__init__(local_hostname=helo)

    def set_timer(self, seconds: float) -> None:
        """Give everything that follows this long."""
        self.deadline = self._tick() + seconds

    def left_s(self) -> float:
        """Tell how long the deadline is away; never nothing, which would mean not to wait."""
        return max(LEAST_WAIT_S, self.deadline - self._tick())

    def open(self, host: str, port: int) -> tuple[int, bytes]:
        """Connect and read the greeting."""
        self.timeout = self.left_s()
        code, text = self.connect(host, port)
        if self.sock is not None:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return code, text

    def encrypt(self, host: str, context: ssl.SSLContext) -> tuple[int, bytes]:
        """Go over to TLS; the server's name has to be on its certificate."""
        self._host = host  # what smtplib checks the certificate against
        return self.starttls(context=context)

    def ask(self, line: str) -> tuple[int, bytes]:
        """Send one command and read the reply."""
        self.send(f"{line}\r\n")
        return self.getreply()

    def body(self, data: bytes) -> None:
        """Send all of the message but the dot that ends it: the server cannot act on it yet."""
        self.send(_LEADING_DOT.sub(b"..", data.removesuffix(b"\r\n") + b"\r\n"))

    def dot(self) -> tuple[int, bytes]:
        """Send the dot that hands the message over, and read what became of it."""
        self.send(b".\r\n")
        return self.getreply()

    def send(self, s: object) -> None:
        if self.sock is not None:
            self.sock.settimeout(self.left_s())
        super().send(s)  # type: ignore[arg-type] # text or bytes

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_Drip(self, self.sock))  # type: ignore[assignment]
        return super().getreply()


class _Drip(io.RawIOBase):
    """Reads a socket, allowing each read what is left of the wire's time."""

    def __init__(self, wire: Wire, sock: socket.socket) -> None:
        super().__init__()
        self._wire = wire
        self._sock = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        if self._wire.left_s() <= LEAST_WAIT_S:
            raise TimeoutError
        self._sock.settimeout(self._wire.left_s())
        return self._sock.recv_into(buffer)  # type: ignore[arg-type] # a writable buffer
