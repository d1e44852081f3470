"""The JSON Schema of a campaign's steps."""

from collections.abc import Mapping
from typing import Any, Final

from penguinmails.campaigns.conditions.expression import Signal
from penguinmails.campaigns.conditions.tokens import MAX_LENGTH
from penguinmails.campaigns.read_actions import MAX_ACTIONS
from penguinmails.campaigns.read_outline import MAX_ARMS, MAX_STEPS, MAX_VISITS
from penguinmails.campaigns.source import STEP_SLUG
from penguinmails.campaigns.steps import Unit
from penguinmails.resources.forms import SLUG_PATTERN, Schema

_SCALAR: Final = {"type": ["string", "number", "boolean", "null"]}
_STEPS: Final = {"$ref": "#/$defs/steps"}


def step_schemas() -> dict[str, Schema]:
    """Give the definitions that `#/$defs/steps` needs, itself included."""
    return {
        "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}, "maxItems": MAX_STEPS},
        "step": {"anyOf": [{"$ref": f"#/$defs/{kind}"} for kind in STEPS]},
        **STEPS,
        "arm": _ARM,
        "action_item": _ACTION,
    }


def _mapping(about: str, needed: tuple[str, ...], **properties: Mapping[str, Any]) -> Schema:
    return {
        "type": "object",
        "description": about,
        "properties": properties,
        "required": list(needed),
        "additionalProperties": False,
    }


def _named(about: str, example: str) -> Schema:
    pattern = f"^{STEP_SLUG.pattern}$"
    return {"type": "string", "pattern": pattern, "description": about, "examples": [example]}


_ID: Final = _named("The step's own name, for reports and `goto`.", "second_try")
_TEMPLATE: Final = {
    "type": "string",
    "pattern": SLUG_PATTERN,
    "description": "The slug of the template to send.",
    "examples": ["welcome-hello"],
}
_SUBJECT: Final = {
    "type": ["string", "null"],
    "maxLength": 255,
    "description": "A subject instead of the template's.",
}
_SLUG: Final = _named("The email's name, for conditions and reports.", "intro")
_CONDITION: Final = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_LENGTH,
    "description": (
        "When this arm is taken: about the contact (contact.country == 'DE', "
        "'vip' in contact.tags, contact.company.startsWith('A')) or about an email "
        f"(steps.intro.clicked; there are {', '.join(Signal)}), joined by && and ||."
    ),
    "examples": ["steps.intro.clicked", 'contact.industry == "SaaS" && contact.lead_score > 50'],
}
_ARM: Final = {
    "anyOf": [
        _mapping(
            "Taken if its condition holds.", ("if", "steps"), **{"if": _CONDITION}, steps=_STEPS
        ),
        _mapping(
            "The last arm: taken if no other is.",
            ("else", "steps"),
            **{"else": {"type": "null"}},
            steps=_STEPS,
        ),
    ]
}
_ACTION: Final = {
    "anyOf": [
        _mapping("Give a tag.", ("add_tag",), add_tag={"type": "string", "maxLength": 64}),
        _mapping("Take a tag.", ("remove_tag",), remove_tag={"type": "string", "maxLength": 64}),
        _mapping(
            "Change the lead score.",
            ("add_score",),
            add_score={"type": "integer", "minimum": -1000, "maximum": 1000},
        ),
        _mapping(
            "Write attributes; null empties one.",
            ("set",),
            set={"type": "object", "minProperties": 1, "additionalProperties": _SCALAR},
        ),
    ]
}
_UNITS: Final = [unit.removesuffix("s") for unit in Unit] + list(Unit)
_WAIT: Final = {
    "description": "How long; `2 days` or {value: 2, unit: days}.",
    "examples": ["2 days"],
    "anyOf": [
        {"type": "string", "pattern": f"^ *[0-9]{{1,6}} +({'|'.join(_UNITS)}) *$"},
        _mapping(
            "A number and its unit.",
            ("value", "unit"),
            value={"type": "integer", "minimum": 1},
            unit={"enum": _UNITS},
        ),
    ],
}
_WHOLE_EMAIL: Final = _mapping(
    "The email.", ("id", "template"), id=_SLUG, template=_TEMPLATE, subject=_SUBJECT
)
_GOTO: Final = _mapping(
    "Where to, and how often at most.",
    ("step", "at_most"),
    step=_named("A step that comes before.", "intro"),
    at_most={"type": "integer", "minimum": 2, "maximum": MAX_VISITS},
)
_ACTIONS: Final = {
    "anyOf": [
        {"$ref": "#/$defs/action_item"},
        {
            "type": "array",
            "items": {"$ref": "#/$defs/action_item"},
            "minItems": 1,
            "maxItems": MAX_ACTIONS,
        },
    ]
}
_ARMS: Final = {
    "type": "array",
    "items": {"$ref": "#/$defs/arm"},
    "minItems": 1,
    "maxItems": MAX_ARMS,
}

STEPS: Final[Mapping[str, Schema]] = {
    "email": {
        "anyOf": [
            _mapping(
                "Send a template, at once.",
                ("email", "template"),
                email=_SLUG,
                template=_TEMPLATE,
                subject=_SUBJECT,
            ),
            _mapping("Send a template, at once.", ("email",), email=_WHOLE_EMAIL),
        ]
    },
    "wait": _mapping("Let time pass.", ("wait",), wait=_WAIT, id=_ID),
    "branch": _mapping("Go the way of the first true arm.", ("branch",), branch=_ARMS, id=_ID),
    "action": _mapping("Change the contact.", ("action",), action=_ACTIONS, id=_ID),
    "exit": _mapping(
        "Leave the campaign for good.",
        ("exit",),
        exit=_named("Why, for reports.", "moved_to_sales"),
        id=_ID,
    ),
    "goto": _mapping("Go back to a step.", ("goto",), goto=_GOTO, id=_ID),
}
"""Each kind of step, by its first key."""
