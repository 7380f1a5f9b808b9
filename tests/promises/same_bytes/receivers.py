"""Receivers of webhooks and of mails, on ports of this machine."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Receiver:
    """Takes webhooks. A path with /fail in it is answered 500, one with /gone 410."""

    received: list[tuple[str, list[list[str]], bytes]] = field(default_factory=list)
    port: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = [line.split(": ", 1) for line in head[1:] if line]
            length = int(next((text for name, text in headers if name.lower() == "content-length"), "0"))
            self.received.append((head[0], headers, await reader.readexactly(length)))
            status = "500 No" if "/fail" in head[0] else "410 Gone" if "/gone" in head[0] else "200 OK"
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok".encode())
            await writer.drain()
        writer.close()


@dataclass
class MailBox:
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    port: int = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 taken"


@contextlib.asynccontextmanager
async def receivers() -> AsyncIterator[tuple[Receiver, MailBox]]:
    from aiosmtpd.smtp import SMTP

    receiver, box = Receiver(), MailBox()
    loop = asyncio.get_running_loop()
    web = await asyncio.start_server(receiver.talk, "127.0.0.1", 0)
    mail = await loop.create_server(lambda: SMTP(box), "127.0.0.1", 0)
    receiver.port, box.port = web.sockets[0].getsockname()[1], mail.sockets[0].getsockname()[1]
    try:
        yield receiver, box
    finally:
        web.close()
        mail.close()
