"""The kinds of documents and their fields: the one table that reader, schema and API share."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from penguinmails.campaigns.campaign import CampaignType, OnUncertain
from penguinmails.resources.forms import (
    Address,
    ByLanguage,
    Choice,
    Field,
    Flag,
    Line,
    Moment,
    Record,
    Reference,
    Slug,
    Steps,
    Tags,
    Text,
    Zone,
)
from penguinmails.templates.template import BODY_HINTS, Format, Sharing

_LONGEST_BODY: Final = 256_000
_ADDRESS: Final = Address()
_NAME: Final = Line(255)
_NO_HINTS: Final[Mapping[str, str]] = MappingProxyType({})


def _kind(name: str, about: str, *fields: Field, hints: Mapping[str, str] = _NO_HINTS) -> Record:
    kind = Field("kind", Choice((name,)), about, required=True)
    slug_about = "The name that files and other documents call it by; it never changes."
    slug = Field("slug", Slug(), slug_about, required=True, example=f"my-{name}")
    return Record((kind, slug, *fields), hints)


_FROM: Final = Record(
    (
        Field("name", _NAME, "The name that people see.", "fromName", example="Lena at Acme"),
        Field(
            "email",
            _ADDRESS,
            "The address that the mail is from.",
            "fromEmail",
            required=True,
            example="lena@acme.example",
        ),
    )
)

_CAMPAIGN: Final = _kind(
    "campaign",
    "A campaign: what is sent, to whom, in which order.",
    Field("name", _NAME, "What people call it.", "name", required=True, example="Welcome Series"),
    Field("description", Text(5_000), "What it is for.", "description"),
    Field(
        "type",
        Choice(tuple(CampaignType)),
        "broadcast: one email to everybody at once; drip: a sequence over time.",
        "campaignType",
        required=True,
        example="drip",
    ),
    Field(
        "segment",
        Reference("segment"),
        "Whom it goes to: a segment's slug.",
        "segmentId",
        example="new-customers",
    ),
    Field("from", _FROM, "Who its mail is from."),
    Field(
        "reply_to",
        _ADDRESS,
        "Where answers go, if not to the sender.",
        "replyTo",
        example="hello@acme.example",
    ),
    Field(
        "time_zone",
        Zone(),
        "The zone of `start` and `end`; the workspace's if it is left out.",
        "timezone",
        example="Europe/Berlin",
        kept=True,
    ),
    Field(
        "start",
        Moment(),
        "When it starts; at its launch if it is left out.",
        "startDate",
        default=None,
        example="2027-03-02T09:00",
    ),
    Field(
        "end",
        Moment(),
        "When nobody is taken in any more.",
        "endDate",
        default=None,
        example="2027-06-30T18:00",
    ),
    Field("track_opens", Flag(), "Whether opens are counted.", "trackOpens", default=True),
    Field("track_clicks", Flag(), "Whether clicks are counted.", "trackClicks", default=True),
    Field(
        "on_uncertain",
        Choice(tuple(OnUncertain)),
        "Of an email of which nobody can tell whether it left: skip it, or resend it.",
        "onUncertain",
        default=OnUncertain.SKIP,
    ),
    Field("steps", Steps(), "What happens, from top to bottom.", "steps", default=()),
)

_PREVIEW: Final = Field(
    "preview_text",
    Line(1_000),
    "What inboxes show after the subject.",
    "previewText",
    example="Three small steps to begin with.",
)
_TEXT: Final = Field(
    "text",
    Text(_LONGEST_BODY),
    "The email in plain text; made from the other if it is left out.",
    "text",
)
_VARIANT: Final = Record(
    (
        Field("subject", Line(1_000), "The subject line in this language.", "subject"),
        _PREVIEW,
        Field("html", Text(_LONGEST_BODY), "The email in this language.", "html"),
        _TEXT,
    ),
    BODY_HINTS,
)
_TEMPLATE: Final = _kind(
    "template",
    "A template: what one email says.",
    Field("name", _NAME, "What people call it; its slug if it is left out.", "name"),
    Field(
        "subject",
        Line(1_000),
        "The subject line.",
        "subject",
        required=True,
        example="Welcome, {{ firstName | default('friend') }}",
    ),
    _PREVIEW,
    Field(
        "format",
        Choice(tuple(Format)),
        "What `html` is written in.",
        "format",
        default=Format.HTML.value,
        example="markdown",
    ),
    Field(
        "inline_css",
        Flag(),
        "Whether styles are written into the tags, as some mail programs need it.",
        "inlineCss",
        default=True,
    ),
    Field("category", Line(50), "One word to group templates by.", "category"),
    Field("tags", Tags(50), "Words to find it by.", "tags", default=()),
    Field(
        "sharing",
        Choice(tuple(Sharing)),
        "Who else may use it.",
        "sharing",
        default=Sharing.TEAM.value,
    ),
    Field("html", Text(_LONGEST_BODY), "The email, in HTML or the other format.", "html"),
    _TEXT,
    Field(
        "variants",
        ByLanguage(_VARIANT),
        "The same in other languages, by their tags (de, de-AT); contacts get the one they read.",
        "variants",
        default={},
    ),
    hints=BODY_HINTS,
)

_SEGMENT: Final = _kind(
    "segment",
    "A segment: a group of contacts; an import puts them in.",
    Field("name", _NAME, "What people call it; its slug if it is left out.", "name"),
)

_TOPIC: Final = _kind(
    "topic",
    "A topic: what one may unsubscribe from.",
    Field("name", _NAME, "What people see on the preferences page.", "name", required=True),
    Field("description", Text(1_000), "What is sent under it.", "description"),
)

_SENDER: Final = _kind(
    "sender",
    "A sender: an address that campaigns are sent from.",
    Field("name", _NAME, "The name that people see.", "name", required=True, example="Lena"),
    Field("email", _ADDRESS, "The address.", "email", required=True, example="lena@acme.example"),
    Field("reply_to", _ADDRESS, "Where answers go, if not to the address.", "replyTo"),
    Field(
        "postal_address",
        Text(500),
        "Where the sender can be written to; the law asks for it in marketing mail.",
        "postalAddress",
    ),
)

KINDS: Final[Mapping[str, Record]] = MappingProxyType(
    {
        "campaign": _CAMPAIGN,
        "segment": _SEGMENT,
        "template": _TEMPLATE,
        "topic": _TOPIC,
        "sender": _SENDER,
    }
)
"""Each kind's document, by its name."""
