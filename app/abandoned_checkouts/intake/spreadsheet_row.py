"""Reads the cells of a spreadsheet by our names for the columns.

Shopify does not document the columns in which its admin exports abandoned checkouts. Public programs that read such
files use the columns of Shopify's export of orders and some other names. This module reads both, and ignores other
columns.
"""

import re
from collections.abc import Mapping

from abandoned_checkouts.checkouts.moment import MomentError, parse_moment
from abandoned_checkouts.checkouts.money import AmountError, parse_amount
from abandoned_checkouts.checkouts.rejected import RejectedRecordError

ADDRESS_PARTS = {
    "address1": "address1",
    "address2": "address2",
    "company": "company",
    "city": "city",
    "zip": "zip",
    "phone": "phone",
}
# For each of our names, the columns that can have the value, in lower case. The first column with a value is used.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "checkout id"),
    "name": ("name",),
    "email": ("email",),
    "accepts_marketing": ("accepts marketing", "buyer accepts marketing"),
    "currency": ("currency",),
    "subtotal": ("subtotal", "subtotal price"),
    "shipping": ("shipping",),
    "taxes": ("taxes", "total tax"),
    "duties": ("duties",),
    "tip": ("tip",),
    "total": ("total", "total price"),
    "discount_code": ("discount code",),
    "discount_amount": ("discount amount", "total discounts"),
    "shipping_method": ("shipping method",),
    "created_at": ("created at",),
    "updated_at": ("updated at",),
    "recovered_at": ("recovered at",),
    "completed_at": ("completed at", "paid at"),
    "closed_at": ("closed at",),
    "email_state": ("email state", "email status"),
    "phone": ("phone",),
    "locale": ("locale",),
    "notes": ("notes", "note"),
    "attributes": ("note attributes",),
    "link": ("recovery link", "abandoned checkout url", "checkout url", "recovery url"),
    "quantity": ("lineitem quantity",),
    "title": ("lineitem name",),
    "price": ("lineitem price",),
    "discount": ("lineitem discount",),
    "sku": ("lineitem sku",),
    "vendor": ("vendor",),
}
# All columns that are read. The column "street" is known but not used: it repeats the two lines of an address.
COLUMNS = frozenset(name for names in _NAMES.values() for name in names) | {
    f"{kind} {part}"
    for kind in ("billing", "shipping")
    for part in (*ADDRESS_PARTS, "name", "street", "province", "country", "province name")
}
_COMMA = re.compile(r"-?\d+,\d{1,4}")
_OFFSET = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)|\s+(?=UTC$|Z$)")


class SpreadsheetRow:
    """One row. Values are read by our names; errors have the line and the name of the column."""

    def __init__(self, place: int, cells: dict[str, str]) -> None:
        self.place = place
        self.cells = cells

    def column(self, name: str) -> str:
        return next((column for column in _NAMES[name] if self.cells.get(column)), _NAMES[name][0])

    def text(self, name: str) -> str:
        return self.cells.get(self.column(name), "")

    def problem(self, name: str, expected: str) -> RejectedRecordError:
        column = self.column(name).capitalize()
        return RejectedRecordError(f"line {self.place}: {column} is {self.text(name)[:100]!r}; expected {expected}")

    def amount(self, name: str) -> int | None:
        """The amount in ten-thousandths. In some countries, spreadsheets write a comma before the cents."""
        text = self.text(name)
        if not text:
            return None
        try:
            return parse_amount(text.replace(",", ".") if _COMMA.fullmatch(text) else text)
        except AmountError:
            raise self.problem(name, "an amount like 19.90") from None

    def moment(self, name: str, zone: str) -> int | None:
        text = self.text(name)
        try:
            return parse_moment(_OFFSET.sub("", text).replace("UTC", "Z"), zone) if text else None
        except MomentError:
            raise self.problem(name, "a time like 2026-11-01 12:00:00 -0500") from None
