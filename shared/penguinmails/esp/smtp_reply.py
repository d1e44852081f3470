"""What a reply of an SMTP server means for the message in hand (RFC 5321, section 4.2)."""

from smtplib import SMTPResponseException

from penguinmails.esp.smtp_wire import Reply
from penguinmails.sends.outcome import Accepted, Outcome, Refused, Scope, TryLater, Uncertain

AWAY_S, BUSY_S = 60, 300
DONE = 250
_FINAL = 500
_CLOSING = 421
_LOGIN_WANTED = frozenset({530, 534, 535, 538})
_LONGEST_ID = 200


class NotSent(Exception):  # noqa: N818 - it carries an outcome; nothing went wrong in here
    """The message surely did not leave; `outcome` says what that means."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def require(reply: Reply, scope: Scope) -> None:
    """Raise NotSent, unless the server goes along; `scope` is what a refusal is about."""
    code, _ = reply
    if code // 100 not in {2, 3}:
        raise NotSent(_refusal(code, scope))


def verdict(reply: Reply) -> Outcome:
    """Read the reply to a whole message."""
    code, text = reply
    match code // 100:
        case 2:
            return Accepted(text.decode("ascii", "replace")[:_LONGEST_ID])
        case 4 | 5:
            return _refusal(code, Scope.MESSAGE)
        case _:
            return Uncertain(f"the server answered {code} to a whole message")


def away(error: Exception) -> NotSent:
    """Nobody's message would leave now."""
    return NotSent(TryLater(AWAY_S, _named(error), everyone=True))


def broken_off(error: Exception) -> NotSent:
    """The connection ended before the message was whole."""
    return NotSent(TryLater(BUSY_S, _named(error)))


def _refusal(code: int, scope: Scope) -> Outcome:
    if code == _CLOSING:
        return TryLater(AWAY_S, str(code), everyone=True)
    if code in _LOGIN_WANTED:
        return Refused(Scope.ACCOUNT, str(code))
    return Refused(scope, str(code)) if code >= _FINAL else TryLater(BUSY_S, str(code))


def _named(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        return str(error.smtp_code)
    return type(error).__name__
