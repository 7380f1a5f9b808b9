"""The checkouts of CSV files: values by column, the shop's zone and currency, problems with line and column."""

import io
from pathlib import Path

import pytest

from abandoned_checkouts.checkouts.moment import format_utc
from abandoned_checkouts.checkouts.rejected import RejectedRecordError
from abandoned_checkouts.demo.demo_token import DOMAIN
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.exporting.checkouts import export_checkouts
from abandoned_checkouts.exporting.spreadsheet import HEADER
from abandoned_checkouts.intake.import_file import import_file
from abandoned_checkouts.intake.import_result import Rejection
from abandoned_checkouts.intake.spreadsheet_checkout import checkout_from_spreadsheet
from abandoned_checkouts.intake.spreadsheet_records import SpreadsheetRecord
from abandoned_checkouts.intake.spreadsheet_row import COLUMNS
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.tenants.shops import create_shop, find_shop
from tests.databases import Databases

NOW = 1_790_000_000_000_000
ROW = {
    "name": "#450789469",
    "created at": "2026-11-01 12:00:00",
    "lineitem name": "Lamp",
    "lineitem quantity": "2",
    "lineitem price": "19.90",
}


def record(*rows: dict[str, str]) -> SpreadsheetRecord:
    return SpreadsheetRecord([(place, row) for place, row in enumerate(rows, 2)])


def test_the_fields_of_a_checkout() -> None:
    full = {
        "email": "bob@example.com",
        "currency": "usd",
        "accepts marketing": "yes",
        "subtotal": "34.80",
        "shipping": "5.00",
        "taxes": "2,10",
        "total": "41.90",
        "discount code": "TENOFF",
        "discount amount": "5.00",
        "shipping method": "Post",
        "abandoned checkout url": "https://acme.example/1",
        "note attributes": "gift: yes",
        "billing name": "Bob van Norman",
        "billing country": "US",
        "shipping province": "Kentucky",
    }
    found = checkout_from_spreadsheet(record(ROW | full, {"lineitem name": "Cup"}), "America/New_York", "EUR")
    assert (found.id, found.email, found.currency) == (450789469, "bob@example.com", "USD")
    assert format_utc(found.created_at) == format_utc(found.updated_at) == "2026-11-01T17:00:00Z"
    assert (found.total_price, found.total_shipping, found.total_tax) == (419_000, 50_000, 21_000)
    assert found.buyer_accepts_marketing and not found.taxes_included
    assert [(line.title, line.quantity, line.original_unit_price) for line in found.line_items] == [
        ("Lamp", 2, 199_000),
        ("Cup", 1, 0),
    ]
    assert found.billing_address is not None and found.shipping_address is not None
    assert (found.billing_address["first_name"], found.billing_address["last_name"]) == ("Bob van", "Norman")
    assert found.billing_address["country_code"] == "US" and found.shipping_address["province"] == "Kentucky"
    assert found.custom_attributes == [{"key": "gift", "value": "yes"}]


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-11-01 12:00:00 -0500", "2026-11-01T17:00:00Z"),
        ("2026-11-01 12:00:00 UTC", "2026-11-01T12:00:00Z"),
        ("2026-11-01T12:00:00+01:00", "2026-11-01T11:00:00Z"),
        ("2026-07-01 12:00:00", "2026-07-01T10:00:00Z"),
        ("2026-12-01 12:00", "2026-12-01T11:00:00Z"),
    ],
)
def test_times(written: str, utc: str) -> None:
    found = checkout_from_spreadsheet(record(ROW | {"created at": written}), "Europe/Berlin", "EUR")
    assert format_utc(found.created_at) == utc


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lineitem quantity": "1.5"}, "line 2: Lineitem quantity is '1.5'; expected a whole number"),
        ({"lineitem quantity": "-1"}, "line 2: Lineitem quantity is '-1'; expected a whole number"),
        ({"lineitem quantity": "true"}, "line 2: Lineitem quantity is 'true'; expected a whole number"),
        ({"lineitem price": "1,234.50"}, "line 2: Lineitem price is '1,234.50'; expected an amount like 19.90"),
        ({"total": "free"}, "line 2: Total is 'free'; expected an amount like 19.90"),
        (
            {"created at": "11/1/2026"},
            "line 2: Created at is '11/1/2026'; expected a time like 2026-11-01 12:00:00 -0500",
        ),
        ({"created at": ""}, "line 2: Created at is missing"),
        ({"id": "4.50789E+08"}, "line 2: Id is '4.50789E+08'; expected a whole number"),
        ({"accepts marketing": "maybe"}, "line 2: Accepts marketing is 'maybe'; expected yes or no"),
        ({"email state": "lost"}, "line 2: Email state is 'lost'; expected sent, not_sent, scheduled or suppressed"),
    ],
)
def test_problems_name_line_column_and_value(change: dict[str, str], message: str) -> None:
    with pytest.raises(RejectedRecordError) as raised:
        checkout_from_spreadsheet(record(ROW | change), "UTC", "EUR")
    assert str(raised.value).startswith(message)


def test_without_a_currency_there_must_be_a_shop() -> None:
    with pytest.raises(RejectedRecordError, match="Currency is missing; add the column, or create the shop"):
        checkout_from_spreadsheet(record(ROW), "UTC", None)


def test_every_column_of_our_export_is_read() -> None:
    assert {column.lower() for column in HEADER} <= COLUMNS


async def test_an_import_of_an_exported_csv_exports_the_same(
    store: Database, databases: Databases, tmp_path: Path
) -> None:
    await fill(store, checkouts=150, seed=5, now=NOW)
    async with store.read() as connection:
        shop = await find_shop(connection, DOMAIN)
    assert shop is not None
    before, after = io.BytesIO(), io.BytesIO()
    assert await export_checkouts(store, shop, before, "csv", address="https://a.example") == 150
    file = tmp_path / "exported.csv"
    file.write_bytes(before.getvalue())
    other = await open_database(databases.new("sqlite"))
    rejected: list[Rejection] = []
    try:
        async with other.begin() as connection:
            again = await create_shop(
                connection, DOMAIN, now=NOW, currency=shop.currency, timezone=shop.timezone, platform="shopify"
            )
        done = await import_file(other, DOMAIN, file, now=NOW, reject=rejected.append)
        assert not rejected and done.changes["created"] == 150
        assert await export_checkouts(other, again, after, "csv", address="https://a.example") == 150
    finally:
        await other.close()
    assert after.getvalue().splitlines() == before.getvalue().splitlines()
