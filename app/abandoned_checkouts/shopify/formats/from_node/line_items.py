"""The lines of an AbandonedCheckout in a GraphQL answer, their money and their discounts."""

from dataclasses import dataclass

from abandoned_checkouts.checkouts.checkout import DiscountApplication, DiscountKind
from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.line_item import Component, DiscountAllocation, Image, LineItem
from abandoned_checkouts.checkouts.money import parse_amount
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.checkouts.totals import price_line
from abandoned_checkouts.shopify.values.gid import parse_gid

_KINDS: dict[str | None, DiscountKind] = {
    "DiscountCodeApplication": "code",
    "AutomaticDiscountApplication": "automatic",
    "ManualDiscountApplication": "manual",
    "ScriptDiscountApplication": "script",
}
_UNIT_AND_TOTALS = {
    "originalTotalPriceSet": "original_total_price",
    "discountedUnitPriceSet": "discounted_unit_price",
    "discountedTotalPriceSet": "discounted_total_price",
    "discountedUnitPriceWithCodeDiscount": "discounted_unit_price_with_code",
    "discountedTotalPriceWithCodeDiscount": "discounted_total_price_with_code",
}


@dataclass(frozen=True, slots=True)
class Bag:
    """An amount in both currencies; currencies are None where they were not selected."""

    amount: int
    presentment_amount: int
    currency: str | None
    presentment_currency: str | None


def money_bag(source: UntypedJson) -> Bag:
    """A MoneyBag of which one side may be missing: it is then the same as the other."""
    shop, presentment = source.get("shopMoney"), source.get("presentmentMoney")
    shop = shop or presentment or {}
    presentment = presentment or shop
    amount = parse_amount(shop.get("amount") or 0)
    return Bag(
        amount,
        parse_amount(presentment["amount"]) if "amount" in presentment else amount,
        shop.get("currencyCode"),
        presentment.get("currencyCode"),
    )


def nodes(source: UntypedJson | list[UntypedJson] | None) -> list[UntypedJson]:
    """The nodes of a connection, told by edges or nodes; of a plain list itself."""
    if not source:
        return []
    if isinstance(source, list):
        return source
    if source.get("nodes") is not None:
        return list(source["nodes"])
    return [edge["node"] for edge in source.get("edges") or []]


class Applications:
    """Gathers the discounts that the lines' allocations name, each once."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self._found: dict[object, tuple[int, DiscountApplication]] = {}

    def place(self, source: UntypedJson) -> int:
        """A provisional place of a discount; `finished` puts the definite ones."""
        identity = source.get("index")
        if identity is None:
            identity = (source.get("__typename"), source.get("code"), source.get("title"))
        if identity not in self._found:
            self._found[identity] = (len(self._found), self._read(source))
        return self._found[identity][0]

    def finished(self, lines: list[LineItem]) -> list[DiscountApplication]:
        """The discounts in the order of their index, with the allocations of the lines pointing at them."""
        indexes = list(self._found)
        numbers = [index for index in indexes if type(index) is int]
        ordered = sorted(numbers) if len(numbers) == len(indexes) else indexes
        places = {self._found[index][0]: place for place, index in enumerate(ordered)}
        for line in lines:
            for allocation in line.discount_allocations:
                allocation["application"] = places[allocation["application"]]
        return [self._found[index][1] for index in ordered]

    def is_code(self, place: int) -> bool:
        return any(found == place and item.get("kind") == "code" for found, item in self._found.values())

    def _read(self, source: UntypedJson) -> DiscountApplication:
        kind = _KINDS.get(source.get("__typename"), "code" if source.get("code") else "automatic")
        value = source.get("value") or {}
        application: DiscountApplication = {
            "kind": kind,
            "title": source.get("title") or source.get("code"),
            "target_type": source.get("targetType") or "LINE_ITEM",
            "target_selection": source.get("targetSelection") or "ALL",
            "allocation_method": source.get("allocationMethod") or "ACROSS",
        }
        if kind == "code":
            application["code"] = source.get("code")
        if source.get("description") is not None:
            application["description"] = source["description"]
        if "percentage" in value:
            application["value_type"], application["value"] = "percentage", float(value["percentage"])
        else:
            application["value_type"] = "fixed_amount"
            application["value"] = parse_amount(value.get("amount") or 0)
            application["value_currency"] = value.get("currencyCode") or self._currency
        return application


def line_item_from_node(source: UntypedJson, discounts: Applications) -> LineItem:
    """A line with the amounts that were selected; those that were not are counted from them."""
    get = source.get
    said = get("quantity")
    quantity = 1 if said is None else int(said)
    if quantity < 0:
        raise RejectedRecordError(f"a line has the quantity {quantity}")
    line = LineItem(
        key=parse_gid(source["id"]).key if get("id") else "",
        quantity=quantity,
        title=get("title"),
        variant_title=get("variantTitle"),
        sku=get("sku"),
        product_id=_id(get("product")),
        variant_id=_id(get("variant")),
        image=_image(get("image")),
        custom_attributes=[{"key": item["key"], "value": item.get("value")} for item in get("customAttributes") or []],
        components=[_component(item) for item in source["components"]] if get("components") else None,
        discount_allocations=[_allocation(item, discounts) for item in nodes(get("discountAllocations"))],
    )
    unit = get("originalUnitPriceSet")
    total = get("originalTotalPriceSet")
    if unit:
        bag = money_bag(unit)
        line.original_unit_price, line.presentment_original_unit_price = bag.amount, bag.presentment_amount
    elif total and quantity:
        bag = money_bag(total)
        line.original_unit_price = bag.amount // quantity
        line.presentment_original_unit_price = bag.presentment_amount // quantity
    price_line(line, discounts.is_code)
    for key, name in _UNIT_AND_TOTALS.items():
        if get(key):
            bag = money_bag(source[key])
            setattr(line, name, bag.amount)
            setattr(line, f"presentment_{name}", bag.presentment_amount)
    return line


def _allocation(source: UntypedJson, discounts: Applications) -> DiscountAllocation:
    bag = money_bag(source.get("allocatedAmountSet") or {"shopMoney": source.get("allocatedAmount") or {}})
    return {
        "application": discounts.place(source.get("discountApplication") or {}),
        "amount": bag.amount,
        "presentment_amount": bag.presentment_amount,
    }


def _image(source: UntypedJson | None) -> Image | None:
    if not source or not (source.get("url") or source.get("src")):
        return None
    image: Image = {"url": source.get("url") or source["src"]}
    if source.get("altText") is not None:
        image["alt_text"] = source["altText"]
    if source.get("width") is not None:
        image["width"] = source["width"]
    if source.get("height") is not None:
        image["height"] = source["height"]
    if source.get("id"):
        image["id"] = parse_gid(source["id"]).number
    return image


def _component(source: UntypedJson) -> Component:
    return {
        "id": str(source.get("id") or ""),
        "title": source.get("title") or "",
        "variant_title": source.get("variantTitle"),
        "quantity": int(source.get("quantity") or 0),
        "image": _image(source.get("image")),
    }


def _id(source: UntypedJson | None) -> int | None:
    return parse_gid(source["id"]).number if source and source.get("id") else None
