"""The payloads of webhooks, by topic and version, from the documents of events."""

import orjson

from abandoned_checkouts.checkouts.customer import Customer
from abandoned_checkouts.checkouts.json_types import Json
from abandoned_checkouts.checkouts.moment import format_local
from abandoned_checkouts.checkouts.money import format_price
from abandoned_checkouts.checkouts.recovery_link import link_of
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.checkouts.stored_document import read_checkout_document, read_customer_document
from abandoned_checkouts.shopify.formats.rest_keys import CUSTOMER_ADDRESS
from abandoned_checkouts.shopify.formats.to_rest.checkout import checkout_to_rest
from abandoned_checkouts.shopify.formats.to_rest.customer import address_to_rest, customer_to_rest

# From this version on, checkouts/create and checkouts/update have the token but not the id of a checkout (Shopify's
# changelog of 2026-03-06). checkouts/delete still has the id.
WITHOUT_CHECKOUT_ID = "2026-04"

_DELETED = (
    "id",
    "presentment_currency",
    "buyer_accepts_sms_marketing",
    "sms_marketing_phone",
    "total_discounts",
    "total_line_items_price",
    "total_price",
    "total_tax",
    "subtotal_price",
    "cart_token",
    "total_duties",
    "reservation_token",
)


def payload(topic: str, document: str, shop: Shop, version: str, address: str) -> Json:
    """The payload of a topic (a WebhookSubscriptionTopic) for the document of an event.

    `address` is this server's URL for recovery links, without a slash at its end.
    """
    if topic.startswith("CHECKOUTS_"):
        return _checkout(topic, document, shop, version, address)
    if topic.startswith("CUSTOMERS_"):
        return _customer(topic, read_customer_document(document), shop)
    # The documents of carts and bulk operations are payloads already.
    body: Json = orjson.loads(document)
    return body


def _checkout(topic: str, document: str, shop: Shop, version: str, address: str) -> Json:
    checkout = read_checkout_document(document)
    checkout.abandoned_checkout_url = link_of(shop, checkout, address)
    checkout.name = checkout.name or f"#{checkout.id}"
    whole = checkout_to_rest(checkout, zone=shop.timezone)
    if topic == "CHECKOUTS_DELETE":
        return {key: whole.get(key) for key in _DELETED}
    if version == "unstable" or version >= WITHOUT_CHECKOUT_ID:
        whole.pop("id", None)
    return whole


def _customer(topic: str, customer: Customer, shop: Shop) -> Json:
    zone = shop.timezone
    if topic == "CUSTOMERS_DELETE":
        gid = f"gid://shopify/Customer/{customer.id}"
        return {
            "id": customer.id,
            "phone": None,
            "addresses": [],
            "tax_exemptions": [],
            "admin_graphql_api_id": gid,
        }
    if topic == "CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE":
        return {
            "customer_id": customer.id,
            "email_address": customer.email,
            "email_marketing_consent": _email_consent(customer, zone),
        }
    if topic == "CUSTOMERS_MARKETING_CONSENT_UPDATE":
        return {"id": customer.id, "phone": customer.phone, "sms_marketing_consent": _sms_consent(customer, zone)}
    body = customer_to_rest(customer, zone)
    default = body.pop("default_address", None)
    body |= {
        "orders_count": customer.number_of_orders,
        "total_spent": format_price(customer.amount_spent),
        "last_order_id": customer.last_order_id,
        "tags": ", ".join(customer.tags),
        "addresses": [
            address_to_rest(address, CUSTOMER_ADDRESS, customer_id=customer.id) for address in customer.addresses
        ],
        "email_marketing_consent": _email_consent(customer, zone),
        "sms_marketing_consent": _sms_consent(customer, zone),
    }
    if default is not None:
        body["default_address"] = default
    return body


def _email_consent(customer: Customer, zone: str) -> Json:
    return {
        "state": customer.email_marketing_state.lower(),
        "opt_in_level": _lower(customer.email_marketing_opt_in_level),
        "consent_updated_at": _time(customer.email_marketing_updated_at, zone),
    }


def _sms_consent(customer: Customer, zone: str) -> Json | None:
    if customer.phone is None:
        return None
    return {
        "state": customer.sms_marketing_state.lower(),
        "opt_in_level": _lower(customer.sms_marketing_opt_in_level),
        "consent_updated_at": _time(customer.sms_marketing_updated_at, zone),
        "consent_collected_from": customer.sms_marketing_collected_from,
    }


def _lower(text: str | None) -> str | None:
    return text.lower() if text else None


def _time(moment: int | None, zone: str) -> str | None:
    return None if moment is None else format_local(moment, zone)
