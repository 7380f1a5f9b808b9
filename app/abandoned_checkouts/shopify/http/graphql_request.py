"""A request and its response in plain ASGI: building a framework's objects takes longer than a small query.

The REST endpoints use Starlette's requests and responses; see shopify/http/transport.
"""

from collections.abc import Mapping

from starlette.types import Receive, Scope, Send

from abandoned_checkouts.http_kit.compression import compressed
from abandoned_checkouts.shopify.http.refusals import BODIES
from abandoned_checkouts.shopify.http.transport import JSON

_PATH = "/admin/api/"
_NAME = "graphql.json"


class AsgiRequest:
    """One request. Header names are lower-case bytes; of a header sent twice the last counts."""

    __slots__ = ("_headers", "_receive", "method", "path", "scheme")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.scheme: str = scope.get("scheme", "http")
        self._headers = dict(scope["headers"])
        self._receive = receive

    def header(self, name: bytes) -> str:
        """The header's text, empty without it."""
        value = self._headers.get(name)
        return "" if value is None else value.decode("latin-1")

    def is_on(self, name: bytes) -> bool:
        """Whether a header that is a switch is on."""
        value = self._headers.get(name)
        return value is not None and value.strip().lower() in (b"1", b"true")

    @property
    def version(self) -> str | None:
        """The version in the path; None where it names none."""
        handle, _, rest = self.path.removeprefix(_PATH).partition("/")
        return handle if rest == _NAME else None

    def base(self, default_host: str) -> str:
        """The address, with its scheme, at which the caller reached this server."""
        return f"{self.scheme}://{self.header(b'host') or default_host}"

    async def body(self) -> bytes:
        """The whole body. Raises RefusedError when it is too large or takes too long."""
        return await BODIES.receive(self._receive, self.header(b"content-length"))


def is_graphql(scope: Scope) -> bool:
    """Whether a path is that of the GraphQL endpoint."""
    path: str = scope["path"]
    return path.startswith(_PATH) and path.endswith(_NAME) and path.count("/") in (3, 4)


async def respond(send: Send, request: AsgiRequest, body: bytes, headers: Mapping[str, str], status: int = 200) -> None:
    """Send JSON, compressed where the client accepts gzip and it is worth it."""
    body, coding = compressed(body, request.header(b"accept-encoding"))
    raw = [
        (b"content-type", JSON.encode()),
        (b"vary", b"Accept-Encoding"),
        (b"content-length", b"%d" % len(body)),
        *((name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()),
    ]
    if coding is not None:
        raw.append((b"content-encoding", coding.encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body if request.method != "HEAD" else b""})
