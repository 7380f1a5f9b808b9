"""Reads the bodies of intake requests: with a size limit, as JSON without NUL characters."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from abandoned_checkouts.checkouts.fetched import Fetched
from abandoned_checkouts.checkouts.moment import Clock
from abandoned_checkouts.http_kit.bodies import BodyReader
from abandoned_checkouts.http_kit.request_headers import address_of
from abandoned_checkouts.http_kit.responses import body_refusals
from abandoned_checkouts.intake.file_records import without_nul
from abandoned_checkouts.intake.mail_providers.amazon_sns import SnsSignatures
from abandoned_checkouts.store.engine.database import Database

# The largest messages are carts and orders with hundreds of lines.
BODIES = BodyReader(4 * 1024 * 1024, body_refusals("4 MiB"))


class KnownSecrets:
    """The secrets that have signed the latest messages, by the shop's domain. They save a read for each message."""

    MOST = 1_000

    def __init__(self) -> None:
        self._secrets: OrderedDict[str, Sequence[str]] = OrderedDict()

    def get(self, domain: str) -> Sequence[str]:
        return self._secrets.get(domain, ())

    def put(self, domain: str, secrets: Sequence[str]) -> None:
        self._secrets[domain] = secrets
        self._secrets.move_to_end(domain)
        if len(self._secrets) > self.MOST:
            self._secrets.popitem(last=False)


async def opens_nothing(_url: str) -> Fetched:
    return Fetched(problem="this server opens no URLs")


@dataclass(frozen=True, slots=True)
class Intake:
    """The dependencies of the endpoints. `wake` notifies the workers of new work. `fetch` opens a URL.

    `wix_public_key` verifies the events of sites without a key in their settings. `address` is this server's URL; if it
    is empty, the URL of each request is used.
    """

    database: Database
    clock: Clock
    wake: Callable[[], None] = field(default=lambda: None)
    wix_public_key: str | None = None
    address: str = ""
    fetch: Callable[[str], Awaitable[Fetched]] = opens_nothing
    known_secrets: KnownSecrets = field(default_factory=KnownSecrets)
    sns_signatures: SnsSignatures = field(default_factory=lambda: SnsSignatures(opens_nothing))

    def address_of(self, request: Request) -> str:
        return address_of(request, self.address)


def json_of(body: bytes) -> Any:
    """The JSON value of a body, with U+FFFD for NUL. Raises RefusedError."""
    value = BODIES.json(body)
    return without_nul(value) if b"\\u0000" in body else value
