"""All rules that files are checked against: why each is there, and what to write instead."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from penguinmails.resources.finding import Rule, Severity

_FORM: Final = {
    "alias": ("What a file says stands where it is meant.", "Write the value out in each place."),
    "control-character": ("Control characters cannot be seen, and break mail.", "Delete it."),
    "duplicate-document": (
        "A kind and a slug name one resource.",
        "Choose another slug, or remove one of the two.",
    ),
    "duplicate-key": ("Of two values for a key, one would be lost.", "Keep one of the two."),
    "empty-file": (
        "A file is there to say something.",
        "Begin with `kind: campaign` and `slug: my-campaign`.",
    ),
    "encoding": ("Files are read as UTF-8.", "Save the file as UTF-8."),
    "invalid-language": (
        "A contact's language is compared with it.",
        "Write de, pt-BR or the like.",
    ),
    "invalid-number": ("A number has its bounds.", "Write a whole number within the bounds."),
    "invalid-slug": (
        "Slugs stand in addresses and conditions.",
        "Write small letters, digits and the separators that the message names.",
    ),
    "invalid-template": ("An email names its template by its slug.", "Write `template: my-slug`."),
    "invalid-text": (
        "Names, subjects and tags go into headers and lists.",
        "Write a text of the length that the message names, without control characters.",
    ),
    "invalid-value": (
        "Attributes are simple values.",
        "Write a text, a number, true, false or null.",
    ),
    "long-number": (
        "Longer numbers lose their last digits.",
        "Put it in quotes if it is a text, or write fewer digits.",
    ),
    "missing": ("The resource cannot be made without it.", "Add the key."),
    "syntax": (
        "The file has to be YAML 1.2.",
        (
            "Indent with two spaces, close what is opened, and put a text in quotes if it holds `: ` "
            "or begins with one of @ ` % & * ! | > { [."
        ),
    ),
    "tab": ("Tabs do not indent in YAML.", "Indent with spaces."),
    "tag": (
        "Values are plain: text, numbers, true, false and null.",
        "Put a condition that begins with ! in quotes; remove any other tag.",
    ),
    "too-large": (
        "The size is bounded, so that reading it is too.",
        "Split it: several files, campaigns or conditions.",
    ),
    "unknown-key": (
        "What nobody reads would be lost without a word.",
        "Correct the key, or remove it.",
    ),
    "unknown-kind": ("The kind says what a document is.", "Write one of the kinds."),
    "unknown-value": ("Only some words mean something here.", "Write one of the words."),
    "wrong-count": ("A list here has its bounds.", "Write at least one, and split long lists."),
    "wrong-type": ("The value has another form.", "Write it in the form that the message names."),
}
_STEPS: Final = {
    "ambiguous-action": ("An action does one thing.", "Write several actions as a list."),
    "ambiguous-step": ("A step is one thing.", "Write them as steps of their own."),
    "cannot-have-happened": (
        "An email that is sent later, or on another way, was never opened by anybody here.",
        "Ask about an email that comes before the branch.",
    ),
    "cycle-without-wait": (
        "People would go round without a pause.",
        "Add a `wait` between the step and the way back to it.",
    ),
    "duplicate-slug": ("Reports and conditions name steps.", "Give each step its own name."),
    "else-not-last": ("The first true arm wins.", "Move `else` below the others."),
    "empty-sequence": ("There is nothing to send.", "Begin with `- email: hello`."),
    "goto-forward": ("A way forward is a branch.", "Use a branch to pass over steps."),
    "invalid-condition": (
        "The condition cannot be read at this column.",
        'Write conditions such as steps.intro.clicked && contact.country == "DE".',
    ),
    "invalid-unit": ("A wait is measured in a unit.", "Write minutes, hours, days or weeks."),
    "invalid-wait": ("A wait lasts from 1 minute to 365 days.", "Write it like `wait: 2 days`."),
    "missing-if": ("An arm says when it is taken.", "Write `if: …`, or `else:` for the last."),
    "missing-steps": ("An arm says what happens.", "Write `steps:` with a list, or `steps: []`."),
    "missing-template": ("An email has to say something.", "Write `template: my-slug` beside it."),
    "never-wins": (
        (
            "The first true arm wins, so an arm that is true only when one above it is gets nobody: "
            "a click implies an open, so `clicked` has to be asked before `opened`."
        ),
        "Put the stronger condition first, or remove the arm.",
    ),
    "no-email": ("Nothing is ever sent.", "Add an email step."),
    "not-an-email": ("Only emails are opened and clicked.", "Name an email step."),
    "protected-attribute": (
        "The product keeps this attribute by itself.",
        "Do what the message says instead.",
    ),
    "too-deep": ("Deeper branches cannot be followed.", "Write several branches in a row."),
    "too-many-arms": ("A branch has its bounds.", "Nest another branch in its `else`."),
    "too-many-steps": ("A sequence has its bounds.", "Split the campaign."),
    "unbounded-cycle": ("It would go on for ever.", "Add `at_most: 3`."),
    "unknown-step": ("A step is one of few kinds.", "Write one of the kinds in the message."),
    "unknown-step-name": ("There is no step of this name.", "Correct the name."),
    "unreachable": (
        "After an exit nobody is left.",
        "Move the steps above the exit, or remove them.",
    ),
}
_CONTENT: Final = {
    "end-before-start": ("Nobody would be taken in.", "Move the end, or remove it."),
    "far-date": ("A start years ahead is most likely a slip.", "Choose an earlier time."),
    "invalid-address": (
        "Mail cannot be sent from or answered to it.",
        "Write an address such as lena@acme.example.",
    ),
    "invalid-date": (
        "A time has a date, a T and an hour.",
        'Write "2027-03-02T09:00", with +01:00 or Z at its end for an exact instant.',
    ),
    "past-date": ("What is past cannot be waited for.", "Choose a later time, or remove it."),
    "template-source": (
        "A template that cannot be rendered is found before it is sent, never while.",
        "Do what the message says.",
    ),
    "unknown-time-zone": ("Local times need a zone.", "Write one like Europe/Berlin, or UTC."),
}
_WARNINGS: Final = {
    "clipped": (
        "Gmail cuts an email off at 102 kB, and with it the unsubscribe link.",
        "Shorten the HTML: fewer inline styles, and no images inside the text.",
    ),
    "constant-condition": (
        "The condition is true for everybody, so what stands below it is reached by nobody.",
        "Write `else` for the last arm, or correct the condition.",
    ),
    "else-never": (
        "One of the conditions above is always true, so nobody gets to the `else`.",
        "Remove it, or correct the conditions.",
    ),
    "no-fallback": (
        "For a contact without the value the text has a gap.",
        (
            "Write {{ firstName | default('there') }}, or put it between {% if firstName %} "
            "and {% endif %}."
        ),
    ),
    "open-based": (
        "Mail programs open emails by themselves, so opens are counted of people who saw nothing.",
        "Ask for `clicked` or `replied`, or allow it with a comment: # allow: open-based.",
    ),
    "template-advice": (
        "The email can be sent, but some mail programs or readers are worse off.",
        "Do what the message says, if it matters to your readers.",
    ),
    "too-soon": (
        (
            "Some way leads from the email to the branch without a wait: nobody has had the time to "
            "do anything."
        ),
        "Add a `wait` above the branch.",
    ),
    "unknown-attribute": (
        "An attribute that nobody has makes a condition false.",
        "Correct the name; in conditions attributes are written in snake_case.",
    ),
    "unknown-segment": (
        "The segment is not in these files; it may be on the server.",
        "Correct the slug, or add a document of kind segment.",
    ),
    "unknown-template": (
        "The template is not in these files; it may be on the server.",
        "Correct the slug, or add a document of kind template.",
    ),
    "unknown-variable": (
        "A value that nobody has leaves a gap in the text, or the fallback in every email.",
        "Correct the name; in templates first_name and firstName are the same.",
    ),
    "unquoted-time": (
        "Other YAML tools read 10:30 as the number 630, and a date as no text.",
        'Put it in quotes: "2027-03-02T09:00".',
    ),
    "unsubscribe-name": (
        "The link would be empty; an unsubscribe link of its own is added to the end instead.",
        "Write {{ unsubscribe_url }}.",
    ),
}

_ERRORS: Final = {**_FORM, **_STEPS, **_CONTENT}
RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        **{name: Rule(name, Severity.ERROR, *said) for name, said in _ERRORS.items()},
        **{name: Rule(name, Severity.WARNING, *said) for name, said in _WARNINGS.items()},
    }
)
"""Every rule, by its id."""


def rule(code: str) -> Rule:
    """Give the rule that a problem's code or a rule's id names."""
    return RULES[code.replace("_", "-")]
