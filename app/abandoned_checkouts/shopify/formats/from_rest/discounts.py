"""The discounts of a REST checkout. REST repeats a discount on each of its allocations; here each appears once."""

from collections.abc import Callable
from typing import TypeAlias

from abandoned_checkouts.checkouts.checkout import DiscountApplication, DiscountCode, DiscountKind
from abandoned_checkouts.checkouts.converters import amount_or_zero
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.shopify.formats.from_rest.line_item import quantity_of

# REST's `application_type` of an allocation → the kind of the discount.
KINDS: dict[str, DiscountKind] = {
    "discount_code": "code",
    "automatic": "automatic",
    "manual": "manual",
    "script": "script",
}
# The `application_type` and `description` that the allocations of one discount share.
_Identity = tuple[str, str | None]
# The discounts in order of first appearance, and a function from an allocation to the index of its discount.
Discounts: TypeAlias = tuple[list[DiscountApplication], Callable[[UntypedJson], int]]


def discounts_from_rest(lines: list[UntypedJson], codes: list[DiscountCode], currency: str) -> Discounts:
    allocations: dict[_Identity, list[UntypedJson]] = {}
    for line in lines:
        for item in line.get("discount_allocations") or ():
            allocations.setdefault(_identity(item), []).append(item)
    for code in codes:
        allocations.setdefault(("discount_code", code["code"]), [])
    if not allocations:
        return [], _first
    by_code = {code["code"]: code for code in codes}
    price = sum(amount_or_zero(line.get("price")) * quantity_of(line) for line in lines)
    places = {identity: place for place, identity in enumerate(allocations)}
    applications = [
        _application(kind, text, items, by_code.get(text or "") if kind == "discount_code" else None, price, currency)
        for (kind, text), items in allocations.items()
    ]

    def index(item: UntypedJson) -> int:
        place = item.get("discount_application_index")
        return place if type(place) is int else places[_identity(item)]

    return applications, index


def _first(_item: UntypedJson) -> int:
    return 0


def _identity(item: UntypedJson) -> _Identity:
    return item.get("application_type") or "manual", item.get("description")


def _application(
    kind: str, text: str | None, items: list[UntypedJson], code: DiscountCode | None, price: int, currency: str
) -> DiscountApplication:
    """`price` is that of all lines before discounts."""
    discount_class = next((item["discount_class"] for item in items if item.get("discount_class")), None)
    on_shipping = discount_class == "SHIPPING" or (code is not None and code["type"] == "shipping")
    on_products = discount_class == "PRODUCT"
    application: DiscountApplication = {
        "kind": KINDS.get(kind, "manual"),
        "title": text,
        "target_type": "SHIPPING_LINE" if on_shipping else "LINE_ITEM",
        "target_selection": "ENTITLED" if on_products else "ALL",
        "allocation_method": "EACH" if on_products or on_shipping else "ACROSS",
    }
    if kind == "discount_code":
        application["code"] = text
    amount = code["amount"] if code is not None else sum(amount_or_zero(item.get("amount")) for item in items)
    if code is not None and code["type"] == "percentage" and price > 0:
        # REST has the amount of a percentage, not the percentage.
        application["value_type"] = "percentage"
        application["value"] = round(100 * amount / price, 2)
    elif code is not None and on_shipping and not amount:
        application["value_type"], application["value"] = "percentage", 100.0
    else:
        application["value_type"] = "fixed_amount"
        application["value"] = amount
        application["value_currency"] = currency
    return application
