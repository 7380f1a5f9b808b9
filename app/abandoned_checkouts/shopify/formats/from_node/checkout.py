"""From an AbandonedCheckout of a GraphQL response to a Checkout, with `present_fields` for the fields it selects."""

from typing import Any

from abandoned_checkouts.checkouts.checkout import Checkout, DiscountCode
from abandoned_checkouts.checkouts.converters import flag, float_or_none, text_or_none
from abandoned_checkouts.checkouts.json_shape import Converter
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import LineItem, TaxLine
from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.checkouts.rejected import UNEXPECTED, RejectedRecordError, rejection
from abandoned_checkouts.checkouts.value_checks import check_checkout
from abandoned_checkouts.shopify.formats.from_node import shapes
from abandoned_checkouts.shopify.formats.from_node.customer import (
    address_from_node,
    contact_from_node,
    customer_from_node,
)
from abandoned_checkouts.shopify.formats.from_node.discounts import Discounts
from abandoned_checkouts.shopify.formats.from_node.line_item import line_item_from_node
from abandoned_checkouts.shopify.formats.from_node.values import Bag, attributes_from_node, id_of, money_bag, nodes
from abandoned_checkouts.shopify.values.gid import parse_gid


def checkout_from_node(source: UntypedJson, *, currency: str | None = None) -> Checkout:
    """The checkout of a decoded AbandonedCheckout object. Raises RejectedRecordError.

    `currency` is the shop's, for a node without a currency.
    """
    try:
        checkout = _checkout(source, currency)
        check_checkout(checkout)
        return checkout
    except UNEXPECTED as problem:
        raise rejection(problem, source, shapes.CHECKOUT) from None


def _tax_lines(source: list[UntypedJson] | None) -> list[TaxLine]:
    return [_tax_line(item) for item in source or ()]


def _tax_line(source: UntypedJson) -> TaxLine:
    bag = money_bag(source.get("priceSet") or {"shopMoney": {"amount": source.get("price") or 0}})
    rate, percentage = source.get("rate"), source.get("ratePercentage")
    if rate is None and percentage is not None:
        rate = percentage / 100
    return {
        "title": source.get("title") or "",
        "rate": float_or_none(rate),
        "amount": bag.amount,
        "presentment_amount": bag.presentment_amount,
        "source": source.get("source"),
        "channel_liable": source.get("channelLiable"),
    }


# Key of the node → field and converter, for keys that were selected. They can be null.
_FIELDS: dict[str, tuple[str, Converter]] = {
    "name": ("name", text_or_none),
    "abandonedCheckoutUrl": ("abandoned_checkout_url", text_or_none),
    "note": ("note", lambda note: note or ""),
    "billingAddress": ("billing_address", address_from_node),
    "shippingAddress": ("shipping_address", address_from_node),
    "taxesIncluded": ("taxes_included", flag),
    "customAttributes": ("custom_attributes", attributes_from_node),
    "taxLines": ("tax_lines", _tax_lines),
}
# Key of the node → field. A null time is treated as not selected.
_MOMENTS = {"updatedAt": "updated_at", "completedAt": "completed_at"}
# Key of the node → field in the shop's currency.
_AMOUNTS = {
    "totalLineItemsPriceSet": "total_line_items_price",
    "totalDiscountSet": "total_discount",
    "subtotalPriceSet": "subtotal_price",
    "totalTaxSet": "total_tax",
    "totalDutiesSet": "total_duties",
    "totalPriceSet": "total_price",
}
_NULLABLE_AMOUNTS = frozenset(("total_tax", "total_duties"))
_KNOWN = frozenset(
    (
        *(*_FIELDS, *_MOMENTS, *_AMOUNTS),
        *("__typename", "id", "createdAt", "customer", "defaultCursor", "discountCodes", "lineItems"),
        "lineItemsQuantity",
    )
)


def _checkout(source: UntypedJson, currency: str | None) -> Checkout:
    number, created_at = _number(source), _created_at(source)
    bags = {name: money_bag(source[key]) for key, name in _AMOUNTS.items() if source.get(key)}
    currency, presentment_currency = _currencies(bags, currency)
    fields: dict[str, Any] = {
        "platform": "shopify",
        "id": number,
        "created_at": created_at,
        "updated_at": created_at,
        "currency": currency,
        "presentment_currency": presentment_currency,
    }
    for key, (name, convert) in _FIELDS.items():
        if key in source:
            fields[name] = convert(source[key])
    fields |= {name: parse_moment(source[key]) for key, name in _MOMENTS.items() if source.get(key)}
    fields |= _amounts(source, bags)
    fields |= _lines(source, currency)
    if "discountCodes" in source:
        fields["discount_codes"] = [_code(code, fields) for code in source["discountCodes"] or ()]
    fields |= _customer(source, created_at)
    unknown = {key: value for key, value in source.items() if key not in _KNOWN}
    if unknown:
        fields["extra"] = fields.get("extra", {}) | unknown
    return Checkout(**fields, present_fields=frozenset(fields))


def _number(source: UntypedJson) -> int:
    if "id" not in source:
        raise RejectedRecordError("the node has no id; select `id`")
    number = id_of(source["id"], "AbandonedCheckout")
    if number is None or source.get("__typename", "AbandonedCheckout") != "AbandonedCheckout":
        raise RejectedRecordError(f"{source['id']} is not an AbandonedCheckout")
    return number


def _created_at(source: UntypedJson) -> int:
    if not source.get("createdAt"):
        raise RejectedRecordError("the node has no createdAt; select `createdAt`")
    return parse_moment(source["createdAt"])


def _currencies(bags: dict[str, Bag], default: str | None) -> tuple[str, str]:
    """The shop's currency and the buyer's: those of the first amount that has one."""
    currency = next((bag.currency for bag in bags.values() if bag.currency), default)
    if currency is None:
        raise RejectedRecordError("the node has no currency; select `totalPriceSet { shopMoney { currencyCode } }`")
    return currency, next(
        (bag.presentment_currency for bag in bags.values() if bag.presentment_currency),
        currency,
    )


def _amounts(source: UntypedJson, bags: dict[str, Bag]) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for key, name in _AMOUNTS.items():
        if key in source:
            bag = bags.get(name)
            if bag is None and name not in _NULLABLE_AMOUNTS:
                raise RejectedRecordError(f"{key} is empty; it must be an amount of money")
            found[name] = None if bag is None else bag.amount
            found[f"presentment_{name}"] = None if bag is None else bag.presentment_amount
    return found


def _lines(source: UntypedJson, currency: str) -> dict[str, object]:
    if "lineItems" not in source:
        return {}
    items, discounts = nodes(source["lineItems"]), Discounts(currency)
    lines = [line_item_from_node(item, discounts) for item in items]
    positions = {line.key: place for place, line in enumerate(lines)}
    for line, item in zip(lines, items, strict=True):
        parent = (item.get("parentRelationship") or {}).get("parent") or {}
        if parent.get("id"):
            line.parent_position = positions.get(parse_gid(parent["id"]).key)
    return {"line_items": lines, "discount_applications": discounts.finish(lines)}


def _code(code: str, fields: dict[str, Any]) -> DiscountCode:
    """A discount code with the sum of its allocations, as far as those were selected."""
    for place, application in enumerate(fields.get("discount_applications", ())):
        if application.get("code") == code:
            lines: list[LineItem] = fields["line_items"]
            amount = sum(
                item["amount"] for line in lines for item in line.discount_allocations if item["application"] == place
            )
            on_shipping = application.get("target_type") == "SHIPPING_LINE"
            kind = "shipping" if on_shipping else application.get("value_type", "fixed_amount")
            return {"code": code, "amount": amount, "type": kind}
    return {"code": code, "amount": 0, "type": "fixed_amount"}


def _customer(source: UntypedJson, created_at: int) -> dict[str, object]:
    if "customer" not in source:
        return {}
    customer = source["customer"]
    if customer is None:
        return {"customer": None, "customer_id": None}
    if "id" not in customer:
        # Customers are identified by id. Without one, the checkout keeps the data.
        email, phone = contact_from_node(customer)
        return {"email": email, "phone": phone, "extra": {"customer": customer}}
    found = customer_from_node(customer, created_at)
    return {"customer": found, "customer_id": found.id}
