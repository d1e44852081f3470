"""Structured logs and the one registry of metrics; every handler reports through here."""

import os
from collections.abc import Callable, Iterable
from functools import wraps
from traceback import format_exception
from typing import Any, Concatenate, ParamSpec, TypeVar

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from penguinmails.meter import Meter
from penguinmails.text import masked

_P = ParamSpec("_P")
_R = TypeVar("_R")

METRICS = {
    "Sends": MetricUnit.Count,
    "Lateness": MetricUnit.Seconds,
    "Uncertain": MetricUnit.Count,
    "Held": MetricUnit.Count,
    "Fenced": MetricUnit.Count,
    "DeadLetters": MetricUnit.Count,
    "LeftBehind": MetricUnit.Count,
    "Enrolled": MetricUnit.Count,
    "Dispatched": MetricUnit.Count,
    "Events": MetricUnit.Count,
    "UnknownEvents": MetricUnit.Count,
    "RefusedWebhooks": MetricUnit.Count,
    "Unsubscribes": MetricUnit.Count,
    "Counted": MetricUnit.Count,
    "Errors": MetricUnit.Count,
    "WriteUnits": MetricUnit.Count,
    "ReadUnits": MetricUnit.Count,
    "RoundTrips": MetricUnit.Count,
}
"""Every metric that the product emits, with its unit."""

logger = Logger()
_metrics = Metrics(namespace="PenguinMails")


def log(event: str, **fields: object) -> None:
    """Write one line about an outcome; never an address or a body."""
    logger.info(event, extra=fields)


def log_failure(event: str, error: Exception, **fields: object) -> None:
    """Write one line about what went wrong and where; whatever looks like an address is masked."""
    trace = masked("".join(format_exception(error)))
    logger.error(event, extra={**fields, "error": type(error).__name__, "trace": trace})


def count(metric: str, value: float) -> None:
    """Add to a metric of the registry; it leaves with the invocation."""
    _metrics.add_metric(name=metric, unit=METRICS[metric], value=value)


def count_all(metric: str, values: Iterable[float]) -> None:
    """Add many values to a metric, each counted."""
    for value in values:
        count(metric, value)


def observed(
    meter: Meter,
) -> Callable[
    [Callable[Concatenate[dict[str, Any], _P], _R]], Callable[Concatenate[dict[str, Any], _P], _R]
]:
    """Wrap a handler so that it reports what it cost, however it ends."""

    def wrap(
        handle: Callable[Concatenate[dict[str, Any], _P], _R],
    ) -> Callable[Concatenate[dict[str, Any], _P], _R]:
        @wraps(handle)
        def wrapper(event: dict[str, Any], /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
            meter.take()
            try:
                return handle(event, *args, **kwargs)
            finally:
                _report(meter.take())

        return wrapper

    return wrap


def _report(used: Meter) -> None:
    _metrics.add_metadata("function", os.environ.get("AWS_LAMBDA_FUNCTION_NAME", ""))
    count("WriteUnits", used.write_units)
    count("ReadUnits", used.read_units)
    count("RoundTrips", used.round_trips)
    _metrics.flush_metrics()
