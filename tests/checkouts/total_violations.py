"""Checks the amounts of a checkout against the rules of checkouts/totals."""

from collections.abc import Iterator

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.totals import CURRENCIES, charges


def violations(checkout: Checkout) -> Iterator[str]:
    """Every rule that the amounts violate, with the values of both sides."""
    for prefix in CURRENCIES:

        def amount(noun: Checkout | LineItem, name: str, prefix: str = prefix) -> int:
            return int(getattr(noun, prefix + name) or 0)

        for place, line in enumerate(checkout.line_items):
            original, discounted = amount(line, "original_total_price"), amount(line, "discounted_total_price")
            with_code = amount(line, "discounted_total_price_with_code")
            off = sum(item[f"{prefix}amount"] for item in line.discount_allocations)  # type: ignore[literal-required]
            yield from _unequal(
                f"line {place}: {prefix}original_total_price",
                original,
                line.quantity * amount(line, "original_unit_price"),
            )
            yield from _unequal(f"line {place}: {prefix}discounted_total_price_with_code", with_code, original - off)
            if not original >= discounted >= with_code >= 0:
                yield f"line {place}: {prefix}totals do not fall: {original}, {discounted}, {with_code}"
        lines = sum(amount(line, "original_total_price") for line in checkout.line_items)
        yield from _unequal(f"{prefix}total_line_items_price", amount(checkout, "total_line_items_price"), lines)
        subtotal = amount(checkout, "total_line_items_price") - amount(checkout, "total_discount")
        yield from _unequal(f"{prefix}subtotal_price", amount(checkout, "subtotal_price"), subtotal)
        total = amount(checkout, "subtotal_price") + charges(checkout, prefix)
        yield from _unequal(f"{prefix}total_price", amount(checkout, "total_price"), total)


def _unequal(name: str, found: int, expected: int) -> Iterator[str]:
    if found != expected:
        yield f"{name} is {found}, its parts make {expected}"
