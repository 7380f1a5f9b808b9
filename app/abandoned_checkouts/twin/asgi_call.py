"""Sends a request to the server itself without a network, for operations that a fault runs first."""

import orjson
from starlette.types import ASGIApp, Message, Scope

from abandoned_checkouts.checkouts.json_types import UntypedJson


async def call(app: ASGIApp, method: str, path: str, body: UntypedJson) -> tuple[int, bytes]:
    """Status and body of the response to a JSON request at a path."""
    target, _, query = path.partition("?")
    content = orjson.dumps(body)
    headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")]
    headers.append((b"content-length", str(len(content)).encode()))
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": target,
        "raw_path": target.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 80),
    }
    status, parts = 0, bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            parts.extend(message.get("body", b""))

    await app(scope, receive, send)
    return status, bytes(parts)
