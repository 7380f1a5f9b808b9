"""Restricts the receivers of events. This machine and private networks are forbidden, unless the operator allows them.

A host name is resolved once, and the connection uses the address that was checked. Otherwise a name server could return
a public address for the check and a private one for the connection. Redirects are not followed.
"""

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpcore

IpAddress = IPv4Address | IPv6Address

# Addresses that are not public (IANA's registries of special-purpose addresses). Python's `is_global` is wrong for
# some.
_SPECIAL = [
    ip_network(network)
    for network in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "64:ff9b:1::/48",
        "100::/64",
        "100:0:0:1::/64",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
]
# IPv6 networks whose addresses contain an IPv4 address, which can be private.
_EMBEDDING = ("sixtofour", "teredo", "ipv4_mapped")


class ForbiddenTargetError(httpcore.ConnectError):
    """The receiver's address is forbidden."""


def is_public(address: IpAddress) -> bool:
    """Whether an address is public. If an IPv6 address contains an IPv4 address, both must be public."""
    if isinstance(address, IPv6Address):
        for name in _EMBEDDING:
            inner = getattr(address, name)
            for each in inner if isinstance(inner, tuple) else (inner,):
                if each is not None and not is_public(each):
                    return False
        if int(address) >> 32 == 0x0064FF9B << 64:
            # An address in 64:ff9b::/96 has the IPv4 address in its last 32 bits.
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address.ipv4_mapped is not None:
            return True
    if any(address in network for network in _SPECIAL if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """httpcore's network, restricted to public addresses unless `allow_private` is set."""

    def __init__(self, allow_private: bool) -> None:
        self._network = httpcore.AnyIOBackend()
        self._allow_private = allow_private

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        address = await self._resolve(host, port)
        return await self._network.connect_tcp(str(address), port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise ForbiddenTargetError("events are not sent to sockets of this machine")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _resolve(self, host: str, port: int) -> IpAddress:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as problem:
            raise httpcore.ConnectError(f"the name {host} cannot be resolved: {problem}") from None
        addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
        # A name with both public and private addresses is rejected too.
        if not self._allow_private and not all(map(is_public, addresses)):
            raise ForbiddenTargetError(f"{host} is in a private network, to which events are not sent")
        return addresses[0]
