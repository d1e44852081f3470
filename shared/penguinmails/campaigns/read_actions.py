"""Read what an `action` step does to a contact."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from penguinmails.campaigns.source import Fields, Source, below, shown
from penguinmails.campaigns.steps import (
    Action,
    AddScore,
    AddTag,
    RemoveTag,
    Scalar,
    SetAttribute,
)

MAX_ACTIONS = 20
_MAX_TAG = 64
_MAX_SCORE = 1_000
_MAX_TEXT = 500
_MAX_NUMBER = 10**15
_INSTEAD = {
    "email": "an address change is a merge of contacts",
    "id": "it is derived from the address",
    "tags": "write add_tag or remove_tag",
    "lead_score": "write add_score",
    "score": "write add_score",
    "time_zone": "import it with the contact",
    "locale": "import it with the contact",
}


def read_actions(source: Source, at: str, data: object) -> tuple[Action, ...]:
    """Read one action, or a list of them."""
    if not isinstance(data, list | tuple):
        return _actions(source, at, data)
    if not 0 < len(data) <= MAX_ACTIONS:
        source.refuse(at, "wrong_count", f"an action step does 1 to {MAX_ACTIONS} things")
    found = (_actions(source, below(at, i), item) for i, item in enumerate(data[:MAX_ACTIONS]))
    return tuple(action for actions in found for action in actions)


def _actions(source: Source, at: str, data: object) -> tuple[Action, ...]:
    fields = source.fields(at, data, "an action, such as {add_tag: nurtured},")
    if fields is None:
        return ()
    source.only(at, fields, _KINDS)
    if len(fields) != 1:
        detail = "an action does one thing; write several as a list: [{add_tag: a}, {add_score: 5}]"
        source.refuse(at, "ambiguous_action", detail)
        return ()
    ((kind, value),) = fields.items()
    return _KINDS[kind](source, below(at, kind), value) if kind in _KINDS else ()


def _add_tag(source: Source, at: str, value: object) -> tuple[Action, ...]:
    return (AddTag(_tag(source, at, value)),)


def _remove_tag(source: Source, at: str, value: object) -> tuple[Action, ...]:
    return (RemoveTag(_tag(source, at, value)),)


def _tag(source: Source, at: str, value: object) -> str:
    tag = source.line(at, value, "a tag", longest=_MAX_TAG)
    if ";" in tag or tag != tag.strip():
        detail = "a tag has no semicolon in it and no space around it"
        source.refuse(at, "invalid_text", detail)
    return tag


def _add_score(source: Source, at: str, value: object) -> tuple[Action, ...]:
    points = source.whole(at, value, "add_score", least=-_MAX_SCORE, most=_MAX_SCORE)
    return (AddScore(points),)


def _set(source: Source, at: str, value: object) -> tuple[Action, ...]:
    fields = source.fields(at, value, "set: {attribute: value}, so it")
    if not fields:
        source.refuse(at, "wrong_count", "name at least one attribute: set: {plan: trial}")
        return ()
    return tuple(_attribute(source, at, name, fields) for name in fields)


def _attribute(source: Source, at: str, name: str, fields: Fields) -> SetAttribute:
    place = below(at, name)
    source.slug(place, name, "an attribute's name")
    if name in _INSTEAD:
        source.refuse(place, "protected_attribute", f"{name} cannot be set: {_INSTEAD[name]}")
    return SetAttribute(name, _scalar(source, place, fields[name]))


def _scalar(source: Source, at: str, value: object) -> Scalar:
    match value:
        case None | bool():
            return value
        case int() | float() if abs(value) <= _MAX_NUMBER:
            return value
        case str():
            return source.line(at, value, "a text", longest=_MAX_TEXT) if value else ""
        case _:
            detail = f"an attribute is a text, a number up to 10^15, true, false or null, not {shown(value)}"
            source.refuse(at, "invalid_value", detail)
            return None


_KINDS: Mapping[str, Callable[[Source, str, object], tuple[Action, ...]]] = MappingProxyType(
    {"add_tag": _add_tag, "remove_tag": _remove_tag, "set": _set, "add_score": _add_score}
)
