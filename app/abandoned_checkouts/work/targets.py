"""Restricts the receivers of events. This machine and private networks are forbidden, unless the operator allows them.

A host name is resolved once, and the connection uses the address that was checked. Otherwise a name server could return
a public address for the check and a private one for the connection. Redirects are not followed.
"""

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from abandoned_checkouts.checkouts.reach import Reach

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


class RequestError(Exception):
    """There is no response. The message says why, in one line."""


class ForbiddenTargetError(RequestError):
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


async def addresses_of(host: str, port: int, *, reach: Reach) -> list[IpAddress]:
    """The addresses of a host name. Raises ForbiddenTargetError if one of them is forbidden, RequestError if there are
    none."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise RequestError(f"the name {host} cannot be resolved: {problem}") from None
    addresses = list(dict.fromkeys(_address_in(str(entry[4][0])) for entry in found))
    # A name with both public and private addresses is rejected too.
    if not all(is_public(each) or reach.includes(str(each)) for each in addresses):
        raise _forbidden(host)
    return addresses


def check_address(text: str, reach: Reach) -> None:
    """Raises ForbiddenTargetError if an IP address is forbidden."""
    address = _address_in(text)
    if not is_public(address) and not reach.includes(str(address)):
        raise _forbidden(text)


def _address_in(text: str) -> IpAddress:
    return ip_address(text.partition("%")[0])


def _forbidden(host: str) -> ForbiddenTargetError:
    return ForbiddenTargetError(f"{host} is in a private network, to which events are not sent")
