"""Sends one POST request to a receiver and returns the result. There is a time limit; redirects are not followed."""

import asyncio
import hashlib
import time
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.store.outbox.deliveries import Attempt
from abandoned_checkouts.telemetry.spans import trace_headers
from abandoned_checkouts.work.targets import RequestError

if TYPE_CHECKING:
    from abandoned_checkouts.work.http_client import HttpClient

# Shopify: one second to connect, five in all. Wix: 1,250 milliseconds.
CONNECT_SECONDS = 1.0
SHOPIFY_SECONDS = 5.0
WIX_SECONDS = 1.25
# The number of bytes of a response that are stored in the log, and that are read.
_KEPT = 500
_READ = 4096


@dataclass(frozen=True, slots=True)
class Message:
    """A request. With `only_200`, only status 200 is a success (Wix); otherwise any from 200 to 299 is (Shopify)."""

    address: str
    headers: dict[str, str]
    body: bytes
    seconds: float
    only_200: bool = False


class MessageSender(Protocol):
    """The interface of senders: `Sender`, and one that records messages in a server for tests."""

    async def send(self, message: Message, now: int) -> Attempt: ...
    async def close(self) -> None: ...


class Sender:
    """Sends messages with a pool of connections. Call `close` at the end."""

    def __init__(self, *, reach: Reach, connections: int = 100) -> None:
        self._reach, self._connections = reach, connections
        self._client: HttpClient | None = None
        self._opening = asyncio.Lock()

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def send(self, message: Message, now: int) -> Attempt:
        """Send a message. An error of the receiver is in the result and does not raise."""
        status, response = None, None
        client = self._client or await self._open()
        started = time.monotonic()
        try:
            async with asyncio.timeout(message.seconds):
                status, response = await self._post(client, message)
            problem = self._problem_of(message, status)
        except TimeoutError:
            problem = f"no response within {message.seconds:g} seconds"
        except (RequestError, ValueError) as error:
            problem = str(error)
        return Attempt(now, round((time.monotonic() - started) * 1000), status, problem, response)

    async def _open(self) -> "HttpClient":
        async with self._opening:
            if self._client is None:
                self._client = await open_client(reach=self._reach, connections=self._connections)
            return self._client

    async def _post(self, client: "HttpClient", message: Message) -> tuple[int, str]:
        target = urlsplit(message.address)
        scheme = target.scheme
        # Receivers in private networks, such as those of local tests, often have no TLS.
        if scheme != "https" and not (scheme == "http" and self._reach.includes(target.hostname or "")):
            raise ValueError(f"the address must start with https://, not {scheme or 'nothing'}")
        status, response = await client.send(
            "POST",
            message.address,
            {**message.headers, **trace_headers()},
            message.body,
            connect=min(CONNECT_SECONDS, message.seconds),
            most=_READ,
        )
        return status, response[:_KEPT].decode("utf-8", "replace").replace("\0", "")

    def _problem_of(self, message: Message, status: int | None) -> str | None:
        assert status is not None
        if status == 200 or (200 <= status < 300 and not message.only_200):
            return None
        if 300 <= status < 400:
            return f"the receiver responded with {status}; redirects are not followed"
        return f"the receiver responded with {status}"


async def open_client(*, reach: Reach, connections: int) -> "HttpClient":
    """The HTTP client. Its library takes a moment to import, so this does not happen in the event loop."""
    module = await asyncio.to_thread(import_module, "abandoned_checkouts.work.http_client")
    client: HttpClient = module.HttpClient(reach=reach, connections=connections)
    return client


def body_hash(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
