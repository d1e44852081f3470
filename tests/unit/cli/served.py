"""The API over in-memory adapters behind a real port, and the command line in front of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import parse_qsl, urlsplit

from penguinmails.cli.__main__ import run
from tests.functions.api_house import ApiHouse


@dataclass
class Served:
    """A house and where its API is reached; requests come one at a time."""

    house: ApiHouse
    url: str

    def run(self, *arguments: str, key: str | None = None) -> int:
        """Run a command against it and give the exit code."""
        chosen = self.house.mine.key.text if key is None else key
        return run([*arguments, "--url", self.url, "--key", chosen])


@contextmanager
def serving(house: ApiHouse) -> Iterator[Served]:
    """Serve a house for as long as the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(house))
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield Served(house, f"http://127.0.0.1:{server.server_port}/api")
    finally:
        server.shutdown()
        server.server_close()


def _handler(house: ApiHouse) -> type[BaseHTTPRequestHandler]:
    lock = Lock()

    class Handler(BaseHTTPRequestHandler):
        def handle_one(self) -> None:
            size = int(self.headers.get("content-length", "0"))
            body = self.rfile.read(size) if size else None
            asked = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            with lock:
                if asked.path.startswith(("/api/imports/", "/api/jobs/")):
                    house.run_imports()
                reply = house.ask(
                    self.command,
                    asked.path,
                    body,
                    key=headers.get("authorization", "").removeprefix("Bearer "),
                    headers=headers,
                    query=dict(parse_qsl(asked.query)),
                )
            content = reply.text.encode()
            self.send_response_only(reply.status)
            for name, value in (*reply.headers.items(), *reply.allowance.items()):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_one  # noqa: N815 - named so

    return Handler
