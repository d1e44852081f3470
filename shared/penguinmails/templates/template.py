"""What an author writes: the parts of one email, and what may be wrong with them."""

from dataclasses import dataclass

FIELDS = ("subject", "preview_text", "html", "text")


@dataclass(frozen=True, slots=True)
class Template:
    """The source of one email; `text` may be empty, it is then made from `html`."""

    slug: str
    name: str
    subject: str
    preview_text: str
    html: str
    text: str

    def fields(self) -> tuple[tuple[str, str], ...]:
        """Pair each field that holds template source with its source."""
        sources = (self.subject, self.preview_text, self.html, self.text)
        return tuple(zip(FIELDS, sources, strict=True))


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """One thing an author has to change: where (line counts from 1), what, and the fix."""

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
