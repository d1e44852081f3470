"""The routes of templates."""

from typing import Any

from pydantic import Field

from penguinmails.api.body import Body, read_body
from penguinmails.api.call import Answer, answered, asked_page, call_of, paged
from penguinmails.api.campaign_view import instant_text
from penguinmails.api.route import routes
from penguinmails.errors import NotFound
from penguinmails.templates.save import save_template
from penguinmails.templates.saved import SavedTemplate
from penguinmails.templates.template import Template
from penguinmails.tenants.scope import Scope

router = routes()
_LARGEST = 256_000


class TemplateBody(Body):
    """A template to save."""

    name: str = Field("", max_length=255)
    subject: str = Field(max_length=1_000)
    preview_text: str = Field("", max_length=1_000)
    html: str = Field("", max_length=_LARGEST)
    text: str = Field("", max_length=_LARGEST)

    def template(self, slug: str) -> Template:
        """Give the template under its slug, which names it if nothing else does."""
        name = self.name or slug
        return Template(slug, name, self.subject, self.preview_text, self.html, self.text)


@router.put("/api/templates/<slug>")
def put_template(slug: str) -> Answer:
    """Save a template under its slug."""
    call = call_of(router, Scope.TEMPLATES_WRITE)
    template = read_body(TemplateBody, router.current_event).template(slug)
    now_at = call.ports.clock.now()
    return answered(_view(save_template(call.tenant, template, call.ports.templates, now_at)))


@router.get("/api/templates/<slug>")
def read_template(slug: str) -> Answer:
    """Show a template."""
    call = call_of(router, Scope.TEMPLATES_READ)
    found = call.ports.templates.get(call.tenant, slug[:64])
    if found is None:
        raise NotFound(f"there is no template {slug[:64]}")
    return answered(_view(found))


@router.get("/api/templates")
def list_templates() -> Answer:
    """List templates, without their text."""
    call = call_of(router, Scope.TEMPLATES_READ)
    asked = asked_page(router.current_event, call.tenant, "template#")
    page = call.ports.templates.page(call.tenant, asked.after, asked.limit)
    return paged([_line(saved) for saved in page.templates], page.after)


def _line(saved: SavedTemplate) -> dict[str, Any]:
    return {
        "id": saved.id,
        "slug": saved.template.slug,
        "name": saved.template.name,
        "subject": saved.template.subject,
        "version": saved.version,
        "updatedAt": instant_text(saved.updated_at),
    }


def _view(saved: SavedTemplate) -> dict[str, Any]:
    template = saved.template
    return {
        **_line(saved),
        "previewText": template.preview_text,
        "html": template.html,
        "text": template.text,
    }
