"""Who may come in, and how answers look: JSON, errors as `{"errors": "…"}`.

Tokens are those of the Admin API, in X-Shopify-Access-Token or as a bearer; reading takes the scope read_orders,
changing write_orders.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.tenants.access_tokens import Access, find_access

LARGEST_BODY = 1024 * 1024
_LONGEST_TOKEN = 512


class RefusedError(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(problem)
        self.status, self.problem = status, problem


@dataclass(frozen=True, slots=True)
class Control:
    """What the endpoints need. `address` is this server's, or empty for each request's own."""

    database: Database
    clock: Callable[[], int]
    address: str
    # Removes a result of a bulk operation: shop's number, name of the file.
    remove_file: Callable[[int, str], None]
    # Whether events may go to private networks, and without TLS.
    allow_private: bool = False

    def address_of(self, request: Request) -> str:
        return self.address or str(request.base_url.replace(path="")).rstrip("/")


Endpoint = Callable[[Request, Control, Shop], Awaitable[Response]]


def answered(endpoint: Endpoint, control: Control, scope: str) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint behind its token and scope."""

    async def answer_request(request: Request) -> Response:
        try:
            access = await access_of(control, token_of(request))
            if access is None:
                raise RefusedError(401, "Invalid API key or access token: give one in X-Shopify-Access-Token.")
            if not may(access, scope):
                raise RefusedError(403, f"This action requires the access scope {scope}.")
            refuse_nul(request)
            return await endpoint(request, control, access.shop)
        except RefusedError as refused:
            return answer({"errors": refused.problem}, refused.status)

    return answer_request


def refuse_nul(request: Request) -> None:
    """No text in the store holds a NUL, and PostgreSQL takes none to look for. Raises RefusedError."""
    if "\0" in request.url.path or any("\0" in value for value in request.query_params.values()):
        raise RefusedError(404, "Not Found")


def may(access: Access, scope: str) -> bool:
    """Whoever may write may read."""
    kind, _, noun = scope.partition("_")
    return scope in access.scopes or (kind == "read" and f"write_{noun}" in access.scopes)


def token_of(request: Request) -> str | None:
    token = request.headers.get("x-shopify-access-token")
    if token is None:
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        token = value.strip() if scheme.lower() == "bearer" else None
    return token


async def access_of(control: Control, token: str | None) -> Access | None:
    if not token or len(token) > _LONGEST_TOKEN:
        return None
    async with control.database.read() as connection:
        return await find_access(connection, token, control.clock())


def answer(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json", headers={"Cache-Control": "no-store"})


async def body_of(request: Request) -> bytes:
    """Raises RefusedError when it is too large."""
    parts, length = [], 0
    async for part in request.stream():
        length += len(part)
        if length > LARGEST_BODY:
            raise RefusedError(413, f"The body is larger than {LARGEST_BODY // 1024} KiB.")
        parts.append(part)
    return b"".join(parts)


async def object_of(request: Request) -> dict[str, Any]:
    """The body as a JSON object. Raises RefusedError."""
    body = await body_of(request)
    try:
        found = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as problem:
        raise RefusedError(400, f"The body is not JSON: {problem}.") from None
    if b"\\u0000" in body:
        raise RefusedError(422, "The body holds a NUL, which no text may.")
    if not isinstance(found, dict):
        raise RefusedError(422, "The body must be a JSON object.")
    return found


def number_in(request: Request, name: str) -> int:
    """A number of the path. Raises RefusedError."""
    text = request.path_params[name]
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise RefusedError(404, "Not Found")
    return int(text)
