"""The parsers stand what once felled them, and anything that is like it."""

import random
import sys
import time

import pytest

from tests.fuzz.parsers import CORPUS, PARSERS, OutOfBounds, bounded, corpus

parsers = pytest.mark.parametrize("name", PARSERS)
TRIES = 60
CUTS = 4


def garbled(data: bytes, chance: random.Random) -> bytes:
    """Give something like it: with bytes changed, left out, or there again."""
    made = bytearray(data)
    for _ in range(chance.randint(1, CUTS)):
        at, size = chance.randrange(len(made) + 1), chance.randint(0, CUTS)
        made[at : at + size] = chance.choice([chance.randbytes(size), made[-at:], b"\0\n\"'{["])
    return bytes(made[:8_192])


def test_there_is_a_corpus_of_each() -> None:
    assert {folder.name for folder in CORPUS.iterdir()} == set(PARSERS)


@parsers
def test_a_parser_stands_what_is_in_its_corpus(name: str) -> None:
    feed = bounded(PARSERS[name])
    for file in corpus(name):
        feed(file.read_bytes())


@parsers
def test_a_parser_stands_what_is_like_its_corpus(name: str) -> None:
    feed, chance = bounded(PARSERS[name]), random.Random(name)
    for file in corpus(name):
        for _ in range(TRIES):
            feed(garbled(file.read_bytes(), chance))


def test_what_takes_too_long_is_found() -> None:
    def slow(_data: bytes) -> None:
        end_s = time.process_time() + 0.02
        while time.process_time() < end_s:
            pass

    bounded(slow)(b"x")
    with pytest.raises(OutOfBounds, match=r"1 bytes took 0\.0 s"):
        bounded(slow, longest_s=0.01)(b"x")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can measure a peak again")
def test_what_takes_too_much_memory_is_found() -> None:
    def large(data: bytes) -> None:
        assert len(data * 70_000_000) == 70_000_000

    with pytest.raises(OutOfBounds, match="MB"):
        bounded(large)(b"x")
