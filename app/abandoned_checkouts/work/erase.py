"""Erases a person and sends customers/redact to the apps that have a compliance URL."""

import orjson

from abandoned_checkouts.access.approvals import Protected, approvals_of
from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.moment import to_datetime
from abandoned_checkouts.checkouts.randomness import random_uuid
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.formats.webhooks.headers import headers
from abandoned_checkouts.shopify.language.versions import supported_versions
from abandoned_checkouts.store.engine.database import Connection
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.outbox.compliance import compliance_addresses, sealed_body
from abandoned_checkouts.store.outbox.deliveries import add_deliveries
from abandoned_checkouts.store.outbox.subscriptions import Subscription
from abandoned_checkouts.store.privacy.erase_person import ErasureResult, erase_person
from abandoned_checkouts.store.privacy.find_person import Person
from abandoned_checkouts.store.privacy.redactions import Redaction, redactions_of

# These deliveries have no stored event, because an event would contain the person's data.
_NO_EVENT = 0


async def erase_and_inform(connection: Connection, shop: Shop, person: Person, now: int) -> ErasureResult:
    """Erase the person in the caller's transaction, and queue customers/redact for each app with a compliance URL.

    If nothing was erased, nothing is sent.
    """
    redactions = await redactions_of(connection, shop, person)
    erased = await erase_person(connection, shop, person, now)
    if erased.has_changed:
        addresses = await compliance_addresses(connection, shop.id)
        rows = [_delivery(connection, shop, each, to, now) for each in redactions for to in addresses]
        await add_deliveries(connection, rows)
    return erased


def redaction_payload(shop: Shop, redaction: Redaction, app_settings: Json) -> Json:
    """The body of customers/redact (Shopify: privacy law compliance). An e-mail address or phone number that the app is
    not approved for is null, as in other payloads."""
    approvals = approvals_of(app_settings)
    return {
        "shop_id": shop.id,
        "shop_domain": shop.domain,
        "customer": {
            "id": redaction.customer_id,
            "email": redaction.email if approvals.has(Protected.EMAIL) else None,
            "phone": redaction.phone if approvals.has(Protected.PHONE) else None,
        },
        "orders_to_redact": list(redaction.orders),
    }


def _delivery(connection: Connection, shop: Shop, redaction: Redaction, to: Subscription, now: int) -> Row:
    body = orjson.dumps(redaction_payload(shop, redaction, to.app_settings)).decode()
    webhook_id = str(random_uuid())
    sent = headers(
        to.topic,
        domain=shop.domain,
        version=to.api_version or supported_versions(to_datetime(now)).latest.handle,
        webhook_id=webhook_id,
        event_id=str(random_uuid()),
        triggered_at=now,
        name=None,
    )
    return {
        "shop_id": shop.id,
        "event_id": _NO_EVENT,
        "dialect": to.dialect,
        "subscription_id": to.id,
        "owner_id": to.owner_id,
        # A buyer without a customer id is identified by the webhook id, because the subject must not have personal
        # data.
        "subject": f"customer/{redaction.customer_id or webhook_id}",
        "topic": to.topic,
        "webhook_id": webhook_id,
        "address": to.address,
        "headers": orjson.dumps(sent).decode(),
        "body": sealed_body(connection, body),
        "body_hash": "",
        "created_at": now,
    }
