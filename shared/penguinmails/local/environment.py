"""The environment of the stack that an operator means, as its functions see it."""

from collections.abc import Mapping

from penguinmails.local.record import recall


def environment_of(stack: str) -> Mapping[str, str]:
    """Give that of the local stack if it runs, else that of the named stack on AWS."""
    running = recall()
    return running.stack.environment if running and running.is_alive else _deployed(stack)


def _deployed(stack: str) -> dict[str, str]:
    import boto3  # noqa: PLC0415 - half a second that only a stack on AWS needs

    found = boto3.client("lambda").get_function_configuration(FunctionName=f"{stack}-api")
    return found["Environment"]["Variables"]
