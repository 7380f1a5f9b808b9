"""HTTP as Wix's SDK expects it: JSON bodies, an id on every response, errors in Wix's form."""

import re

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.randomness import random_uuid
from abandoned_checkouts.http_kit.bodies import BodyProblem, BodyReader
from abandoned_checkouts.http_kit.failures import log_failure
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.http_kit.responses import Handler, json_response
from abandoned_checkouts.telemetry.current import note_operation
from abandoned_checkouts.wix.errors import (
    INTERNAL,
    InvalidArgumentError,
    NotFoundError,
    Violation,
    error_body,
    plain_body,
)

_LARGEST_BODY = 1 << 20
# Only the SDK sends this header. It expects a redirect's location as JSON.
SDK_HEADER = "x-wix-bi-gateway"
_REQUEST_ID = "x-wix-request-id"
_GUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# For Wix's SDK in a page of another origin.
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


def endpoint(handler: Handler) -> Handler:
    """Wrap a handler: its errors get Wix's form, and each response a request id, which the SDK shows with errors."""

    async def answer(request: Request) -> Response:
        request_id = str(random_uuid())
        note_operation(handler.__name__)
        try:
            response = await handler(request)
        except RefusedError as refused:
            response = json_response(error_body(refused), refused.refusal.status)
        except Exception as problem:
            log_failure(request_id, problem)
            response = json_response(plain_body(INTERNAL), INTERNAL.status)
        response.headers[_REQUEST_ID] = request_id
        return response

    return answer


@endpoint
async def not_found(request: Request) -> Response:
    raise NotFoundError(f"{request.method} {request.url.path} is not an endpoint of this API")


async def read_body(request: Request) -> Json:
    """The JSON object of a request; an empty body is an empty object. Raises RefusedError."""
    body = await _BODIES.read(request)
    return _BODIES.json_object(body) if body.strip() else {}


def _malformed(problem: BodyProblem, details: str) -> RefusedError:
    return RefusedError(
        408 if problem is BodyProblem.TOO_SLOW else 400,
        {
            BodyProblem.TOO_LARGE: f"the body is larger than {_LARGEST_BODY} bytes",
            BodyProblem.TOO_SLOW: "the body was not received in time",
            BodyProblem.CUT_SHORT: "the connection closed before the end of the body",
            BodyProblem.NOT_JSON: f"the body is not JSON: {details}",
            BodyProblem.NOT_OBJECT: "Expected an object",
        }[problem],
    )


_BODIES = BodyReader(_LARGEST_BODY, _malformed)


def parse_guid(value: object, field: str) -> str:
    """A GUID in lower case. Raises InvalidArgumentError."""
    guid = value.lower() if isinstance(value, str) else ""
    if _GUID.fullmatch(guid) is None:
        raise InvalidArgumentError(Violation(field, "is not a valid GUID", "FORMAT", {"type": "GUID"}))
    return guid
