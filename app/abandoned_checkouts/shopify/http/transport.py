"""What every door of the Admin API has in common: bodies with limits, JSON answers, compression, request ids."""

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson
from isal import igzip
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive

from abandoned_checkouts.shopify.http.error_bodies import BAD_REQUEST, TOO_LARGE, HttpError

LARGEST_BODY = 1024 * 1024
# How long a caller may take to send a body, in seconds.
BODY_TIMEOUT = 20.0
# Answers under one packet gain nothing by compression.
SMALLEST_COMPRESSED = 1400
JSON = "application/json; charset=utf-8"
NOT_RECEIVED = HttpError(408, "Request body was not received in time")


class RefusedError(Exception):
    """The request is answered with an HTTP error instead."""

    def __init__(self, error: HttpError) -> None:
        super().__init__(error.status)
        self.error = error


async def read_body(request: Request) -> bytes:
    """The whole body. Raises RefusedError when it is too large or comes too slowly."""
    return await body_of(request.receive, request.headers.get("content-length", ""))


async def body_of(receive: Receive, announced: str) -> bytes:
    """The whole body of an ASGI request; `announced` is its Content-Length. Raises RefusedError."""
    if announced.isdigit() and int(announced) > LARGEST_BODY:
        raise RefusedError(TOO_LARGE)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_TIMEOUT):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise RefusedError(NOT_RECEIVED)
                part = message.get("body", b"")
                size += len(part)
                if size > LARGEST_BODY:
                    raise RefusedError(TOO_LARGE)
                parts.append(part)
                if not message.get("more_body", False):
                    return b"".join(parts) if len(parts) > 1 else part
    except TimeoutError:
        raise RefusedError(NOT_RECEIVED) from None


def parsed_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises RefusedError."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise RefusedError(BAD_REQUEST) from None
    if not isinstance(value, dict):
        raise RefusedError(BAD_REQUEST)
    return value


def respond(
    request: Request, body: bytes, headers: Mapping[str, str], status: int = 200, content_type: str = JSON
) -> Response:
    """An answer, compressed where the caller takes gzip and it is worth it."""
    all_headers = {**headers, "content-type": content_type, "vary": "Accept-Encoding"}
    body, coding = compressed(body, request.headers.get("accept-encoding", ""))
    if coding is not None:
        all_headers["content-encoding"] = coding.decode()
    return Response(body, status, all_headers)


def refuse(request: Request, error: HttpError, headers: Mapping[str, str]) -> Response:
    return respond(request, orjson.dumps(error.body), headers, error.status)


def compressed(body: bytes, accepted: str) -> tuple[bytes, bytes | None]:
    """The body and its coding: gzip where the caller takes it and it is worth it."""
    if len(body) < SMALLEST_COMPRESSED or not takes_gzip(accepted):
        return body, None
    return igzip.compress(body, compresslevel=1), b"gzip"


def takes_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        coding, _, weight = part.strip().partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.strip().replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
