"""An import of an export restores the same store, and CSV files contain no formulas."""

import csv
import io
import re
from pathlib import Path

import orjson

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.demo.demo_token import DOMAIN
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.exporting.checkouts import export_checkouts
from abandoned_checkouts.exporting.spreadsheet import HEADER
from abandoned_checkouts.intake.import_file import import_file
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.tenants.shops import find_shop
from tests.databases import Databases
from tests.intake.samples import node, rest_checkout, wix_checkout
from tests.intake.stored import content

NOW = 1_790_000_000_000_000
ADDRESS = "https://checkouts.example"


async def test_an_import_of_an_export_restores_the_store(store: Database, databases: Databases, tmp_path: Path) -> None:
    """With the demo shop and checkouts from REST, GraphQL and Wix."""
    await fill(store, checkouts=150, seed=5, now=NOW)
    source = tmp_path / "source.jsonl"
    records = [rest_checkout(1), rest_checkout(2, presentment_currency="EUR", odd_key=[1]), node(4), wix_checkout()]
    source.write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in records))
    done = await import_file(store, DOMAIN, source, now=NOW)
    assert done.changes["created"] == 4 and not done.rejected
    async with store.read() as connection:
        shop = await find_shop(connection, DOMAIN)
    assert shop is not None
    exported = tmp_path / "exported.jsonl"
    with exported.open("wb") as file:
        assert await export_checkouts(store, shop, file, "jsonl", address=ADDRESS) == 154
    other = await open_database(databases.new("sqlite"))
    try:
        done = await import_file(other, DOMAIN, exported, now=NOW)
        assert (done.changes["created"], done.rejected) == (154, 0)
        before, after = await content(store, DOMAIN), await content(other, DOMAIN)
    finally:
        await other.close()
    assert list(after) == list(before)
    for number, checkout in before.items():
        differing = {name: (value, after[number][name]) for name, value in checkout.items()}
        differing = {name: pair for name, pair in differing.items() if pair[0] != pair[1]}
        assert not differing, (number, differing)


async def test_csv_has_a_row_for_each_line_and_no_formulas(store: Database, shop: Shop) -> None:
    plain = rest_checkout(1, note='=HYPERLINK("http://bad.example")', line_items=[*rest_checkout()["line_items"] * 2])
    bare = rest_checkout(2, line_items=[], abandoned_checkout_url=None)
    async with store.begin() as connection:
        await save_checkouts(connection, shop, [checkout_from_rest(plain), checkout_from_rest(bare)])
    file = io.BytesIO()
    assert await export_checkouts(store, shop, file, "csv", address=ADDRESS) == 2
    header, *rows = csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline=""))
    assert file.getvalue().startswith(b"\xef\xbb\xbf") and header == HEADER
    cells = [dict(zip(header, row, strict=True)) for row in rows]
    assert [cell["Name"] for cell in cells] == ["#1", "#1", "#2"]
    first = cells[0]
    assert (first["Total"], first["Discount Code"], first["Lineitem name"]) == ("379.69", "TENOFF", "Oak Lamp - Red")
    assert first["Created at"] == "2026-10-12T07:05:27-04:00"
    assert first["Notes"].startswith("'=") and first["Phone"] == ""
    assert (cells[1]["Total"], cells[1]["Lineitem quantity"]) == ("", "2")
    assert first["Recovery Link"] == plain["abandoned_checkout_url"]
    link = rf"{ADDRESS}/{shop.id}/checkouts/ac/\w+/recover\?key=[0-9a-f]{{32}}.*"
    assert re.fullmatch(link, cells[2]["Recovery Link"])
