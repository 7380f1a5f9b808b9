"""Runs bulk operations: claims them with a lease, runs a few at a time, and stores the result of each exactly once.

If a runner is killed, its lease expires, and another runner starts the operation again with the data at that time. A
result file gets its final name when it is complete. One transaction stores the result and the event.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import orjson

from abandoned_checkouts.checkouts.moment import DAY, SECOND, Clock
from abandoned_checkouts.checkouts.randomness import unique_name
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.shopify.bulk.rules.files import KEPT_FOR, Results
from abandoned_checkouts.shopify.bulk.rules.finished import finished_document
from abandoned_checkouts.shopify.bulk.runs.by_resolvers import FailedError
from abandoned_checkouts.shopify.bulk.runs.run import BulkRequest
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.engine.failures import is_expected, log_text
from abandoned_checkouts.store.engine.rows import Row
from abandoned_checkouts.store.tenants.access_tokens import Access
from abandoned_checkouts.store.tenants.bulk_operations import (
    OperationKey,
    claim_operation,
    end_operation,
    expire_results,
    held_operation,
    hold_operation,
    is_any_waiting,
    release_operation,
    report_operation,
)
from abandoned_checkouts.store.tenants.shops import find_shop
from abandoned_checkouts.work.bulk_job import Job, StoppedError
from abandoned_checkouts.work.bulk_plan import BulkPlan, cut_lines

log = logging.getLogger(__name__)

# How many operations run at once in a process. Each uses a whole core.
AT_ONCE = 2
# Shopify: an operation that is not done after ten days fails.
LONGEST = 10 * DAY
# If this number of runners died during an operation, it fails.
MOST_ATTEMPTS = 5
BATCH = 100


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two reports of progress, and seconds for which the lease holds without a report."""

    report: float = 0.3
    lease: float = 15.0


class BulkRunner:
    """Runs operations. `turn` starts waiting operations, `finish` waits for the running ones, and `stop` interrupts
    them.

    `plan_of` returns the BulkPlan for an operation; its arguments are the row, the shop's domain and the present.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        results: Results,
        *,
        pace: Pace | None = None,
        plan_of: Callable[[Row, str, int], BulkPlan] | None = None,
    ) -> None:
        self._plan_of = plan_of
        self._database, self._clock, self._results, self._pace = database, clock, results, pace or Pace()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="bulk")
        self._running: dict[asyncio.Task[None], Job] = {}
        self._stopping = False

    async def turn(self) -> int:
        """Start waiting operations, up to AT_ONCE. Returns the number of started operations."""
        started = 0
        while len(self._running) < AT_ONCE and not self._stopping:
            claimed = await self._claim()
            if claimed is None:
                break
            row, shop = claimed
            plan = BulkPlan() if self._plan_of is None else self._plan_of(row, shop.domain, self._clock())
            if plan.hold_until is not None:
                await self._hold(row, plan.hold_until)
                continue
            path = await asyncio.to_thread(self._results.begin, shop.id, row["id"])
            job = Job(self._database, row["id"], _request_of(row, shop, self._clock()), path)
            task = asyncio.create_task(self._run(row, shop, job, plan), name=f"bulk operation {row['id']}")
            self._running[task] = job
            task.add_done_callback(self._running.pop)
            started += 1
        return started

    async def finish(self) -> None:
        """Wait until the running operations have ended."""
        while self._running:
            await asyncio.wait(self._running)

    async def stop(self) -> None:
        """Interrupt the running operations. The next runner restarts them."""
        self._stopping = True
        for job in self._running.values():
            job.stop()
        await self.finish()
        self._threads.shutdown()

    async def forget(self) -> int:
        """Delete expired result files and their entries in the store. Returns their number."""
        deleted = 0
        while True:
            before = self._clock() - KEPT_FOR
            expired = await self._database.write(partial(expire_results, before=before, limit=BATCH))
            for shop_id, file in expired:
                await self._results.discard(shop_id, file)
            deleted += len(expired)
            if not expired:
                await self._results.delete_old(self._clock())
                return deleted

    async def _claim(self) -> tuple[Row, Shop] | None:
        now, lease = self._clock(), round(self._pace.lease * SECOND)
        running = [job.number for job in self._running.values()]
        if not await self._database.fetch(lambda connection: is_any_waiting(connection, now, running)):
            return None
        async with self._database.begin() as connection:
            # Each claim has a unique name. An earlier run whose claim has expired then cannot store a result.
            worker = f"{socket.gethostname()}/{os.getpid()}/{unique_name()}"
            row = await claim_operation(connection, worker, now, lease, running)
            shop = None if row is None else await find_shop(connection, row["shop_id"])
        return None if row is None or shop is None else (row, shop)

    async def _hold(self, row: Row, until: int) -> None:
        """Keep a claimed operation running without doing anything, until its lease ends at that moment."""
        key, progress = OperationKey(row["shop_id"], row["id"], row["worker"]), row["progress"]
        async with self._database.begin() as connection:
            await hold_operation(connection, key, until, attempts=progress["attempts"] - 1)

    async def _run(self, row: Row, shop: Shop, job: Job, plan: BulkPlan) -> None:
        key = OperationKey(shop.id, row["id"], row["worker"])
        try:
            if row["progress"]["attempts"] > MOST_ATTEMPTS:
                log.error("bulk operation %s of shop %s: its runner died %d times", key.number, shop.id, MOST_ATTEMPTS)
                await self._end(key, shop, job, "INTERNAL_SERVER_ERROR")
                return
            problem = await self._outcome(row, key, job)
            if problem is None and (plan.fails or plan.is_empty):
                problem = await asyncio.to_thread(cut_lines, job, plan)
            await self._end(key, shop, job, problem)
        except Exception as failure:
            # Another runner tries again after the lease has expired. The store or the disk may be available by then.
            traceback = None if is_expected(failure) else failure
            reason = log_text(failure)
            log.error("bulk operation %s of shop %s stopped: %s", key.number, shop.id, reason, exc_info=traceback)
        finally:
            await asyncio.to_thread(job.file.unlink, missing_ok=True)

    async def _outcome(self, row: Row, key: OperationKey, job: Job) -> str | None:
        """Run the operation. Returns None if the file is complete, an error code, or "" if the run was interrupted."""
        if self._database.shares_connection:
            running: asyncio.Future[None] = asyncio.ensure_future(job.write())
        else:
            running = asyncio.get_running_loop().run_in_executor(self._threads, job.run)
        too_late = False
        try:
            while not (await asyncio.wait({running}, timeout=self._pace.report))[0]:
                # A store in memory has one connection, which the run uses.
                if not self._database.shares_connection:
                    now = self._clock()
                    too_late = now >= row["created_at"] + LONGEST
                    if too_late or await self._report(key, job, now) != "RUNNING":
                        job.stop()
        except BaseException:
            job.stop()
            await asyncio.wait({running})
            raise
        try:
            await running
        except FailedError as failed:
            log.warning("bulk operation %s of shop %s failed: %s", key.number, key.shop_id, failed)
            for cause in failed.causes:
                log.error("bulk operation %s: unexpected error", key.number, exc_info=cause)
            return failed.code
        except (StoppedError, asyncio.CancelledError):
            return "TIMEOUT" if too_late else ""
        return None

    async def _report(self, key: OperationKey, job: Job, now: int) -> str | None:
        progress, until = job.progress, now + round(self._pace.lease * SECOND)
        async with self._database.begin() as connection:
            return await report_operation(connection, key, progress.objects, progress.root_objects, until)

    async def _end(self, key: OperationKey, shop: Shop, job: Job, problem: str | None) -> None:
        """Store the result, unless another runner has claimed the operation. `problem` is what _outcome returned."""
        size = job.progress.bytes
        file = await asyncio.to_thread(self._results.finish, job.file) if size and problem != "" else None
        is_used = False
        try:
            if file is not None:
                await self._results.keep(shop.id, file, self._clock())
            async with self._database.begin() as connection:
                row = await held_operation(connection, key)
                if row is None:
                    return
                changes: dict[str, object] = {
                    "object_count": job.progress.objects,
                    "root_object_count": job.progress.root_objects,
                }
                if row["status"] == "CANCELING":
                    changes |= {"status": "CANCELED"}
                elif problem == "":
                    await release_operation(connection, key)
                    return
                elif problem is None:
                    changes |= {"status": "COMPLETED", "file": file, "file_size": size or None}
                else:
                    changes |= {"status": "FAILED", "error_code": problem, "partial_file": file}
                row = {**row, **changes, "completed_at": self._clock()}
                await end_operation(connection, shop, row, finished_document(row, shop))
            is_used = file in (row["file"], row["partial_file"])
        finally:
            if file is not None and not is_used:
                await self._results.discard(shop.id, file)


def _request_of(row: Row, shop: Shop, now: int) -> BulkRequest:
    progress = row["progress"]
    permissions = progress.get("permissions")
    access = Access(
        shop,
        row["app_id"],
        0,
        frozenset(orjson.loads(row["scopes"])),
        row["app_settings"],
        None,
        permissions=None if permissions is None else frozenset(permissions),
    )
    return BulkRequest(
        query=row["query"],
        access=access,
        version=row["api_version"],
        now=now,
        base=progress.get("base", ""),
        extended_search=progress.get("extended_search", False),
        group_objects=row["group_objects"],
    )
