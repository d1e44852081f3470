"""Logging in to a mail server: over TLS alone, and a refused login is about the account."""

import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from penguinmails.esp.smtp import Server, SmtpEsp
from penguinmails.meter import Meter
from penguinmails.sends.outcome import Accepted, Refused, Scope, TryLater
from tests.unit.esp.faulty_server import HOST, Inbox, free_port
from tests.unit.esp.messages import MESSAGE


def authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
) -> AuthResult:
    known = isinstance(data, LoginPassword) and data.password == b"right"
    return AuthResult(success=known, handled=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for the loopback address, good for an hour."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    start_at = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(start_at)
        .not_valid_after(start_at + timedelta(days=36_500))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(HOST))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    file.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def port(certificate: Path) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    controller = Controller(
        Inbox(),
        hostname=HOST,
        port=free_port(),
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=authenticate,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def send(port: int, password: str, trust: ssl.SSLContext | None) -> object:
    server = Server(HOST, port, "northlight", password, trust=trust)
    esp = SmtpEsp(server, Meter(), time.monotonic)
    try:
        return esp.send(MESSAGE)
    finally:
        esp.close()


def test_the_right_password_logs_in(port: int, certificate: Path) -> None:
    trust = ssl.create_default_context(cafile=str(certificate))
    assert isinstance(send(port, "right", trust), Accepted)


def test_the_wrong_password_is_refused_for_the_account(port: int, certificate: Path) -> None:
    trust = ssl.create_default_context(cafile=str(certificate))
    assert send(port, "wrong", trust) == Refused(Scope.ACCOUNT, "535")


def test_a_server_that_cannot_prove_its_name_gets_no_password(port: int) -> None:
    assert send(port, "right", None) == TryLater(60, "SSLCertVerificationError", everyone=True)
