"""The DNS as this machine's resolver knows it, through dnspython."""

from collections.abc import Callable, Sequence

from dns.exception import DNSException
from dns.name import EmptyLabel, LabelTooLong, NameTooLong
from dns.rdtypes.ANY.TXT import TXT
from dns.resolver import NXDOMAIN, YXDOMAIN, LifetimeTimeout, NoAnswer, Resolver

from penguinmails.errors import Unavailable

LONGEST_S = 5.0
"""How long a question may take; a server that does not answer gets two seconds of it."""

_NOTHING = (NXDOMAIN, YXDOMAIN, NoAnswer, LabelTooLong, NameTooLong, EmptyLabel)


class DnsResolver:
    """Asks anew each time: whoever just published a record need not wait for a cache of ours.

    `make` gives the resolver; by itself it is the machine's own.
    """

    def __init__(self, make: Callable[[], Resolver] = Resolver) -> None:
        self._make = make

    def txt(self, name: str) -> Sequence[str]:
        """Give the TXT records of a name, each in one piece (RFC 7208, section 3.3)."""
        try:
            return self._found(name)
        except _NOTHING:
            return ()
        except LifetimeTimeout as error:
            raise Unavailable(f"the DNS did not answer in time for {name}; ask again") from error
        except DNSException as error:
            message = f"the DNS servers for {name} fail; mend them, or ask again later"
            raise Unavailable(message) from error

    def _found(self, name: str) -> Sequence[str]:
        found = self._make().resolve(f"{name}.", "TXT", lifetime=LONGEST_S, search=False)
        texts = (b"".join(record.strings) for record in found if isinstance(record, TXT))
        return [text.decode(errors="replace") for text in texts]
