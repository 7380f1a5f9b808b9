"""Creates the OpenAPI description of `/__twin` (https://spec.openapis.org/oas/v3.1.0) from the table of operations."""

import re
from collections.abc import Sequence
from typing import Any

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.twin.operations import TwinOperation

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_ERRORS = {"application/json": {"schema": {"type": "object", "properties": {"errors": {"type": "string"}}}}}


def openapi(operations: Sequence[TwinOperation], version: str) -> UntypedJson:
    """`version` is that of the server."""
    paths: dict[str, dict[str, Any]] = {}
    for each in operations:
        path = "/__twin" + _PARAMETER.sub(r"{\1}", each.path)
        paths.setdefault(path, {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Abandoned Checkouts: the twin", "version": version},
        "paths": paths,
    }


def _operation(operation: TwinOperation) -> UntypedJson:
    described: UntypedJson = {
        "operationId": _name_of(operation),
        "summary": operation.summary,
        "responses": {
            str(operation.status): {"description": "Done."},
            "4XX": {"description": "Refused. `errors` says why and what to do.", "content": _ERRORS},
        },
    }
    names = _PARAMETER.findall(operation.path)
    if names:
        described["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
        ]
    if operation.body or operation.is_open:
        schema = {
            "type": "object",
            "properties": dict(operation.body),
            "additionalProperties": operation.is_open,
        }
        described["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    return described


def _name_of(operation: TwinOperation) -> str:
    """For example putSnapshotsName."""
    words = re.findall(r"[A-Za-z]+", re.sub(r":\w+", "", operation.path))
    return operation.method.lower() + "".join(word.capitalize() for word in words)
