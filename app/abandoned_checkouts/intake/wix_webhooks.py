"""POST /intake/wix: receives a Wix site's events about abandoned checkouts and carts. The body is a JWT.

The JWT is verified with the public key in the shop's setting `wix_public_key`, else with the server's.
"""

from dataclasses import dataclass
from hashlib import sha256

import jwt
import orjson
from jwt.types import Options
from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.access.callers import platform_caller
from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.access.rules import Action, Data, refused
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.public_key import PublicKeyError, read_public_key
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.http_kit.responses import json_response
from abandoned_checkouts.intake.endpoint import BODIES, Intake
from abandoned_checkouts.intake.member_carts import end_cart
from abandoned_checkouts.intake.wix_carts import CART, cart_slug, take_cart
from abandoned_checkouts.store.checkouts.delete_checkouts import ids_of_uuids
from abandoned_checkouts.store.checkouts.known_records import find_known
from abandoned_checkouts.store.checkouts.take import delete_by_uuid, take_abandoned
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.outbox.inbound_deliveries import record_inbound_delivery, save_rejected
from abandoned_checkouts.store.privacy.erasure_requests import add_erasure_request
from abandoned_checkouts.store.tenants.shops import find_mirrored_site
from abandoned_checkouts.telemetry.current import note_caller
from abandoned_checkouts.wix.event_tokens import ENTITY, EVENT_TYPES
from abandoned_checkouts.wix.from_wix.checkout import checkout_from_wix

# The maximum length of an unknown kind of event in the list of rejected events.
_LONGEST_KIND = 200
NOT_SIGNED = "The body is not a JWT with a valid signature for the site's public key."
_HAPPENED = ("createdEvent", "updatedEvent", "actionEvent", "deletedEvent")


@dataclass(frozen=True, slots=True)
class Event:
    """The event in the JWT. `happened` is the part that contains the entity."""

    id: str
    kind: str
    entity_id: str
    happened: UntypedJson
    is_anonymisation: bool = False

    @property
    def slug(self) -> str | None:
        """How an abandoned checkout changed, or None if the event is not about one."""
        return next((slug for slug, kind in EVENT_TYPES.items() if kind == self.kind), None)


async def receive(request: Request, intake: Intake) -> Response:
    """Responds to every event that Wix signed with 200 and `outcome`. Rejected events are stored with the reason."""
    return json_response(await _receive(request, intake))


async def _receive(request: Request, intake: Intake) -> dict[str, str]:
    token, now = (await BODIES.read(request)).decode("utf-8", "replace").strip(), intake.clock()
    # The token says which site sent it. That is trusted only after the site's key has verified the signature.
    unverified = _claims(token, None)
    if unverified is None:
        raise RefusedError(401, NOT_SIGNED)
    claimed = _envelope(unverified)
    async with intake.database.read() as connection:
        shop = await find_mirrored_site(connection, *_names(claimed))
    if shop is None:
        raise RefusedError(
            401, "This event's site is unknown. Store its id with `shop set wix_site_id` or `shop set wix_instance_id`."
        )
    key = shop.settings.get("wix_public_key") or intake.wix_public_key
    if not key:
        raise RefusedError(401, "This event's site has no public key. Store it with `shop set wix_public_key`.")
    claims = _claims(token, _pem(key))
    caller = platform_caller(claims is not None)
    if claims is None or refused(caller, Endpoint.PLATFORM_INTAKE, Data.PLATFORM_EVENTS, Action.WRITE) is not None:
        raise RefusedError(401, NOT_SIGNED)
    note_caller(shop.domain)
    event = _event(_envelope(claims), token)
    topic = f"wix/{event.slug or event.kind}"
    try:
        outcome = await intake.database.write(lambda connection: _take_once(connection, shop, event, topic, now))
    except RejectedRecordError as problem:
        reason = str(problem)
        await intake.database.write(
            lambda connection: save_rejected(connection, shop, f"wix/{event.id}", topic, token, reason, now)
        )
        return {"outcome": "rejected", "problem": reason}
    if outcome != "repeated":
        intake.wake()
    return {"outcome": outcome}


async def _take_once(connection: Connection, shop: Shop, event: Event, topic: str, now: int) -> str:
    if not await record_inbound_delivery(connection, shop, f"wix/{event.id}", topic, now):
        return "repeated"
    return await _take(connection, shop, event, now)


async def _take(connection: Connection, shop: Shop, event: Event, now: int) -> str:
    if (slug := cart_slug(event.kind)) is not None:
        return await take_cart(connection, shop, slug, event.entity_id, event.happened, now)
    if event.slug is None:
        raise RejectedRecordError(f"{event.kind} is not an event about abandoned checkouts or carts")
    if event.is_anonymisation:
        return await _anonymise(connection, shop, event, now)
    if event.slug == "deleted":
        return await delete_by_uuid(connection, shop, uuid=event.entity_id, now=now)
    entity = event.happened.get("entity") or event.happened.get("currentEntity")
    if event.slug == "recovered":
        entity = (event.happened.get("body") or {}).get("abandonedCheckout")
    if not isinstance(entity, dict):
        raise RejectedRecordError("the event does not contain a checkout")
    checkout = checkout_from_wix(entity)
    if event.slug == "recovered" and checkout.recovered_at is None:
        checkout.recovered_at = checkout.completed_at = checkout.updated_at
    # Wix's checkout replaces the open checkout of the same cart.
    await end_cart(connection, shop, checkout.cart_token, now)
    return await take_abandoned(connection, shop, checkout, now)


async def _anonymise(connection: Connection, shop: Shop, event: Event, now: int) -> str:
    """Wix asks to erase the buyer of the checkout. A background job does it, as for Shopify's customers/redact."""
    number = (await ids_of_uuids(connection, shop, [event.entity_id])).get(event.entity_id)
    known = None if number is None else await find_known(connection, shop, number=number)
    if known is None or known.state == "deleted":
        # Later events of the checkout must not store the person.
        return await delete_by_uuid(connection, shop, uuid=event.entity_id, now=now)
    checkout = known.checkout
    await add_erasure_request(
        connection, shop, customer_id=checkout.customer_id, email=checkout.email, checkout_id=number, now=now
    )
    if event.slug == "deleted":
        return await delete_by_uuid(connection, shop, uuid=event.entity_id, now=now)
    return "noted"


def _claims(token: str, key: str | None) -> UntypedJson | None:
    """The claims of the token, or None if `key` does not verify it. Without a key, the signature is not checked."""
    options: Options = {
        "verify_aud": False,
        "verify_iss": False,
        "verify_iat": False,
        "verify_signature": key is not None,
    }
    try:
        claims: UntypedJson = jwt.decode(token, key or "", algorithms=["RS256"], options=options)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    return claims


def _envelope(claims: UntypedJson) -> UntypedJson:
    return _inner(claims.get("data"))


def _event(envelope: UntypedJson, token: str) -> Event:
    """Reads events of every kind, because Wix repeats refused events for two days.

    An event without an id is identified by the hash of its token.
    """
    try:
        inner = _inner(envelope.get("data"))
    except RefusedError:
        inner = {}
    kind, slug, number = envelope.get("eventType"), inner.get("slug"), inner.get("id")
    if inner.get("entityFqdn") in (ENTITY, CART) and isinstance(slug, str):
        kind = f"{inner['entityFqdn']}_{slug}"
    if not isinstance(number, str) or not number:
        number = sha256(token.encode()).hexdigest()
    happened: object = next((inner[key] for key in _HAPPENED if key in inner), None)
    return Event(
        number,
        kind[:_LONGEST_KIND] if isinstance(kind, str) and kind else "the event has no eventType",
        str(inner.get("entityId") or "").lower(),
        happened if isinstance(happened, dict) else {},
        inner.get("triggeredByAnonymizeRequest") is True,
    )


def _inner(text: object) -> UntypedJson:
    """The object in a string of JSON. Wix's events contain JSON as strings."""
    try:
        value = orjson.loads(text) if isinstance(text, str) else None
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise RefusedError(400, "The token does not contain an event.")
    return value


def _names(envelope: UntypedJson) -> tuple[str | None, str | None]:
    account = envelope.get("accountInfo")
    if isinstance(account, str):
        account = _inner(account)
    site = account.get("siteId") if isinstance(account, dict) else None
    instance = envelope.get("instanceId")
    return (site.lower() if isinstance(site, str) else None, instance if isinstance(instance, str) else None)


def _pem(key: str) -> str:
    try:
        return read_public_key(key)
    except PublicKeyError:
        # An older version of this program stored the key without checking it.
        raise RefusedError(
            401, "The site's public key is invalid. Store it again with `shop set wix_public_key`."
        ) from None
