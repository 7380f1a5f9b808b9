"""Sends HTTP requests to receivers, with aiohttp. The receivers are restricted, see work/targets.

aiohttp takes a while to import, so `Sender` imports this module with its first message.
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from functools import partial
from ipaddress import IPv4Address
from typing import Any

import aiohttp
import certifi
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from yarl import URL

from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.work.targets import RequestError, addresses_of, check_address

# Seconds that a connection stays open for the next message.
_KEPT_OPEN = 30
# Headers that aiohttp would add, and receivers do not need.
_NOT_ADDED = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class HttpClient:
    """Sends requests with a pool of connections. Redirects are not followed. Call `close` at the end."""

    def __init__(self, *, reach: Reach, connections: int) -> None:
        tls = ssl.create_default_context()
        # The authorities of this machine and those of certifi: small images have none.
        tls.load_verify_locations(certifi.where())
        connector = aiohttp.TCPConnector(
            resolver=_GuardedResolver(reach),
            socket_factory=_GuardedSockets(reach),
            use_dns_cache=False,
            ssl=tls,
            limit=connections,
            keepalive_timeout=_KEPT_OPEN,
        )
        protocol: Any = partial(_TolerantProtocol, asyncio.get_running_loop())
        connector._factory = protocol
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=_NOT_ADDED,
        )

    async def close(self) -> None:
        await self._session.close()

    async def send(
        self, method: str, address: str, headers: Mapping[str, str], body: bytes | None, *, connect: float, most: int
    ) -> tuple[int, bytes]:
        """The status, and up to `most` bytes of the response. `connect` is the time limit for the connection in
        seconds; the caller limits the whole request. Raises RequestError."""
        try:
            async with self._session.request(
                method,
                _with_usual_host(URL(address, encoded=True)),
                headers=headers,
                data=body,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(sock_connect=connect),
            ) as response:
                return response.status, await _start_of(response.content, most)
        except aiohttp.ConnectionTimeoutError:
            raise RequestError(f"no connection within {connect:g} seconds") from None
        except (aiohttp.ClientError, ValueError, TypeError, OSError) as problem:
            raise RequestError(str(problem) or type(problem).__name__) from problem


def _with_usual_host(url: URL) -> URL:
    """aiohttp accepts an IPv4 address only in its usual notation; 127.1 and 2130706433 are 127.0.0.1."""
    try:
        usual = str(IPv4Address(socket.inet_aton(url.host or "")))
    except OSError:
        return url
    return url.with_host(usual)


async def _start_of(content: aiohttp.StreamReader, most: int) -> bytes:
    parts, length = [], 0
    while length < most and (part := await content.read(most - length)):
        parts.append(part)
        length += len(part)
    return b"".join(parts)


class _TolerantProtocol(ResponseHandler):
    """Accepts a response with status 204 and a body. It must have none, but some receivers send one; aiohttp would
    read it as the next response, and the delivery would fail."""

    def data_received(self, data: bytes) -> None:
        head, end, rest = data.partition(b"\r\n\r\n")
        if rest and head[:5] == b"HTTP/" and head[8:12] == b" 204":
            self.force_close()
            data = head + end
        super().data_received(data)


class _GuardedResolver(AbstractResolver):
    """Resolves a host name once. The connection uses the addresses that were checked."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=str(address),
                port=port,
                family=socket.AF_INET if address.version == 4 else socket.AF_INET6,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in await addresses_of(host, port, reach=self._reach)
        ]

    async def close(self) -> None:
        return


class _GuardedSockets:
    """Creates the socket of a connection. aiohttp does not resolve a host that is an IP address already."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def __call__(self, target: Any) -> socket.socket:
        family, kind, protocol, _, address = target
        check_address(str(address[0]), self._reach)
        return socket.socket(family, kind, protocol)
