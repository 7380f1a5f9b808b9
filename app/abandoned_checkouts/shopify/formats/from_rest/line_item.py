"""A line of a REST checkout becomes a LineItem, before its totals are counted."""

from collections.abc import Callable

import orjson

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import Attribute, DiscountAllocation, LineItem, TaxLine
from abandoned_checkouts.checkouts.money import parse_amount
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.shopify.formats import rest_keys


def line_item_from_rest(
    source: UntypedJson, position: int, token: str, application: Callable[[UntypedJson], int]
) -> LineItem:
    """`application` gives the index on the checkout of the discount that an allocation is part of."""
    get = source.get
    quantity = int(get("quantity") or 0)
    if quantity < 0:
        raise RejectedRecordError(f"line {position + 1} has the quantity {quantity}")
    price = get("price") or 0
    both = set_amounts(get(rest_keys.PRICE_SET))
    unit, presentment_unit = (parse_amount(price),) * 2 if both is None else both
    title, variant_title = get("title"), get("variant_title")
    extra = rest_keys.LINE_ITEM.remainder(source)
    if get("presentment_title", title) != title:
        extra = {**(extra or {}), "presentment_title": source["presentment_title"]}
    if get("presentment_variant_title", variant_title) != variant_title:
        extra = {**(extra or {}), "presentment_variant_title": source["presentment_variant_title"]}
    told = get("variant_price", price)
    if told is None or parse_amount(told) != unit:
        extra = {**(extra or {}), "variant_price": told}
    if "line_price" in source:
        told = source["line_price"]
        if told is None or parse_amount(told) != unit * quantity:
            extra = {**(extra or {}), "line_price": told}
    key, allocations, taxes = get("key"), get("discount_allocations"), get("tax_lines")
    return LineItem(
        key=f"{key}?checkout={token}&index={position}" if key and token else str(key or ""),
        quantity=quantity,
        title=title,
        variant_title=variant_title,
        sku=get("sku"),
        vendor=get("vendor"),
        product_id=_number(get("product_id")),
        variant_id=_number(get("variant_id")),
        original_unit_price=unit,
        presentment_original_unit_price=presentment_unit,
        custom_attributes=attributes_from_rest(get("properties")),
        discount_allocations=[_allocation(item, application(item)) for item in allocations or ()],
        tax_lines=[tax_line_from_rest(item, rest_keys.LINE_TAX, place) for place, item in enumerate(taxes or (), 1)],
        extra=extra,
    )


def attributes_from_rest(source: UntypedJson | list[UntypedJson] | None) -> list[Attribute]:
    """Names with values: a list of pairs, or one object, as older versions of the API gave them."""
    if not source:
        return []
    if isinstance(source, dict):
        return [{"key": str(name), "value": _text(value)} for name, value in source.items()]
    return [{"key": str(item["name"]), "value": _text(item.get("value"))} for item in source]


def tax_line_from_rest(source: UntypedJson, known: rest_keys.RestKeys, position: int) -> TaxLine:
    amount = presentment = parse_amount(source.get("price") or 0)
    both = set_amounts(source.get(rest_keys.PRICE_SET))
    if both is not None:
        amount, presentment = both
    rate = source.get("rate")
    tax: TaxLine = {
        "title": source.get("title") or "",
        "rate": None if rate is None else float(rate),
        "amount": amount,
        "presentment_amount": presentment,
        "source": source.get("source") if "source" in known else None,
        "channel_liable": source.get("channel_liable"),
    }
    extra = known.remainder(source)
    if position:
        for name, usual in (("position", position), ("compare_at", rate)):
            if name in source and source[name] != usual:
                extra = {**(extra or {}), name: source[name]}
        name = "tax_calculation_price"
        if name in source and (source[name] is None or parse_amount(source[name]) != amount):
            extra = {**(extra or {}), name: source[name]}
    if extra:
        tax["extra"] = extra
    return tax


def set_amounts(source: UntypedJson | None) -> tuple[int, int] | None:
    """Both amounts of a `…_set`, or None where there is none."""
    if not source:
        return None
    return parse_amount(source["shop_money"]["amount"]), parse_amount(source["presentment_money"]["amount"])


def _allocation(source: UntypedJson, application: int) -> DiscountAllocation:
    amount = presentment = parse_amount(source.get("amount") or 0)
    both = set_amounts(source.get(rest_keys.AMOUNT_SET))
    if both is not None:
        amount, presentment = both
    allocation: DiscountAllocation = {
        "application": application,
        "amount": amount,
        "presentment_amount": presentment,
    }
    extra = rest_keys.DISCOUNT_ALLOCATION.remainder(source)
    if extra:
        allocation["extra"] = extra
    return allocation


def _number(value: str | int | None) -> int | None:
    return None if value is None else int(value)


def _text(value: object) -> str | None:
    if value is None or type(value) is str:
        return value
    return orjson.dumps(value).decode()
