"""Ports of this machine for servers that tests start."""

import socket


def free_port() -> int:
    """A free port. A fixed one could be in use by another run of the tests."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
