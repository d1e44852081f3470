"""The send key: the same for the same message, whoever sends it and however often."""

from penguinmails.ids import digest


def send_key(
    tenant: str, campaign: str, contact: str, run: str, step: int, visit: int, attempt: int
) -> str:
    """Derive the key of one message: 128 bits in hexadecimal."""
    return digest("send", tenant, campaign, contact, run, step, visit, attempt)[:16].hex()
