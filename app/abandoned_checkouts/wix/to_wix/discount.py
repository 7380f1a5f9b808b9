"""The discounts of a checkout as Wix's AppliedDiscounts: coupons, rules and a merchant's own."""

from collections.abc import Iterator, Sequence

import orjson

from abandoned_checkouts.checkouts.identity import derived_uuid
from abandoned_checkouts.checkouts.json_types import Json, UntypedJson
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.wix.to_wix.line_item import line_item_id
from abandoned_checkouts.wix.to_wix.price import Price, price_to_wix

_MOST_DISCOUNTS = 100


def discounts_to_wix(
    row: Row, lines: Sequence[Row], extra: UntypedJson, domain: str, language: str | None
) -> list[Json]:
    """What Wix itself once sent is returned unchanged; `extra` is what the source sent beside the known fields."""
    if extra.get("appliedDiscounts"):
        return list(extra["appliedDiscounts"])
    if row["discount_applications"] == "[]" and row["discount_codes"] == "[]":
        return []
    applications = orjson.loads(row["discount_applications"])
    codes = {code["code"]: code for code in orjson.loads(row["discount_codes"])}
    made = {application.get("code") for application in applications if application.get("kind") == "code"}
    # A code that the buyer gave and that made no discount of its own still is a coupon.
    applications += [{"kind": "code", "code": code} for code in codes if code not in made]
    allocations = list(_allocations(lines, domain))
    found = []
    for place, application in enumerate(applications[:_MOST_DISCOUNTS]):
        mine = [item for item in allocations if item[0] == place]
        taken = sum(item[2] for item in mine)
        presentment = sum(item[3] for item in mine)
        if not mine and application.get("code") in codes:
            taken = presentment = codes[application["code"]]["amount"]
        amount = price_to_wix(taken, presentment, row["currency"], row["presentment_currency"], language)
        discount = _told_by_kind(application, amount, domain)
        discount["discountType"] = _discount_type(application)
        if discount["discountType"] == "SPECIFIC_ITEMS":
            discount["lineItemIds"] = list(dict.fromkeys(item[1] for item in mine))
        found.append(discount)
    return found


def _allocations(lines: Sequence[Row], domain: str) -> Iterator[tuple[int, str, int, int]]:
    """Which discount takes how much off which line."""
    for line in lines:
        if line["discount_allocations"] != "[]":
            for item in orjson.loads(line["discount_allocations"]):
                yield item["application"], line_item_id(line, domain), item["amount"], item["presentment_amount"]


def _told_by_kind(application: UntypedJson, amount: Price, domain: str) -> Json:
    kind = application.get("kind")
    title = application.get("title") or application.get("code") or "Discount"
    if kind == "code":
        code = application.get("code") or title
        return {"coupon": {"id": derived_uuid(domain, "coupon", code), "code": code, "name": title, "amount": amount}}
    if kind == "automatic":
        rule = derived_uuid(domain, "discount_rule", title)
        return {"discountRule": {"id": rule, "name": {"original": title}, "amount": amount}}
    merchant: Json = {"amount": amount}
    if application.get("value_type") == "percentage":
        merchant["percentage"] = application["value"]
    return {"merchantDiscount": merchant}


def _discount_type(application: UntypedJson) -> str:
    if application.get("target_type") == "SHIPPING_LINE":
        return "SHIPPING"
    return "GLOBAL" if application.get("target_selection", "ALL") == "ALL" else "SPECIFIC_ITEMS"
