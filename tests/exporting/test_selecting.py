"""Options of an export select records and fields, and wrong ones are refused with what to do."""

import csv
import io

import orjson
import pytest

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.exporting.checkout_texts import LINE_KEYS
from abandoned_checkouts.exporting.checkouts import export_checkouts
from abandoned_checkouts.exporting.selecting import SelectionError, fields_of, selection_of
from abandoned_checkouts.exporting.spreadsheet import HEADER
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database
from tests.intake.samples import rest_checkout

NOW = 1_790_000_000_000_000
DAYS = ("2026-05-01T00:00:00-04:00", "2026-05-02T00:00:00-04:00", "2026-05-03T00:00:00-04:00")


@pytest.fixture
async def three(store: Database, shop: Shop) -> Shop:
    """A shop with the checkouts 1, 2 and 3, created at the midnights of New York in DAYS; 2 has a note."""
    checkouts = [
        checkout_from_rest(rest_checkout(number, created_at=day, note="fragile" if number == 2 else None))
        for number, day in enumerate(DAYS, 1)
    ]
    async with store.begin() as connection:
        await save_checkouts(connection, shop, checkouts)
    return shop


async def exported(store: Database, shop: Shop, *options: str | None, fields: list[str] | None = None) -> list[int]:
    file, selection = io.BytesIO(), selection_of(shop, *options, now=NOW)
    done = await export_checkouts(store, shop, file, "jsonl", address="", selection=selection, fields=fields)
    lines = [orjson.loads(line) for line in file.getvalue().splitlines()]
    assert done == len(lines)
    return [line["id"] for line in lines]


async def test_times_and_searches_select_checkouts(store: Database, three: Shop) -> None:
    """A time without an offset is in the shop's zone; the end of the period is not part of it."""
    assert await exported(store, three, None, None, None) == [1, 2, 3]
    assert await exported(store, three, "2026-05-02", None, None) == [2, 3]
    assert await exported(store, three, None, "2026-05-02", None) == [1]
    assert await exported(store, three, "2026-05-02T04:00:00Z", "2026-05-02T04:00:00.000001Z", None) == [2]
    assert await exported(store, three, None, None, "note:fragile") == [2]
    assert await exported(store, three, "2026-05-03", None, "note:fragile") == []
    assert await exported(store, three, None, None, "id:>1 -note:fragile") == [3]
    # A day of the shop, which begins at 04:00 UTC.
    assert await exported(store, three, None, None, "created_at:2026-05-02") == [2]


async def test_fields_are_in_the_given_order(store: Database, three: Shop) -> None:
    file = io.BytesIO()
    await export_checkouts(store, three, file, "jsonl", address="", fields=["note", "id"])
    assert file.getvalue() == b'{"note":null,"id":1}\n{"note":"fragile","id":2}\n{"note":null,"id":3}\n'
    file = io.BytesIO()
    await export_checkouts(store, three, file, "csv", address="", fields=["Total", "Id"])
    rows = list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline="")))
    assert rows == [["Total", "Id"], ["379.69", "1"], ["379.69", "2"], ["379.69", "3"]]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("yesterday", None, None), "--since: 'yesterday' is not a date and time in ISO 8601"),
        ((None, "9999-12-31", None), "--until: '9999-12-31' is not in the years 2 to 9998"),
        (("2026-05-02", "2026-05-02", None), "--until: 2026-05-02 is not after --since 2026-05-02"),
        ((None, None, "nota:x"), "--query: nota: Invalid search field for this query. Did you mean 'note'?"),
        ((None, None, "(a OR " * 250 + "a" + " b)" * 250), "--query: The search has more than 200 levels"),
    ],
)
async def test_wrong_selections_are_refused(shop: Shop, options: tuple[str | None, ...], message: str) -> None:
    with pytest.raises(SelectionError) as problem:
        selection_of(shop, *options, now=NOW)
    assert str(problem.value).startswith(message)


def test_wrong_fields_are_refused() -> None:
    assert fields_of(None, HEADER) is None
    assert fields_of(" id,note ,id,", LINE_KEYS) == ["id", "note"]
    with pytest.raises(SelectionError, match=r"^--fields: 'emial' is not a field\. Did you mean 'email'\?$"):
        fields_of("emial", LINE_KEYS)
    with pytest.raises(SelectionError, match=r"^--fields: 'zzzzz' is not a field\. Use some of: Name, Id, Email"):
        fields_of("zzzzz", HEADER)
    with pytest.raises(SelectionError, match=r"^--fields: name at least one of: Name"):
        fields_of(" , ", HEADER)
