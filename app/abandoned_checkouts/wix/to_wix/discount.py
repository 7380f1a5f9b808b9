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
    """The appliedDiscounts of a checkout. Discounts that Wix sent are returned unchanged from `extra`, the fields of
    the source that have no column."""
    if extra.get("appliedDiscounts"):
        return list(extra["appliedDiscounts"])
    if row["discount_applications"] == "[]" and row["discount_codes"] == "[]":
        return []
    applications = orjson.loads(row["discount_applications"])
    codes = {code["code"]: code for code in orjson.loads(row["discount_codes"])}
    with_application = {application.get("code") for application in applications if application.get("kind") == "code"}
    # A code without a discount application is a coupon too.
    applications += [{"kind": "code", "code": code} for code in codes if code not in with_application]
    allocations = list(_allocations(lines, domain))
    found = []
    for place, application in enumerate(applications[:_MOST_DISCOUNTS]):
        allocated = [item for item in allocations if item[0] == place]
        amount = sum(item[2] for item in allocated)
        presentment_amount = sum(item[3] for item in allocated)
        if not allocated and application.get("code") in codes:
            amount = presentment_amount = codes[application["code"]]["amount"]
        price = price_to_wix(amount, presentment_amount, row["currency"], row["presentment_currency"], language)
        discount = _source_of_discount(application, price, domain)
        discount["discountType"] = _discount_type(application)
        if discount["discountType"] == "SPECIFIC_ITEMS":
            discount["lineItemIds"] = list(dict.fromkeys(item[1] for item in allocated))
        found.append(discount)
    return found


def _allocations(lines: Sequence[Row], domain: str) -> Iterator[tuple[int, str, int, int]]:
    """(index of the discount, line item id, amount, amount in the buyer's currency) for each discounted line."""
    for line in lines:
        if line["discount_allocations"] != "[]":
            for item in orjson.loads(line["discount_allocations"]):
                yield item["application"], line_item_id(line, domain), item["amount"], item["presentment_amount"]


def _source_of_discount(application: UntypedJson, amount: Price, domain: str) -> Json:
    """The key and object of the discount's source: `coupon`, `discountRule` or `merchantDiscount`."""
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
