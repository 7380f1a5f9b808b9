"""From a line of an AbandonedCheckout to a LineItem."""

from typing import Any

from abandoned_checkouts.checkouts.converters import int_or_zero
from abandoned_checkouts.checkouts.json_shape import Converter
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import Component, DiscountAllocation, Image, LineItem
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.checkouts.totals import price_line
from abandoned_checkouts.shopify.formats.from_node.discounts import Discounts
from abandoned_checkouts.shopify.formats.from_node.values import attributes_from_node, money_bag, nodes
from abandoned_checkouts.shopify.values.gid import parse_gid


def _id_of_node(source: UntypedJson | None) -> int | None:
    return parse_gid(source["id"]).number if source and source.get("id") else None


def _image(source: UntypedJson | None) -> Image | None:
    if not source or not (source.get("url") or source.get("src")):
        return None
    image: Image = {"url": source.get("url") or source["src"]}
    if source.get("altText") is not None:
        image["alt_text"] = source["altText"]
    for name in ("width", "height"):
        if source.get(name) is not None:
            image[name] = source[name]
    if source.get("id"):
        image["id"] = parse_gid(source["id"]).number
    return image


def _components(source: list[UntypedJson] | None) -> list[Component] | None:
    return [_component(item) for item in source] if source else None


def _component(source: UntypedJson) -> Component:
    return {
        "id": str(source.get("id") or ""),
        "title": source.get("title") or "",
        "variant_title": source.get("variantTitle"),
        "quantity": int_or_zero(source.get("quantity")),
        "image": _image(source.get("image")),
    }


def _quantity(value: str | int | None) -> int:
    """1 if it was not selected."""
    quantity = 1 if value is None else int_or_zero(value)
    if quantity < 0:
        raise RejectedRecordError(f"the quantity of a line is {quantity}; it must not be negative")
    return quantity


def _unchanged(value: object) -> object:
    return value


# Key of the node → field and converter. The converter gets None if the key was not selected.
_FIELDS: dict[str, tuple[str, Converter]] = {
    "quantity": ("quantity", _quantity),
    "id": ("key", lambda gid: parse_gid(gid).key if gid else ""),
    "title": ("title", _unchanged),
    "variantTitle": ("variant_title", _unchanged),
    "sku": ("sku", _unchanged),
    "product": ("product_id", _id_of_node),
    "variant": ("variant_id", _id_of_node),
    "image": ("image", _image),
    "customAttributes": ("custom_attributes", attributes_from_node),
    "components": ("components", _components),
}
_TOTALS = {
    "originalTotalPriceSet": "original_total_price",
    "discountedUnitPriceSet": "discounted_unit_price",
    "discountedTotalPriceSet": "discounted_total_price",
    "discountedUnitPriceWithCodeDiscount": "discounted_unit_price_with_code",
    "discountedTotalPriceWithCodeDiscount": "discounted_total_price_with_code",
}


# Keys of the node that are read here, or that are derived from others.
_KNOWN = frozenset(
    (
        *_FIELDS,
        *_TOTALS,
        *("__typename", "discountAllocations", "originalUnitPriceSet", "parentRelationship"),
    )
)


def line_item_from_node(source: UntypedJson, discounts: Discounts) -> LineItem:
    """A line with the amounts that were selected. The others are computed from them."""
    get = source.get
    fields: dict[str, Any] = {name: convert(get(key)) for key, (name, convert) in _FIELDS.items()}
    line = LineItem(
        discount_allocations=[_allocation(item, discounts) for item in nodes(get("discountAllocations"))], **fields
    )
    line.extra = {key: value for key, value in source.items() if key not in _KNOWN} or None
    _set_unit_price(line, source)
    price_line(line, discounts.is_code)
    for key, name in _TOTALS.items():
        if get(key):
            bag = money_bag(source[key])
            setattr(line, name, bag.amount)
            setattr(line, f"presentment_{name}", bag.presentment_amount)
    return line


def _set_unit_price(line: LineItem, source: UntypedJson) -> None:
    unit, total = source.get("originalUnitPriceSet"), source.get("originalTotalPriceSet")
    if unit:
        bag, quantity = money_bag(unit), 1
    elif total and line.quantity:
        bag, quantity = money_bag(total), line.quantity
    else:
        return
    line.original_unit_price = bag.amount // quantity
    line.presentment_original_unit_price = bag.presentment_amount // quantity


def _allocation(source: UntypedJson, discounts: Discounts) -> DiscountAllocation:
    bag = money_bag(source.get("allocatedAmountSet") or {"shopMoney": source.get("allocatedAmount") or {}})
    return {
        "application": discounts.add(source.get("discountApplication") or {}),
        "amount": bag.amount,
        "presentment_amount": bag.presentment_amount,
    }
