"""Code that all measured servers share: the CPU time under /cpu, and the ASGI endpoint of those without GraphQL."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

Application = Callable[[Any, Any, Any], Any]


def metered(inner: Application) -> Application:
    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == "/cpu":
            await answer(send, str(time.process_time_ns()).encode())
        else:
            await inner(scope, receive, send)

    return application


def endpoint(answered: Callable[[str, dict[str, Any]], Awaitable[bytes]]) -> Application:
    """A POST request. A header names the query, and the body has its variables."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        name = next(value for header, value in scope["headers"] if header == b"x-question").decode()
        await answer(send, await answered(name, orjson.loads(body)["variables"]))

    return application


async def answer(send: Any, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def lifespan(receive: Any, send: Any) -> None:
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": f"{message['type']}.complete"})
    await send({"type": "lifespan.shutdown.complete"})
