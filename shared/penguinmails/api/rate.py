"""How often a key may ask: a bucket of requests that fills again at a steady rate."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from penguinmails.errors import Rejected

PER_SECOND, BURST = 50, 500
INTERVAL = timedelta(seconds=1) / PER_SECOND
"""What one request takes from the bucket, as the time in which it fills again."""
WHOLE = INTERVAL * BURST


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a key's bucket holds: it is full again at `full_at`."""

    full_at: datetime
    now_at: datetime
    granted: bool = True

    @property
    def left(self) -> int:
        """How many more requests are granted now."""
        return max(0, (self.now_at + WHOLE - self.full_at) // INTERVAL)

    @property
    def wait_s(self) -> int:
        """In how many whole seconds the next request is granted."""
        return max(0, ceil((self.full_at + INTERVAL - self.now_at - WHOLE).total_seconds()))

    def headers(self) -> dict[str, str]:
        """Tell it as the IETF's draft of RateLimit headers does."""
        fills_s = max(0, ceil((self.full_at - self.now_at).total_seconds()))
        return {
            "RateLimit-Policy": f'"key";q={BURST};w={ceil(WHOLE.total_seconds())}',
            "RateLimit": f'"key";r={self.left};t={fills_s}',
        }


class TooManyRequests(Rejected):
    """The key's bucket is empty; `allowance` tells when it is not."""

    code = "too_many_requests"

    def __init__(self, allowance: Allowance) -> None:
        wait_s = max(1, allowance.wait_s)
        super().__init__(
            f"this API key may ask {PER_SECOND} times a second, {BURST} times in a burst; "
            f"wait {wait_s} s, as Retry-After says, and go on more slowly"
        )
        self.allowance = allowance
        self.retry_after_s = wait_s
