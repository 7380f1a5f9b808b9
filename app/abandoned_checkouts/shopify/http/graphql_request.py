"""A request as ASGI brings it, read without ceremony: small queries take less time than a framework's objects.

The REST doors use Starlette's requests; both share shopify/http/transport.
"""

from collections.abc import Mapping

from starlette.types import Receive, Scope, Send

from abandoned_checkouts.shopify.http.transport import body_of, compressed

_PATH = "/admin/api/"
_NAME = "graphql.json"


class Incoming:
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

    def asks(self, name: bytes) -> bool:
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
        """The whole body. Raises RefusedError when it is too large or comes too slowly."""
        return await body_of(self._receive, self.header(b"content-length"))


def is_graphql(scope: Scope) -> bool:
    """Whether a path is that of the GraphQL door."""
    path: str = scope["path"]
    return path.startswith(_PATH) and path.endswith(_NAME) and path.count("/") in (3, 4)


async def reply(send: Send, incoming: Incoming, body: bytes, headers: Mapping[str, str], status: int = 200) -> None:
    """Answer JSON, compressed where the caller takes gzip and it is worth it."""
    body, coding = compressed(body, incoming.header(b"accept-encoding"))
    raw = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"vary", b"Accept-Encoding"),
        (b"content-length", b"%d" % len(body)),
        *((name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()),
    ]
    if coding is not None:
        raw.append((b"content-encoding", coding))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body if incoming.method != "HEAD" else b""})
