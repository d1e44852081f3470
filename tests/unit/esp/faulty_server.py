"""SMTP servers on loopback: a real one, and a script that fails exactly where it is told to."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
CUT, SILENCE, DRIP = "cut", "silence", "drip"
"""Instead of a reply: close the connection, say nothing, or say it slower than anybody waits."""


@dataclass
class Inbox:
    """Keeps what a real server (aiosmtpd) accepted; `rcpt` and `data` may be another reply."""

    rcpt: str = "250 OK"
    data: str = "250 2.0.0 queued as 42"
    mails: list[bytes] = field(default_factory=list)
    sessions: set[int] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.sessions.add(id(session))
        if self.data.startswith("2"):
            self.mails.append(envelope.original_content or b"")
        return self.data


@contextmanager
def real_server(inbox: Inbox) -> Iterator[int]:
    """Serve an inbox and give the port."""
    controller = Controller(inbox, hostname=HOST, port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class Script:
    """A server that goes through the replies of each connection, and notes what it was told."""

    def __init__(self, *connections: dict[str, str]) -> None:
        self.connections = list(connections)
        self.heard: list[list[str]] = []
        self.bodies: list[bytes] = []

    def serve(self, listener: socket.socket) -> None:
        for replies in self.connections:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            lines: list[str] = []
            self.heard.append(lines)
            with peer:
                self._talk(peer, replies, lines)

    def _talk(self, peer: socket.socket, replies: dict[str, str], lines: list[str]) -> None:
        stream = peer.makefile("rb")
        if not self._reply(peer, replies.get("greeting", "220 hello")):
            return
        for raw in stream:
            verb = raw.decode().split()[0].upper()
            lines.append(verb)
            if not self._reply(peer, replies.get(verb, "354 go" if verb == "DATA" else "250 ok")):
                return
            if verb == "DATA" and replies.get(verb, "3").startswith("3"):
                body = b"".join(iter(stream.readline, b".\r\n"))
                self.bodies.append(body)
                if not self._reply(peer, replies.get("dot", "250 queued")):
                    return

    @staticmethod
    def _reply(peer: socket.socket, reply: str) -> bool:
        if reply == CUT:
            return False
        if reply == SILENCE:
            return _hear_out(peer)
        if reply == DRIP:
            return _drip(peer)
        peer.sendall(f"{reply}\r\n".encode())
        return True


def _hear_out(peer: socket.socket) -> bool:
    peer.settimeout(5)
    while peer.recv(1000):
        pass
    return False


def _drip(peer: socket.socket) -> bool:
    try:
        for _ in range(100):
            peer.sendall(b"2")
            time.sleep(0.05)
    except OSError:
        pass
    return False


@contextmanager
def scripted_server(script: Script) -> Iterator[int]:
    """Serve a script and give the port."""
    listener = socket.create_server((HOST, 0))
    thread = threading.Thread(target=script.serve, args=(listener,), daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        thread.join(5)
