"""What every door of the Admin API has in common: bodies with limits, JSON answers, compression, request ids."""

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson
from isal import igzip
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from app.shopify.errors.http import BAD_REQUEST, TOO_LARGE, HttpError

LARGEST_BODY = 1024 * 1024
# How long a caller may take to send a body, in seconds.
BODY_TIMEOUT = 20.0
# Answers under one packet gain nothing by compression.
SMALLEST_COMPRESSED = 1400
JSON = "application/json; charset=utf-8"


class RefusedError(Exception):
    """The request is answered with an HTTP error instead."""

    def __init__(self, error: HttpError) -> None:
        super().__init__(error.status)
        self.error = error


async def read_body(request: Request) -> bytes:
    """The whole body. Raises RefusedError when it is too large or comes too slowly."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > LARGEST_BODY:
        raise RefusedError(TOO_LARGE)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_TIMEOUT):
            async for part in request.stream():
                size += len(part)
                if size > LARGEST_BODY:
                    raise RefusedError(TOO_LARGE)
                parts.append(part)
    except (TimeoutError, ClientDisconnect):
        raise RefusedError(HttpError(408, "Request body was not received in time")) from None
    return b"".join(parts)


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
    if len(body) >= SMALLEST_COMPRESSED and takes_gzip(request.headers.get("accept-encoding", "")):
        body = igzip.compress(body, compresslevel=1)
        all_headers["content-encoding"] = "gzip"
    return Response(body, status, all_headers)


def refuse(request: Request, error: HttpError, headers: Mapping[str, str]) -> Response:
    return respond(request, orjson.dumps(error.body), headers, error.status)


def takes_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        coding, _, weight = part.strip().partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.strip().replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
