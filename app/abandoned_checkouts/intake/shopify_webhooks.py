"""POST /intake/shopify: receives the webhooks of a shop at Shopify, which keep the shop on this server up to date.

To use it, subscribe to Shopify's webhooks with this URL, and store the app's client secret on this server: in an app of
the shop, or in the shop's setting `webhook_secrets`, a list. A sync with a client secret subscribes itself.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.access.callers import platform_caller
from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.access.rules import Action, Data, refused
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.http_kit.responses import json_response
from abandoned_checkouts.intake.endpoint import BODIES, Intake, json_of
from abandoned_checkouts.intake.shopify_topics import take
from abandoned_checkouts.shopify.formats.webhooks.signature import is_signed
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.outbox.inbound_deliveries import record_inbound_delivery, save_rejected
from abandoned_checkouts.store.outbox.subscriptions import signing_secrets
from abandoned_checkouts.store.sync.syncs import synced_shop_id, webhook_secret_of
from abandoned_checkouts.store.tenants.shops import find_shop
from abandoned_checkouts.telemetry.current import note_caller

# A shop with the secrets of its webhooks.
_Receiver: TypeAlias = tuple[Shop, list[str]]


async def receive(request: Request, intake: Intake) -> Response:
    """Responds to every signed message with 200 and `outcome`, even if it is rejected: after error responses, Shopify
    repeats the message and finally deletes the subscription. Rejected messages are stored with the reason."""
    return json_response(await _receive(request, intake))


class _NotSignedError(Exception):
    """The signature is not one with a secret of the shop."""


@dataclass(frozen=True, slots=True)
class _Message:
    """A webhook. `webhook_id` is empty if Shopify did not send one. `signed_with` has secrets that were found to have
    signed the body."""

    domain: str
    signature: str
    webhook_id: str
    topic: str
    body: bytes
    now: int
    signed_with: set[str] = field(default_factory=set)

    async def take(self, connection: Connection, source: UntypedJson) -> str:
        """Process the message and return the outcome, "repeated" for one that was processed before."""
        shop = await self.shop(connection)
        if self.webhook_id and not await record_inbound_delivery(
            connection, shop, self.webhook_id, self.topic, self.now
        ):
            return "repeated"
        return await take(connection, shop, self.topic, source, self.now)

    async def save_rejected(self, connection: Connection, reason: str) -> None:
        text = self.body.decode("utf-8", "replace").replace("\0", "")
        known_as = self.webhook_id or f"without-id-{self.now}"
        await save_rejected(connection, await self.shop(connection), known_as, self.topic, text, reason, self.now)

    async def shop(self, connection: Connection) -> Shop:
        """The shop whose secret signed the message. Raises _NotSignedError."""
        # The copy is looked up only for a message that the shop of that domain did not sign.
        for receiver_of in (_shop_of, _copy_of):
            for shop, secrets in await receiver_of(connection, self.domain):
                if self.is_signed(secrets):
                    note_caller(shop.domain)
                    return shop
        raise _NotSignedError

    def is_signed(self, secrets: Collection[str]) -> bool:
        if self.signed_with.isdisjoint(secrets):
            self.signed_with.update(secret for secret in secrets if is_signed(self.body, self.signature, [secret]))
        caller = platform_caller(not self.signed_with.isdisjoint(secrets))
        return refused(caller, Endpoint.PLATFORM_INTAKE, Data.PLATFORM_EVENTS, Action.WRITE) is None

    async def check(self, intake: Intake) -> None:
        """Raises _NotSignedError, without taking the turn of a writer, for a message that nobody has signed.

        A secret that was removed meanwhile is noticed by the transaction that processes the message: it reads the
        secrets again.
        """
        if self.is_signed(intake.known_secrets.get(self.domain)):
            return
        receivers = await intake.database.fetch(lambda connection: _receivers(connection, self.domain))
        found = [secret for _, secrets in receivers for secret in secrets]
        if not self.is_signed(found):
            raise _NotSignedError
        intake.known_secrets.put(self.domain, found)


async def _receive(request: Request, intake: Intake) -> dict[str, str]:
    body, now = await BODIES.read(request), intake.clock()
    message = _Message(
        domain=_header(request, "shop-domain"),
        signature=_header(request, "hmac-sha256"),
        webhook_id=_header(request, "webhook-id"),
        topic=_header(request, "topic").lower(),
        body=body,
        now=now,
    )
    try:
        await message.check(intake)
        if not message.topic:
            raise RefusedError(400, "The header X-Shopify-Topic is missing.")
        return await _taken(message, intake)
    except _NotSignedError:
        # The same response for an unknown shop and for a wrong signature, so that clients cannot find out which shops
        # exist.
        text = "X-Shopify-Hmac-Sha256 is not the signature of this body with a secret of the shop."
        raise RefusedError(401, text) from None


async def _taken(message: _Message, intake: Intake) -> dict[str, str]:
    try:
        source = json_of(message.body)
        outcome = await intake.database.write(partial(message.take, source=source))
    except (RejectedRecordError, RefusedError) as problem:
        reason = str(problem)
        await intake.database.write(partial(message.save_rejected, reason=reason))
        return {"outcome": "rejected", "problem": reason}
    if outcome != "repeated":
        intake.wake()
    return {"outcome": outcome}


async def _shop_of(connection: Connection, domain: str) -> list[_Receiver]:
    """The shop of that domain, with the secrets of its webhooks; empty if there is none."""
    found = await find_shop(connection, domain) if domain else None
    return [] if found is None else [(found, await signing_secrets(connection, found))]


async def _copy_of(connection: Connection, domain: str) -> list[_Receiver]:
    """The shop that a sync keeps as the copy of the shop of that domain; empty if there is none."""
    copied = await synced_shop_id(connection, domain) if domain else None
    secret = None if copied is None else await webhook_secret_of(connection, copied)
    copy = None if copied is None or secret is None else await find_shop(connection, copied)
    return [] if copy is None or secret is None else [(copy, [secret])]


async def _receivers(connection: Connection, domain: str) -> list[_Receiver]:
    return [*await _shop_of(connection, domain), *await _copy_of(connection, domain)]


def _header(request: Request, name: str) -> str:
    """The value of a header. Its name can have either of the two prefixes that Shopify's libraries accept."""
    return str(request.headers.get(f"x-shopify-{name}") or request.headers.get(f"shopify-{name}") or "")
