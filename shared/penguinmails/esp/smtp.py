"""Sends over SMTP, telling apart what surely did not leave from what may have."""

import ssl
from dataclasses import dataclass, field
from smtplib import SMTPAuthenticationError, SMTPException

from penguinmails.errors import InvalidInput
from penguinmails.esp.smtp_reply import DONE, NotSent, away, broken_off, require, verdict
from penguinmails.esp.smtp_wire import Reply, Tick, Wire
from penguinmails.meter import Meter
from penguinmails.sends.message import Message
from penguinmails.sends.mime import mime_bytes
from penguinmails.sends.outcome import Accepted, Outcome, Refused, Scope, Uncertain

CALL_S, CONNECT_S, STALE_S = 9.0, 3.0, 2.0


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server. With `tls`, or a user to log in as, nothing is said in the clear."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    helo: str = "localhost"
    trust: ssl.SSLContext | None = None


class SmtpEsp:
    """One connection, kept from message to message and from invocation to invocation."""

    honours_key = False

    def __init__(self, server: Server, meter: Meter, tick: Tick, *, call_s: float = CALL_S) -> None:
        self._server = server
        self._meter = meter
        self._tick = tick
        self._call_s = call_s
        self._kept: Wire | None = None

    def send(self, message: Message) -> Outcome:
        """Hand one message over, once; it takes less than ten seconds."""
        try:
            data = mime_bytes(message)
        except InvalidInput as error:
            return Refused(Scope.MESSAGE, str(error))
        self._meter.count()
        try:
            outcome = self._deliver(message, data, self._tick() + self._call_s)
        except NotSent as stopped:
            outcome = stopped.outcome
        if not isinstance(outcome, Accepted):
            self.close()
        return outcome

    def close(self) -> None:
        """Drop the connection."""
        if self._kept is not None:
            self._kept.close()
        self._kept = None

    def _deliver(self, message: Message, data: bytes, deadline: float) -> Outcome:
        wire = self._begun(message, deadline)
        wire.allow(deadline - self._tick())
        try:
            require(wire.docmd("RCPT", f"TO:<{message.to_email}>"), Scope.RECIPIENT)
            require(wire.docmd("DATA"), Scope.MESSAGE)
            wire.body(data)
        except SMTPException as error:
            raise broken_off(error) from error
        return _hand_over(wire)

    def _begun(self, message: Message, deadline: float) -> Wire:
        """Give a connection that took MAIL; a kept one that died meanwhile is replaced, once."""
        if self._kept is not None:
            self._kept.allow(min(STALE_S, deadline - self._tick()))
            if _is_alive(self._kept, message):
                return self._kept
            self.close()
        wire = self._connected(deadline)
        try:
            require(_mail(wire, message), Scope.ACCOUNT)
        except SMTPException as error:
            raise broken_off(error) from error
        return wire

    def _connected(self, deadline: float) -> Wire:
        server, connect_s = self._server, min(CONNECT_S, deadline - self._tick())
        try:
            wire = self._kept = Wire(server.host, server.port, server.helo, self._tick, connect_s)
            wire.allow(deadline - self._tick())
            self._introduce(wire)
        except (SMTPException, OSError) as error:
            raise away(error) from error
        return wire

    def _introduce(self, wire: Wire) -> None:
        server = self._server
        wire.ehlo_or_helo_if_needed()
        if server.tls or server.user:
            wire.starttls(context=server.trust or ssl.create_default_context())
            wire.ehlo_or_helo_if_needed()
        if server.user:
            _log_in(wire, server)


def _log_in(wire: Wire, server: Server) -> None:
    try:
        wire.login(server.user, server.password)
    except SMTPAuthenticationError as error:
        require((error.smtp_code, b""), Scope.ACCOUNT)
        raise


def _mail(wire: Wire, message: Message) -> Reply:
    return wire.docmd("MAIL", f"FROM:<{message.from_email}>")


def _is_alive(wire: Wire, message: Message) -> bool:
    """Begin a message; whatever a kept connection answers but yes is asked again on a new one."""
    try:
        code, _ = _mail(wire, message)
    except SMTPException:
        return False
    return code == DONE


def _hand_over(wire: Wire) -> Outcome:
    """From here on, only a reply tells whether the server has the message."""
    try:
        return verdict(wire.dot())
    except SMTPException as error:
        return Uncertain(type(error).__name__)
