"""Converts a checkout to the rows that the store would return for it, for code that works with rows."""

from copy import deepcopy

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.checkout_rows import (
    CHECKOUT_COLUMNS,
    LINE_COLUMNS,
    checkout_row,
    fill_in_missing,
    line_rows,
)
from abandoned_checkouts.store.checkouts.save_customers import CUSTOMER
from abandoned_checkouts.store.engine.rows import Row


def stored_rows(shop: Shop, checkout: Checkout) -> tuple[Row, list[Row], Row | None]:
    """The row of the checkout, the rows of its lines in order, and the row of its customer."""
    whole = deepcopy(checkout)
    number = whole.id or 0
    fill_in_missing(shop, whole, None)
    row = dict(zip(CHECKOUT_COLUMNS, checkout_row(shop, whole, None, number), strict=True))
    lines: list[Row] = [dict(zip(LINE_COLUMNS, values, strict=True)) for values in line_rows(shop, whole, number)]
    return row, lines, None if whole.customer is None else CUSTOMER.row(whole.customer)
