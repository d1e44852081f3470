"""A place where deeds are done, and written into the audit log."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

from penguinmails.audit.entry import Deed, Entry, subject_of
from penguinmails.audit.ports import AuditPorts
from penguinmails.audit.store import AuditStore
from penguinmails.audit.verify import Verdict, verify
from penguinmails.audit.write import Opened, begin, finish, withdraw
from penguinmails.clock import ManualClock
from penguinmails.ids import derived
from penguinmails.table.memory import MemoryTable
from tests.simulation.taps import Main, T, TappedTable, flow

NOW_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TENANT = "01890000-0000-7000-8000-000000000001"


class Ledger:
    """The log of a tenant who does things."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW_AT)
        self.main = Main()
        self.table = MemoryTable()
        self.audit = AuditStore(TappedTable("core", self.table, self.main))
        self.ports = AuditPorts(self.audit, self.clock)

    def deed(self, name: str = "a") -> Deed:
        """Make a deed; the same name is the same request."""
        campaign = derived("campaign", name)
        return Deed(
            tenant=TENANT,
            id=derived("deed", name),
            at=self.clock.now(),
            actor="0123456789abcdef",
            action="campaigns.launch",
            subject=subject_of("campaign", campaign),
            request=f"request-{name}=",
        )

    def begin(self, deed: Deed) -> Opened:
        """Note a deed."""
        return begin(deed, self.ports)

    def finish(self, deed: Deed) -> Entry | None:
        """Write a deed's entry."""
        return finish(deed, self.ports)

    def do(self, name: str = "a") -> Entry | None:
        """Do a whole deed."""
        opened = self.begin(self.deed(name))
        return self.finish(opened.deed)

    def refuse(self, name: str = "a") -> None:
        """Begin a deed that turns out not to be allowed."""
        withdraw(self.begin(self.deed(name)), self.ports)

    def meanwhile(self, number: int, deed: Callable[[], object]) -> None:
        """Let something happen right before the effect of that number, from 1."""
        seen = count(1)

        def tap(name: str, run: Callable[[], T]) -> T:
            if next(seen) == number:
                self.main.tap = flow
                deed()
            return run()

        self.main.tap = tap

    def verdict(self) -> Verdict:
        """Check the chain."""
        return verify(TENANT, self.audit)

    def told(self, tenant: str = TENANT) -> list[Entry]:
        """Give all entries, the oldest first."""
        return [*reversed(self.audit.page(tenant, None, 1000).entries)]

    def times(self, name: str = "a") -> int:
        """Count a deed's entries."""
        return sum(entry.deed.id == derived("deed", name) for entry in self.told())
