"""A receiver of webhooks. It records all requests; a test decides how it responds."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

TIMEOUT, RESET = "timeout", "reset"
Behaviour = int | str


@dataclass(slots=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes
    answered: Behaviour


@dataclass
class Receiver:
    """`behave` returns the response to a request: a status, TIMEOUT for no response, or RESET to close the
    connection."""

    behave: Callable[[str, dict[str, str], bytes], Behaviour] = lambda path, headers, body: 200
    received: list[Received] = field(default_factory=list)
    port: int = 0

    async def __aenter__(self) -> "Receiver":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self._open: set[asyncio.StreamWriter] = set()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while await self._answer(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            # The client closed the connection, or the test has ended.
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        path = first.split()[1]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        behaviour = self.behave(path, headers, body)
        self.received.append(Received(path, headers, body, behaviour))
        if behaviour == TIMEOUT:
            await asyncio.sleep(60)
        if isinstance(behaviour, str):
            writer.transport.abort()
            return False
        location = "Location: http://169.254.169.254/latest\r\n" if 300 <= behaviour < 400 else ""
        writer.write(f"HTTP/1.1 {behaviour} X\r\n{location}Content-Length: 2\r\n\r\nok".encode())
        await writer.drain()
        return True
