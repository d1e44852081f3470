"""How people name things, with `slug:` or without it, and what the API takes for that."""

from uuid import UUID

from penguinmails.cli.client import Api, place
from penguinmails.cli.exits import Exit
from penguinmails.cli.failure import Failure

_BY_SLUG = "slug:"


def campaign_path(name: str) -> str:
    """Give the path of a campaign that is named by its id or its slug."""
    return place("campaigns", referred(name))


def referred(name: str) -> str:
    """Write `slug:` before what is neither an id nor has it."""
    return name if name.startswith(_BY_SLUG) or _is_id(name) else f"{_BY_SLUG}{name}"


def bare(name: str) -> str:
    """Leave `slug:` out."""
    return name.removeprefix(_BY_SLUG)


def contact_id(api: Api, name: str) -> str:
    """Give the id of a contact that is named by it or by the address; raises Failure."""
    if "@" not in name:
        return name
    found = api.get("/contacts", email=name)["data"]
    if not found:
        hint = "See `penguinmails get contacts`, or import people: penguinmails import FILE."
        raise Failure(f"There is no contact {name}.", Exit.MISSING, hint)
    return str(found[0]["id"])


def _is_id(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True
