"""The readers of a series: all get their mail, two in five open it, one in seven clicks."""

import json
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from penguinmails.esp import standard_webhooks
from penguinmails.local.demo.client import fetch
from penguinmails.local.demo.mailbox import BROWSER
from penguinmails.local.sink import Mail
from penguinmails.local.virtual import VirtualTime
from tests.bench.workplace import Workplace

BATCH = 100
OF = 20
OPENERS, CLICKERS = 8, 3
_MORE: Mapping[str, Mapping[str, Any]] = {
    "opened": {"userAgent": BROWSER},
    "clicked": {"userAgent": BROWSER, "link": 1},
}


class Readers:
    """Reports what becomes of mails, as an ESP does: in signed batches, one kind after another."""

    def __init__(self, place: Workplace, time: VirtualTime) -> None:
        self._stack, self._time = place.stack, time
        hook = place.workspace.hook
        self._url = f"{place.stack.api_url}/webhooks/sandbox/{hook.id}"
        self._secret = hook.secrets[0]
        self._posted = 0
        self.events = 0

    def react(self, mails: Sequence[Mail], turn: int) -> None:
        """Report all that happens to some mails; opens come after deliveries, clicks after opens."""
        for kind, share in (("delivered", OF), ("opened", OPENERS), ("clicked", CLICKERS)):
            chosen = [mail for mail in mails if (_number(mail) + 7 * turn) % OF < share]
            events = [self._event(mail, kind) for mail in chosen]
            for batch in _batches(events):
                self._post(batch)
            self._stack.wait_until_quiet()

    def _event(self, mail: Mail, kind: str) -> dict[str, Any]:
        event: dict[str, Any] = {
            "id": f"{mail.file}-{kind}",
            "type": kind,
            "at": self._time.now().isoformat(),
            "token": mail.token,
        }
        return {**event, **_MORE.get(kind, {})}

    def _post(self, events: list[dict[str, Any]]) -> None:
        body = json.dumps(events).encode()
        self._posted += 1
        named = standard_webhooks.sign(self._secret, f"msg-{self._posted}", self._time.now(), body)
        headers = {name.replace("-", "_"): value for name, value in named.items()}
        answer = fetch(self._url, "POST", body, content_type="application/json", **headers)
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(f"the webhook answered {answer.status}: {answer.body.decode()}")
        self.events += len(events)


def _number(mail: Mail) -> int:
    return int(mail.recipients[0].removeprefix("person").partition("@")[0])


def _batches(events: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    return (events[start : start + BATCH] for start in range(0, len(events), BATCH))
