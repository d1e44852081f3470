"""Identifiers: time-ordered for what is made, derived by hash for what can be derived."""

import hashlib
import os
import uuid
from typing import Protocol

from penguinmails.clock import Clock


class Ids(Protocol):
    """Where fresh identifiers come from."""

    def new(self) -> str:
        """Make an identifier that nobody else has, in canonical UUID form."""
        ...


class TimeOrderedIds:
    """UUIDv7 (RFC 9562): sortable by the millisecond of the clock they are made under."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def new(self) -> str:
        millis = int(self._clock.now().timestamp() * 1000)
        tail = int.from_bytes(os.urandom(10))
        return _uuid(millis << 80 | tail, version=7)


class CountingIds:
    """Identifiers one after another, so that a test or a simulation can be run again."""

    def __init__(self) -> None:
        self._made = 0

    def new(self) -> str:
        self._made += 1
        return _uuid(self._made << 80, version=7)


def derived(*parts: str | int) -> str:
    """Give the UUIDv8 that these parts always have; no two lists of parts share one."""
    return as_uuid8(digest(*parts))


def as_uuid8(raw: bytes) -> str:
    """Shape the first 16 bytes of a digest into a UUIDv8 (RFC 9562, section 5.8)."""
    return _uuid(int.from_bytes(raw[:16]), version=8)


def digest(*parts: str | int) -> bytes:
    """SHA-256 over the parts, each with its length, so that no two lists run together."""
    coded = (str(part).encode() for part in parts)
    return hashlib.sha256(b"".join(len(p).to_bytes(4) + p for p in coded)).digest()


def shard_of(identifier: str, shards: int) -> int:
    """Spread identifiers evenly over `shards` partitions, always the same way."""
    return int(identifier[-8:], 16) % shards


def is_uuid(text: str) -> bool:
    """Tell whether the text is a UUID in canonical form."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _uuid(number: int, *, version: int) -> str:
    number &= ~(0xF000 << 64) & ~(0xC000 << 48) & ((1 << 128) - 1)
    return str(uuid.UUID(int=number | version << 76 | 0x8000 << 48))
