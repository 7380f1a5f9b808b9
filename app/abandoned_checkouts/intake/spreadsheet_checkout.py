"""Converts the rows of one checkout in a spreadsheet to a Checkout.

Shopify does not document the columns in which its admin exports abandoned checkouts. Public programs that read such
files use the columns of Shopify's export of orders and some other names. This module reads both, and ignores other
columns.
"""

import re
from collections.abc import Mapping
from typing import Any

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.moment import MomentError, parse_moment
from abandoned_checkouts.checkouts.money import AmountError, parse_amount
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.intake.spreadsheet_records import SpreadsheetRecord
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest

__all__ = ["COLUMNS", "checkout_from_spreadsheet"]

_ADDRESS = {
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
    for part in (*_ADDRESS, "name", "street", "province", "country", "province name")
}
_EMAIL_STATES = frozenset({"sent", "not_sent", "scheduled", "suppressed"})
_FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": False}
_COMMA = re.compile(r"-?\d+,\d{1,4}")
_OFFSET = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)|\s+(?=UTC$|Z$)")


def checkout_from_spreadsheet(record: SpreadsheetRecord, zone: str, currency: str | None) -> Checkout:
    """The checkout in the rows of a record. `zone` is for times without an offset, and `currency` is the shop's. Raises
    RejectedRecordError, whose message names the line and the column."""
    first = _Row(*record.rows[0])
    source = _checkout(first, zone, currency)
    source["line_items"] = [line for row in record.rows if (line := _line(_Row(*row), source)) is not None]
    return checkout_from_rest(source, zone=zone)


class _Row:
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


def _checkout(row: _Row, zone: str, currency: str | None) -> dict[str, Any]:
    currency = row.text("currency") or currency
    if currency is None:
        raise RejectedRecordError(
            f"line {row.place}: Currency is missing; add the column, or create the shop with a currency first"
        )
    flag = _FLAGS.get(row.text("accepts_marketing").lower())
    if flag is None:
        raise row.problem("accepts_marketing", "yes or no")
    created_at = row.moment("created_at", zone)
    if created_at is None:
        raise RejectedRecordError(f"line {row.place}: Created at is missing")
    moments = {name: row.moment(name, zone) for name in ("updated_at", "recovered_at", "completed_at", "closed_at")}
    email_state = row.text("email_state").lower().replace(" ", "_") or None
    if email_state is not None and email_state not in _EMAIL_STATES:
        raise row.problem("email_state", "sent, not_sent, scheduled or suppressed")
    shipping, tip = row.amount("shipping"), row.amount("tip") or 0
    more: dict[str, Any] = {
        "total_tip": tip,
        "presentment_total_tip": tip,
        "created_at": created_at,
        "updated_at": created_at,
    }
    more |= _given(moments)
    if shipping is not None:
        more |= {"total_shipping": shipping, "presentment_total_shipping": shipping}
    if moments["recovered_at"] is not None and moments["completed_at"] is None:
        more["completed_at"] = moments["recovered_at"]
    if email_state is not None:
        more["email_state"] = email_state
    method = row.text("shipping_method")
    return {
        "id": _number(row),
        "name": row.text("name") or None,
        "email": row.text("email") or None,
        "phone": row.text("phone") or None,
        "customer_locale": row.text("locale") or None,
        "buyer_accepts_marketing": flag,
        "currency": currency.upper(),
        "created_at": "2000-01-01T00:00:00Z",
        "note": row.text("notes"),
        "note_attributes": _attributes(row.text("attributes")),
        "abandoned_checkout_url": row.text("link") or None,
        "taxes_included": _is_tax_included(row, shipping or 0, tip),
        "discount_codes": _codes(row),
        "shipping_lines": [{"title": method, "code": method, "price": _money(shipping or 0)}] if method else [],
        "billing_address": _address(row, "billing"),
        "shipping_address": _address(row, "shipping"),
        **_given(
            {
                key: _money(amount)
                for key, name in (
                    ("subtotal_price", "subtotal"),
                    ("total_price", "total"),
                    ("total_tax", "taxes"),
                    ("total_duties", "duties"),
                    ("total_discounts", "discount_amount"),
                )
                if (amount := row.amount(name)) is not None
            }
        ),
        "more": more,
    }


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _money(amount: int) -> str:
    return f"{amount // 10_000}.{amount % 10_000:04d}" if amount >= 0 else f"-{_money(-amount)}"


def _number(row: _Row) -> int:
    """The id of the checkout. If there is no such column, it is taken from the name, which is "#" and the id."""
    text = row.text("id").lstrip("'") or row.text("name").lstrip("#")
    if not text.isascii() or not text.isdigit():
        raise row.problem("id", "a whole number (a spreadsheet program may have changed it; export the file again)")
    return int(text)


def _is_tax_included(row: _Row, shipping: int, tip: int) -> bool:
    """Whether prices include tax. There is no column for it; it follows from the total."""
    subtotal, total, taxes = row.amount("subtotal"), row.amount("total"), row.amount("taxes")
    if subtotal is None or total is None or not taxes:
        return False
    return total == subtotal + shipping + tip + (row.amount("duties") or 0)


def _attributes(text: str) -> list[dict[str, str]]:
    pairs = (line.partition(": ") for line in text.splitlines() if line.strip())
    return [{"name": name.removesuffix(":"), "value": value} for name, _, value in pairs]


def _codes(row: _Row) -> list[dict[str, str]]:
    """The discount codes. The file has only the amount of all codes together; the first code gets it."""
    names = [name.strip() for name in row.text("discount_code").split(",") if name.strip()]
    amounts = [row.amount("discount_amount") or 0, *[0] * len(names)]
    return [
        {"code": name, "amount": _money(amount), "type": "fixed_amount"}
        for name, amount in zip(names, amounts, strict=False)
    ]


def _address(row: _Row, kind: str) -> dict[str, str] | None:
    cells = {part: row.cells.get(f"{kind} {part}", "") for part in (*_ADDRESS, "name", "province", "country")}
    if not any(cells.values()):
        return None
    first, _, last = cells["name"].rpartition(" ")
    address = {key: cells[part] for part, key in _ADDRESS.items()} | {"first_name": first, "last_name": last}
    for part in ("province", "country"):
        is_code = cells[part].isupper() and len(cells[part]) <= 3
        address[f"{part}_code" if is_code else part] = cells[part]
    return {key: value for key, value in address.items() if value}


def _line(row: _Row, checkout: Mapping[str, Any]) -> dict[str, Any] | None:
    if not any(row.text(name) for name in ("title", "quantity", "price", "sku")):
        return None
    quantity = row.text("quantity") or "1"
    if not quantity.isascii() or not quantity.isdigit():
        raise row.problem("quantity", "a whole number")
    discount = row.amount("discount") or 0
    code = checkout["discount_codes"][0]["code"] if checkout["discount_codes"] else None
    allocation = {
        "amount": _money(discount),
        "application_type": "discount_code" if code else "manual",
        "description": code,
    }
    return {
        "title": row.text("title"),
        "quantity": int(quantity),
        "price": _money(row.amount("price") or 0),
        "sku": row.text("sku") or None,
        "vendor": row.text("vendor") or None,
        "discount_allocations": [allocation] if discount else [],
    }
