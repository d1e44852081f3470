"""What a function is told by its environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from penguinmails.queues.port import Queue


@dataclass(frozen=True, slots=True)
class Settings:
    """Names of tables and queues, addresses and secrets' names; empty where not given."""

    tables: Mapping[str, str]
    queues: Mapping[Queue, str]
    uploads_bucket: str
    keyring_parameter: str
    public_url: str
    mail_from: str
    smtp_host: str
    smtp_port: int
    smtp_credentials_parameter: str
    clock_file: str
    region: str
    endpoint: str

    @property
    def virtual(self) -> bool:
        """Whether time is virtual: on a local stack alone, and only if it asks for it."""
        return bool(self.clock_file) and "127.0.0.1" in self.endpoint


TABLES = ("core", "contacts", "enrollments", "wakeups", "holds", "suppressions", "counters")


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the environment; what a function was not given stays empty."""

    def given(name: str, default: str = "") -> str:
        return environment.get(name) or default

    return Settings(
        tables={name: given(f"{name.upper()}_TABLE") for name in TABLES},
        queues={queue: given(f"{queue.upper()}_QUEUE_URL") for queue in Queue},
        uploads_bucket=given("UPLOADS_BUCKET"),
        keyring_parameter=given("KEYRING_PARAMETER"),
        public_url=given("PUBLIC_URL").rstrip("/"),
        mail_from=given("MAIL_FROM"),
        smtp_host=given("SMTP_HOST"),
        smtp_port=int(given("SMTP_PORT", "587")),
        smtp_credentials_parameter=given("SMTP_USER_PARAMETER"),
        clock_file=given("CLOCK_FILE"),
        region=given("AWS_REGION", "us-east-1"),
        endpoint=given("AWS_ENDPOINT_URL"),
    )
