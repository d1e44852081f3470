"""What holds for every test: no network but loopback, and the same examples on every run."""

import ipaddress
import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

# Lookups and connections that left the machine, recorded because callers may swallow the error.
attempts: list[str] = []


def is_loopback(host: object) -> bool:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return True
    try:
        address = ipaddress.ip_address(str(name))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def host_of(event: str, arguments: tuple[object, ...]) -> object:
    """The host that an audit event of the socket module is about; None for a local socket."""
    if event == "socket.getaddrinfo":
        return arguments[0]
    address = arguments[1]
    return address[0] if isinstance(address, tuple) else None


def refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    if event not in {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"}:
        return
    host = host_of(event, arguments)
    if is_loopback(host):
        return
    attempts.append(f"{event} to {host}")
    raise PermissionError(f"A test may reach loopback only, and this one tried {event} to {host}.")


if "CONFORMANCE_ENDPOINT" not in os.environ:  # the conformance tests may be asked to leave
    sys.addaudithook(refuse_network)

settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.load_profile("ci")


@pytest.fixture(autouse=True)
def loopback_only() -> Iterator[None]:
    """Fail a test that tried to leave the machine, even if the code it ran hid the error."""
    before = len(attempts)
    yield
    if tried := attempts[before:]:
        pytest.fail(f"The test tried to leave loopback: {', '.join(tried)}", pytrace=False)
