"""Requests that the API's description allows, and some that it forbids; answers must fit it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode, Response, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
]
_TOLD_BY_US = {"security", "servers"}

Asked = Case[Any]
Described = APIOperation[Any, Any, Any, Any]
Ask = Callable[[Asked], Response]


@dataclass(slots=True)
class Fuzz:
    """Asks for operations with generated cases; `places` are what a path may really lead to."""

    ask: Ask
    places: Mapping[str, Sequence[str]]
    seed: int = 0
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def asked(self) -> int:
        """How many cases were asked until now."""
        return sum(self.statuses.values())

    def check(self, operation: Described, cases: int) -> None:
        """Ask that many times for an operation, half of them wrongly; raises what is at fault."""
        modes = list(GenerationMode) if _may_be_wrong(operation) else [GenerationMode.POSITIVE]
        for mode in modes:
            self._check(operation, mode, -(-cases // len(modes)))

    def _check(self, operation: Described, mode: GenerationMode, cases: int) -> None:
        wanted = settings(
            database=None,
            deadline=None,
            max_examples=cases,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )

        @seed(self.seed)
        @wanted
        @given(operation.as_strategy(generation_mode=mode), st.data())
        def ask(case: Asked, data: st.DataObject) -> None:
            if mode is GenerationMode.POSITIVE:
                case.path_parameters = dict(self._led(case, data))
            answer = self.ask(case)
            self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
            case.validate_response(answer, checks=CHECKS)

        ask()

    def _led(self, case: Asked, data: st.DataObject) -> Iterator[tuple[str, object]]:
        for name, made_up in case.path_parameters.items():
            yield name, data.draw(st.sampled_from([*self.places.get(name, ()), made_up]))


def may_differ(operation: Described) -> bool:
    """Tell whether any two requests for an operation differ."""
    return bool(list(operation.iter_parameters()) or operation.body)


def _may_be_wrong(operation: Described) -> bool:
    """Tell whether a request can be wrong; any text may stand in a path."""
    return any((list(operation.query), list(operation.headers), operation.body))


def operations(description: Mapping[str, Any]) -> Iterator[Described]:
    """Give all operations of a description; where and by whom is asked is told by us, in each case."""
    kept = {name: part for name, part in description.items() if name not in _TOLD_BY_US}
    for found in openapi.from_dict(kept).get_all_operations():
        assert isinstance(found, Ok), found
        yield found.ok()
