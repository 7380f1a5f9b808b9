"""Sends one POST request to a receiver and returns the result. There is a time limit; redirects are not followed."""

import asyncio
import hashlib
import time
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

import httpcore

from abandoned_checkouts.store.outbox.deliveries import Attempt
from abandoned_checkouts.work.targets import GuardedNetwork

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

    def __init__(self, *, allow_private: bool, connections: int = 100) -> None:
        # Receivers in private networks, such as those of local tests, often have no TLS.
        self._schemes = ("https", "http") if allow_private else ("https",)
        self._pool = httpcore.AsyncConnectionPool(
            network_backend=GuardedNetwork(allow_private),
            max_connections=connections,
            max_keepalive_connections=connections // 2,
            keepalive_expiry=30,
        )

    async def close(self) -> None:
        await self._pool.aclose()

    async def send(self, message: Message, now: int) -> Attempt:
        """Send a message. An error of the receiver is in the result and does not raise."""
        started = time.monotonic()
        status, response = None, None
        try:
            async with asyncio.timeout(message.seconds):
                status, response = await self._post(message)
            problem = self._problem_of(message, status)
        except TimeoutError:
            problem = f"no response within {message.seconds:g} seconds"
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            problem = str(error) or type(error).__name__
        except (httpcore.UnsupportedProtocol, ValueError, TypeError, OSError) as error:
            problem = str(error) or type(error).__name__
        return Attempt(now, round((time.monotonic() - started) * 1000), status, problem, response)

    async def _post(self, message: Message) -> tuple[int, str]:
        scheme = urlsplit(message.address).scheme
        if scheme not in self._schemes:
            raise ValueError(f"the address must start with https://, not {scheme or 'nothing'}")
        timeouts = {
            "connect": min(CONNECT_SECONDS, message.seconds),
            "read": message.seconds,
            "write": message.seconds,
            "pool": message.seconds,
        }
        async with self._pool.stream(
            "POST",
            message.address,
            headers=list(message.headers.items()),
            content=message.body,
            extensions={"timeout": timeouts},
        ) as response:
            parts, length = [], 0
            async for part in response.aiter_stream():
                parts.append(part)
                length += len(part)
                if length >= _READ:
                    break
            return response.status, b"".join(parts)[:_KEPT].decode("utf-8", "replace").replace("\0", "")

    def _problem_of(self, message: Message, status: int | None) -> str | None:
        assert status is not None
        if status == 200 or (200 <= status < 300 and not message.only_200):
            return None
        if 300 <= status < 400:
            return f"the receiver responded with {status}; redirects are not followed"
        return f"the receiver responded with {status}"


def body_hash(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
