"""The arithmetic of a checkout, exact and in both currencies (Shopify: the sample of its REST checkouts).

    line:      original total   = quantity × original unit price
               discounted total = original total − discounts other than codes
               … with code      = discounted total − codes
    checkout:  subtotal = total of the lines − total of the discounts on lines
               total    = subtotal + shipping + duties + tip (+ tax, unless prices include it)

`total_shipping` is the delivery price minus its discounts. Shopify does not publish this formula; the totals in its
sample match only this way.
"""

from collections.abc import Callable

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.line_item import LineItem

# Every amount has two fields: one in the shop's currency, and one with this prefix in the buyer's currency.
CURRENCIES = ("", "presentment_")


def unit_of(total: int, quantity: int) -> int:
    """A total divided by a quantity, rounded half up to a ten-thousandth."""
    return (2 * total + quantity) // (2 * quantity) if quantity else total


def price_line(line: LineItem, is_code: Callable[[int], bool]) -> None:
    """Set a line's totals from its unit prices, quantity and allocations.

    `is_code` returns whether the discount with that index on the checkout was applied by a code.
    """
    quantity = line.quantity
    off = presentment_off = by_code = presentment_by_code = 0
    for allocation in line.discount_allocations:
        if is_code(allocation["application"]):
            by_code += allocation["amount"]
            presentment_by_code += allocation["presentment_amount"]
        else:
            off += allocation["amount"]
            presentment_off += allocation["presentment_amount"]
    total = line.original_total_price = line.original_unit_price * quantity
    line.discounted_total_price = total - off
    line.discounted_total_price_with_code = total - off - by_code
    presentment = line.presentment_original_total_price = line.presentment_original_unit_price * quantity
    line.presentment_discounted_total_price = presentment - presentment_off
    line.presentment_discounted_total_price_with_code = presentment - presentment_off - presentment_by_code
    if not line.discount_allocations:
        unit, presentment_unit = line.original_unit_price, line.presentment_original_unit_price
        line.discounted_unit_price = line.discounted_unit_price_with_code = unit
        line.presentment_discounted_unit_price = presentment_unit
        line.presentment_discounted_unit_price_with_code = presentment_unit
        return
    line.discounted_unit_price = unit_of(line.discounted_total_price, quantity)
    line.discounted_unit_price_with_code = unit_of(line.discounted_total_price_with_code, quantity)
    line.presentment_discounted_unit_price = unit_of(line.presentment_discounted_total_price, quantity)
    line.presentment_discounted_unit_price_with_code = unit_of(
        line.presentment_discounted_total_price_with_code, quantity
    )


def price_lines(checkout: Checkout) -> None:
    """Set the totals of all lines from their unit prices and allocations."""
    kinds = [application.get("kind") == "code" for application in checkout.discount_applications]

    def is_code(index: int) -> bool:
        return index < len(kinds) and kinds[index]

    for line in checkout.line_items:
        price_line(line, is_code)


def price_checkout(checkout: Checkout) -> None:
    """Set a checkout's totals from its priced lines, tax, shipping, duties and tip."""
    for prefix in CURRENCIES:
        lines = [getattr(line, f"{prefix}original_total_price") for line in checkout.line_items]
        off = [
            allocation[f"{prefix}amount"]  # type: ignore[literal-required]
            for line in checkout.line_items
            for allocation in line.discount_allocations
        ]
        setattr(checkout, f"{prefix}total_line_items_price", sum(lines))
        setattr(checkout, f"{prefix}total_discount", sum(off))
        setattr(checkout, f"{prefix}subtotal_price", sum(lines) - sum(off))
        setattr(checkout, f"{prefix}total_price", sum(lines) - sum(off) + charges(checkout, prefix))


def charges(checkout: Checkout, prefix: str = "") -> int:
    """The amount added to the subtotal: shipping, duties, tip, and tax unless prices include it."""
    tax = 0 if checkout.taxes_included else getattr(checkout, f"{prefix}total_tax") or 0
    duties = getattr(checkout, f"{prefix}total_duties") or 0
    shipping: int = getattr(checkout, f"{prefix}total_shipping")
    tip: int = getattr(checkout, f"{prefix}total_tip")
    return shipping + tip + int(duties) + int(tax)
