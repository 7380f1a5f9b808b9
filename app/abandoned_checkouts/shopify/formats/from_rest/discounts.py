"""The discounts of a REST checkout: it names them on each allocation instead of once, so they are gathered here."""

from collections.abc import Callable

from abandoned_checkouts.checkouts.checkout import DiscountApplication, DiscountCode, DiscountKind
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.money import parse_amount

# What REST calls the kind of a discount on an allocation.
KINDS: dict[str, DiscountKind] = {
    "discount_code": "code",
    "automatic": "automatic",
    "manual": "manual",
    "script": "script",
}


def discounts_from_rest(
    source: UntypedJson, lines: list[UntypedJson], codes: list[DiscountCode], currency: str
) -> tuple[list[DiscountApplication], Callable[[UntypedJson], int]]:
    """The discounts in the order they are first met, and which of them an allocation belongs to."""
    groups: dict[tuple[str, str | None], list[UntypedJson]] = {}
    for line in lines:
        for item in line.get("discount_allocations") or ():
            groups.setdefault(_group(item), []).append(item)
    for code in codes:
        groups.setdefault(("discount_code", code["code"]), [])
    if not groups:
        return [], _none
    by_code = {code["code"]: code for code in codes}
    base = sum(parse_amount(line.get("price") or 0) * int(line.get("quantity") or 0) for line in lines)
    order = {group: place for place, group in enumerate(groups)}
    applications = [
        _application(kind, text, items, by_code.get(text or "") if kind == "discount_code" else None, base, currency)
        for (kind, text), items in groups.items()
    ]

    def index(item: UntypedJson) -> int:
        place = item.get("discount_application_index")
        return place if type(place) is int else order[_group(item)]

    return applications, index


def _none(_item: UntypedJson) -> int:
    return 0


def _group(item: UntypedJson) -> tuple[str, str | None]:
    return item.get("application_type") or "manual", item.get("description")


def _application(
    kind: str, text: str | None, items: list[UntypedJson], code: DiscountCode | None, base: int, currency: str
) -> DiscountApplication:
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
    taken = code["amount"] if code is not None else sum(parse_amount(item.get("amount") or 0) for item in items)
    if code is not None and code["type"] == "percentage" and base > 0:
        # REST tells how much a percentage took off, not the percentage: it is that share of all lines.
        application["value_type"] = "percentage"
        application["value"] = round(100 * taken / base, 2)
    elif code is not None and on_shipping and not taken:
        application["value_type"], application["value"] = "percentage", 100.0
    else:
        application["value_type"] = "fixed_amount"
        application["value"] = taken
        application["value_currency"] = currency
    return application
