"""HTTP as Wix's SDK needs it: 200 and JSON whenever it went well, an id on every answer, errors in Wix's form."""

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import orjson
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.store.engine.database import StoreError
from abandoned_checkouts.wix.errors import (
    InvalidArgumentError,
    MalformedBodyError,
    NotFoundError,
    Violation,
    WixError,
    system_error_body,
)

Handler = Callable[[Request], Awaitable[Response]]

LARGEST_BODY = 1 << 20
# The SDK sends it and browsers do not: it cannot follow a redirect into a page.
SDK_HEADER = "x-wix-bi-gateway"
_REQUEST_ID = "x-wix-request-id"
_GUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# What browsers may send and read (Wix's SDK in a page of another origin).
CORS = Middleware(
    CORSMiddleware,
    allow_origins=["*"],
    allow_methods=["GET", "POST", "DELETE"],
    allow_headers=[
        "authorization",
        "content-type",
        "wix-site-id",
        "wix-account-id",
        SDK_HEADER,
        "x-wix-consistent",
    ],
    expose_headers=[_REQUEST_ID, "x-wix-consistent"],
    max_age=86_400,
)

_log = logging.getLogger(__name__)


def answer(content: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


def answered(handler: Handler) -> Handler:
    """The handler with its errors in Wix's form and a request id, which the SDK shows with an error."""

    async def endpoint(request: Request) -> Response:
        request_id = str(uuid4())
        try:
            response = await handler(request)
        except WixError as problem:
            response = answer(problem.body(), problem.status)
        except ClientDisconnect:
            raise
        except StoreError as problem:
            _log.error("request %s of Wix's dialect: %s", request_id, problem)
            response = answer(system_error_body(), 500)
        except Exception:
            _log.exception("request %s of Wix's dialect failed", request_id)
            response = answer(system_error_body(), 500)
        response.headers[_REQUEST_ID] = request_id
        return response

    return endpoint


@answered
async def nowhere(request: Request) -> Response:
    raise NotFoundError(f"there is no method {request.method} {request.url.path}")


async def read_body(request: Request) -> Json:
    """The JSON object of a request; an empty body is an empty object. Raises MalformedBodyError."""
    size = 0
    parts = []
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            raise MalformedBodyError(f"the body is larger than {LARGEST_BODY} bytes")
        parts.append(part)
    text = b"".join(parts)
    if not text.strip():
        return {}
    try:
        body = orjson.loads(text)
    except orjson.JSONDecodeError as problem:
        raise MalformedBodyError(f"the body is not JSON: {problem}") from None
    if not isinstance(body, dict):
        raise MalformedBodyError("Expected an object")
    return body


def read_guid(value: Any, field: str) -> str:
    """A GUID in lower case. Raises InvalidArgumentError."""
    guid = value.lower() if isinstance(value, str) else ""
    if _GUID.fullmatch(guid) is None:
        raise InvalidArgumentError(Violation(field, "is not a valid GUID", "FORMAT", {"type": "GUID"}))
    return guid
