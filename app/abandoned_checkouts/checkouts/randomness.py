"""Random numbers, ids and tokens: from the operating system, or from a seed.

Every module that needs a random value calls a function of this module. A server for tests sets `source` to a `Seeded`
source: the same requests then create the same ids and tokens in every run. `source` is a context variable, so several
servers in one process can have different sources.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeAlias
from uuid import UUID, uuid4

# A source: returns that many random bytes.
Source: TypeAlias = Callable[[int], bytes]

# The first two bits of this digit of a UUID are 10; the other two are random.
_VARIANTS = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}

source: ContextVar[Source] = ContextVar("source", default=secrets.token_bytes)


class Seeded:
    """A source that returns the same bytes for the same seed: SHA-256 of the seed and a counter.

    `position` is the counter: a source with the same seed and position returns the same values. Different `name`s have
    different values. Do not use it for secrets.
    """

    def __init__(self, seed: int, position: int = 0, name: str = "") -> None:
        self.seed, self.position, self.name = seed, position, name

    def __call__(self, count: int) -> bytes:
        made = b""
        while len(made) < count:
            made += hashlib.sha256(f"{self.seed}/{self.position}{self.name}".encode()).digest()
            self.position += 1
        return made[:count]


def random_hex(count: int) -> str:
    """`count` random bytes as 2 × `count` hexadecimal digits."""
    return source.get()(count).hex()


def random_url_text(count: int) -> str:
    """`count` random bytes as URL-safe Base64 without padding."""
    return base64.urlsafe_b64encode(source.get()(count)).rstrip(b"=").decode()


def random_number(count: int) -> int:
    """A whole number from 0 to 256 ** `count` - 1."""
    return int.from_bytes(source.get()(count))


def random_fraction() -> float:
    """A number from 0 to 1, 1 excluded."""
    return random_number(6) / 2**48


def random_uuid() -> UUID:
    """A UUID of version 4 (RFC 9562)."""
    return UUID(bytes=source.get()(16), version=4)


def random_uuid_text() -> str:
    """The text of a random_uuid. Faster, for an id of every request."""
    digits = source.get()(16).hex()
    variant = _VARIANTS[digits[16]]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def unique_name() -> str:
    """A name for a worker's claim. Not from `source`: no response shows it, and it would shift the values that
    responses show."""
    return str(uuid4())
