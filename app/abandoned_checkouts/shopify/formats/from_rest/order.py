"""A REST order, as the orders webhooks hold it, becomes an Order."""

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import Attribute
from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.checkouts.money import parse_amount
from abandoned_checkouts.checkouts.order import Order
from abandoned_checkouts.checkouts.rejected import UNEXPECTED, RejectedRecordError, rejection
from abandoned_checkouts.checkouts.value_checks import check_order, flag
from abandoned_checkouts.shopify.formats.from_rest.line_item import attributes_from_rest, set_amounts

_AMOUNTS = ("subtotal_price", "total_discounts", "total_tax", "total_price")


def order_from_rest(source: object, *, zone: str = "UTC") -> Order:
    """The order of a decoded JSON object; times without an offset are in `zone`. Raises RejectedRecordError."""
    if type(source) is not dict:
        raise RejectedRecordError("an order is a JSON object")
    try:
        order = _read(source, zone)
        check_order(order)
        return order
    except UNEXPECTED as problem:
        raise rejection(problem, "Shopify's orders have", missing="the order has no {}") from None


def _read(source: UntypedJson, zone: str) -> Order:
    get = source.get
    number, created = int(source["id"]), parse_moment(source["created_at"], zone)
    currency = source["currency"]
    customer = get("customer") or {}
    tags = get("tags") or ""
    attributes: list[Attribute] = attributes_from_rest(get("note_attributes"))
    order = Order(
        id=number,
        number=int(get("order_number") or get("number") or 0),
        name=get("name") or f"#{number}",
        created_at=created,
        updated_at=_moment(get("updated_at"), zone) or created,
        processed_at=_moment(get("processed_at"), zone) or created,
        cancelled_at=_moment(get("cancelled_at"), zone),
        closed_at=_moment(get("closed_at"), zone),
        currency=currency,
        presentment_currency=get("presentment_currency") or currency,
        checkout_id=_number(get("checkout_id")),
        checkout_token=get("checkout_token"),
        cart_token=get("cart_token"),
        customer_id=_number(customer.get("id")),
        email=get("email") or get("contact_email"),
        phone=get("phone"),
        note=get("note"),
        source_name=get("source_name"),
        confirmation_number=get("confirmation_number"),
        financial_status=_upper(get("financial_status")),
        fulfillment_status=_upper(get("fulfillment_status")) or "UNFULFILLED",
        taxes_included=flag(get("taxes_included")),
        test=flag(get("test")),
        tags=[tag.strip() for tag in tags.split(",") if tag.strip()],
        custom_attributes=attributes,
        discount_codes=[
            {"code": str(item["code"]), "amount": parse_amount(item.get("amount") or 0), "type": item.get("type") or ""}
            for item in get("discount_codes") or ()
        ],
    )
    for name in _AMOUNTS:
        amount = parse_amount(get(name) or 0)
        both = set_amounts(get(f"{name}_set")) or (amount, amount)
        setattr(order, name, both[0])
        setattr(order, f"presentment_{name}", both[1])
    return order


def _moment(text: str | None, zone: str) -> int | None:
    return parse_moment(text, zone) if text else None


def _number(value: str | int | None) -> int | None:
    return None if value is None else int(value)


def _upper(text: str | None) -> str | None:
    return text.upper() if text else None
