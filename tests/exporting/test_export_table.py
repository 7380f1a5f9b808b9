"""Tables have the rows of all records, exact amounts in both currencies, and the same values in every format."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest

from abandoned_checkouts.checkouts.mail_report import MailReport
from abandoned_checkouts.checkouts.moment import to_datetime
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.demo.demo_token import DOMAIN
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.exporting.export_table import export_table
from abandoned_checkouts.exporting.selecting import SelectionError, selection_of, table_named
from abandoned_checkouts.exporting.table_files import TableFormat
from abandoned_checkouts.exporting.tables import TABLES
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.load import load_after
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.flows.discount_codes import CodeRequest, issue_code
from abandoned_checkouts.store.flows.flow_facts import save_mail
from abandoned_checkouts.store.privacy.erase_person import erase_records
from abandoned_checkouts.store.privacy.find_person import find_person
from abandoned_checkouts.store.privacy.mail_bounces import take_report
from abandoned_checkouts.store.privacy.unsubscribed import recipient_key
from abandoned_checkouts.store.tenants.shops import find_shop
from tests.intake.samples import rest_checkout

NOW = 1_790_000_000_000_000


async def written(store: Database, shop: Shop, name: str, form: TableFormat = "jsonl", **options: Any) -> bytes:
    file = io.BytesIO()
    await export_table(store, shop, file, TABLES[name], form, **options)
    return file.getvalue()


async def rows(store: Database, shop: Shop, name: str, **options: Any) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in (await written(store, shop, name, **options)).splitlines()]


@pytest.fixture
async def demo(store: Database) -> Shop:
    await fill(store, checkouts=120, seed=5, now=NOW)
    async with store.read() as connection:
        shop = await find_shop(connection, DOMAIN)
    assert shop is not None
    return shop


async def test_a_table_has_the_rows_of_all_records(store: Database, demo: Shop) -> None:
    async with store.read() as connection:
        stored = await load_after(connection, demo, 0, 1000)
    found = {name: await rows(store, demo, name) for name in TABLES}
    assert [row["id"] for row in found["abandoned_checkout"]] == [each.id for each in stored]
    for name, place in (
        ("line_item", "line_items"),
        ("discount_code", "discount_codes"),
        ("shipping_line", "shipping_lines"),
        ("activity", "activities"),
    ):
        expected = [(each.id, number + 1) for each in stored for number in range(len(getattr(each, place)))]
        assert [(row["checkout_id"], row["position"]) for row in found[name]] == expected and expected
    for table in TABLES.values():
        keys = [tuple(row[key] for key in table.keys) for row in found[table.name]]
        assert len(set(keys)) == len(keys) and None not in {part for key in keys for part in key}
        assert all(list(row) == table.names for row in found[table.name])
    owners = {row["owner"] for row in found["address"]}
    assert owners == {"abandoned_checkout", "customer"}
    customers = {row["id"]: row for row in found["customer"]}
    with_customer = [row for row in found["abandoned_checkout"] if row["customer_id"]]
    assert with_customer and all(row["customer_id"] in customers for row in with_customer)
    # The same address has the same hash in both tables.
    same = [row for row in with_customer if row["email"] and row["email"] == customers[row["customer_id"]]["email"]]
    assert same and all(row["email_hash"] == customers[row["customer_id"]]["email_hash"] for row in same)


async def test_sums_of_a_parquet_file_are_those_of_the_store(store: Database, demo: Shop, tmp_path: Any) -> None:
    """DuckDB computes the sums from the files alone."""
    import duckdb

    for name in ("abandoned_checkout", "line_item"):
        (tmp_path / f"{name}.parquet").write_bytes(await written(store, demo, name, "parquet"))
    async with store.read() as connection:
        stored = await load_after(connection, demo, 0, 1000)
    checkouts, lines = (str(tmp_path / f"{name}.parquet") for name in ("abandoned_checkout", "line_item"))
    query = (
        "SELECT count(*), sum(total_price), sum(presentment_total_price), count(*) FILTER (recovered_at IS NOT NULL), "
        f"epoch_us(max(created_at)) FROM '{checkouts}'"
    )
    assert duckdb.sql(query).fetchall() == [
        (
            len(stored),
            Decimal(sum(each.total_price for each in stored)) / 10_000,
            Decimal(sum(each.presentment_total_price for each in stored)) / 10_000,
            sum(each.recovered_at is not None for each in stored),
            max(each.created_at for each in stored),
        )
    ]
    per_checkout = f"SELECT checkout_id, sum(discounted_total_price) FROM '{lines}' GROUP BY 1 ORDER BY 1"
    assert duckdb.sql(per_checkout).fetchall() == [
        (each.id, Decimal(sum(line.discounted_total_price for line in each.line_items)) / 10_000)
        for each in stored
        if each.line_items
    ]


async def test_each_format_has_the_same_values(store: Database, shop: Shop) -> None:
    import pyarrow.parquet

    checkout = checkout_from_rest(rest_checkout(1, note="=1+1"))
    checkout.presentment_currency, checkout.presentment_total_price = "EUR", 3_500_050
    async with store.begin() as connection:
        await save_checkouts(connection, shop, [checkout])
    (line,) = await rows(store, shop, "abandoned_checkout")
    assert line["total_price"] == 379.69 and line["created_at"] == "2026-10-12T11:05:27.000000Z"
    assert (line["currency"], line["presentment_currency"], line["completed_at"]) == ("USD", "EUR", None)
    assert line["presentment_total_price"] == 350.005
    header, cells = csv.reader(io.StringIO((await written(store, shop, "abandoned_checkout", "csv")).decode()))
    cell = dict(zip(header, cells, strict=True))
    assert (cell["total_price"], cell["created_at"], cell["completed_at"]) == ("379.69", line["created_at"], "")
    assert cell["note"] == "'=1+1" and cell["taxes_included"] == "false"
    table = pyarrow.parquet.read_table(io.BytesIO(await written(store, shop, "abandoned_checkout", "parquet")))
    assert table.column_names == TABLES["abandoned_checkout"].names
    (row,) = table.to_pylist()
    assert row["total_price"] == Decimal("379.6900") and row["note"] == "=1+1" and row["completed_at"] is None
    assert row["created_at"] == datetime(2026, 10, 12, 11, 5, 27, tzinfo=UTC)
    field = table.schema.field("total_price")
    assert str(field.type) == "decimal128(19, 4)" and b"shop's currency" in field.metadata[b"description"]


async def test_selections_hold_for_the_owners_of_rows(store: Database, demo: Shop) -> None:
    whole = await rows(store, demo, "abandoned_checkout")
    middle = sorted(row["created_at"] for row in whole)[60]
    later = {row["id"] for row in whole if row["created_at"] >= middle}
    selection = selection_of(demo, middle, None, None, now=NOW)
    assert {row["checkout_id"] for row in await rows(store, demo, "line_item", selection=selection)} == later
    people = await rows(store, demo, "customer", selection=selection)
    assert people == [row for row in await rows(store, demo, "customer") if row["created_at"] >= middle]
    searched = selection_of(demo, None, None, "recovery_state:recovered", now=NOW)
    recovered = {row["id"] for row in whole if row["recovered_at"]}
    assert {row["id"] for row in await rows(store, demo, "abandoned_checkout", selection=searched)} == recovered
    buyers = {row["customer_id"] for row in whole if row["recovered_at"]} - {None}
    assert {row["id"] for row in await rows(store, demo, "customer", selection=searched)} == buyers and buyers
    owners = {(row["owner"], row["owner_id"]) for row in await rows(store, demo, "address", selection=searched)}
    assert {number for owner, number in owners if owner == "customer"} <= buyers
    assert {number for owner, number in owners if owner == "abandoned_checkout"} <= recovered and owners
    deliveries = await rows(store, demo, "delivery")
    about = {row["subject"] for row in await rows(store, demo, "delivery", selection=searched)}
    assert about == {row["subject"] for row in deliveries} & {f"checkout/{number}" for number in recovered}
    both = selection_of(demo, middle, None, "recovery_state:recovered", now=NOW)
    assert await rows(store, demo, "customer", selection=both) == [row for row in people if row["id"] in buyers]


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(SelectionError, match=r"^--table: 'line_items' is not a table\. Did you mean 'line_item'\?$"):
        table_named("line_items")
    with pytest.raises(SelectionError, match=r"Use one of: abandoned_checkout, line_item"):
        table_named("zzz")


async def test_mails_codes_bounces_and_blocked_addresses(store: Database, shop: Shop) -> None:
    """They are exported in the time of the selection and for its checkouts, and an erasure empties or deletes them."""
    checkout = checkout_from_rest(rest_checkout(1))
    async with store.begin() as connection:
        await save_checkouts(connection, shop, [checkout])
        number, email = (await load_after(connection, shop, 0, 1))[0].id or 0, str(checkout.email)
        key = recipient_key(shop, email)
        texts = dict.fromkeys(("sender", "html", "plain"), "x")
        mail = {"id": "m1", "checkout_id": number, "flow_id": 7, "position": 1, "sent_at": NOW, "recipient_key": key}
        await save_mail(connection, shop, {**mail, "recipient": email, "subject": "Your cart", "locale": "en", **texts})
        request = CodeRequest("s1", 7, number, "person", {5}, 0, code="TEN")
        await issue_code(connection, shop, request, NOW)
        report = MailReport("e1", "hard_bounce", email, "550 unknown", NOW, "m1@shop")
        await take_report(connection, shop, "sendgrid", report, NOW)
    [mailed], [code] = await rows(store, shop, "sent_mail"), await rows(store, shop, "issued_code")
    [bounce], [blocked] = await rows(store, shop, "mail_bounce"), await rows(store, shop, "blocked_address")
    [buyer] = await rows(store, shop, "abandoned_checkout")
    assert (mailed["recipient"], mailed["subject"], mailed["email_hash"]) == (email, "Your cart", buyer["email_hash"])
    assert (code["code"], code["checkout_id"], code["issued_at"]) == ("TEN", number, mailed["sent_at"])
    assert mailed["address_key"] == bounce["address_key"] == blocked["address_key"] == key
    assert (bounce["mail_id"], bounce["kind"], blocked["reason"]) == ("m1", "hard_bounce", "550 unknown")
    later = selection_of(shop, to_datetime(NOW + 1).isoformat(), None, None, now=NOW)
    other = selection_of(shop, None, None, f"-id:{number}", now=NOW)
    same = selection_of(shop, None, None, f"id:{number}", now=NOW)
    for name in ("sent_mail", "issued_code", "mail_bounce", "blocked_address"):
        assert await rows(store, shop, name, selection=later) == await rows(store, shop, name, selection=other) == []
        assert len(await rows(store, shop, name, selection=same)) == 1
    async with store.begin() as connection:
        person = await find_person(connection, shop, email=email)
        await erase_records(connection, shop, person, NOW)
    [mailed], [blocked] = await rows(store, shop, "sent_mail"), await rows(store, shop, "blocked_address")
    assert (mailed["recipient"], mailed["subject"], mailed["email_hash"], blocked["reason"]) == ("", "", None, "")
    assert await rows(store, shop, "issued_code") == await rows(store, shop, "mail_bounce") == []
