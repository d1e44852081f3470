"""Counts what an invocation costs: units written and read, and round trips to anything."""

from dataclasses import dataclass


@dataclass(slots=True)
class Meter:
    """Running totals since the last `take`; capacity units are DynamoDB's own."""

    write_units: float = 0.0
    read_units: float = 0.0
    round_trips: int = 0

    def count(self, *, write_units: float = 0.0, read_units: float = 0.0) -> None:
        """Add one round trip and what it consumed."""
        self.write_units += write_units
        self.read_units += read_units
        self.round_trips += 1

    def take(self) -> "Meter":
        """Give the totals and start again from nothing."""
        taken = Meter(self.write_units, self.read_units, self.round_trips)
        self.write_units, self.read_units, self.round_trips = 0.0, 0.0, 0
        return taken
