"""An ESP from which nothing leaves: mail ends in the workspace's inbox, and its recipients act.

What becomes of a mail is told by its address: one at sandbox.test does what its +tags say, such
as `ada+open+click@sandbox.test`, and every other one takes its mail and keeps silent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Protocol

from penguinmails.clock import Clock
from penguinmails.deliveries.event import EventType
from penguinmails.deliveries.fact import BounceClass
from penguinmails.deliveries.messages import heard
from penguinmails.errors import InvalidInput, Unavailable
from penguinmails.ids import Ids
from penguinmails.inbox.links import links_of
from penguinmails.inbox.mail import KeptMail, Origin
from penguinmails.keyring import Keyring
from penguinmails.queues.port import Queue, Queues
from penguinmails.sends.message import NO_ENROLLMENT, Message
from penguinmails.sends.mime import mime_bytes
from penguinmails.sends.outcome import Accepted, Outcome, Refused, Scope, TryLater, Uncertain
from penguinmails.tracking.tokens import Purpose, decode

DOMAIN: Final = "sandbox.test"
SOURCE: Final = "sandbox"
AFTER_S: Final = 300
AGAIN_S: Final = 30
OUTCOMES: Final[Mapping[str, Outcome]] = MappingProxyType(
    {
        "refuse": Refused(Scope.RECIPIENT, SOURCE),
        "message": Refused(Scope.MESSAGE, SOURCE),
        "account": Refused(Scope.ACCOUNT, SOURCE),
        "later": TryLater(AFTER_S, SOURCE),
        "away": TryLater(AFTER_S, SOURCE, everyone=True),
        "uncertain": Uncertain(SOURCE),
    }
)
"""What is answered instead of taking the mail, by the tag; the first that is written counts."""

_Event = Mapping[str, Any]
DEEDS: Final[Mapping[str, _Event]] = MappingProxyType(
    {
        "hardbounce": {"type": EventType.BOUNCED, "class": BounceClass.HARD},
        "softbounce": {"type": EventType.BOUNCED, "class": BounceClass.SOFT},
        "complaint": {"type": EventType.COMPLAINED},
        "open": {"type": EventType.OPENED},
        "click": {"type": EventType.CLICKED, "link": 0},
        "unsubscribe": {"type": EventType.UNSUBSCRIBED},
        "reply": {"type": EventType.REPLIED},
        "ooo": {"type": EventType.REPLIED, "machine": True},
    }
)
"""What is reported of a mail that was taken, by the tag; all that are written count."""
_BOUNCES: Final = frozenset({"hardbounce", "softbounce"})


class Inbox(Protocol):
    """Where mails are kept."""

    def keep(self, mail: KeptMail) -> str:
        """Keep a mail and give its id: of two with one send key, the first; or InvalidInput."""
        ...


@dataclass(frozen=True, slots=True)
class SandboxPorts:
    """What the sandbox is made of."""

    inbox: Inbox
    queues: Queues
    keyring: Keyring
    clock: Clock
    ids: Ids


class SandboxEsp:
    """The sandbox of one workspace.

    It does not say that it honours send keys, as the ESPs that it stands for do not: so a
    campaign's `on_uncertain` can be tried. All the same a repeated key takes a mail once.
    """

    honours_key = False

    def __init__(self, tenant: str, given: SandboxPorts) -> None:
        self._tenant = tenant
        self._given = given

    def send(self, message: Message) -> Outcome:
        """Do what the address asks for, of a message that could really be sent.

        The mail is kept first, then what its recipient does is queued, and only then is it
        accepted. Where the table or the queue is away it is asked for again: with the same send
        key, so the same mail is kept and the same events are told.
        """
        tags = _tags(message.to_email)
        answer = next((OUTCOMES[tag] for tag in tags if tag in OUTCOMES), None)
        try:
            mime_bytes(message)
            return answer or self._take(message, [tag for tag in tags if tag in DEEDS])
        except InvalidInput as error:
            return Refused(Scope.MESSAGE, str(error))
        except Unavailable as error:
            return TryLater(AGAIN_S, str(error))

    def _take(self, message: Message, tags: Sequence[str]) -> Accepted:
        origin = self._origin(message)
        does = [tag for tag in tags if tag != "click" or _has_a_link(message)] if origin else []
        mail = self._given.inbox.keep(self._kept(message, does, origin))
        if origin:
            self._report(message, does)
        return Accepted(f"{SOURCE}-{mail}")

    def _origin(self, message: Message) -> Origin | None:
        if message.token == NO_ENROLLMENT:
            return None
        token = decode(message.token, self._given.keyring, Purpose.MESSAGE)
        return Origin(token.campaign, token.contact, token.revision, token.step, token.attempt)

    def _kept(self, message: Message, does: Sequence[str], origin: Origin | None) -> KeptMail:
        return KeptMail(
            tenant=self._tenant,
            id=self._given.ids.new(),
            send_key=message.send_key,
            received_at=self._given.clock.now(),
            from_name=message.from_name,
            from_email=message.from_email,
            to_email=message.to_email,
            subject=message.subject,
            text=message.text,
            html=message.html,
            headers=dict(_headers(message)),
            does=does,
            origin=origin,
        )

    def _report(self, message: Message, does: Sequence[str]) -> None:
        """Tell the recorder what the webhook would tell it, once however often it is told."""
        now_at = self._given.clock.now()
        deeds = {tag: DEEDS[tag] for tag in does}
        if _BOUNCES.isdisjoint(does):
            deeds = {"delivered": {"type": EventType.DELIVERED}, **deeds}
        frame = {"at": now_at.isoformat(), "token": message.token}
        events = [
            {"id": f"{message.send_key}-{name}", **frame, **deed} for name, deed in deeds.items()
        ]
        bodies = list(heard(self._tenant, SOURCE, events, now_at))
        self._given.queues.send(Queue.RECORD, bodies)


def _tags(address: str) -> list[str]:
    local, _, domain = address.lower().rpartition("@")
    return list(dict.fromkeys(local.split("+")[1:])) if domain == DOMAIN else []


def _has_a_link(message: Message) -> bool:
    found = {link.url for link in links_of(message.html, message.text)}
    return bool(found - {message.unsubscribe_url})


def _headers(message: Message) -> Iterator[tuple[str, str]]:
    yield "Message-ID", message.message_id
    if message.reply_to:
        yield "Reply-To", message.reply_to
    if message.unsubscribe_url:
        yield "List-Unsubscribe", f"<{message.unsubscribe_url}>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
