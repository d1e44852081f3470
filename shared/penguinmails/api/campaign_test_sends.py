"""What the API does to have emails of a campaign mailed as a test."""

from http import HTTPStatus

from penguinmails.api.call import Call, With
from penguinmails.api.campaign_call import named, operations
from penguinmails.api.job_view import JobView, job_view
from penguinmails.api.test_send_body import CampaignTestBody
from penguinmails.tenants.scope import Scope


@operations.post("/api/campaigns/<campaign>/test-send", Scope.CAMPAIGNS_WRITE, HTTPStatus.ACCEPTED)
def send_test_of_campaign(call: Call, campaign: str, body: CampaignTestBody) -> With[JobView]:
    """Mail emails of a campaign to a few addresses, at once and outside of it: nothing is counted.

    The job tells what became of each mail. To write to them as to a contact, the key needs the
    scope `contacts:read` too.
    """
    if body.contact_id:
        call.caller.require(Scope.CONTACTS_READ)
    found, job = named(call, campaign), call.ids.new()
    asked = call.ports.test_sends.test_campaign(found, job, body.steps, body.recipients())
    return With(job_view(asked, ""), {"Location": f"/api/jobs/{asked.id}"})
