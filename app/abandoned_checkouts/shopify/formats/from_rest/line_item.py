"""From a line of a REST checkout to a LineItem. The totals of a line with discounts are computed later."""

from collections.abc import Callable

import orjson

from abandoned_checkouts.checkouts.constructor import constructor
from abandoned_checkouts.checkouts.converters import amount_or_zero, float_or_none, int_or_none, int_or_zero
from abandoned_checkouts.checkouts.identity import line_item_key
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import Attribute, DiscountAllocation, LineItem, TaxLine
from abandoned_checkouts.checkouts.money import parse_amount
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.shopify.formats import rest_keys
from abandoned_checkouts.shopify.formats.rest_object import AMOUNT_SET, PRICE_SET, RestKeys, values_of

_values = values_of(
    "key",
    "quantity",
    "title",
    "variant_title",
    "sku",
    "vendor",
    "price",
    "product_id",
    "variant_id",
    "properties",
    "discount_allocations",
    "tax_lines",
    "presentment_title",
    "presentment_variant_title",
    "variant_price",
    "line_price",
)
# With the totals of a line without discounts.
_new_line = constructor(
    LineItem,
    "key",
    "quantity",
    "title",
    "variant_title",
    "sku",
    "vendor",
    "product_id",
    "variant_id",
    "custom_attributes",
    "discount_allocations",
    "tax_lines",
    "extra",
    ("original_unit_price", "discounted_unit_price", "discounted_unit_price_with_code"),
    ("original_total_price", "discounted_total_price", "discounted_total_price_with_code"),
    (
        "presentment_original_unit_price",
        "presentment_discounted_unit_price",
        "presentment_discounted_unit_price_with_code",
    ),
    (
        "presentment_original_total_price",
        "presentment_discounted_total_price",
        "presentment_discounted_total_price_with_code",
    ),
)


def line_item_from_rest(
    source: UntypedJson, position: int, token: str, application: Callable[[UntypedJson], int]
) -> LineItem:
    """`position` is the line's index and `token` the checkout's token, which are part of the line's key.

    `application` returns the index of the checkout's discount that an allocation belongs to.
    """
    (
        key,
        quantity,
        title,
        variant_title,
        sku,
        vendor,
        price,
        product_id,
        variant_id,
        properties,
        allocations,
        taxes,
        presentment_title,
        presentment_variant_title,
        variant_price,
        line_price,
    ) = _values(source)
    if type(quantity) is not int:
        quantity = 1 if quantity is None else int_or_zero(quantity)
    if quantity < 0:
        raise RejectedRecordError(f"line_items[{position}].quantity is {quantity}; it must not be negative")
    unit = presentment_unit = parse_amount(price or 0)
    has_set = PRICE_SET in source
    if has_set:
        unit, presentment_unit = set_amounts(source[PRICE_SET]) or (unit, unit)
    key = line_item_key(token, position, key) if key and token else str(key or "")
    product_id, variant_id = int_or_none(product_id), int_or_none(variant_id)
    attributes = attributes_from_rest(properties) if properties else []
    if allocations:
        allocations = [allocation_from_rest(item, application(item)) for item in allocations]
    if taxes:
        taxes = [tax_line_from_rest(item, rest_keys.LINE_TAX, place) for place, item in enumerate(taxes, 1)]
    extra = rest_keys.LINE_ITEM.unmapped(source)
    # Computed keys whose value differs from what to_rest computes are kept, too.
    if presentment_title != title and "presentment_title" in source:
        extra["presentment_title"] = presentment_title
    if presentment_variant_title != variant_title and "presentment_variant_title" in source:
        extra["presentment_variant_title"] = presentment_variant_title
    if variant_price is None and "variant_price" not in source:
        variant_price = price or 0
    # The same text as that of the price is not parsed again, unless the unit price is that of a price set.
    is_same = type(variant_price) is str and variant_price == price and not has_set
    if not is_same and (variant_price is None or parse_amount(variant_price) != unit):
        extra["variant_price"] = variant_price
    total = unit * quantity
    if (line_price is None or parse_amount(line_price) != total) and "line_price" in source:
        extra["line_price"] = line_price
    return _new_line(
        key,
        quantity,
        title,
        variant_title,
        sku,
        vendor,
        product_id,
        variant_id,
        attributes,
        allocations or [],
        taxes or [],
        extra or None,
        unit,
        total,
        presentment_unit,
        presentment_unit * quantity,
    )


def quantity_of(source: UntypedJson) -> int:
    """Shopify always sends a quantity. A line of another source without one has one."""
    quantity = source.get("quantity")
    return 1 if quantity is None else int_or_zero(quantity)


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
