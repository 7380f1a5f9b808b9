"""The change feed loses nothing, in any order of commits, and every writer of records adds to it."""

import asyncio
import random
import re

from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.outbox.record_changes import changes_after, note_changed, note_erased, note_written
from tests.places import ROOT

STORE = ROOT / "app" / "abandoned_checkouts" / "store"


async def numbers_after(store: Database, shop: Shop, position: int = 0) -> list[int]:
    async with store.read() as connection:
        return [row["record_id"] for row in await changes_after(connection, shop.id, position, 1000)]


async def test_a_later_commit_waits_for_an_earlier_position(store: Database, shop: Shop) -> None:
    if store.is_sqlite:
        # One writer at a time: the second transaction cannot begin before the first has ended.
        async with store.begin() as first:
            await note_changed(first, shop.id, "checkout", [1], 5)
        async with store.begin() as second:
            await note_changed(second, shop.id, "checkout", [2], 6)
        assert await numbers_after(store, shop) == [1, 2]
        return
    async with store.begin() as connection:
        await note_changed(connection, shop.id, "checkout", [9], 1)
    async with store.begin() as first:
        await note_changed(first, shop.id, "checkout", [1], 5)
        async with store.begin() as second:
            await note_changed(second, shop.id, "checkout", [2], 6)
            await note_changed(second, shop.id, "customer", [3], 6)
        assert await numbers_after(store, shop) == [9]
    assert await numbers_after(store, shop) == [9, 1, 2, 3]


async def test_a_reader_beside_many_writers_misses_nothing(store: Database, shop: Shop) -> None:
    """Each writer holds its transaction open for a random time. The reader always continues after its position."""
    draw, written, seen, position = random.Random(7), 120, set[int](), 0
    plans = [(number, draw.random() / 20, draw.random() < 0.2) for number in range(1, written + 1)]

    async def write(part: list[tuple[int, float, bool]]) -> None:
        for number, wait, fails in part:
            try:
                async with store.begin() as connection:
                    await note_changed(connection, shop.id, "checkout", [number], number)
                    await asyncio.sleep(wait)
                    if fails:
                        raise ValueError
            except ValueError:
                pass

    writers = [asyncio.create_task(write(plans[start::6])) for start in range(6)]
    while True:
        is_over = all(task.done() for task in writers)
        async with store.read() as connection:
            rows = await changes_after(connection, shop.id, position, 10)
        assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
        assert not seen & {row["record_id"] for row in rows}
        seen |= {row["record_id"] for row in rows}
        position = rows[-1]["id"] if rows else position
        if is_over and not rows:
            break
        await asyncio.sleep(0.002)
    assert seen == {number for number, _, fails in plans if not fails}


async def test_only_the_last_change_of_a_record_is_kept(store: Database, shop: Shop) -> None:
    async with store.begin() as connection:
        await note_changed(connection, shop.id, "checkout", [1, 2, 1], 5)
        await note_erased(connection, shop.id, ["b", "a"], 6)
    async with store.begin() as connection:
        await note_erased(connection, shop.id, ["c"], 7)
        await note_changed(connection, shop.id, "checkout", [1], 8, are_deleted=True)
        await note_changed(connection, shop.id + 1, "checkout", [2], 8)
    async with store.read() as connection:
        rows = await changes_after(connection, shop.id, 0, 10)
    shown = [(row["kind"], row["record_id"], row["is_deleted"], row["hashes"], row["changed_at"]) for row in rows]
    assert shown == [
        ("checkout", 2, False, "[]", 5),
        ("erasure", 0, False, '["a","b"]', 6),
        ("erasure", 0, False, '["c"]', 7),
        ("checkout", 1, True, "[]", 8),
    ]


async def test_groups_of_records_are_noted_in_order_with_the_latest_time_of_each_group(
    store: Database, shop: Shop
) -> None:
    known = list(range(1, 301))
    async with store.begin() as connection:
        await note_changed(connection, shop.id, "checkout", known, 1)
        await note_changed(connection, shop.id, "customer", [1], 1)
        await note_written(connection, shop.id, "checkout", [])
    groups = [[(7, 5), (3, 6), (3, 4)], [], [(number, number) for number in range(900, 700, -1)], [(3, 2), (150, 8)]]
    async with store.begin() as connection:
        await note_written(connection, shop.id, "checkout", groups)
    async with store.read() as connection:
        rows = await changes_after(connection, shop.id, 0, 1000)
    shown = [(row["kind"], row["record_id"], row["changed_at"]) for row in rows]
    assert shown == [
        *(("checkout", number, 1) for number in known if number not in (3, 7, 150)),
        ("customer", 1, 1),
        ("checkout", 7, 6),
        *(("checkout", number, 900) for number in range(701, 901)),
        ("checkout", 3, 8),
        ("checkout", 150, 8),
    ]


def test_each_module_that_writes_records_adds_to_the_feed() -> None:
    direct = re.compile(
        r"(?:insert|update|delete)\((?:abandoned_checkouts|customers)\)"
        r"|update_one\((?:abandoned_checkouts|customers)\b"
        r"|(?:insert|put)_rows\(connection, (?:abandoned_checkouts|customers)\b"
    )
    by_name = re.compile(
        r"table = (?:abandoned_checkouts|customers)\b(?:(?!\n(?:async )?def )[\s\S])*?(?:update|delete)\(table\)"
    )
    # They change columns that neither the tables of an export nor the feed have.
    without = {"erasure_requests.py": "the time of a request"}
    found = set()
    for folder in ("checkouts", "privacy", "sync"):
        for file in (STORE / folder).glob("*.py"):
            text = file.read_text()
            if (direct.search(text) or by_name.search(text)) and file.name not in without:
                found.add(file.name)
                is_noted = re.search(r"\bnote_(?:changed|written)\(", text)
                assert is_noted, f"{file.name} writes checkouts or customers without note_changed or note_written"
    assert {"save.py", "save_customers.py", "delete_rows.py", "activities.py", "erase_rows.py"} <= found
