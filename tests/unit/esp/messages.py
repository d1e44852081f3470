"""Messages to send in tests of ESPs."""

from dataclasses import replace
from datetime import UTC, datetime

from penguinmails.sends.message import Message

MESSAGE = Message(
    send_key="00112233445566778899aabbccddeeff",
    token="AQEBtoken-_",
    from_name="Northlight",
    from_email="hello@northlight.example",
    reply_to=None,
    to_email="ada@example.com",
    subject="Hello",
    text="A line\n.a line with a dot\n.\nlast",
    html="<p>Hello</p>",
    message_id="<00112233445566778899aabbccddeeff@northlight.example>",
    date=datetime(2026, 3, 2, 9, tzinfo=UTC),
    unsubscribe_url="https://mail.example.com/u/token",
)


def to(address: str) -> Message:
    """Address the message to somebody."""
    return replace(MESSAGE, to_email=address)
