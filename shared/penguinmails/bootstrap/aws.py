"""The adapters over AWS, as a function's settings describe them.

What only some functions use is imported where it is picked, so that no other pays for it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.session import Session
from pynamodb.connection.base import Connection

from penguinmails.bootstrap.adapters import Adapters
from penguinmails.bootstrap.session import new_session
from penguinmails.clock import OffsetClock, SystemClock
from penguinmails.ids import TimeOrderedIds
from penguinmails.meter import Meter
from penguinmails.queues.sqs import SqsQueues
from penguinmails.settings import Settings
from penguinmails.table.dynamodb import DynamoTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from penguinmails.blobs.port import Blobs
    from penguinmails.clock_hand import ClockHand
    from penguinmails.dns.port import Resolver
    from penguinmails.esp.smtp import Server
    from penguinmails.keyring import Keyring
    from penguinmails.queues.port import Queues
    from penguinmails.sends.port import Esp


def adapters(settings: Settings) -> Adapters:
    """Pick the adapters; none of them shares anything with those of an earlier call."""
    clock = OffsetClock(settings.clock_file) if settings.virtual else SystemClock()
    account = _Account(settings, new_session(settings.region), Meter())
    tables = account.tables()
    return Adapters(
        table=tables,
        identities=lambda names: {name: tables(name).identity() for name in names},
        wall=SystemClock(),
        queues=account.queues(),
        clock=clock,
        ids=TimeOrderedIds(clock),
        esp=cache(account.esp),
        keyring=cache(account.keyring),
        blobs=cache(account.blobs),
        resolver=cache(_resolver),
        public_url=settings.public_url,
        meter=account.meter,
        virtual=settings.virtual,
        hand=_hand(settings.clock_file) if settings.virtual else None,
        mail_from=settings.mail_from,
    )


def _hand(clock_file: str) -> ClockHand:
    from penguinmails.clock_hand import OffsetHand

    return OffsetHand(clock_file)


def _resolver() -> Resolver:
    from penguinmails.dns.resolver import DnsResolver

    return DnsResolver()


@dataclass(frozen=True, eq=False)
class _Account:
    """What the settings name in one AWS account, all through one session."""

    settings: Settings
    session: Session
    meter: Meter

    def tables(self) -> Callable[[str], DynamoTable]:
        connection = _Connection(self.session, self.settings)
        return cache(lambda name: DynamoTable(connection, self.settings.tables[name], self.meter))

    def queues(self) -> Queues:
        return SqsQueues(self._client("sqs"), self.settings.queues, self.meter)

    def blobs(self) -> Blobs:
        from penguinmails.blobs import s3

        client = s3.client(self.session, self.settings.endpoint or None)
        return s3.S3Blobs(client, self.settings.uploads_bucket, self.meter)

    def keyring(self) -> Keyring:
        from penguinmails.keyring import from_json

        return from_json(self._secret(self.settings.keyring_parameter))

    def esp(self, name: str) -> Esp:
        match name:
            case "ses":
                from penguinmails.esp import ses

                return ses.SesEsp(
                    ses.client(self.session, self.settings.endpoint or None), self.meter
                )
            case _:
                from penguinmails.esp.smtp import SmtpEsp

                return SmtpEsp(self._mail_server(), self.meter, time.monotonic)

    def _mail_server(self) -> Server:
        from penguinmails.esp.smtp import Server

        given = self.settings
        if not given.smtp_credentials_parameter:
            return Server(given.smtp_host, given.smtp_port)
        user, _, password = self._secret(given.smtp_credentials_parameter).partition(":")
        return Server(given.smtp_host, given.smtp_port, user, password, tls=True)

    def _secret(self, parameter: str) -> str:
        from penguinmails.bootstrap.secrets import Secrets

        return Secrets(self.session, self.settings.region, self.settings.endpoint).read(parameter)

    def _client(self, service: str) -> Any:  # noqa: ANN401 - a client's type depends on its service
        return self.session.create_client(service, endpoint_url=self.settings.endpoint or None)


class _Connection(Connection):
    """PynamoDB's connection, which would make a session of its own."""

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__(region=settings.region, host=settings.endpoint or None)
        self._session = session

    @property
    def session(self) -> Session:
        return self._session
