"""What the API does with templates."""

from http import HTTPStatus

from penguinmails.api.call import Call, With
from penguinmails.api.job_view import JobView, job_view
from penguinmails.api.operation import Operations
from penguinmails.api.page import Listed, PageQuery, listed
from penguinmails.api.template_body import DiffQuery, DraftBody, PreviewBody, TemplateBody
from penguinmails.api.template_view import (
    DiffView,
    PreviewView,
    TemplateLine,
    TemplateView,
    preview_view,
    template_line,
    template_view,
)
from penguinmails.api.test_send_body import TemplateTestBody
from penguinmails.errors import NotFound
from penguinmails.templates.preview import Asked, preview
from penguinmails.templates.save import save_template
from penguinmails.templates.versions import (
    diff_versions,
    list_versions,
    read_version,
    restore_version,
)
from penguinmails.tenants.scope import Scope

operations = Operations("templates")
_VERSION_DIGITS = 6


@operations.put("/api/templates/<slug>", Scope.TEMPLATES_WRITE)
def put_template(call: Call, slug: str, body: TemplateBody) -> TemplateView:
    """Save a template under its slug.

    What changes something is a new version. `warnings` tell what to look at before it is sent.
    """
    template, now_at = body.template(slug), call.ports.clock.now()
    saved = save_template(call.tenant, template, call.ports.templates, now_at, call.caller.key)
    return template_view(saved)


@operations.get("/api/templates/<slug>", Scope.TEMPLATES_READ)
def read_template(call: Call, slug: str) -> TemplateView:
    """Show a template."""
    found = call.ports.templates.get(call.tenant, slug[:64])
    if found is None:
        raise NotFound(f"there is no template {slug[:64]}")
    return template_view(found)


@operations.get("/api/templates", Scope.TEMPLATES_READ)
def list_templates(call: Call, query: PageQuery) -> Listed[TemplateLine]:
    """List templates, without their text."""
    page = call.ports.templates.page(call.tenant, query.key(call, call.tenant), query.limit)
    return listed(call, map(template_line, page.templates), page.after)


@operations.get("/api/templates/<slug>/versions", Scope.TEMPLATES_READ)
def list_template_versions(call: Call, slug: str, query: PageQuery) -> Listed[TemplateLine]:
    """List the versions of a template, newest first, without their text."""
    after = query.key(call, call.tenant)
    page = list_versions(call.tenant, slug[:64], after, query.limit, call.ports.templates)
    return listed(call, map(template_line, page.templates), page.after)


@operations.get("/api/templates/<slug>/versions/<number>", Scope.TEMPLATES_READ)
def read_template_version(call: Call, slug: str, number: str) -> TemplateView:
    """Show a version of a template."""
    found = read_version(call.tenant, slug[:64], _number(slug, number), call.ports.templates)
    return template_view(found)


@operations.get("/api/templates/<slug>/versions/<number>/diff", Scope.TEMPLATES_READ)
def diff_template_versions(call: Call, slug: str, number: str, query: DiffQuery) -> DiffView:
    """Show what a version changed, against the one before it or another."""
    found = diff_versions(
        call.tenant, slug[:64], _number(slug, number), query.against, call.ports.templates
    )
    return {"version": found.version, "against": found.against, "diff": found.text}


@operations.post("/api/templates/<slug>/versions/<number>/restore", Scope.TEMPLATES_WRITE)
def restore_template_version(call: Call, slug: str, number: str) -> TemplateLine:
    """Save a version of a template anew, as the next one; it is answered without its text."""
    restored = restore_version(
        call.tenant,
        slug[:64],
        _number(slug, number),
        call.ports.templates,
        call.ports.clock.now(),
        call.caller.key,
    )
    return template_line(restored)


@operations.post("/api/templates/preview", Scope.TEMPLATES_READ)
def preview_draft(call: Call, body: DraftBody) -> With[PreviewView]:
    """Show what somebody would get of a template that is not saved.

    To show it to a contact, the key needs the scope `contacts:read` too.
    """
    return _shown(call, body.asked(body.template("preview")))


@operations.post("/api/templates/<slug>/preview", Scope.TEMPLATES_READ)
def preview_template(call: Call, slug: str, body: PreviewBody) -> With[PreviewView]:
    """Show what somebody would get of a template.

    To show it to a contact, the key needs the scope `contacts:read` too.
    """
    return _shown(call, body.asked(slug[:64], body.version))


@operations.post("/api/templates/<slug>/test-send", Scope.TEMPLATES_WRITE, HTTPStatus.ACCEPTED)
def send_test_of_template(call: Call, slug: str, body: TemplateTestBody) -> With[JobView]:
    """Mail a template to a few addresses, at once and outside any campaign: nothing is counted.

    The job tells what became of each mail. To write to them as to a contact, the key needs the
    scope `contacts:read` too.
    """
    if body.contact_id:
        call.caller.require(Scope.CONTACTS_READ)
    letter, job = body.letter(slug[:64]), call.ids.new()
    sends = call.ports.test_sends
    asked = sends.test_template(call.tenant, job, letter, body.sender(), body.recipients())
    return With(job_view(asked, ""), {"Location": f"/api/jobs/{asked.id}"})


def _shown(call: Call, asked: Asked) -> With[PreviewView]:
    if asked.reader.contact:
        call.caller.require(Scope.CONTACTS_READ)
    shown = preview(call.tenant, asked, call.ports.previewing())
    return With(preview_view(shown), secret=True)


def _number(slug: str, text: str) -> int:
    """Take a version out of a path; what is no number is none."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _VERSION_DIGITS):
        raise NotFound(f"template {slug[:64]} has no version {text[:64]}")
    return int(text)
