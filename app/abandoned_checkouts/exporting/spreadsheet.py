"""Converts checkouts to rows of a CSV file, in the layout in which Shopify's admin exports orders.

Shopify does not document the columns of its export of abandoned checkouts, so this uses those of its export of orders.
The first row of a checkout has all its fields and its first line item. Each further line item has a row with the
checkout's name. Amounts are in the shop's currency, times in its time zone.
"""

import csv
import io
from collections.abc import Iterable

from abandoned_checkouts.checkouts.address import Address, full_name
from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.moment import format_local
from abandoned_checkouts.checkouts.money import format_price
from abandoned_checkouts.checkouts.spreadsheet_cells import guarded

_ADDRESS = (
    "Name",
    "Street",
    "Address1",
    "Address2",
    "Company",
    "City",
    "Zip",
    "Province",
    "Country",
    "Phone",
)
_OF_CHECKOUT = (
    "Name",
    "Id",
    "Email",
    "Accepts Marketing",
    "Currency",
    "Subtotal",
    "Shipping",
    "Taxes",
    "Duties",
    "Tip",
    "Total",
    "Discount Code",
    "Discount Amount",
    "Shipping Method",
    "Created at",
    "Updated at",
    "Recovered at",
    "Closed at",
    "Email State",
    "Phone",
    "Locale",
    "Notes",
    "Note Attributes",
    "Recovery Link",
    *(f"Billing {name}" for name in _ADDRESS),
    *(f"Shipping {name}" for name in _ADDRESS),
)
_OF_LINE = (
    "Lineitem quantity",
    "Lineitem name",
    "Lineitem price",
    "Lineitem discount",
    "Lineitem sku",
    "Vendor",
)
HEADER = [*_OF_CHECKOUT, *_OF_LINE]


def spreadsheet_rows(checkout: Checkout, zone: str, link: str) -> list[list[str]]:
    """The rows of one checkout, with the columns of HEADER. `link` is the checkout's recovery link."""
    lines = [_line(line) for line in checkout.line_items] or [[""] * len(_OF_LINE)]
    only_name = [checkout.name or "", *[""] * (len(_OF_CHECKOUT) - 1)]
    return [[*_checkout(checkout, zone, link), *lines[0]], *([*only_name, *line] for line in lines[1:])]


def csv_lines(rows: Iterable[list[str]]) -> bytes:
    """The rows as CSV in UTF-8. A cell that looks like a formula gets a leading apostrophe."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _checkout(checkout: Checkout, zone: str, link: str) -> list[str]:
    return [
        checkout.name or "",
        str(checkout.id),
        checkout.email or (checkout.customer.email if checkout.customer else None) or "",
        "yes" if checkout.buyer_accepts_marketing else "no",
        checkout.currency,
        format_price(checkout.subtotal_price),
        format_price(checkout.total_shipping),
        format_price(checkout.total_tax or 0),
        format_price(checkout.total_duties or 0),
        format_price(checkout.total_tip),
        format_price(checkout.total_price),
        ", ".join(code["code"] for code in checkout.discount_codes),
        format_price(checkout.total_discount),
        ", ".join(line.get("title") or "" for line in checkout.shipping_lines),
        _moment(checkout.created_at, zone),
        _moment(checkout.updated_at, zone),
        _moment(checkout.recovered_at, zone),
        _moment(checkout.closed_at, zone),
        checkout.email_state or "",
        checkout.phone or "",
        checkout.locale or "",
        checkout.note,
        "\n".join(f"{item['key']}: {item['value'] or ''}" for item in checkout.custom_attributes),
        link,
        *_address(checkout.billing_address),
        *_address(checkout.shipping_address),
    ]


def _address(address: Address | None) -> list[str]:
    if address is None:
        return [""] * len(_ADDRESS)
    street = ", ".join(part for part in (address.get("address1"), address.get("address2")) if part)
    cells = (
        full_name(address),
        street,
        address.get("address1"),
        address.get("address2"),
        address.get("company"),
        address.get("city"),
        address.get("zip"),
        address.get("province_code") or address.get("province"),
        address.get("country_code") or address.get("country"),
        address.get("phone"),
    )
    return [cell or "" for cell in cells]


def _line(line: LineItem) -> list[str]:
    name = " - ".join(part for part in (line.title, line.variant_title) if part)
    discount = line.original_total_price - line.discounted_total_price_with_code
    return [
        str(line.quantity),
        name,
        format_price(line.original_unit_price),
        format_price(discount),
        line.sku or "",
        line.vendor or "",
    ]


def _moment(moment: int | None, zone: str) -> str:
    return "" if moment is None else format_local(moment, zone)
