"""Blobs in memory."""

from penguinmails.errors import NotFound


class MemoryBlobs:
    """Files that live as long as the object."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def put(self, name: str, data: bytes) -> None:
        self.files[name] = data

    def read(self, name: str, start: int, length: int) -> bytes:
        if name not in self.files:
            raise NotFound(f"there is no file {name}")
        return self.files[name][start : start + length]
