"""What a house is put together from: one adapter behind each port."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from penguinmails.blobs.port import Blobs
from penguinmails.clock import Clock
from penguinmails.ids import Ids
from penguinmails.keyring import Keyring
from penguinmails.meter import Meter
from penguinmails.queues.port import Queues
from penguinmails.sends.port import Esp
from penguinmails.table.port import Table

if TYPE_CHECKING:
    from penguinmails.clock_hand import ClockHand
    from penguinmails.dns.port import Resolver


def _none(_tables: Sequence[str]) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Adapters:
    """What stands behind the ports. `table` takes a table's plain name, `esp` an ESP's.

    `hand` is there if the clock can be moved. `randomness` gives as many bytes as asked.
    `mail_from` is the installation's own address; empty if it has none. `identities` gives the
    ids of tables by their plain names; what is not there cannot be restored. `wall` is the
    machine's clock, where `clock` is another.
    """

    table: Callable[[str], Table]
    queues: Queues
    clock: Clock
    ids: Ids
    esp: Callable[[str], Esp]
    keyring: Callable[[], Keyring]
    blobs: Callable[[], Blobs]
    resolver: Callable[[], "Resolver"]
    public_url: str
    meter: Meter
    virtual: bool = False
    hand: "ClockHand | None" = None
    mail_from: str = ""
    randomness: Callable[[int], bytes] = os.urandom
    identities: Callable[[Sequence[str]], Mapping[str, str]] = _none
    wall: Clock | None = None

    @property
    def on_wall(self) -> Clock:
        """The machine's clock."""
        return self.wall or self.clock
