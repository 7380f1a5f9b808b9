"""One HTTP request to an application in this process."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.promises.same_bytes.records import Json


@dataclass
class Answer:
    status: int = 0
    headers: list[list[str]] = field(default_factory=list)
    body: bytes = b""


async def ask(app: Any, method: str, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Send one request by ASGI."""
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    path, _, query = (slash + path or "/").partition("?")
    sent = {"host": host, "accept-encoding": "identity", **{name.lower(): text for name, text in headers.items()}}
    if body:
        sent.setdefault("content-length", str(len(body)))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": scheme,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "client": ("127.0.0.1", 50000),
        "server": (host, 443),
        "headers": [(name.encode(), text.encode("utf-8")) for name, text in sent.items()],
        "state": {},
    }
    return await _answered(app, scope, body)


async def _answered(app: Any, scope: Json, body: bytes) -> Answer:
    answer, finished, given = Answer(), asyncio.Event(), iter([body])

    async def receive() -> Json:
        for part in given:
            return {"type": "http.request", "body": part, "more_body": False}
        await finished.wait()
        return {"type": "http.disconnect"}

    async def send(message: Json) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = [[name.decode("latin-1"), text.decode("latin-1")] for name, text in message["headers"]]
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"")
            if not message.get("more_body"):
                finished.set()

    try:
        await app(scope, receive, send)
    except Exception as problem:
        answer.body += f"\n[raised {type(problem).__name__}]".encode()
    return answer
