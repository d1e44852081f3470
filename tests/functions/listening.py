"""A small world whose webhook, recorder and public functions run for real, over memory."""

import base64
import importlib
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest

from penguinmails import bootstrap
from penguinmails.campaigns.campaign import Campaign
from penguinmails.contacts.contact import Contact
from penguinmails.enrollments.depart import Departures
from penguinmails.enrollments.enrollment import Mail
from penguinmails.enrollments.record import RecordPorts
from penguinmails.esp.receive import receive
from penguinmails.esp.standard_webhooks import sign
from penguinmails.queues.port import Body, Queue
from penguinmails.tenants.hook import Hook, make_hook
from penguinmails.tenants.tenant import EspName
from penguinmails.tracking.follow import FollowPorts, follow
from penguinmails.tracking.ports import PublicPorts
from penguinmails.tracking.tokens import Purpose, Token, encode
from penguinmails.tracking.unsubscribe import UnsubscribePorts
from penguinmails.tracking.visit import VisitPorts
from tests.world import TENANT, World

Response = dict[str, Any]
STEPS = [{"email": "intro", "template": "intro"}, {"wait": "2 days"}, {"email": "more", "template": "more"}]


class Context:
    """The part of the Lambda context that handlers use."""

    aws_request_id = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


class Listening(World):
    """A world that can be told things: by its webhook, and by readers."""

    def __init__(self) -> None:
        super().__init__()
        self.hook: Hook = make_hook(TENANT, EspName.SANDBOX, lambda size: b"s" * size)
        self.tenants.add_hook(self.hook)
        self.visits = 0

    def recorder(self) -> RecordPorts:
        given = self.adapters
        return RecordPorts(
            clock=given.clock,
            keyring=given.keyring(),
            enrollments=self.enrollments,
            suppressions=self.suppressions,
            departures=Departures(self.contacts, self.enrollments),
            queues=given.queues,
            receive=receive,
        )

    def public(self) -> PublicPorts:
        given, ring = self.adapters, self.ring
        links = FollowPorts(self.contents, self.contacts)
        departures = Departures(self.contacts, self.enrollments)
        return PublicPorts(
            VisitPorts(given.clock, ring, given.queues, lambda token: follow(token, links)),
            UnsubscribePorts(given.clock, ring, self.suppressions, departures, given.queues),
        )

    def handlers(self) -> dict[Queue, Callable[[Body], object]]:
        return {**super().handlers(), Queue.RECORD: self._record}

    def _record(self, body: Body) -> None:
        event = {"Records": [{"messageId": "m", "body": json.dumps(body)}]}
        answer = loaded("recorder")(event, Context())
        assert answer == {"batchItemFailures": []}

    def token(
        self, campaign: Campaign, contact: Contact, mail: Mail | None = None, **other: Any
    ) -> Token:
        """Name a message as its writer does."""
        mail = mail or Mail(1)
        fields: dict[str, Any] = {
            "purpose": Purpose.MESSAGE,
            "tenant": TENANT,
            "campaign": campaign.id,
            "contact": contact.id,
            "run": "1",
            "revision": 1,
            "shard": self.shards,
            "step": mail.step,
            "visit": mail.visit,
            "attempt": mail.attempt,
            "variant": 0,
        }
        return Token(**{**fields, **other})

    def text(self, token: Token, purpose: Purpose = Purpose.MESSAGE, link: int = 0) -> str:
        """Sign a token for a purpose."""
        return encode(token.to(purpose, link), self.ring)

    def report(self, events: object, *, hook: Hook | None = None, **changed: str) -> Response:
        """Report as the sandbox does, signed; `changed` replaces headers."""
        hook = hook or self.hook
        body = events if isinstance(events, bytes) else json.dumps(events).encode()
        headers = sign(hook.secrets[0], "msg_1", self.clock.now(), body)
        named = {name.replace("_", "-"): value for name, value in changed.items()}
        return self.post(f"sandbox/{hook.id}", body, {**headers, **named})

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Response:
        """Post to the webhook as the HTTP API passes it on."""
        event = {
            "version": "2.0",
            "rawPath": f"/webhooks/{path}",
            "headers": dict(headers),
            "pathParameters": {"proxy": path},
            "requestContext": {"http": {"method": "POST"}, "requestId": "r"},
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        }
        return loaded("webhook")(event, Context())

    def visit(self, path: str, method: str = "GET", **headers: str) -> Response:
        """Ask for a public page as a reader's client does."""
        self.visits += 1
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        event = {
            "version": "2.0",
            "rawPath": path,
            "headers": {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", **named},
            "pathParameters": {"proxy": path.rpartition("/")[2]},
            "requestContext": {
                "http": {"method": method},
                "requestId": f"visit-{self.visits}",
            },
            "isBase64Encoded": False,
        }
        return loaded("public")(event, Context())

    def queued(self, queue: Queue) -> list[Body]:
        """Give what waits in a queue."""
        return [message.body for message in self.queues.waiting if message.queue is queue]


def loaded(name: str) -> Callable[[dict[str, Any], Context], Response]:
    """Give a function's handler, imported over the house that is up."""
    module = importlib.import_module(f"functions.{name}.app")
    handler: Callable[[dict[str, Any], Context], Response] = module.handler
    return handler


def forget(names: Iterable[str]) -> None:
    """Have functions imported anew."""
    for name in names:
        sys.modules.pop(f"functions.{name}.app", None)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Listening:
    """Give a world, whose house is the functions' house."""
    made = Listening()
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")
    monkeypatch.setattr(bootstrap, "house", lambda: made)
    forget(("webhook", "recorder", "public"))
    return made


