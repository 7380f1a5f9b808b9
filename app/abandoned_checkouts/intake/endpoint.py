"""Reading what is posted to the intake and answering it: bodies up to a size, errors in one form, `{"errors": "…"}`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from abandoned_checkouts.intake.file_records import without_nul
from abandoned_checkouts.store.engine.database import Database

# Shopify's largest messages are carts and orders with hundreds of lines.
LARGEST_BODY = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Intake:
    """What the endpoints need. `wake` tells the workers that there is something to do.

    `wix_public_key` verifies events of sites that have no key of their own in their settings. `address` is where this
    server is reached, or empty for each request's own.
    """

    database: Database
    clock: Callable[[], int]
    wake: Callable[[], None] = field(default=lambda: None)
    wix_public_key: str | None = None
    address: str = ""

    def address_of(self, request: Request) -> str:
        return self.address or str(request.base_url.replace(path="")).rstrip("/")


class RefusedError(Exception):
    """A request that is not taken."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(problem)
        self.status, self.problem = status, problem


def refused(error: RefusedError) -> Response:
    return answer({"errors": error.problem}, error.status)


def answer(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")


async def body_of(request: Request) -> bytes:
    """The whole body. Raises RefusedError when it is too large."""
    parts, length = [], 0
    try:
        async for part in request.stream():
            length += len(part)
            if length > LARGEST_BODY:
                raise RefusedError(413, f"The body is larger than {LARGEST_BODY // 1024 // 1024} MiB.")
            parts.append(part)
    except ClientDisconnect:
        raise RefusedError(400, "The body ended early.") from None
    return b"".join(parts)


def json_of(body: bytes) -> Any:
    """Raises RefusedError."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as problem:
        raise RefusedError(400, f"The body is not JSON: {problem}.") from None
    return without_nul(value) if b"\\u0000" in body else value
