"""The emulator as a child process, with a page that tells what its queues and streams hold."""

import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from pathlib import Path
from types import ModuleType
from typing import Any

from penguinmails.local import child

MODULE = "penguinmails.local.emulator"
BACKLOG_PATH = "/_penguinmails/backlog/"
SERVICES = frozenset(
    {
        "apigateway",
        "apigateway_v1",
        "cloudformation",
        "cloudwatch",
        "cloudwatch_logs",
        "dynamodb",
        "dynamodb_streams",
        "eventbridge",
        "iam",
        "lambda_core",
        "lambda_svc",
        "s3",
        "scheduler",
        "sns",
        "sqs",
        "ssm",
        "sts",
    }
)
REST_SECONDS, WINDOW_SECONDS = 0.1, 1.0
SLOW_TO_IMPORT = "ministack.services.cloudformation"
API_PATH = "/_aws/execute-api/"

AsgiMessage = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[AsgiMessage]]
Send = Callable[[AsgiMessage], Awaitable[None]]
App = Callable[[AsgiMessage, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator: where it listens, and the folder that holds its files."""

    port: int
    folder: Path

    @property
    def endpoint(self) -> str:
        return f"http://{child.LOOPBACK}:{self.port}"


def start(folder: Path, port: int, *, leashed: bool) -> child.Child:
    """Start an emulator whose state, temporary files and log lie in one folder."""
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    log = folder / "ministack.log"
    return child.spawn(MODULE, _environment(folder, port), log, port, leashed=leashed)


@contextmanager
def running_emulator(folder: Path) -> Iterator[Emulator]:
    """Run an emulator on a free port for as long as the block lasts."""
    port = child.free_port()
    process = start(folder, port, leashed=True)
    try:
        process.wait_until_it_listens()
        yield Emulator(port, folder)
    finally:
        process.stop()


def _environment(folder: Path, port: int) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    own.pop("PYTHONPATH", None)
    return own | {
        "AWS_EC2_METADATA_DISABLED": "true",
        "BIND_HOST": child.LOOPBACK,
        "DOCKER_HOST": f"unix://{folder}/no-docker",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "INFO",
        "MINISTACK_HOST": child.LOOPBACK,
        "S3_DATA_DIR": str(folder / "s3"),
        "SFTP_ENABLED": "0",
        "STATE_DIR": str(folder / "state"),
        "TMPDIR": str(folder / "tmp"),
    }


def _extended(app: App) -> App:
    """Add the backlog, and let anonymous HTTP requests reach the stacks of every account."""

    async def extended(scope: AsgiMessage, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", ""))
        if path.startswith(BACKLOG_PATH):
            account = path.removeprefix(BACKLOG_PATH)
            await _answer(send, {"queues": _queues(account), "streams": _streams(account)})
            return
        if path.startswith(API_PATH):
            _act_for_owner(path.removeprefix(API_PATH).split("/")[0])
        await app(scope, receive, send)

    return extended


def _act_for_owner(api_id: str) -> None:
    """Serve this request in the account of the API: a browser's request names no account."""
    for (owner, _region, found), _api in _store("apigateway", "_apis"):
        if found == api_id:
            import_module("ministack.core.responses").set_request_account_id(owner)


async def _answer(send: Send, content: object) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(content).encode()})


def _queues(account: str) -> dict[str, dict[str, int]]:
    """Messages of each queue: ready to be received, taken by a reader, or to come later.

    Every effect of a message (the emulator serves its tables and queues on this thread) is
    there before the message itself goes, so one look at all queues is never falsely quiet.
    """
    now = time.time()
    counts = {}
    for (owner, _region, url), queue in _store("sqs", "_queues"):
        if owner == account:
            found = Counter(_state(message, now) for message in queue["messages"])
            counts[url] = {state: found[state] for state in ("ready", "taken", "later")}
    return counts


def _state(message: MutableMapping[str, Any], now: float) -> str:
    if message["visible_at"] <= now:
        return "ready"
    return "taken" if message.get("receive_count") else "later"


def _streams(account: str) -> dict[str, int]:
    """Records that each function has yet to read from a table's stream."""
    tables = import_module("ministack.services.dynamodb")
    behind = {}
    for (owner, region, mapping_id), mapping in _store("lambda_svc", "_esms"):
        if owner == account and ":dynamodb:" in mapping["EventSourceArn"]:
            table = mapping["EventSourceArn"].split("/")[1]
            scope = {"account_id": owner, "region": region}
            end = tables.stream_end_position(table, **scope)
            positions = dict(_store("lambda_svc", "_dynamodb_stream_positions"))
            behind[mapping["FunctionName"]] = end - positions.get((owner, region, mapping_id), 0)
    return behind


def _store(service: str, name: str) -> list[tuple[tuple[str, str, str], Any]]:
    store = getattr(import_module(f"ministack.services.{service}"), name)
    return list(getattr(store, "_data", store).items())


class _Postponed(MetaPathFinder):
    """Reads a service's module only when it is used: most never are, and cost a second."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package, _, service = name.rpartition(".")
        if package != "ministack.services" or service in SERVICES:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and spec.loader:
            spec.loader = LazyLoader(spec.loader)
        return spec


class _Gathered:
    """Reads a stream as Lambda's batching window does: a full batch, or what came in a second.

    A stream that rests is not waited for, so that local time does not stand still.
    """

    def __init__(self, read: Callable[..., list[Any]], wake: Callable[[], None]) -> None:
        self._read = read
        self._wake = wake
        self._looks: dict[str, tuple[float, float, int]] = {}

    def __call__(self, table: str, position: int, limit: int, **scope: str) -> list[Any]:
        found = self._read(table, position, limit, **scope)
        if scope:  # another reader of the stream, which brings its account along
            return found
        now = time.monotonic()
        begun, looked, seen = self._looks.get(table, (now, now, 0))
        rests = len(found) == seen and now - looked >= REST_SECONDS
        if not found or len(found) == limit or rests or now - begun >= WINDOW_SECONDS:
            self._looks.pop(table, None)
            return found
        if len(found) > seen:
            self._looks[table] = begun, now, len(found)
            threading.Timer(REST_SECONDS, self._wake).start()
        return []


def _gather_stream_records() -> None:
    """The emulator knows no batching window: it would project record by record."""
    poller: Any = import_module("ministack.services.lambda_svc")
    tables: Any = import_module("ministack.services.dynamodb")
    tables.stream_records_since = _Gathered(tables.stream_records_since, poller.esm_wake.set)


def _stream_insertions() -> None:
    """The emulator tells its streams nothing of what a PartiQL statement inserted."""
    tables: Any = import_module("ministack.services.dynamodb")
    insert = tables._partiql_insert  # noqa: SLF001

    def streamed(table: Any, parsed: dict[str, Any]) -> Any:  # noqa: ANN401 - the emulator's own
        answer = insert(table, parsed)
        if answer[0] == HTTPStatus.OK:
            item = parsed["item"]
            tables._emit_stream_event(parsed["table"], "INSERT", None, item)  # noqa: SLF001
        return answer

    tables._partiql_insert = streamed  # noqa: SLF001


def main() -> None:
    """Serve the emulator in this process until SIGTERM."""
    child.wear_leash()
    sys.meta_path.insert(0, _Postponed())
    sys.modules["docker"] = None  # type: ignore[assignment]  # no containers, and a faster start
    gateway = import_module("ministack.app")
    gateway.app = _extended(gateway.app)  # type: ignore[attr-defined]
    threading.Thread(target=import_module, args=(SLOW_TO_IMPORT,), daemon=True).start()
    _gather_stream_records()
    _stream_insertions()
    sys.argv = sys.argv[:1]
    gateway.main()


if __name__ == "__main__":
    main()
