"""Converts a stored checkout to Wix's AbandonedCheckout. Unset fields are omitted.

    checkout_to_wix(row, site, lines=…, activities=…, customer=…) → {"id": …, "createdDate": …, …}

A row is a mapping of column names to values. Events contain a checkout instead of a row; work/wix_topics converts it
to a row first.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from abandoned_checkouts.access.approvals import ALL_APPROVALS, Approvals, Protected, without
from abandoned_checkouts.checkouts.buyer import contact_of
from abandoned_checkouts.checkouts.identity import derived_uuid
from abandoned_checkouts.checkouts.json_types import Json, UntypedJson
from abandoned_checkouts.checkouts.moment import format_milliseconds
from abandoned_checkouts.checkouts.shop import WIX, Shop
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.wix.to_wix.discount import discounts_to_wix
from abandoned_checkouts.wix.to_wix.line_item import line_item_to_wix
from abandoned_checkouts.wix.to_wix.price import price_to_wix

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
MOST_ACTIVITIES = 20
MOST_LINE_ITEMS = 300
# The columns to read of a checkout.
COLUMNS = (
    "id",
    "uuid",
    "abandoned_at",
    "platform",
    "updated_at",
    "recovered_at",
    "recovery_state",
    "checkout_uuid",
    "cart_uuid",
    "cart_token",
    "customer_id",
    "contact_id",
    "visitor_id",
    "member_id",
    "user_id",
    "contact_first_name",
    "contact_last_name",
    "email",
    "phone",
    "locale",
    "currency",
    "presentment_currency",
    "total_price",
    "presentment_total_price",
    "total_line_items_price",
    "presentment_total_line_items_price",
    "shipping_address",
    "billing_address",
    "discount_codes",
    "discount_applications",
    "extra",
)
# Fields with personal data, and the approval that each requires. Without it the field is omitted.
_BUYER_INFO = {"email": Protected.EMAIL, "contactId": Protected.CUSTOMER_DATA}
_CONTACT = {
    "firstName": Protected.NAME,
    "lastName": Protected.NAME,
    "phone": Protected.PHONE,
    "company": Protected.ADDRESS,
    "vatId": Protected.ADDRESS,
}
STATUSES = {"not_recovered": "ABANDONED", "recovered": "RECOVERED"}


@dataclass(frozen=True, slots=True)
class Site:
    """A shop as a Wix site. `address` is this server's URL as the caller sees it, without a trailing slash.

    `approvals` are those of the calling app. `shows_url` is whether it may see the recovery links of buyers.
    """

    shop: Shop
    address: str
    approvals: Approvals = ALL_APPROVALS
    shows_url: bool = True


def checkout_to_wix(
    row: Row,
    site: Site,
    *,
    lines: Sequence[Row] = (),
    activities: Sequence[Row] = (),
    customer: Row | None = None,
) -> Json:
    """The entity. `lines` are sorted by position and `activities` oldest first; the newest 20 are included."""
    extra: UntypedJson = orjson.loads(row["extra"]) if row["extra"] else {}
    domain = site.shop.domain
    locale = row["locale"]
    entity: Json = {
        "id": row["uuid"],
        "createdDate": format_milliseconds(row["abandoned_at"]),
        "updatedDate": format_milliseconds(row["updated_at"]),
    }
    checkout_id = _checkout_id(row, domain)
    if checkout_id is not None:
        entity["checkoutId"] = checkout_id
    cart_id = _cart_id(row, domain)
    if cart_id is not None:
        entity["cartId"] = cart_id
    entity["status"] = STATUSES[row["recovery_state"]]
    if locale:
        entity["buyerLanguage"] = locale.replace("_", "-")
    entity["buyerInfo"] = without(_buyer_info(row), _BUYER_INFO, site.approvals)
    contact = without(_contact_details(row, customer, extra), _CONTACT, site.approvals)
    if contact:
        entity["contactDetails"] = contact
    currency, conversion_currency = row["currency"], row["presentment_currency"]
    entity["currency"] = currency
    entity["conversionCurrency"] = conversion_currency
    currencies = (currency, conversion_currency, locale)
    entity["totalPrice"] = price_to_wix(row["total_price"], row["presentment_total_price"], *currencies)
    # Wix's subtotal is before discounts, unlike Shopify's.
    entity["subtotalPrice"] = price_to_wix(
        row["total_line_items_price"], row["presentment_total_line_items_price"], *currencies
    )
    entity["activities"] = [
        {"createdDate": format_milliseconds(step["created_at"]), "type": step["activity_type"]}
        for step in activities[-MOST_ACTIVITIES:]
    ]
    if row["recovered_at"] is not None:
        entity["checkoutRecoveredDate"] = format_milliseconds(row["recovered_at"])
    if site.shows_url:
        entity["checkoutUrl"] = checkout_url(row["uuid"], site)
    if lines:
        entity["lineItems"] = [line_item_to_wix(line, locale, domain, site.address) for line in lines[:MOST_LINE_ITEMS]]
    discounts = discounts_to_wix(row, lines, extra, domain, locale)
    if discounts:
        entity["appliedDiscounts"] = discounts
    return entity


def checkout_url(uuid: str, site: Site) -> str:
    """The link that leads the buyer back to the checkout. It needs no token."""
    return f"{site.address}/ecom/v1/abandoned-checkout/{uuid}/redirect-to-checkout?metasiteId={site.shop.uuid}"


def _checkout_id(row: Row, domain: str) -> str | None:
    """The checkout's GUID; none if a member of a Wix site left a cart without starting a checkout. Wix was recorded to
    send an empty text for it, too, which is returned as it was sent."""
    uuid: str | None = row["checkout_uuid"]
    if uuid is not None or row["platform"] == WIX:
        return uuid
    return derived_uuid(domain, "checkout", row["id"])


def _cart_id(row: Row, domain: str) -> str | None:
    if row["cart_uuid"] is not None:
        return str(row["cart_uuid"])
    token = row["cart_token"]
    if not token:
        return None
    # A storefront on Wix may send the GUID as the token.
    return str(token).lower() if _GUID.fullmatch(token) else derived_uuid(domain, "cart", token)


def _buyer_info(row: Row) -> Json:
    info: Json = {}
    for column, name in (("user_id", "userId"), ("member_id", "memberId"), ("visitor_id", "visitorId")):
        if row[column]:
            info[name] = row[column]
            break
    if row["contact_id"]:
        info["contactId"] = row["contact_id"]
    if row["email"]:
        info["email"] = row["email"]
    return info


def _contact_details(row: Row, customer: Row | None, extra: UntypedJson) -> Json:
    shipping = orjson.loads(row["shipping_address"]) if row["shipping_address"] else None
    billing = orjson.loads(row["billing_address"]) if row["billing_address"] else None
    contact = contact_of(shipping, billing, customer, row["phone"])
    details: Json = {}
    # Filters compare these columns, so a filter by name finds the names that are shown.
    if row["contact_first_name"]:
        details["firstName"] = row["contact_first_name"]
    if row["contact_last_name"]:
        details["lastName"] = row["contact_last_name"]
    if contact.phone:
        details["phone"] = contact.phone
    if contact.company:
        details["company"] = contact.company
    vat_id = (extra.get("contactDetails") or {}).get("vatId") if extra else None
    if vat_id:
        details["vatId"] = vat_id
    return details
