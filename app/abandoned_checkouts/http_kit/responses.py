"""JSON responses, and errors in the form `{"errors": "…"}`, which the server's own endpoints have."""

from collections.abc import Awaitable, Callable, Mapping

import orjson
from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.checkouts.json_types import JsonValue
from abandoned_checkouts.http_kit.bodies import BODY_TIME, BodyProblem
from abandoned_checkouts.http_kit.failures import failure_response
from abandoned_checkouts.http_kit.refusal import HttpRefusal, RefusedError

Handler = Callable[[Request], Awaitable[Response]]


def json_response(value: JsonValue, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(value), status, headers, media_type="application/json")


def error_response(refusal: HttpRefusal, headers: Mapping[str, str] | None = None) -> Response:
    """`{"errors": "…"}`."""
    return json_response({"errors": refusal.message}, refusal.status, headers)


def with_refusals(handler: Handler, write: Callable[[HttpRefusal], Response] = error_response) -> Handler:
    """The handler, with a response by `write` if it raises RefusedError. Other errors are logged, and answered in the
    same form: with status 503 if the store failed, else 500."""

    async def answer_or_refuse(request: Request) -> Response:
        try:
            return await handler(request)
        except RefusedError as refused:
            return write(refused.refusal)
        except Exception as problem:
            return failure_response(problem, write)

    return answer_or_refuse


def body_refusals(limit: str) -> Callable[[BodyProblem, str], RefusedError]:
    """The refusals of bodies at the server's own endpoints, for a BodyReader; `limit` is its limit: "4 MiB"."""

    def refusal(problem: BodyProblem, details: str) -> RefusedError:
        return {
            BodyProblem.TOO_LARGE: RefusedError(413, f"The body is larger than {limit}."),
            BodyProblem.TOO_SLOW: RefusedError(408, f"The body was not received within {BODY_TIME.seconds:g} seconds."),
            BodyProblem.CUT_SHORT: RefusedError(400, "The body ended early."),
            BodyProblem.NOT_JSON: RefusedError(400, f"The body is not JSON: {details}."),
            BodyProblem.NOT_OBJECT: RefusedError(422, "The body must be a JSON object."),
        }[problem]

    return refusal
