"""Blobs in memory."""

from datetime import timedelta

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

    def delete(self, name: str) -> None:
        self.files.pop(name, None)

    def link(self, name: str, lasts: timedelta) -> str:
        return f"https://files.example.com/{name}?expires={round(lasts.total_seconds())}"
