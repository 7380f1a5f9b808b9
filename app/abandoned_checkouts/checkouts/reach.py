"""The addresses to which a server may send events."""

from enum import Enum

from abandoned_checkouts.checkouts.hosts import is_loopback


class Reach(Enum):
    """Public addresses with TLS; also this machine, without TLS, too; or every address, with or without TLS."""

    PUBLIC = "public"
    THIS_MACHINE = "this machine"
    PRIVATE = "private"

    def includes(self, host: str) -> bool:
        """Whether a host that is not public may be reached. It is an IP address or a name."""
        return self is Reach.PRIVATE or (self is Reach.THIS_MACHINE and is_loopback(host.rstrip(".").lower()))
