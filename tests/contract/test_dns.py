"""What the DNS promises, in memory and from a server: records, none, or nobody who answers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from socketserver import BaseRequestHandler, ThreadingUDPServer
from threading import Thread

import pytest
from dns import flags, message, rcode, rrset
from dns.resolver import NoResolverConfiguration, make_resolver_at
from dns.resolver import Resolver as Machine

from penguinmails.dns import resolver
from penguinmails.dns.memory import MemoryDns
from penguinmails.dns.port import Resolver
from penguinmails.dns.resolver import DnsResolver
from penguinmails.errors import Unavailable

NAME, AWAY, ELSEWHERE = "_p.a.example", "_p.away.example", "_p.elsewhere.example"
TEXTS = ["v=spf1 -all", "zoë 1"]
LONG = "x" * 300
Answer = Callable[[message.Message], message.Message | None]


@dataclass
class Names:
    """A DNS to ask, and how to tell it what it knows."""

    asked: Resolver
    know: Callable[[str, Sequence[str]], None]
    lose: Callable[[str], None]


@contextmanager
def server(answer: Answer) -> Iterator[DnsResolver]:
    """Answer questions on loopback; gives what asks there."""

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            content, socket = self.request
            found = answer(message.from_wire(content))
            if found is not None:
                socket.sendto(found.to_wire(), self.client_address)

    with ThreadingUDPServer(("127.0.0.1", 0), Handler) as listening:
        Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        yield DnsResolver(lambda: make_resolver_at("127.0.0.1", listening.server_address[1]))
        listening.shutdown()


def answered(query: message.Message, *texts: str, kind: str = "TXT") -> message.Message:
    """Answer with records, each in pieces as long as may be."""
    reply = message.make_response(query)
    reply.flags |= flags.RA
    if texts:
        name = query.question[0].name
        reply.answer.append(rrset.from_text(name, 60, "IN", kind, *map(_pieces, texts)))
    return reply


def _pieces(text: str) -> str:
    raw = text.encode()
    parts = (raw[at : at + 200] for at in range(0, len(raw), 200))
    return " ".join('"' + "".join(f"\\{byte:03}" for byte in part) + '"' for part in parts)


def refused(query: message.Message, code: rcode.Rcode) -> message.Message:
    """Answer that it cannot be answered."""
    reply = message.make_response(query)
    reply.set_rcode(code)
    return reply


@pytest.fixture(params=["memory", "server"])
def names(request: pytest.FixtureRequest) -> Iterator[Names]:
    if request.param == "memory":
        memory = MemoryDns()
        know = memory.records.__setitem__
        yield Names(memory, lambda name, texts: know(name, list(texts)), memory.away.add)
        return
    known: dict[str, Sequence[str]] = {}
    lost: set[str] = set()

    def answer(query: message.Message) -> message.Message:
        name = query.question[0].name.to_text(omit_final_dot=True)
        if name in lost:
            return refused(query, rcode.SERVFAIL)
        return answered(query, *known[name]) if name in known else refused(query, rcode.NXDOMAIN)

    with server(answer) as asked:
        yield Names(asked, known.__setitem__, lost.add)


def test_the_records_of_a_name_are_given_whole(names: Names) -> None:
    names.know(NAME, [*TEXTS, LONG])
    assert sorted(names.asked.txt(NAME)) == sorted([*TEXTS, LONG])


def test_a_record_that_was_just_published_is_seen(names: Names) -> None:
    assert list(names.asked.txt(NAME)) == []
    names.know(NAME, TEXTS)
    assert sorted(names.asked.txt(NAME)) == sorted(TEXTS)


def test_a_name_without_records_has_none(names: Names) -> None:
    names.know(NAME, [])
    assert list(names.asked.txt(NAME)) == list(names.asked.txt(ELSEWHERE)) == []


def test_servers_that_fail_may_be_asked_again(names: Names) -> None:
    names.lose(AWAY)
    with pytest.raises(Unavailable, match=AWAY):
        names.asked.txt(AWAY)


@pytest.mark.parametrize("name", [f"_p.{'x' * 64}.example", f"_p.{'xy.' * 84}example", "a..b"])
def test_a_name_that_cannot_be_has_no_records(name: str) -> None:
    with server(answered) as asked:
        assert asked.txt(name) == ()


def test_a_server_that_is_silent_may_be_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "LONGEST_S", 0.2)
    with server(lambda _query: None) as asked, pytest.raises(Unavailable, match="in time"):
        asked.txt(NAME)


def test_without_a_resolver_it_may_be_asked_again() -> None:
    def unconfigured() -> Machine:
        raise NoResolverConfiguration

    with pytest.raises(Unavailable):
        DnsResolver(unconfigured).txt(NAME)
