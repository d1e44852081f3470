"""A group of routes, whose requests come in the format of the HTTP API."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter


def routes() -> APIGatewayHttpRouter:
    """Make an empty group."""
    return APIGatewayHttpRouter()  # type: ignore[no-untyped-call] # the library leaves it untyped
