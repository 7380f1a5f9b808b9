"""Two processes export the same file as one."""

import io
from dataclasses import replace
from typing import Any

import pytest

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.exporting import export_workers
from abandoned_checkouts.exporting.checkouts import export_checkouts
from abandoned_checkouts.exporting.export_workers import export_large
from abandoned_checkouts.exporting.selecting import selection_of
from abandoned_checkouts.shopify.formats.from_rest.checkout import checkout_from_rest
from abandoned_checkouts.store.checkouts.save import save_checkouts
from abandoned_checkouts.store.engine.database import Database, StoreError
from tests.intake.samples import rest_checkout

NOW = 1_790_000_000_000_000


@pytest.fixture
async def filled(store: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop with 50 checkouts, which are exported in parts of 3."""
    monkeypatch.setattr(export_workers, "BATCH", 3)
    checkouts = [
        checkout_from_rest(rest_checkout(number, note="fragile" if number % 3 else None)) for number in range(1, 51)
    ]
    async with store.begin() as connection:
        await save_checkouts(connection, shop, checkouts)
    return shop


async def test_two_processes_write_the_parts_in_order(store: Database, filled: Shop) -> None:
    selection = selection_of(filled, "2026-01-01", None, "note:fragile id:>3", now=NOW)
    options: dict[str, Any] = {"address": "", "selection": selection, "fields": ["id", "note", "line_items"]}
    one, two, done = io.BytesIO(), io.BytesIO(), list[int]()
    assert await export_checkouts(store, filled, one, "jsonl", **options) == 32
    assert await export_large(store, filled, two, "jsonl", processes=2, progress=done.append, **options) == 32
    assert two.getvalue() == one.getvalue()
    assert done == [*range(3, 31, 3), 32]


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_a_small_shop_is_exported_by_one_process(
    store: Database, filled: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_workers, "multiprocessing", None)
    one, other = io.BytesIO(), io.BytesIO()
    assert await export_checkouts(store, filled, one, "csv", address="") == 50
    assert await export_large(store, filled, other, "csv", address="") == 50
    assert other.getvalue() == one.getvalue()


# Nothing here depends on the database.
@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_an_error_of_another_process_is_raised_here(store: Database, filled: Shop) -> None:
    with pytest.raises(StoreError, match=r"gone\.example was deleted"):
        await export_large(
            store, replace(filled, domain="gone.example"), io.BytesIO(), "jsonl", address="", processes=2
        )


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_an_export_fails_if_another_process_ends(
    store: Database, filled: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Ends without making a part.
    monkeypatch.setattr(export_workers, "_work", repr)
    with pytest.raises(StoreError, match="a process of the export ended unexpectedly; run the export again"):
        await export_large(store, filled, io.BytesIO(), "jsonl", address="", processes=2)


async def test_the_reader_may_leave_an_export(store: Database, filled: Shop) -> None:
    class Full(io.BytesIO):
        def write(self, data: Any, /) -> int:
            if len(data) < 1000:
                return super().write(data)
            raise OSError("no space is left")

    with pytest.raises(OSError, match="no space is left"):
        await export_large(store, filled, Full(), "jsonl", address="", processes=2)
