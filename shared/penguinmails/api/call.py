"""One call of the API: who calls, what it may use, what it asks, and how it is answered."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar, cast

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from penguinmails.api.ports import ApiPorts
from penguinmails.errors import InvalidInput, NotFound, Problem
from penguinmails.ids import Ids, is_uuid
from penguinmails.table.port import Key
from penguinmails.tenants.authenticate import Caller
from penguinmails.tenants.scope import Scope

JSON = "application/json"
"""The type of every answer that is no problem."""
