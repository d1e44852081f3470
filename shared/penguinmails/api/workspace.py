"""What the API tells a workspace about itself."""

from base64 import urlsafe_b64encode
from typing import Annotated, Final

from pydantic import Field
from typing_extensions import TypedDict

from penguinmails.api.body import LARGEST_BODY
from penguinmails.api.call import Call, With
from penguinmails.api.operation import Operations
from penguinmails.api.page import LARGEST_PAGE
from penguinmails.api.rate import BURST, PER_SECOND
from penguinmails.api.types import Id, Instant, instant
from penguinmails.imports.upload import LARGEST_FILE
from penguinmails.tenants.api_key import KeyMode
from penguinmails.tenants.scope import Scope
from penguinmails.tenants.tenant import EspName

operations = Operations("workspace")
_ALGORITHM: Final = "HMAC-SHA256 of path and query, its first 16 bytes in base64url without padding"
_EXAMPLE_ORIGIN: Final = "https://img.example"
_EXAMPLE_TARGET: Final = "/hello.png?name=Ada&plan=pro"


class LimitsView(TypedDict):
    """How much may be asked at once; requests are counted for each API key."""

    requestsPerSecond: int
    requestBurst: int
    bodyBytes: int
    importBytes: int
    pageEntries: int


class WorkspaceView(TypedDict):
    """A workspace, whose data nobody else sees; a test key is shown its twin for tests."""

    id: Id
    name: str
    mode: KeyMode
    timezone: str
    esp: EspName
    limits: LimitsView
    createdAt: Instant


class SignedImageView(TypedDict):
    """An address as an email may hold it, and the signature that it ends with."""

    url: Annotated[
        str, Field(examples=[f"{_EXAMPLE_ORIGIN}{_EXAMPLE_TARGET}&s=FgbS67sESUYr3xF9ntJsZw"])
    ]
    signature: Annotated[str, Field(examples=["FgbS67sESUYr3xF9ntJsZw"])]


class ImageKeyView(TypedDict):
    """What a service needs that checks the signatures of images; a test key's twin has its own."""

    key: Annotated[
        str,
        Field(
            description="32 bytes in base64url; they never change.",
            examples=["czAIcfRMFo58lJ3ix1DmDCybuP9TABfFomcjTpy0244="],
        ),
    ]
    algorithm: Annotated[str, Field(examples=[_ALGORITHM])]
    example: SignedImageView


@operations.get("/api/workspace", Scope.WORKSPACE_READ)
def read_workspace(call: Call) -> WorkspaceView:
    """Show the workspace that the API key speaks for, and its limits."""
    found = call.ports.tenants.get(call.tenant)
    return {
        "id": found.id,
        "name": found.name,
        "mode": call.caller.mode,
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


@operations.get("/api/workspace/image-key", Scope.KEYS_WRITE)
def read_image_key(call: Call) -> With[ImageKeyView]:
    """Show the key that checks the signatures of images which a template writes.

    Whoever has it can have any image drawn, but nothing sent and nothing read.
    """
    keys, target = call.ports.workspace().image_keys, _EXAMPLE_TARGET
    signature = keys.image_signature(call.tenant, target)
    view: ImageKeyView = {
        "key": urlsafe_b64encode(keys.image_key(call.tenant)).decode(),
        "algorithm": _ALGORITHM,
        "example": {"url": f"{_EXAMPLE_ORIGIN}{target}&s={signature}", "signature": signature},
    }
    return With(view, secret=True)
