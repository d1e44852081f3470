"""Bodies and queries of requests: models that take what is named and refuse everything else."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar, TypeVar

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from penguinmails.api.call import raw_body
from penguinmails.errors import InvalidInput, Problem

LARGEST_BODY = 2_000_000
_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "json_invalid": "invalid_json",
    "string_too_long": "too_long",
    "string_too_short": "missing",
    "enum": "unknown_value",
    "literal_error": "unknown_value",
    "int_parsing": "invalid_number",
    "greater_than_equal": "invalid_number",
    "less_than_equal": "invalid_number",
    "date_from_datetime_parsing": "invalid_date",
    "date_parsing": "invalid_date",
}
_REMEDIES = {
    "missing": "this field is needed; add it",
    "extra_forbidden": "there is no such field; remove it, or correct its name",
    "int_parsing": "write a whole number",
    "date_parsing": "write a day like 2026-03-02",
    "date_from_datetime_parsing": "write a day like 2026-03-02",
}
_NO_HINTS: Mapping[str, str] = MappingProxyType({})

M = TypeVar("M", bound="Body")
Q = TypeVar("Q", bound="Query")


class Body(BaseModel):  # type: ignore[pydantic-alias] # it is made from JSON alone
    """A body in JSON: fields in camelCase, types as they are, nothing unknown."""

    hints: ClassVar[Mapping[str, str]] = {}
    """What to do instead of sending some fields that are none."""

    model_config = ConfigDict(  # type: ignore[pydantic-alias] # as above
        extra="forbid",
        strict=True,
        frozen=True,
        alias_generator=to_camel,
        hide_input_in_errors=True,
    )


class Query(BaseModel):  # type: ignore[pydantic-alias] # it is made from text alone
    """The parameters of a query: names in camelCase, values as text, nothing unknown."""

    model_config = ConfigDict(  # type: ignore[pydantic-alias] # as above
        extra="forbid", frozen=True, alias_generator=to_camel, hide_input_in_errors=True
    )


class NoBody(Body):
    """The deed is in the path."""


class NoQuery(Query):
    """There are no parameters."""


def read_query(model: type[Q], query: Mapping[str, str]) -> Q:
    """Read the parameters of a request; raises InvalidInput with all that is wrong."""
    try:
        return model.model_validate(dict(query))
    except ValidationError as error:
        raise _refusal(error) from error


def read_body(model: type[M], event: APIGatewayProxyEventV2) -> M:
    """Read the body of a request; raises InvalidInput with all that is wrong. None is `{}`."""
    raw = raw_body(event)
    if len(raw) > LARGEST_BODY:
        detail = f"a body has at most {LARGEST_BODY // 1_000_000} MB"
        raise InvalidInput(Problem("", "too_large", detail))
    try:
        return model.model_validate_json(raw or b"{}")
    except ValidationError as error:
        raise _refusal(error, model.hints) from error


def _refusal(error: ValidationError, hints: Mapping[str, str] = _NO_HINTS) -> InvalidInput:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return InvalidInput(*(_problem(one["type"], one["loc"], one["msg"], hints) for one in found))


def _problem(
    kind: str, place: Sequence[str | int], message: str, hints: Mapping[str, str]
) -> Problem:
    parts = [str(part).replace("~", "~0").replace("/", "~1")[:100] for part in place]
    pointer = "".join(f"/{part}" for part in parts)
    detail = _REMEDIES.get(kind, message[:1].lower() + message[1:])
    if kind == "extra_forbidden" and place[-1] in hints:
        detail = f"there is no such field; {hints[str(place[-1])]}"
    return Problem(pointer, _CODES.get(kind, "invalid_value"), detail)
