"""Measures how long it takes to find due checkouts among very many open ones.

    python -m tests.promises.scan --checkouts 1000000 --due 100

Promised: the scan for 100 due among 1,000,000 takes less than 20 ms.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.line_item import LineItem
from abandoned_checkouts.checkouts.moment import MINUTE
from abandoned_checkouts.checkouts.stored_document import document_of
from abandoned_checkouts.store.checkouts.due_rows import claim_due_checkouts
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.engine.statements import insert_rows
from abandoned_checkouts.store.tables import open_checkouts
from abandoned_checkouts.store.tenants.shops import create_shop
from abandoned_checkouts.work.abandon_due import abandon_due

NOW = 1_790_000_000_000_000
_COLUMNS = (
    "shop_id",
    "token",
    "id",
    "state",
    "document",
    "created_at",
    "updated_at",
    "contact_at",
    "due_at",
    "seen_at",
)
_PART = 20_000


@dataclass
class Outcome:
    checkouts: int
    due: int
    scan_ms: float
    longest_ms: float
    move_ms: float

    def __str__(self) -> str:
        return (
            f"{self.due} due among {self.checkouts} open checkouts: found and locked in {self.scan_ms:.1f} ms "
            f"(median of 20; longest {self.longest_ms:.1f}), moved with their events in {self.move_ms:.0f} ms"
        )


async def prove(url: str, checkouts: int, due: int) -> Outcome:
    database = await open_database(url)
    try:
        await _fill(database, checkouts, due)
        times = []
        for _ in range(20):
            async with database.begin() as connection:
                began = time.perf_counter()
                taken = await claim_due_checkouts(connection, NOW, due)
                times.append((time.perf_counter() - began) * 1000)
                assert len(taken) == due
        began = time.perf_counter()
        moved = 0
        while part := await abandon_due(database, NOW):
            moved += part
        move_ms = (time.perf_counter() - began) * 1000
        assert moved == due
        return Outcome(checkouts, due, statistics.median(times), max(times), move_ms)
    finally:
        await database.close()


async def _fill(database: Database, checkouts: int, due: int) -> None:
    async with database.begin() as connection:
        shop = await create_shop(connection, "scan.myshopify.com", now=NOW)
    document = _document("token-NUMBER", 0)
    every = max(1, checkouts // due)
    for start in range(1, checkouts + 1, _PART):
        rows = []
        for number in range(start, min(start + _PART, checkouts + 1)):
            is_due = number % every == 0 and number // every <= due
            due_at = NOW - number if is_due else NOW + MINUTE + number
            text = document.replace("token-NUMBER", f"token-{number}").replace('"id":0', f'"id":{number}')
            rows.append((shop.id, f"token-{number}", number, "open", text, NOW, NOW, NOW, due_at, NOW))
        async with database.begin() as connection:
            await insert_rows(connection, open_checkouts, _COLUMNS, rows)


def _document(token: str, number: int) -> str:
    line = LineItem(key="k", quantity=1, title="Teapot", sku="POT-1", original_unit_price=195_000)
    return document_of(
        Checkout(
            platform="shopify",
            id=number,
            token=token,
            created_at=NOW,
            updated_at=NOW,
            currency="USD",
            email="ada@example.com",
            line_items=[line],
        )
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkouts", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=100)
    parser.add_argument("--database")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        address = given.database or f"sqlite+aiosqlite:///{Path(folder) / 'scan.sqlite3'}"
        outcome = asyncio.run(prove(address, given.checkouts, given.due))
    print(outcome)
    raise SystemExit(outcome.scan_ms >= 20)
