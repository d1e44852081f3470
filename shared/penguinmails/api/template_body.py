"""What people send to save a template, or to look at one."""

from pydantic import Field

from penguinmails.api.body import Body, Query
from penguinmails.api.reader_body import ReaderBody
from penguinmails.templates.preview import Asked
from penguinmails.templates.template import BODY_HINTS, Format, Sharing, Template, Variant

_LARGEST = 256_000
_LARGEST_LINE = 1_000
_LONGEST_LABEL = 50
_MOST_TAGS, _MOST_LANGUAGES = 20, 40
_LONGEST_ADDRESS = 320
_LAST_VERSION = 999_999


class VariantBody(Body):
    """One language's own parts; what is empty is the template's."""

    hints = BODY_HINTS

    subject: str = Field("", max_length=_LARGEST_LINE, examples=["Willkommen"])
    preview_text: str = Field("", max_length=_LARGEST_LINE)
    html: str = Field("", max_length=_LARGEST, examples=["<p>Schön, dass du da bist.</p>"])
    text: str = Field("", max_length=_LARGEST)

    def variant(self) -> Variant:
        """Give the variant."""
        return Variant(self.subject, self.preview_text, self.html, self.text)


class TemplateBody(Body):
    """A template to save; variants are by language tag, such as de or de-AT."""

    hints = BODY_HINTS

    name: str = Field("", max_length=255, examples=["Welcome"])
    subject: str = Field(
        max_length=_LARGEST_LINE, examples=["Welcome, {{ firstName|default('friend') }}"]
    )
    preview_text: str = Field("", max_length=_LARGEST_LINE)
    html: str = Field("", max_length=_LARGEST, examples=["<p>Good to have you here.</p>"])
    text: str = Field("", max_length=_LARGEST)
    format: Format = Field(Format.HTML, description="What `html` is written in.")
    inline_css: bool = Field(default=True, description="Whether styles move into the tags.")
    category: str = Field("", max_length=_LONGEST_LABEL, examples=["onboarding"])
    tags: tuple[str, ...] = Field((), max_length=_MOST_TAGS, examples=[["welcome"]])
    sharing: Sharing = Sharing.TEAM
    variants: dict[str, VariantBody] = Field(
        {},
        max_length=_MOST_LANGUAGES,
        examples=[{"de": {"subject": "Willkommen", "html": "<p>Schön, dass du da bist.</p>"}}],
    )

    def template(self, slug: str) -> Template:
        """Give the template under its slug, which names it if nothing else does."""
        return Template(
            slug=slug,
            name=self.name or slug,
            subject=self.subject,
            preview_text=self.preview_text,
            html=self.html,
            text=self.text,
            format=self.format,
            inline_css=self.inline_css,
            variants={tag: one.variant() for tag, one in self.variants.items()},
            category=self.category,
            tags=self.tags,
            sharing=self.sharing,
        )


class _ShownBody(ReaderBody):
    """How to show a template."""

    from_email: str = Field(
        "",
        max_length=_LONGEST_ADDRESS,
        description="The sender whose postal address the email is to show.",
        examples=["hello@example.com"],
    )

    def asked(self, template: Template | str, version: int | None = None) -> Asked:
        """Give what to show."""
        return Asked(template, version, self.reader(), self.from_email)


class PreviewBody(_ShownBody):
    """Whom to show a saved template to; its last version if none is named."""

    version: int | None = Field(None, ge=1, le=_LAST_VERSION, examples=[1])


class DraftBody(_ShownBody, TemplateBody):
    """A template that is not saved yet, and whom to show it to."""


class DiffQuery(Query):
    """Which version to compare with."""

    against: int | None = Field(
        None, ge=1, le=_LAST_VERSION, description="Another version than the one before it."
    )
