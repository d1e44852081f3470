"""Which keys an item can have."""

from penguinmails.table.port import Key

_LONGEST_PK, _LONGEST_SK = 2048, 1024
"""Bytes of the keys that DynamoDB takes."""


def valid(key: Key) -> Key:
    """Give the key back; one that no item can have is refused by a ValueError."""
    lengths = len(key.pk.encode()), len(key.sk.encode())
    if not all(lengths) or lengths[0] > _LONGEST_PK or lengths[1] > _LONGEST_SK:
        raise ValueError(f"no item can have the key {key}: a part of it is empty or too long")
    return key
