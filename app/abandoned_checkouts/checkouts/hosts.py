"""Hosts that only programs on this machine can reach."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether a host name or IP address is a loopback one."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
