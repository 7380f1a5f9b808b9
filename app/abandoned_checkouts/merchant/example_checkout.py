"""A checkout for previews of mails: an example buyer and two products, in the shop's currency. Pure."""

from typing import Any

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.money import SCALE
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.merchant.words import Words, _

_UNIT = 10**SCALE
EMAIL = "ada@example.com"


def example_checkout(shop: Shop, words: Words, now: int) -> Checkout:
    """Names are in the language of `words`."""
    lines = [
        _line("example-1", words.text(_("Example product")), 2, 35 * _UNIT),
        _line("example-2", words.text(_("Another example product")), 1, 19 * _UNIT),
    ]
    total = sum(line.original_total_price for line in lines)
    return Checkout(
        platform="storefront",
        id=1,
        name="#1001",
        token="example",
        cart_token="example",
        created_at=now,
        updated_at=now,
        abandoned_at=now,
        currency=shop.currency,
        presentment_currency=shop.currency,
        email=EMAIL,
        shipping_address={"first_name": words.text(_("Ada")), "last_name": words.text(_("Example"))},
        line_items=lines,
        total_line_items_price=total,
        presentment_total_line_items_price=total,
        subtotal_price=total,
        presentment_subtotal_price=total,
        total_price=total,
        presentment_total_price=total,
    )


def _line(key: str, title: str, quantity: int, price: int) -> LineItem:
    total = quantity * price
    names = ("original", "discounted")
    prices: dict[str, Any] = {f"{start}{name}_unit_price": price for start in ("", "presentment_") for name in names}
    totals: dict[str, Any] = {f"{start}{name}_total_price": total for start in ("", "presentment_") for name in names}
    with_code: dict[str, Any] = {
        f"{start}discounted_{name}_price_with_code": value
        for start in ("", "presentment_")
        for name, value in (("unit", price), ("total", total))
    }
    return LineItem(key=key, quantity=quantity, title=title, **prices, **totals, **with_code)
