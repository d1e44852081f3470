"""Which API to talk to, and with which key: environment over flags over files."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from penguinmails.cli.exits import Exit
from penguinmails.cli.failure import Failure

URL, KEY = "PENGUINMAILS_URL", "PENGUINMAILS_KEY"
FILE = "penguinmails.toml"
HOME_FILE = Path(".config") / "penguinmails" / FILE
LOCAL_FILE = Path(__file__).resolve().parents[3] / ".local" / "connection.toml"
"""`up` writes it, wherever it is called; its key is the one for tests of the workspace that it made."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Where the API is (up to `/api`), the key, and where each was found."""

    url: str
    key: str
    url_from: str
    key_from: str


def find(
    environment: Mapping[str, str],
    url: str,
    key: str,
    folder: Path,
    home: Path,
    local: Path = LOCAL_FILE,
) -> Connection:
    """Find the API's address and key; raises Failure with what is missing."""
    files = (folder / FILE, home / HOME_FILE, local)
    places = list(_places(environment, {"url": url, "key": key}, files))
    found_url, url_from = _first(places, "url", "where the API is", URL)
    found_key, key_from = _first(places, "key", "an API key", KEY)
    return Connection(_clean(found_url, url_from), found_key, url_from, key_from)


Place = tuple[str, Mapping[str, str]]


def _places(
    environment: Mapping[str, str], flags: Mapping[str, str], files: Sequence[Path]
) -> Iterator[Place]:
    yield "the environment", {"url": environment.get(URL, ""), "key": environment.get(KEY, "")}
    yield "the flags", flags
    for path in files:
        if path.is_file():
            yield str(path), _read(path)


def _read(path: Path) -> Mapping[str, str]:
    try:
        content = tomllib.loads(path.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Failure(f"{path}: this is no TOML: {error}", Exit.USAGE) from error
    return {name: str(value) for name, value in content.items()}


def _first(places: list[Place], name: str, what: str, variable: str) -> tuple[str, str]:
    for place, values in places:
        if values.get(name):
            return values[name], place
    raise Failure(
        f"Nothing says {what}.",
        Exit.DENIED if name == "key" else Exit.USAGE,
        f'Set {variable}, give --{name}, or write {name} = "…" into {FILE}; '
        "on your own machine, `penguinmails up` starts a local API and notes both.",
    )


def _clean(url: str, place: str) -> str:
    if not url.startswith(("http://", "https://")):
        message = f"{url} (from {place}) is no address of an API."
        raise Failure(message, Exit.USAGE, "It starts with https://, and ends with /api.")
    base = url.rstrip("/")
    return base if base.endswith("/api") else f"{base}/api"
