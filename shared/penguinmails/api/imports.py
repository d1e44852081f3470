"""The routes of imports."""

from http import HTTPStatus
from typing import Any

from penguinmails.api.call import Answer, answered, call_of, identity, raw_body
from penguinmails.api.campaign_view import instant_text
from penguinmails.api.route import routes
from penguinmails.errors import InvalidInput, Problem
from penguinmails.imports.job import ImportJob, RowError, RowOutcome
from penguinmails.imports.upload import take_upload
from penguinmails.tenants.scope import Scope

router = routes()
_CSV = {"text/csv", "application/csv", "application/octet-stream", "text/plain"}


@router.post("/api/imports")
def begin_import() -> Answer:
    """Take a CSV file; its rows are read after the answer."""
    call = call_of(router, Scope.CONTACTS_WRITE)
    event = router.current_event
    kind = event.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _CSV:
        detail = "send the file itself as the body, with `Content-Type: text/csv`"
        raise InvalidInput(Problem("", "unsupported_type", detail))
    segment = (event.query_string_parameters or {}).get("segment", "")
    job = take_upload(call.tenant, call.ids.new(), raw_body(event), segment, call.ports.upload)
    place = f"/api/imports/{job.id}"
    return answered(_view(job), HTTPStatus.ACCEPTED, Location=place)


@router.get("/api/imports/<job>")
def read_import(job: str) -> Answer:
    """Show how far an import is, and what became of its rows."""
    call = call_of(router, Scope.CONTACTS_READ)
    found = call.ports.upload.imports.get(call.tenant, identity(job, "import"))
    return answered(_view(found))


def _view(job: ImportJob) -> dict[str, Any]:
    outcomes = {each.value: job.outcomes.get(each, 0) for each in RowOutcome}
    return {
        "id": job.id,
        "status": job.status.value,
        "segmentId": job.segment or None,
        "totalRows": job.total,
        "rows": sum(outcomes.values()),
        **outcomes,
        "errors": [_error(error) for error in job.errors],
        "errorCounts": dict(job.error_counts),
        "failure": job.failure or None,
        "createdAt": instant_text(job.created_at),
        "updatedAt": instant_text(job.updated_at),
    }


def _error(error: RowError) -> dict[str, Any]:
    return {
        "row": error.row,
        "column": error.column or None,
        "code": error.code,
        "detail": error.detail,
    }
