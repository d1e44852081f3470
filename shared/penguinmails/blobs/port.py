"""The blob port: whole files in, parts of files out."""

from typing import Protocol


class Blobs(Protocol):
    """Files by name; a name is written once, or again with the same bytes."""

    def put(self, name: str, data: bytes) -> None:
        """Save a file."""
        ...

    def read(self, name: str, start: int, length: int) -> bytes:
        """Read a part of a file: fewer bytes at its end, none after it.

        Raises NotFound if the file is gone.
        """
        ...
