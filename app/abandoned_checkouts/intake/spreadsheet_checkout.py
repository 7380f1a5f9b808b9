"""Converts the rows of one checkout in a spreadsheet to a Checkout."""

from collections.abc import Mapping
from typing import Any

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.intake.spreadsheet_records import SpreadsheetRecord
from abandoned_checkouts.intake.spreadsheet_row import ADDRESS_PARTS, SpreadsheetRow
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest

_EMAIL_STATES = frozenset({"sent", "not_sent", "scheduled", "suppressed"})
_FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": False}


def checkout_from_spreadsheet(record: SpreadsheetRecord, zone: str, currency: str | None) -> Checkout:
    """The checkout in the rows of a record. `zone` is for times without an offset, and `currency` is the shop's. Raises
    RejectedRecordError, whose message names the line and the column."""
    first = SpreadsheetRow(*record.rows[0])
    source = _checkout(first, zone, currency)
    source["line_items"] = [line for row in record.rows if (line := _line(SpreadsheetRow(*row), source)) is not None]
    return checkout_from_rest(source, zone=zone)


def _checkout(row: SpreadsheetRow, zone: str, currency: str | None) -> dict[str, Any]:
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


def _number(row: SpreadsheetRow) -> int:
    """The id of the checkout. If there is no such column, it is taken from the name, which is "#" and the id."""
    text = row.text("id").lstrip("'") or row.text("name").lstrip("#")
    if not text.isascii() or not text.isdigit():
        raise row.problem("id", "a whole number (a spreadsheet program may have changed it; export the file again)")
    return int(text)


def _is_tax_included(row: SpreadsheetRow, shipping: int, tip: int) -> bool:
    """Whether prices include tax. There is no column for it; it follows from the total."""
    subtotal, total, taxes = row.amount("subtotal"), row.amount("total"), row.amount("taxes")
    if subtotal is None or total is None or not taxes:
        return False
    return total == subtotal + shipping + tip + (row.amount("duties") or 0)


def _attributes(text: str) -> list[dict[str, str]]:
    pairs = (line.partition(": ") for line in text.splitlines() if line.strip())
    return [{"name": name.removesuffix(":"), "value": value} for name, _, value in pairs]


def _codes(row: SpreadsheetRow) -> list[dict[str, str]]:
    """The discount codes. The file has only the amount of all codes together; the first code gets it."""
    names = [name.strip() for name in row.text("discount_code").split(",") if name.strip()]
    amounts = [row.amount("discount_amount") or 0, *[0] * len(names)]
    return [
        {"code": name, "amount": _money(amount), "type": "fixed_amount"}
        for name, amount in zip(names, amounts, strict=False)
    ]


def _address(row: SpreadsheetRow, kind: str) -> dict[str, str] | None:
    cells = {part: row.cells.get(f"{kind} {part}", "") for part in (*ADDRESS_PARTS, "name", "province", "country")}
    if not any(cells.values()):
        return None
    first, _, last = cells["name"].rpartition(" ")
    address = {key: cells[part] for part, key in ADDRESS_PARTS.items()} | {"first_name": first, "last_name": last}
    for part in ("province", "country"):
        is_code = cells[part].isupper() and len(cells[part]) <= 3
        address[f"{part}_code" if is_code else part] = cells[part]
    return {key: value for key, value in address.items() if value}


def _line(row: SpreadsheetRow, checkout: Mapping[str, Any]) -> dict[str, Any] | None:
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
