"""The blob port: whole files in, parts of files out."""

from datetime import timedelta
from typing import Protocol


class Blobs(Protocol):
    """Files by name; what is written last under a name stands."""

    def put(self, name: str, data: bytes) -> None:
        """Save a file."""
        ...

    def read(self, name: str, start: int, length: int) -> bytes:
        """Read a part of a file: fewer bytes at its end, none after it.

        Raises NotFound if the file is gone.
        """
        ...

    def delete(self, name: str) -> None:
        """Remove a file; nothing happens if it is not there."""
        ...

    def link(self, name: str, lasts: timedelta) -> str:
        """Give a signed URL by which anybody can download the file, for so long."""
        ...
