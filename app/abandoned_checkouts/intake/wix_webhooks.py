"""POST /intake/wix: a Wix site's events of abandoned checkouts, each one JWT as the whole body.

The key that verifies it is the site's setting `wix_public_key`, or the one given to the server.
"""

import base64
import binascii
from dataclasses import dataclass

import jwt
import orjson
from jwt.types import Options
from starlette.requests import Request
from starlette.responses import Response

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.http_kit.refusal import RefusedError
from abandoned_checkouts.http_kit.responses import json_response
from abandoned_checkouts.intake.endpoint import BODIES, Intake
from abandoned_checkouts.store.checkouts.take import delete_by_uuid, take_abandoned
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.outbox.inbound_deliveries import record_inbound_delivery, save_rejected
from abandoned_checkouts.store.tenants.shops import find_mirrored_site
from abandoned_checkouts.wix.event_tokens import ENTITY
from abandoned_checkouts.wix.from_wix.checkout import checkout_from_wix

_HAPPENED = ("createdEvent", "updatedEvent", "actionEvent", "deletedEvent")


@dataclass(frozen=True, slots=True)
class Event:
    """The event inside the token: `happened` is the part that holds what happened."""

    id: str
    slug: str
    entity_id: str
    happened: UntypedJson


async def receive(request: Request, intake: Intake) -> Response:
    """200 with `outcome` for every event that Wix signed; one that cannot be used is kept with its reason."""
    return json_response(await _receive(request, intake))


async def _receive(request: Request, intake: Intake) -> dict[str, str]:
    token, now = (await BODIES.read(request)).decode("utf-8", "replace").strip(), intake.clock()
    # Who it is from stands inside; it is believed after the signature has been verified with that site's key.
    claimed = _envelope(_decoded(token, None))
    async with intake.database.read() as connection:
        shop = await find_mirrored_site(connection, *_names(claimed))
    key = None if shop is None else shop.settings.get("wix_public_key") or intake.wix_public_key
    if shop is None or not key:
        raise RefusedError(401, "No public key is known for the site of this event.")
    event = _event(_envelope(_decoded(token, _pem(key))))
    topic = f"wix/{event.slug}"
    try:
        async with intake.database.begin() as connection:
            if not await record_inbound_delivery(connection, shop, f"wix/{event.id}", topic, now):
                return {"outcome": "repeated"}
            outcome = await _take(connection, shop, event, now)
    except RejectedRecordError as problem:
        async with intake.database.begin() as connection:
            await save_rejected(connection, shop, f"wix/{event.id}", topic, token, str(problem), now)
        return {"outcome": "rejected", "problem": str(problem)}
    intake.wake()
    return {"outcome": outcome}


async def _take(connection: Connection, shop: Shop, event: Event, now: int) -> str:
    if event.slug == "deleted":
        return await delete_by_uuid(connection, shop, uuid=event.entity_id, now=now)
    entity = event.happened.get("entity") or event.happened.get("currentEntity")
    if event.slug == "recovered":
        entity = (event.happened.get("body") or {}).get("abandonedCheckout")
    if not isinstance(entity, dict):
        raise RejectedRecordError("the event holds no checkout")
    checkout = checkout_from_wix(entity)
    if event.slug == "recovered" and checkout.recovered_at is None:
        checkout.recovered_at = checkout.completed_at = checkout.updated_at
    return await take_abandoned(connection, shop, checkout, now)


def _decoded(token: str, key: str | None) -> UntypedJson:
    options: Options = {
        "verify_aud": False,
        "verify_iss": False,
        "verify_iat": False,
        "verify_signature": key is not None,
    }
    try:
        return jwt.decode(token, key or "", algorithms=["RS256"], options=options)
    except (jwt.PyJWTError, ValueError, TypeError):
        raise RefusedError(401, "The body is not a token that the site's public key verifies.") from None


def _envelope(claims: UntypedJson) -> UntypedJson:
    return _inner(claims.get("data"))


def _event(envelope: UntypedJson) -> Event:
    inner = _inner(envelope.get("data"))
    slug, number = inner.get("slug"), inner.get("id")
    if inner.get("entityFqdn") != ENTITY or not isinstance(slug, str) or not isinstance(number, str):
        raise RefusedError(400, f"The event is not one of {ENTITY}.")
    happened: object = next((inner[key] for key in _HAPPENED if key in inner), None)
    return Event(number, slug, str(inner.get("entityId") or "").lower(), happened if isinstance(happened, dict) else {})


def _inner(text: object) -> UntypedJson:
    """Wix puts JSON inside JSON as texts."""
    try:
        value = orjson.loads(text) if isinstance(text, str) else None
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise RefusedError(400, "The token does not hold an event.")
    return value


def _names(envelope: UntypedJson) -> tuple[str | None, str | None]:
    account = envelope.get("accountInfo")
    if isinstance(account, str):
        account = _inner(account)
    site = account.get("siteId") if isinstance(account, dict) else None
    instance = envelope.get("instanceId")
    return (site.lower() if isinstance(site, str) else None, instance if isinstance(instance, str) else None)


def _pem(key: str) -> str:
    """Wix's dashboard shows the key as PEM or as base64 of it."""
    if "BEGIN" in key:
        return key
    try:
        return base64.b64decode(key, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return key
