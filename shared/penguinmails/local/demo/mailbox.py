"""Acts for the recipients: through the public pages, or as signed batches of an ESP's events."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from penguinmails.esp import standard_webhooks
from penguinmails.local.demo.client import Answer, fetch
from penguinmails.local.demo.post import Delivered, Post
from penguinmails.local.demo.recipients import Deed, Reaction, Recipients

BATCH = 80
TWICE = 0.08
FORGED = 0.05
ALTERED = 0.5
BROWSER = "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Safari/605.1.15"
PROXY = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
BARS = {Deed.UNSUBSCRIBE, Deed.COMPLAIN, Deed.HARD_BOUNCE}
"""Deeds after which a person must not get another mail."""
BOUNCES = {Deed.HARD_BOUNCE, Deed.SOFT_BOUNCE}
_BY_PAGE = {Deed.OPEN, Deed.PROXY_OPEN, Deed.CLICK, Deed.UNSUBSCRIBE}
_EVENT: Mapping[Deed, Mapping[str, Any]] = {
    Deed.DELIVER: {"type": "delivered"},
    Deed.SOFT_BOUNCE: {"type": "bounced", "class": "soft", "code": "4.2.2"},
    Deed.HARD_BOUNCE: {"type": "bounced", "class": "hard", "code": "5.1.1"},
    Deed.OPEN: {"type": "opened", "userAgent": BROWSER},
    Deed.PROXY_OPEN: {"type": "opened", "userAgent": PROXY},
    Deed.CLICK: {"type": "clicked", "userAgent": BROWSER},
    Deed.REPLY: {"type": "replied"},
    Deed.UNSUBSCRIBE: {"type": "unsubscribed"},
    Deed.COMPLAIN: {"type": "complained"},
}


class Mailbox:
    """Turns reactions into requests, and keeps what the checks need to know about them."""

    def __init__(
        self, post: Post, hook_url: str, secret: str, now: Callable[[], datetime], seed: int
    ) -> None:
        self._post = post
        self._hook_url = hook_url
        self._secret = secret
        self._now = now
        self._people = Recipients(seed)
        self._chance = random.Random(f"mailbox/{seed}")  # noqa: S311 - a simulation
        self._sent = 0
        self.counts: Counter[str] = Counter()
        self.webhooks: Counter[str] = Counter()
        self.problems: list[str] = []
        self.bounced: list[int] = []
        self.barred: dict[str, int] = {}
        self._barring: list[str] = []

    def react(self, reactions: list[Reaction]) -> None:
        """Act out reactions that are due: first the pages, then the events in batches."""
        self._note_barred()
        events = []
        for reaction in reactions:
            delivered = self._post.mails[reaction.mail]
            self.counts[reaction.deed.value] += 1
            if reaction.deed in _BY_PAGE and self._people.uses_pages(delivered.address):
                self._visit(delivered, reaction)
            else:
                events.append(self._event(delivered, reaction))
        for start in range(0, len(events), BATCH):
            self._post_events(events[start : start + BATCH])

    def _note_barred(self) -> None:
        """What the last stop's events said has been recorded by now, as all is quiet."""
        for contact in self._barring:
            self.barred.setdefault(contact, len(self._post.mails))
        self._barring.clear()

    def _visit(self, delivered: Delivered, reaction: Reaction) -> None:
        found = self._post.addresses(delivered)
        match reaction.deed:
            case Deed.CLICK:
                link = found.links[reaction.link % len(found.links)]
                answer = fetch(link, user_agent=BROWSER)
                self._expect(answer, HTTPStatus.FOUND, "a click")
            case Deed.UNSUBSCRIBE:
                self._unsubscribe(found.unsubscribe, delivered)
            case _:
                agent = PROXY if reaction.deed is Deed.PROXY_OPEN else BROWSER
                self._expect(fetch(found.pixel, user_agent=agent), HTTPStatus.OK, "a pixel")

    def _unsubscribe(self, url: str, delivered: Delivered) -> None:
        self._expect(fetch(url), HTTPStatus.OK, "the unsubscribe page")
        if self._chance.random() < ALTERED:
            altered = fetch(f"{url[:-2]}{'AB' if url[-2:] != 'AB' else 'BA'}", "POST", b"")
            self._expect(altered, HTTPStatus.NOT_FOUND, "an altered unsubscribe link")
        body = b"List-Unsubscribe=One-Click"
        kind = "application/x-www-form-urlencoded"
        self._expect(fetch(url, "POST", body, content_type=kind), HTTPStatus.OK, "unsubscribing")
        self.barred.setdefault(delivered.token.contact, len(self._post.mails))

    def _event(self, delivered: Delivered, reaction: Reaction) -> dict[str, Any]:
        if reaction.deed in BARS:
            self._barring.append(delivered.token.contact)
        if reaction.deed in BOUNCES:
            self.bounced.append(reaction.mail)
        event = {
            "id": f"evt-{reaction.mail}-{reaction.deed}-{reaction.at:%j%H%M}",
            "at": reaction.at.isoformat(),
            "token": delivered.mail.token,
            **_EVENT[reaction.deed],
        }
        return event | ({"link": reaction.link} if reaction.deed is Deed.CLICK else {})

    def _post_events(self, events: list[dict[str, Any]]) -> None:
        body = json.dumps(events).encode()
        self._deliver(body, HTTPStatus.OK, "accepted")
        if self._chance.random() < TWICE:
            self._chance.shuffle(events)
            self._deliver(json.dumps(events).encode(), HTTPStatus.OK, "repeated")
        if self._chance.random() < FORGED:
            self._forge(body)

    def _deliver(self, body: bytes, expected: HTTPStatus, kind: str) -> None:
        answer = fetch(self._hook_url, "POST", body, **self._signed(body))
        self._expect(answer, expected, f"a webhook ({kind})")
        self.webhooks[kind] += 1

    def _forge(self, body: bytes) -> None:
        altered = body.removesuffix(b"]") + b", {}]"
        for kind, headers in self._forgeries(body):
            answer = fetch(self._hook_url, "POST", altered, **headers)
            self._expect(answer, HTTPStatus.UNAUTHORIZED, f"a forged webhook ({kind})")
            self.webhooks["forged"] += 1

    def _forgeries(self, body: bytes) -> Iterator[tuple[str, dict[str, str]]]:
        yield "altered", self._signed(body)
        yield "unsigned", {"content_type": "application/json"}

    def _signed(self, body: bytes) -> dict[str, str]:
        self._sent += 1
        signed = standard_webhooks.sign(self._secret, f"msg-{self._sent}", self._now(), body)
        named = {name.replace("-", "_"): value for name, value in signed.items()}
        return {"content_type": "application/json", **named}

    def _expect(self, answer: Answer, status: HTTPStatus, deed: str) -> None:
        if answer.status != status:
            self.problems.append(f"{deed} answered {answer.status}, not {status.value}")
