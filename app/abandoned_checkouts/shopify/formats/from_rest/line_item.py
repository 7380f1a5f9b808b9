"""From a line of a REST checkout to a LineItem, without its totals: those are computed later."""

from collections.abc import Callable

import orjson

from abandoned_checkouts.checkouts.converters import amount_or_zero, float_or_none, int_or_none, int_or_zero
from abandoned_checkouts.checkouts.identity import line_item_key
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import Attribute, DiscountAllocation, LineItem, TaxLine
from abandoned_checkouts.checkouts.money import parse_amount
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.shopify.formats import rest_keys
from abandoned_checkouts.shopify.formats.rest_object import AMOUNT_SET, PRICE_SET, RestKeys


def line_item_from_rest(
    source: UntypedJson, position: int, token: str, application: Callable[[UntypedJson], int]
) -> LineItem:
    """`position` is the line's index and `token` the checkout's token, which are part of the line's key.

    `application` returns the index of the checkout's discount that an allocation belongs to.
    """
    get = source.get
    quantity = quantity_of(source)
    if quantity < 0:
        raise RejectedRecordError(f"line_items[{position}].quantity is {quantity}; it must not be negative")
    price = amount_or_zero(get("price"))
    unit, presentment_unit = set_amounts(get(PRICE_SET)) or (price, price)
    key = get("key")
    return LineItem(
        key=line_item_key(token, position, key) if key and token else str(key or ""),
        quantity=quantity,
        title=get("title"),
        variant_title=get("variant_title"),
        sku=get("sku"),
        vendor=get("vendor"),
        product_id=int_or_none(get("product_id")),
        variant_id=int_or_none(get("variant_id")),
        original_unit_price=unit,
        presentment_original_unit_price=presentment_unit,
        custom_attributes=attributes_from_rest(get("properties")),
        discount_allocations=[
            allocation_from_rest(item, application(item)) for item in get("discount_allocations") or ()
        ],
        tax_lines=[
            tax_line_from_rest(item, rest_keys.LINE_TAX, place) for place, item in enumerate(get("tax_lines") or (), 1)
        ],
        extra=_extra(source, unit, quantity) or None,
    )


def quantity_of(source: UntypedJson) -> int:
    """Shopify always sends a quantity. A line of another source without one has one."""
    quantity = source.get("quantity")
    return 1 if quantity is None else int_or_zero(quantity)


def _extra(source: UntypedJson, unit: int, quantity: int) -> UntypedJson:
    """Keys without a field, and computed keys whose value differs from what to_rest computes."""
    get = source.get
    extra = rest_keys.LINE_ITEM.unmapped(source)
    title, variant_title = get("title"), get("variant_title")
    if get("presentment_title", title) != title:
        extra["presentment_title"] = source["presentment_title"]
    if get("presentment_variant_title", variant_title) != variant_title:
        extra["presentment_variant_title"] = source["presentment_variant_title"]
    variant_price = get("variant_price", get("price") or 0)
    # The same text as that of the price is not parsed again, unless the unit price is that of a price set.
    is_same = type(variant_price) is str and variant_price == get("price") and PRICE_SET not in source
    if not is_same and (variant_price is None or parse_amount(variant_price) != unit):
        extra["variant_price"] = variant_price
    if "line_price" in source:
        line_price = source["line_price"]
        if line_price is None or parse_amount(line_price) != unit * quantity:
            extra["line_price"] = line_price
    return extra


def attributes_from_rest(source: UntypedJson | list[UntypedJson] | None) -> list[Attribute]:
    """Names and values: a list of objects with both, or one object, as older versions of the API have it."""
    if not source:
        return []
    if isinstance(source, dict):
        return [{"key": str(name), "value": _text(value)} for name, value in source.items()]
    return [{"key": str(item["name"]), "value": _text(item.get("value"))} for item in source]


def tax_line_from_rest(source: UntypedJson, keys: RestKeys, position: int) -> TaxLine:
    """`keys` are those of a tax of a line, or of a checkout. `position` counts the taxes of a line from 1; it is 0 for
    the taxes of a checkout."""
    price, rate = amount_or_zero(source.get("price")), source.get("rate")
    amounts = set_amounts(source.get(PRICE_SET)) or (price, price)
    tax: TaxLine = {
        "title": source.get("title") or "",
        "rate": float_or_none(rate),
        "amount": amounts[0],
        "presentment_amount": amounts[1],
        "source": source.get("source") if "source" in keys else None,
        "channel_liable": source.get("channel_liable"),
    }
    extra = keys.unmapped(source)
    if position:
        for key, computed in (("position", position), ("compare_at", rate)):
            if key in source and source[key] != computed:
                extra[key] = source[key]
        key = "tax_calculation_price"
        if key in source and (source[key] is None or parse_amount(source[key]) != amounts[0]):
            extra[key] = source[key]
    if extra:
        tax["extra"] = extra
    return tax


def set_amounts(source: UntypedJson | None) -> tuple[int, int] | None:
    """The amounts of a `…_set` in the shop's and the buyer's currency, or None if it is missing."""
    if not source:
        return None
    return parse_amount(source["shop_money"]["amount"]), parse_amount(source["presentment_money"]["amount"])


def allocation_from_rest(source: UntypedJson, application: int) -> DiscountAllocation:
    amount = amount_or_zero(source.get("amount"))
    amounts = set_amounts(source.get(AMOUNT_SET)) or (amount, amount)
    allocation: DiscountAllocation = {
        "application": application,
        "amount": amounts[0],
        "presentment_amount": amounts[1],
    }
    extra = rest_keys.DISCOUNT_ALLOCATION.unmapped(source)
    if extra:
        allocation["extra"] = extra
    return allocation


def _text(value: object) -> str | None:
    """A value of an attribute: a text, or the JSON of another value."""
    if value is None or type(value) is str:
        return value
    return orjson.dumps(value).decode()
