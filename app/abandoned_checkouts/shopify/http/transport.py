"""Responses of the Admin API: JSON, compressed if it is large, and refusals as `{"errors": …}`."""

from collections.abc import Mapping

import orjson
from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.http_kit.compression import compressed
from abandoned_checkouts.http_kit.refusal import HttpRefusal

JSON = "application/json; charset=utf-8"


def respond(request: Request, body: bytes, headers: Mapping[str, str], status: int = 200) -> Response:
    """A response with JSON, compressed if the client accepts gzip and the body is large enough."""
    all_headers = {**headers, "content-type": JSON, "vary": "Accept-Encoding"}
    body, coding = compressed(body, request.headers.get("accept-encoding", ""))
    if coding is not None:
        all_headers["content-encoding"] = coding
    return Response(body, status, all_headers)


def refuse(request: Request, refusal: HttpRefusal, headers: Mapping[str, str]) -> Response:
    return respond(request, refusal_body(refusal), headers, refusal.status)


def refusal_body(refusal: HttpRefusal) -> bytes:
    return orjson.dumps({"errors": refusal.message})
