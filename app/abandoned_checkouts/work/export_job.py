"""Writes the files of exports that people asked for on the merchant pages, and deletes old ones.

An export that was interrupted begins again. Its progress is stored every second.
"""

import asyncio
import re
import time
from pathlib import Path

from abandoned_checkouts.checkouts.moment import DAY, Clock, MomentError, to_datetime, zone_named
from abandoned_checkouts.checkouts.randomness import random_hex
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.exporting.checkouts import export_checkouts
from abandoned_checkouts.shopify.bulk.rules.files import Results, open_private
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.reading.pages import Listing, SortOrder
from abandoned_checkouts.store.reading.shop_rows import count_of
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.store.search.narrowing import SearchTooDeepError
from abandoned_checkouts.store.search.selection import Selection, selected
from abandoned_checkouts.store.tenants.exports import (
    CLAIM_LASTS,
    claim_export,
    expired_exports,
    forget_export,
    update_export,
)
from abandoned_checkouts.store.tenants.shops import find_shop
from search_syntax import check, parse

KEPT_FOR = 7 * DAY
_NAME = re.compile(r"export-[0-9]{1,19}-[0-9a-f]{16}\.(csv|jsonl)")
_BATCH = 50


class ExportEndedError(Exception):
    """The export was deleted while it ran."""


def export_file(results: Results, export: Row) -> Path | None:
    """The file of a finished export; None if there is none."""
    name = export["file"]
    if export["state"] != "done" or name is None or not _NAME.fullmatch(name):
        return None
    path = results.path(export["shop_id"], name)
    return path if path.is_file() else None


def selection_by(query: str, shop: Shop, now: int) -> Selection:
    """The checkouts that a search text finds, with all search fields."""
    try:
        zone = zone_named(shop.timezone)
    except MomentError:
        zone = zone_named("UTC")
    meaning = check(parse(query), checkout_fields(extended=True, reports=True), zone=zone, now=to_datetime(now))
    return Selection(search=meaning.root)


async def run_exports(database: Database, results: Results, clock: Clock) -> int:
    """Write the files of all exports that wait, and delete the files of old ones. Returns their number."""
    done = 0
    while True:
        async with database.begin() as connection:
            export = await claim_export(connection, clock())
        if export is None:
            break
        await _run(database, results, export, clock)
        done += 1
    return done + await delete_old_exports(database, results, clock())


async def _run(database: Database, results: Results, export: Row, clock: Clock) -> None:
    async with database.read() as connection:
        shop = await find_shop(connection, export["shop_id"])
    if shop is None:
        return
    name = f"export-{export['id']}-{random_hex(8)}.{export['format']}"
    path = results.path(shop.id, name)
    path.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        selection = selection_by(export["query"], shop, clock())
        conditions = selected(shop, selection, database.dialect)
        listing = Listing("abandoned_checkouts", shop.id, SortOrder("id"), conditions)
        async with database.read() as connection:
            total = await count_of(connection, listing, None)
        values: dict[str, object] = {"state": "done", "file": name, "total": total}
        values["done"] = await _write(database, path, export, shop, selection, total, clock)
    except SearchTooDeepError as problem:
        values = {"state": "failed", "problem": str(problem)}
    except ExportEndedError:
        path.unlink(missing_ok=True)
        return
    except OSError as problem:
        values = {"state": "failed", "problem": f"The file cannot be written: {problem.strerror}"}
    async with database.begin() as connection:
        kept = await update_export(connection, export, {**values, "finished_at": clock(), "claimed_until": None})
    if not kept or values["state"] == "failed":
        path.unlink(missing_ok=True)


async def _write(
    database: Database, path: Path, export: Row, shop: Shop, selection: Selection, total: int, clock: Clock
) -> int:
    """Write the file. Returns the number of checkouts."""
    last_report = 0.0
    ended = False
    reports: set[asyncio.Task[None]] = set()

    async def report(done: int) -> None:
        nonlocal ended
        async with database.begin() as connection:
            values = {"done": done, "total": total, "claimed_until": clock() + CLAIM_LASTS}
            ended = not await update_export(connection, export, values)

    def progress(done: int) -> None:
        nonlocal last_report
        if ended:
            raise ExportEndedError
        # Real time: the clock of a server for tests can stand still.
        if time.monotonic() - last_report >= 1 and not reports:
            last_report = time.monotonic()
            task = asyncio.get_running_loop().create_task(report(done))
            reports.add(task)
            task.add_done_callback(reports.discard)

    with open_private(path) as file:
        count = await export_checkouts(
            database, shop, file, export["format"], address=export["address"], progress=progress, selection=selection
        )
    await asyncio.gather(*reports)
    if ended:
        raise ExportEndedError
    return count


async def delete_old_exports(database: Database, results: Results, now: int) -> int:
    """Delete exports that ended a week ago, and those of erased people, with their files. Returns their number."""
    async with database.begin() as connection:
        expired = await expired_exports(connection, now - KEPT_FOR, _BATCH)
        for export in expired:
            if export["file"] is not None and _NAME.fullmatch(export["file"]):
                results.path(export["shop_id"], export["file"]).unlink(missing_ok=True)
            await forget_export(connection, export)
    return len(expired)
