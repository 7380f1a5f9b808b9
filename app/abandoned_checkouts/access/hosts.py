"""Hosts that only programs of this machine reach."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether a host name or address is of this machine alone."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
