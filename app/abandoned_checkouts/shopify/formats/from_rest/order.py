"""From a REST order, as the orders webhooks contain it, to an Order."""

from typing import Any

from abandoned_checkouts.checkouts.converters import (
    amount_or_zero,
    comma_separated,
    flag,
    int_or_none,
    int_or_zero,
    moment_or_none,
    upper_or_none,
)
from abandoned_checkouts.checkouts.json_shape import Converter
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.checkouts.order import Order
from abandoned_checkouts.checkouts.rejected import UNEXPECTED, json_object, rejection
from abandoned_checkouts.checkouts.value_checks import check_order
from abandoned_checkouts.shopify.formats.from_rest import shapes
from abandoned_checkouts.shopify.formats.from_rest.line_item import attributes_from_rest, set_amounts


def order_from_rest(source: object, *, zone: str = "UTC") -> Order:
    """The order of a decoded JSON object; times without an offset are in `zone`. Raises RejectedRecordError."""
    try:
        order = _order(json_object(source), zone)
        check_order(order)
        return order
    except UNEXPECTED as problem:
        raise rejection(problem, source, shapes.ORDER) from None


def _codes(source: list[UntypedJson] | None) -> list[UntypedJson]:
    return [
        {"code": str(item["code"]), "amount": amount_or_zero(item.get("amount")), "type": item.get("type") or ""}
        for item in source or ()
    ]


def _unchanged(value: Any) -> Any:
    return value


# Key of the order, which is also the field's name, and converter. The converter gets None if the key is missing.
_FIELDS: dict[str, Converter] = {
    "checkout_id": int_or_none,
    "checkout_token": _unchanged,
    "cart_token": _unchanged,
    "phone": _unchanged,
    "note": _unchanged,
    "source_name": _unchanged,
    "confirmation_number": _unchanged,
    "financial_status": upper_or_none,
    "fulfillment_status": lambda status: upper_or_none(status) or "UNFULFILLED",
    "taxes_included": flag,
    "test": flag,
    "tags": comma_separated,
    "discount_codes": _codes,
}
_AMOUNTS = ("subtotal_price", "total_discounts", "total_tax", "total_price")


def _order(source: UntypedJson, zone: str) -> Order:
    get = source.get
    number, created_at = int_or_zero(source["id"]), parse_moment(source["created_at"], zone)
    currency = source["currency"]
    order = Order(
        id=number,
        number=int_or_zero(get("order_number") or get("number")),
        name=get("name") or f"#{number}",
        created_at=created_at,
        updated_at=moment_or_none(get("updated_at"), zone) or created_at,
        processed_at=moment_or_none(get("processed_at"), zone) or created_at,
        cancelled_at=moment_or_none(get("cancelled_at"), zone),
        closed_at=moment_or_none(get("closed_at"), zone),
        currency=currency,
        presentment_currency=get("presentment_currency") or currency,
        customer_id=int_or_none((get("customer") or {}).get("id")),
        email=get("email") or get("contact_email"),
        custom_attributes=attributes_from_rest(get("note_attributes")),
        **{key: convert(get(key)) for key, convert in _FIELDS.items()},  # type: ignore[arg-type]
    )
    for name in _AMOUNTS:
        amount = amount_or_zero(get(name))
        amounts = set_amounts(get(f"{name}_set")) or (amount, amount)
        setattr(order, name, amounts[0])
        setattr(order, f"presentment_{name}", amounts[1])
    return order
