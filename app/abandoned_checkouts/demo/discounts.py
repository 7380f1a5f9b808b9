"""The demo shop's discounts: by code, automatic, manual and by script, on products and on shipping."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from abandoned_checkouts.checkouts.checkout import Checkout, DiscountApplication
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.money import SCALE, UNIT, convert, decimals_of, split
from abandoned_checkouts.demo.data_files import table


@dataclass(frozen=True, slots=True)
class Deal:
    """`amount` is in per cent, or in ten-thousandths of a US dollar. `kinds` are the product types it applies to."""

    kind: Literal["code", "automatic", "manual", "script"]
    title: str
    value_type: Literal["percentage", "fixed_amount"]
    amount: int
    kinds: Sequence[str] = ()
    on_shipping: bool = False
    least_quantity: int = 0
    weight: int = 1


@cache
def _deals(kind: str) -> tuple[Deal, ...]:
    rows = (row for row in table("deals")["deal"] if row["kind"] == kind)
    return tuple(
        Deal(**{**row, "amount": row["amount"] * (UNIT if row["value_type"] == "fixed_amount" else 1)}) for row in rows
    )


def deals_for(chance: random.Random, lines: list[tuple[LineItem, str]]) -> list[Deal]:
    """The discounts of a checkout with these line items and product types. Most checkouts have no discount."""
    [automatic], [manual], [script], codes = (_deals(kind) for kind in ("automatic", "manual", "script", "code"))
    found = []
    if any(kind in automatic.kinds for _, kind in lines) and chance.random() < 0.35:
        found.append(automatic)
    if any(line.quantity >= script.least_quantity for line, _ in lines) and chance.random() < 0.6:
        found.append(script)
    if chance.random() < 0.02:
        found.append(manual)
    if chance.random() < 0.22:
        found.append(chance.choices(codes, [deal.weight for deal in codes])[0])
    return found


def apply(checkout: Checkout, deal: Deal, lines: list[tuple[LineItem, str]], rate: Decimal) -> None:
    """Adds a discount to a checkout: the application, its code, and the allocation to each line item."""
    place = len(checkout.discount_applications)
    fixed = deal.value_type == "fixed_amount"
    application: DiscountApplication = {
        "kind": deal.kind,
        "title": deal.title,
        "target_type": "SHIPPING_LINE" if deal.on_shipping else "LINE_ITEM",
        "target_selection": "ENTITLED" if deal.kinds else "EXPLICIT" if deal.kind == "script" else "ALL",
        "allocation_method": "EACH" if deal.kinds or deal.on_shipping else "ACROSS",
        "value_type": deal.value_type,
        "value": deal.amount,
    }
    if fixed:
        application["value_currency"] = checkout.currency
    if deal.kind == "code":
        application["code"] = deal.title
    if deal.kind == "manual":
        application["description"] = "Given by the shop."
    entitled = [
        line for line, kind in lines if (not deal.kinds or kind in deal.kinds) and line.quantity >= deal.least_quantity
    ]
    taken = 0
    if not deal.on_shipping and entitled:
        taken = _allocate(checkout, deal, place, entitled, rate)
    if deal.on_shipping or taken:
        checkout.discount_applications.append(application)
        if deal.kind == "code":
            kind = "shipping" if deal.on_shipping else deal.value_type
            checkout.discount_codes.append({"code": deal.title, "amount": taken, "type": kind})


def _allocate(checkout: Checkout, deal: Deal, place: int, lines: list[LineItem], rate: Decimal) -> int:
    currency, presentment_currency = checkout.currency, checkout.presentment_currency or checkout.currency
    left = [line.original_total_price - _taken(line, "amount") for line in lines]
    presentment_left = [line.presentment_original_total_price - _taken(line, "presentment_amount") for line in lines]
    if deal.value_type == "percentage":
        amount = share_of(sum(left), deal.amount, 100, currency)
        presentment = share_of(sum(presentment_left), deal.amount, 100, presentment_currency)
    else:
        amount = min(deal.amount, sum(left))
        presentment = min(convert(deal.amount, rate, presentment_currency), sum(presentment_left))
    parts = split(amount, left, currency)
    presentment_parts = split(presentment, presentment_left, presentment_currency)
    for line, part, presentment_part in zip(lines, parts, presentment_parts, strict=True):
        if part or presentment_part:
            line.discount_allocations.append(
                {"application": place, "amount": part, "presentment_amount": presentment_part}
            )
    return amount


def share_of(amount: int, numerator: int, denominator: int, currency: str) -> int:
    """A fraction of an amount, rounded half up to the smallest unit of the currency."""
    step = int(10 ** (SCALE - decimals_of(currency)))
    return int((2 * amount * numerator + denominator * step) // (2 * denominator * step) * step)


def _taken(line: LineItem, key: Literal["amount", "presentment_amount"]) -> int:
    return sum(allocation[key] for allocation in line.discount_allocations)
