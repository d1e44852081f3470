"""What an author writes: the parts of one email, and what may be wrong with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

FIELDS = ("subject", "preview_text", "html", "text")


class Format(StrEnum):
    """What the body is written in."""

    HTML = "html"
    MJML = "mjml"
    MARKDOWN = "markdown"


BODY_HINTS: Mapping[str, str] = MappingProxyType(
    {
        written.value: f"write the body as `html`, with `format: {written.value}`"
        for written in (Format.MJML, Format.MARKDOWN)
    }
)
"""What to do instead, by the names that people give the body after its format."""


class Sharing(StrEnum):
    """Who else may use a template."""

    PRIVATE = "private"
    TEAM = "team"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Variant:
    """One language's own parts; an empty subject or preview is the template's.

    The body, `html` and `text` together, is its own as soon as one of them is.
    """

    subject: str = ""
    preview_text: str = ""
    html: str = ""
    text: str = ""

    def parts(self) -> tuple[str, str, str, str]:
        """Give the sources in the order of FIELDS."""
        return self.subject, self.preview_text, self.html, self.text


@dataclass(frozen=True, slots=True)
class Template:
    """The source of one email; `text` may be empty, it is then made from `html`.

    `html` is written in `format`. `variants` are by language tag, such as de or de-AT.
    `postal_address` is no author's: a launch freezes the sender's with what its emails say.
    """

    slug: str
    name: str
    subject: str
    preview_text: str
    html: str
    text: str
    format: Format = Format.HTML
    inline_css: bool = True
    variants: Mapping[str, Variant] = field(default_factory=dict)
    category: str = ""
    tags: tuple[str, ...] = ()
    sharing: Sharing = Sharing.TEAM
    postal_address: str = ""

    def fields(self) -> Iterator[tuple[str, str]]:
        """Pair each field that holds template source with its source."""
        parts = (self.subject, self.preview_text, self.html, self.text)
        yield from zip(FIELDS, parts, strict=True)
        for tag, variant in self.variants.items():
            names = (f"variants/{tag}/{name}" for name in FIELDS)
            yield from zip(names, variant.parts(), strict=True)

    def fields_in_language(self, tag: str) -> Iterator[tuple[str, str]]:
        """Pair each field that people of a variant get with its source, by its place in the whole."""
        whole = dict(self.fields())
        for name, source in self.in_language(tag).fields():
            own = f"variants/{tag}/{name}"
            yield own if whole.get(own) == source else name, source

    def in_language(self, tag: str) -> "Template":
        """Give the email as people of a variant get it, with nothing but that variant."""
        own = self.variants.get(tag, Variant())
        whole = own if own.html.strip() or own.text.strip() else self
        return replace(
            self,
            subject=own.subject if own.subject.strip() else self.subject,
            preview_text=own.preview_text if own.preview_text.strip() else self.preview_text,
            html=whole.html,
            text=whole.text,
            variants={},
        )


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """One thing an author has to change, or should: where (line from 1), what, and the fix."""

    field: str
    line: int
    code: str
    detail: str
    hint: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """One email for one contact, ready to be put into a message."""

    subject: str
    html: str
    text: str
