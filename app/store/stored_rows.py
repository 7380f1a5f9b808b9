"""The rows that a checkout is stored as, for those who hold a checkout and translate rows."""

from copy import deepcopy
from typing import Any

from app.checkouts.checkout import Checkout
from app.checkouts.shop import Shop
from app.store.save import _LINE_COLUMNS, _complete, _line_rows, _row
from app.store.save_customers import CUSTOMER

Row = dict[str, Any]


def stored_rows(shop: Shop, checkout: Checkout) -> tuple[Row, list[Row], Row | None]:
    """The checkout's row, its lines' in order, and its customer's."""
    whole = deepcopy(checkout)
    number = whole.id or 0
    _complete(shop, whole, None)
    row = _row(shop, whole, None, number)
    lines = [dict(zip(_LINE_COLUMNS, values, strict=True)) for values in _line_rows(shop, whole, number)]
    return row, lines, None if whole.customer is None else CUSTOMER.row(whole.customer)
