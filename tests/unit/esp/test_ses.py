"""Sending through SES: one request a message, whatever happens to it."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from botocore.session import get_session

from penguinmails.esp import ses
from penguinmails.esp.ses import SesEsp
from penguinmails.meter import Meter
from penguinmails.sends.outcome import Accepted, Outcome, Refused, Scope, TryLater, Uncertain
from tests.unit.esp.faulty_server import HOST, free_port
from tests.unit.esp.messages import MESSAGE

SILENT, CUT = -1, -2


class StandIn(ThreadingHTTPServer):
    """Answers every request alike, and keeps what was posted."""

    daemon_threads = True

    def __init__(self, status: int, code: str) -> None:
        super().__init__((HOST, 0), _Answer)
        self.status, self.code = status, code
        self.posted: list[dict[str, object]] = []
        self.done = threading.Event()


class _Answer(BaseHTTPRequestHandler):
    server: StandIn

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        self.server.posted.append(json.loads(self.rfile.read(length)))
        if self.server.status == SILENT:
            self.server.done.wait(5)
            return
        if self.server.status == CUT:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        body = b'{"MessageId": "ses-1"}' if self.server.status == 200 else b'{"message": "no"}'
        self.send_response(self.server.status)
        self.send_header("content-length", str(len(body)))
        if self.server.code:
            self.send_header("x-amzn-errortype", self.server.code)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def stand_in(status: int, code: str = "") -> Iterator[StandIn]:
    server = StandIn(status, code)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.done.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setattr(ses, "_READ_S", 0.3)
    monkeypatch.setattr(ses, "_CONNECT_S", 0.5)


def outcome_at(port: int) -> Outcome:
    client = ses.client(get_session(), f"http://{HOST}:{port}")
    try:
        return SesEsp(client, Meter()).send(MESSAGE)
    finally:
        client.close()


def test_a_message_goes_out_raw_with_our_token_as_its_tag() -> None:
    with stand_in(200) as server:
        assert outcome_at(server.server_port) == Accepted("ses-1")
    (posted,) = server.posted
    assert posted["EmailTags"] == [{"Name": "penguinmails", "Value": MESSAGE.token}]
    assert posted["Destination"] == {"ToAddresses": ["ada@example.com"]}
    assert set(posted["Content"]) == {"Raw"}  # type: ignore[call-overload]


@pytest.mark.parametrize("fault", [SILENT, CUT, 500, 502, 504])
def test_a_fault_after_the_request_left_is_uncertain_and_never_repeated(fault: int) -> None:
    with stand_in(fault) as server:
        assert isinstance(outcome_at(server.server_port), Uncertain)
        assert len(server.posted) == 1


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (429, "TooManyRequestsException", TryLater(5, "throttled", everyone=True)),
        (400, "ThrottlingException", TryLater(5, "throttled", everyone=True)),
        (400, "LimitExceededException", TryLater(900, "sending quota reached", everyone=True)),
        (503, "ServiceUnavailable", TryLater(60, "HTTP 503", everyone=True)),
        (400, "MessageRejected", Refused(Scope.MESSAGE, "MessageRejected")),
        (400, "AccountSuspendedException", Refused(Scope.ACCOUNT, "AccountSuspended")),
        (400, "SendingPausedException", Refused(Scope.ACCOUNT, "SendingPaused")),
        (
            400,
            "MailFromDomainNotVerifiedException",
            Refused(Scope.ACCOUNT, "MailFromDomainNotVerified"),
        ),
        (403, "AccessDeniedException", Refused(Scope.ACCOUNT, "HTTP 403")),
        (400, "SomethingNew", Refused(Scope.MESSAGE, "HTTP 400")),
    ],
)
def test_an_error_that_ses_answers_has_one_meaning(
    status: int, code: str, outcome: Outcome
) -> None:
    with stand_in(status, code) as server:
        assert outcome_at(server.server_port) == outcome
        assert len(server.posted) == 1


def test_without_a_connection_nothing_was_sent() -> None:
    outcome = outcome_at(free_port())
    assert outcome == TryLater(60, "EndpointConnectionError", everyone=True)


def test_the_client_that_functions_use_leaves_no_room_for_retries() -> None:
    config = ses.client(get_session()).meta.config
    assert config.retries["total_max_attempts"] == 1  # type: ignore[attr-defined]
