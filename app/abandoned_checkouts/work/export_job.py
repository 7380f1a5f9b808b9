"""Writes the files of exports that people asked for on the merchant pages, and deletes old ones.

An export that was interrupted begins again. Its progress is stored every second. The dry run of a flow is an export,
too: it takes time, its result has personal data, and any process can show it.
"""

import asyncio
import re
import time
from contextvars import copy_context
from functools import partial
from pathlib import Path

import orjson

from abandoned_checkouts.checkouts.json_types import UntypedJson
from abandoned_checkouts.checkouts.moment import DAY, Clock, MomentError, to_datetime, zone_named
from abandoned_checkouts.checkouts.randomness import random_hex
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.exporting.checkouts import export_checkouts
from abandoned_checkouts.shopify.bulk.rules.files import ReadableFile, Results, open_private
from abandoned_checkouts.store.engine.database import Connection, Database
from abandoned_checkouts.store.engine.replica import reading_as
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.flows.flows import find_flow
from abandoned_checkouts.store.reading.pages import Listing, SortOrder
from abandoned_checkouts.store.reading.shop_rows import count_of
from abandoned_checkouts.store.search.checkout_fields import checkout_fields
from abandoned_checkouts.store.search.narrowing import SearchTooDeepError
from abandoned_checkouts.store.search.selection import Selection, selected
from abandoned_checkouts.store.tenants.exports import (
    CLAIM_LASTS,
    DRY_RUN,
    claim_export,
    expired_exports,
    forget_export,
    is_any_due,
    update_export,
)
from abandoned_checkouts.store.tenants.shops import find_shop
from abandoned_checkouts.work.dry_run import dry_run
from abandoned_checkouts.work.load_flow import flow_of
from search_syntax import check, parse

KEPT_FOR = 7 * DAY
_NAME = re.compile(r"export-[0-9]{1,19}-[0-9a-f]{16}\.(csv|jsonl|json)")
_SUFFIXES = {DRY_RUN: "json"}
_BATCH = 50


class ExportEndedError(Exception):
    """The export was deleted while it ran."""


class NoFlowError(Exception):
    """The flow of a dry run was deleted meanwhile."""


async def export_file(results: Results, export: Row) -> ReadableFile | None:
    """The file of a finished export; None if there is none."""
    name = export["file"]
    if export["state"] != "done" or name is None or not _NAME.fullmatch(name):
        return None
    return await results.readable(export["shop_id"], name)


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
    now, done = clock(), 0
    # A transaction that can write would hold up others every second.
    if not await database.fetch(partial(is_any_due, now=now, before=now - KEPT_FOR)):
        return 0
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
    name = f"export-{export['id']}-{random_hex(8)}.{_SUFFIXES.get(export['format'], export['format'])}"
    path = results.path(shop.id, name)
    path.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    write = _write_dry_run if export["format"] == DRY_RUN else _write_checkouts
    progress = _Progress(database, export, clock)
    try:
        with reading_as(database.replica, f"export {export['id']}"):
            done = await write(database, path, export, shop, progress)
        await progress.end()
        await results.keep(shop.id, name, clock())
        values: dict[str, object] = {"state": "done", "file": name, "total": progress.total, "done": done}
    except (SearchTooDeepError, NoFlowError) as problem:
        values = {"state": "failed", "problem": str(problem)}
    except ExportEndedError:
        path.unlink(missing_ok=True)
        return
    except OSError as problem:
        values = {"state": "failed", "problem": f"The file cannot be written: {problem.strerror}"}
    async with database.begin() as connection:
        kept = await update_export(connection, export, {**values, "finished_at": clock(), "claimed_until": None})
    if not kept or values["state"] == "failed":
        await results.discard(shop.id, name)


class _Progress:
    """Stores how far an export is, at most once a second. Raises ExportEndedError if the export was deleted."""

    def __init__(self, database: Database, export: Row, clock: Clock) -> None:
        self._database, self._export, self.clock = database, export, clock
        self._last_report = 0.0
        self._ended = False
        self._reports: set[asyncio.Task[None]] = set()
        # The server writes the progress, so that the export need not read from the store after it (see `reading_as`).
        self._context = copy_context()
        self.total = 0

    def __call__(self, done: int) -> None:
        if self._ended:
            raise ExportEndedError
        # Real time: the clock of a server for tests can stand still.
        if time.monotonic() - self._last_report >= 1 and not self._reports:
            self._last_report = time.monotonic()
            task = asyncio.get_running_loop().create_task(self._report(done), context=self._context)
            self._reports.add(task)
            task.add_done_callback(self._reports.discard)

    async def _report(self, done: int) -> None:
        async with self._database.begin() as connection:
            values = {"done": done, "total": self.total, "claimed_until": self.clock() + CLAIM_LASTS}
            self._ended = not await update_export(connection, self._export, values)

    async def end(self) -> None:
        await asyncio.gather(*self._reports)
        if self._ended:
            raise ExportEndedError


async def _write_checkouts(database: Database, path: Path, export: Row, shop: Shop, progress: _Progress) -> int:
    """Write the checkouts that a search finds. Returns their number."""
    selection = selection_by(export["query"], shop, progress.clock())
    listing = Listing("abandoned_checkouts", shop.id, SortOrder("id"), selected(shop, selection, database.dialect))
    progress.total = await database.read_behind(partial(count_of, listing=listing, limit=None))
    with open_private(path) as file:
        return await export_checkouts(
            database, shop, file, export["format"], address=export["address"], progress=progress, selection=selection
        )


async def _write_dry_run(database: Database, path: Path, export: Row, shop: Shop, progress: _Progress) -> int:
    """Write the result of the dry run of a flow, as `dry_run` returns it. Returns the number of tried checkouts."""
    asked = orjson.loads(export["query"])

    def report(done: int, total: int) -> None:
        progress.total = total
        progress(done)

    async def run(connection: Connection) -> UntypedJson:
        row = await find_flow(connection, shop, asked["flow"])
        if row is None or flow_of(row) is None:
            raise NoFlowError("the flow was deleted")
        return await dry_run(connection, shop, row, asked["days"], progress.clock(), progress=report)

    found = await database.read_behind(run)
    with open_private(path) as file:
        file.write(orjson.dumps(found))
    progress.total = found["checkouts"]
    return progress.total


async def delete_old_exports(database: Database, results: Results, now: int) -> int:
    """Delete exports that ended a week ago, and those of erased people, with their files. Returns their number."""
    async with database.begin() as connection:
        expired = await expired_exports(connection, now - KEPT_FOR, _BATCH)
    for export in expired:
        if export["file"] is not None:
            await results.discard(export["shop_id"], export["file"])
        async with database.begin() as connection:
            await forget_export(connection, export)
    return len(expired)
