"""A request and its response in plain ASGI: creating a framework's objects takes longer than a small query.

The REST endpoints use Starlette's requests and responses; see shopify/http/transport.
"""

import re
from typing import TypeAlias

from starlette.types import Receive, Scope, Send

from abandoned_checkouts.http_kit.compression import compressed
from abandoned_checkouts.shopify.http.refusals import BODIES
from abandoned_checkouts.shopify.http.transport import JSON

_PATH = "/admin/api/"
_NAME = "graphql.json"
# The same endpoint by the rules of GraphQL over HTTP.
_STANDARD_NAME = "graphql"
RESPONSE_JSON = "application/graphql-response+json"
_VARY = (b"vary", b"Accept-Encoding")
# Names and values of headers.
Headers: TypeAlias = list[tuple[bytes, bytes]]
_WEIGHT = re.compile(r"[01](\.\d{0,3})?")


class AsgiRequest:
    """A request. Names of headers are bytes in lower case; of repeated headers, the last is used."""

    __slots__ = ("_receive", "headers", "method", "path", "scheme")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.scheme: str = scope.get("scheme", "http")
        self.headers = dict(scope["headers"])
        self._receive = receive

    def header(self, name: bytes) -> str:
        """The value of a header, or an empty text."""
        value = self.headers.get(name)
        return "" if value is None else value.decode("latin-1")

    def is_on(self, name: bytes) -> bool:
        """Whether a header has the value 1 or true."""
        value = self.headers.get(name)
        return value is not None and value.strip().lower() in (b"1", b"true")

    @property
    def credentials(self) -> tuple[str, str, str]:
        """The headers that say who calls: the token, Authorization, and the host."""
        header = self.header
        return header(b"x-shopify-access-token"), header(b"authorization"), header(b"host")

    @property
    def version(self) -> str | None:
        """The version in the path, or None."""
        handle, _, rest = self.path.removeprefix(_PATH).partition("/")
        return handle if rest in (_NAME, _STANDARD_NAME) else None

    @property
    def is_standard(self) -> bool:
        """Whether the endpoint follows GraphQL over HTTP: /graphql instead of /graphql.json."""
        return self.path.endswith("/" + _STANDARD_NAME)

    @property
    def media_type(self) -> str | None:
        """The type of the response: by the Accept header at /graphql, always JSON at /graphql.json; None if none fits.

        A client that accepts everything receives application/json, which every client reads.
        """
        if not self.is_standard:
            return JSON
        accepted = self.header(b"accept") or "*/*"
        standard, is_named = _quality(accepted, RESPONSE_JSON)
        plain, _ = _quality(accepted, "application/json")
        if standard and ((is_named and standard >= plain) or not plain):
            return f"{RESPONSE_JSON}; charset=utf-8"
        return JSON if plain else None

    def base(self, default_host: str) -> str:
        """The URL of this server that the caller used."""
        host = self.headers.get(b"host")
        return f"{self.scheme}://{host.decode('latin-1') if host else default_host}"

    async def body(self) -> bytes:
        """The whole body. Raises RefusedError if it is too large or takes too long."""
        return await BODIES.receive(self._receive, self.header(b"content-length"))


def is_graphql(scope: Scope) -> bool:
    """Whether a path is that of the GraphQL endpoint."""
    path: str = scope["path"]
    name = path.rpartition("/")[2]
    return path.startswith(_PATH) and name in (_NAME, _STANDARD_NAME) and path.count("/") in (3, 4)


def _quality(accept: str, name: str) -> tuple[float, bool]:
    """The quality that an Accept header has for a media type, and whether it names the type (RFC 9110, 12.5.1)."""
    family = f"{name.partition('/')[0]}/*"
    found: dict[str, float] = {}
    for part in accept.lower().split(","):
        media_range, *parameters = (text.strip() for text in part.split(";"))
        weight = next((text[2:] for text in parameters if text.startswith("q=")), "1")
        found[media_range] = float(weight) if _WEIGHT.fullmatch(weight) else 1.0
    return next((found[each] for each in (name, family, "*/*") if each in found), 0.0), name in found


async def respond(
    send: Send,
    request: AsgiRequest,
    body: bytes,
    headers: Headers,
    status: int = 200,
    media_type: str = JSON,
) -> None:
    """Send JSON, compressed if the client accepts gzip and the body is large enough."""
    body, headers = packed(request, body, headers, media_type)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body if request.method != "HEAD" else b""})


def packed(request: AsgiRequest, body: bytes, headers: Headers, media_type: str = JSON) -> tuple[bytes, Headers]:
    """The body as it is sent, and all headers."""
    coding: str | None = None
    accepted = request.header(b"accept-encoding")
    if accepted:
        body, coding = compressed(body, accepted)
    raw = [(b"content-type", media_type.encode()), _VARY, (b"content-length", b"%d" % len(body)), *headers]
    if coding is not None:
        raw.append((b"content-encoding", coding.encode()))
    return body, raw
