"""The webhook answers 200 only for what is verified and queued; the rest changes nothing."""

import json
from datetime import timedelta

import pytest

from penguinmails.errors import Unavailable
from penguinmails.esp.standard_webhooks import sign
from penguinmails.queues.port import Queue
from penguinmails.table.port import Item, Key
from penguinmails.tenants.hook import Hook
from penguinmails.tenants.tenant import EspName
from tests.functions.listening import TENANT, Listening, world

__all__ = ["world"]

EVENT = {"id": "e1", "type": "delivered", "token": "t", "at": "2026-03-02T09:00:00Z"}


def test_i_11_a_report_is_queued_as_it_came_before_it_is_answered(world: Listening) -> None:
    odd = {"id": "e2", "type": "teleported", "extra": {"ü": [1, None]}}
    answer = world.report([EVENT, odd])
    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"] == "text/plain; charset=utf-8"
    (body,) = world.queued(Queue.RECORD)
    assert body["events"] == [EVENT, odd]
    assert (body["tenant"], body["source"]) == (TENANT, "sandbox")


def test_i_11_a_queue_that_is_away_is_answered_503_so_that_the_esp_comes_again(
    world: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise Unavailable("the queue did not answer")

    monkeypatch.setattr(world.queues, "send", away)
    answer = world.report([EVENT])
    assert answer["statusCode"] == 503
    assert answer["headers"]["retry-after"] == "60"


def test_a_large_report_is_split_over_messages_that_a_queue_takes(world: Listening) -> None:
    events = [{**EVENT, "id": f"e{number}"} for number in range(250)]
    large = [{**EVENT, "id": f"l{number}", "pad": "x" * 90_000} for number in range(3)]
    assert world.report(events + large)["statusCode"] == 200
    bodies = world.queued(Queue.RECORD)
    assert [event["id"] for body in bodies for event in body["events"]] == [
        *(f"e{number}" for number in range(250)),
        *(f"l{number}" for number in range(3)),
    ]
    assert max(len(body["events"]) for body in bodies) <= 100
    assert max(len(json.dumps(body)) for body in bodies) <= 210_000


def test_an_empty_report_is_fine(world: Listening) -> None:
    assert world.report([])["statusCode"] == 200
    assert world.queued(Queue.RECORD) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,ü"},
        {"webhook-id": "another"},
        {"webhook-id": ""},
        {"webhook-timestamp": "1"},
        {"webhook-timestamp": "-5"},
        {"webhook-timestamp": "²"},
        {"webhook-timestamp": "9" * 400},
    ],
)
def test_i_13_a_forged_report_changes_nothing(world: Listening, changed: dict[str, str]) -> None:
    answer = world.report([EVENT], changed=changed)
    assert answer["statusCode"] == 401
    assert not world.queues.waiting


def test_i_13_a_body_altered_by_one_byte_is_refused(world: Listening) -> None:
    body = json.dumps([EVENT]).encode()
    headers = sign(world.hook.secrets[0], "msg_1", world.clock.now(), body)
    altered = body.replace(b"delivered", b"delivereD")
    assert world.post(f"sandbox/{world.hook.id}", altered, headers)["statusCode"] == 401
    assert not world.queues.waiting


def test_i_13_a_report_that_is_not_verified_costs_one_read_at_most(
    world: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[Key] = []
    table = world.tables["core"]
    get = table.get

    def counted(key: Key) -> Item | None:
        reads.append(key)
        return get(key)

    monkeypatch.setattr(table, "get", counted)
    for _ in range(5):
        world.report([EVENT], changed={"webhook-signature": "v1,AAAA"})
    assert len(reads) == 1
    world.post("sandbox/..%2f..", b"[]", {})
    assert len(reads) == 1


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_signature_counts_for_five_minutes(world: Listening, seconds: int) -> None:
    body = json.dumps([EVENT]).encode()
    signed_at = world.clock.now() + timedelta(seconds=seconds)
    headers = sign(world.hook.secrets[0], "msg_1", signed_at, body)
    assert world.post(f"sandbox/{world.hook.id}", body, headers)["statusCode"] == 401


def test_while_a_secret_is_rotated_either_one_signs(world: Listening) -> None:
    old, new = world.hook.secrets[0], "whsec_bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3"
    both = Hook("ab" * 20, TENANT, EspName.SANDBOX, (new, old))
    world.tenants.add_hook(both)
    for secret in both.secrets:
        signed = Hook(both.id, TENANT, EspName.SANDBOX, (secret,))
        assert world.report([EVENT], hook=signed)["statusCode"] == 200


def test_several_signatures_may_stand_in_the_header(world: Listening) -> None:
    body = json.dumps([EVENT]).encode()
    headers = dict(sign(world.hook.secrets[0], "msg_1", world.clock.now(), body))
    headers["webhook-signature"] = f"v1,AAAA {headers['webhook-signature']}"
    assert world.post(f"sandbox/{world.hook.id}", body, headers)["statusCode"] == 200


@pytest.mark.parametrize(
    "path", ["sandbox/0000000000000000", "ses/{hook}", "sandbox/", "sandbox", "x/y/z", "/"]
)
def test_an_unknown_hook_is_not_found(world: Listening, path: str) -> None:
    answer = world.post(path.replace("{hook}", world.hook.id), b"[]", {})
    assert answer["statusCode"] == 404
    assert not world.queues.waiting


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"text"', b"\xff\xfe", b"[" * 100_000])
def test_a_signed_body_that_is_not_a_report_is_a_400(world: Listening, body: bytes) -> None:
    assert world.report(body)["statusCode"] == 400
    assert not world.queues.waiting


def test_a_report_that_is_too_large_is_a_413(world: Listening) -> None:
    assert world.report(b"[" + b" " * 1_000_000 + b"]")["statusCode"] == 413
    assert world.report([{**EVENT, "pad": "x" * 150_000}])["statusCode"] == 413
    assert not world.queues.waiting
