"""What the API tells a workspace about itself."""

from typing_extensions import TypedDict

from penguinmails.api.body import LARGEST_BODY
from penguinmails.api.call import Call
from penguinmails.api.operation import Operations
from penguinmails.api.page import LARGEST_PAGE
from penguinmails.api.rate import BURST, PER_SECOND
from penguinmails.api.types import Id, Instant, instant
from penguinmails.imports.upload import LARGEST_FILE
from penguinmails.tenants.scope import Scope
from penguinmails.tenants.tenant import EspName

operations = Operations("workspace")


class LimitsView(TypedDict):
    """How much may be asked at once; requests are counted for each API key."""

    requestsPerSecond: int
    requestBurst: int
    bodyBytes: int
    importBytes: int
    pageEntries: int


class WorkspaceView(TypedDict):
    """A workspace: whose data nobody else sees."""

    id: Id
    name: str
    timezone: str
    esp: EspName
    limits: LimitsView
    createdAt: Instant


@operations.get("/api/workspace", Scope.WORKSPACE_READ)
def read_workspace(call: Call) -> WorkspaceView:
    """Show the workspace that the API key speaks for, and its limits."""
    found = call.ports.tenants.get(call.tenant)
    return {
        "id": found.id,
        "name": found.name,
        "timezone": found.time_zone,
        "esp": found.esp,
        "limits": {
            "requestsPerSecond": PER_SECOND,
            "requestBurst": BURST,
            "bodyBytes": LARGEST_BODY,
            "importBytes": LARGEST_FILE,
            "pageEntries": LARGEST_PAGE,
        },
        "createdAt": instant(found.created_at),
    }
