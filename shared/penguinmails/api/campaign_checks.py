"""What the API tells of a campaign before it is saved, and before it is launched."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from penguinmails.api.call import Call
from penguinmails.api.campaign_body import CampaignBody, ChangeBody
from penguinmails.api.campaign_call import named_id, operations
from penguinmails.api.problems import ErrorView
from penguinmails.campaigns.check import Check, Level
from penguinmails.tenants.scope import Scope

if TYPE_CHECKING:
    from penguinmails.campaigns.rehearse import Rehearsal


class CheckView(TypedDict):
    """One line of the launch checklist; the pointer leads to what it is about."""

    id: str
    ok: bool
    level: Level
    code: str | None
    detail: str
    pointer: str


class ChecklistView(TypedDict):
    """The launch checklist: `ready` tells that no error keeps the campaign back."""

    ready: bool
    checks: list[CheckView]


class RehearsalView(TypedDict):
    """What would be refused; if nothing, the launch checklist of what would come of it."""

    valid: bool
    problems: list[ErrorView]
    checks: list[CheckView]


@operations.post("/api/campaigns/validate", Scope.CAMPAIGNS_READ)
def validate_campaign(call: Call, body: CampaignBody) -> RehearsalView:
    """Tell all that is wrong with a campaign to create; nothing is saved."""
    given = body.given(call.ports.tenants.get(call.tenant).time_zone)
    return _rehearsed(call.ports.desk.rehearse_create(call.tenant, given))


@operations.post("/api/campaigns/<campaign>/validate", Scope.CAMPAIGNS_READ)
def validate_change(call: Call, campaign: str, body: ChangeBody) -> RehearsalView:
    """Tell all that is wrong with a change; nothing is saved."""
    found = named_id(call, campaign)
    return _rehearsed(call.ports.desk.rehearse_edit(call.tenant, found, body.on))


@operations.get("/api/campaigns/<campaign>/checklist", Scope.CAMPAIGNS_READ)
def read_checklist(call: Call, campaign: str) -> ChecklistView:
    """Go through the launch checklist; warnings keep nothing back."""
    checks = call.ports.desk.look_over(call.tenant, named_id(call, campaign))
    ready = all(check.ok or check.level is Level.WARNING for check in checks)
    return {"ready": ready, "checks": _checks(checks)}


def _rehearsed(found: "Rehearsal") -> RehearsalView:
    problems: list[ErrorView] = [
        {"pointer": one.pointer, "code": one.code, "detail": one.detail} for one in found.problems
    ]
    return {"valid": not problems, "problems": problems, "checks": _checks(found.checks)}


def _checks(checks: Sequence[Check]) -> list[CheckView]:
    return [
        {
            "id": check.id,
            "ok": check.ok,
            "level": check.level,
            "code": check.code or None,
            "detail": check.detail,
            "pointer": check.pointer,
        }
        for check in checks
    ]
