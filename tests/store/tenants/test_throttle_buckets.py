"""Buckets that several processes share: together they spend exactly the available points."""

import asyncio
import multiprocessing
import tempfile
from pathlib import Path
from typing import Any

import pytest

from abandoned_checkouts.shopify.http.throttling import Throttle
from abandoned_checkouts.shopify.permissions.rate_limits import PLANS
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.throttle_buckets import BucketState, FileBuckets, Rule, TableBuckets
from tests.databases import Databases

NOW = 1_790_000_000_000_000
COST, TRIES, PROCESSES = 7, 120, 3
PLAN = PLANS["standard"]


def spend(url: str, file: str, allowed: Any) -> None:
    asyncio.run(_spend(url, file, allowed))


async def _spend(url: str, file: str, allowed: Any) -> None:
    """In a separate process: send as many requests as all processes together are allowed, and count those that pass."""
    database = None if url.startswith("sqlite") else await open_database(url)
    buckets = FileBuckets(file) if database is None else TableBuckets(database)
    throttle = Throttle(buckets)

    async def one() -> bool:
        return (await throttle.spend(1, 2, PLAN, COST, NOW)).allowed

    passed = sum(await asyncio.gather(*(one() for _ in range(TRIES))))
    # Every tenth refunds a part of its cost, which other requests can spend.
    for _ in range(passed // 10):
        await throttle.refund(1, 2, PLAN, 3, NOW)
    allowed.put((passed, passed // 10 * 3))
    await buckets.close()
    if database is not None:
        await database.close()


@pytest.mark.timeout(120)
def test_processes_share_one_bucket(store_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    allowed = context.Queue()
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "throttle")
        running = [context.Process(target=spend, args=(store_url, file, allowed)) for _ in range(PROCESSES)]
        for process in running:
            process.start()
        results = [allowed.get(timeout=100) for _ in running]
        for process in running:
            process.join(20)
        passed, given_back = (sum(part) for part in zip(*results, strict=True))
        left = asyncio.run(_left(store_url, file))
    assert passed < PROCESSES * TRIES, "the bucket was never empty"
    assert left == (PLAN.maximum_available - passed * COST + given_back) * 1_000_000
    assert passed * COST - given_back <= PLAN.maximum_available


async def _left(url: str, file: str) -> int:
    database = None if url.startswith("sqlite") else await open_database(url)
    buckets = FileBuckets(file) if database is None else TableBuckets(database)
    throttle = Throttle(buckets)
    bucket = (await throttle.spend(1, 2, PLAN, 0, NOW)).bucket
    await buckets.close()
    if database is not None:
        await database.close()
    return bucket.available


def taking(points: int) -> Rule[int]:
    """A rule that takes points and returns how many were available before. A new bucket has 100."""

    def rule(state: BucketState | None) -> tuple[BucketState, int]:
        available = 100 if state is None else state[0]
        return (available - points, NOW), available

    return rule


async def test_requests_that_wait_share_a_statement(databases: Databases) -> None:
    database = await open_database(databases.new("postgresql"))
    buckets, other = TableBuckets(database), TableBuckets(database)
    first = await asyncio.gather(*(buckets.change(5, 6, taking(1)) for _ in range(9)))
    cancelled = [asyncio.create_task(buckets.change(5, 6, taking(1))) for _ in range(4)]
    await asyncio.sleep(0)
    for each in cancelled[1:3]:
        each.cancel()
    await asyncio.wait(cancelled)
    assert (sorted(first), [each.cancelled() for each in cancelled]) == (
        list(range(92, 101)),
        [False, True, True, False],
    )
    assert await other.change(5, 6, taking(0)) == 89
    for each in (buckets, other):
        await each.close()
    await database.close()


async def test_points_are_given_back_with_the_next_change_or_soon(databases: Databases) -> None:
    database = await open_database(databases.new("postgresql"))
    # So late that only the other changes write what was given back.
    buckets, other = TableBuckets(database, soon=3600), TableBuckets(database)
    assert await buckets.change(7, 8, taking(10)) == 100
    # Not written yet, but the process that gave them back knows.
    assert [await buckets.change_soon(7, 8, taking(-4)) for _ in range(2)] == [90, 94]
    assert await other.change(7, 8, taking(0)) == 90
    assert await buckets.change(7, 8, taking(5)) == 98
    assert await other.change(7, 8, taking(0)) == 93
    await buckets.change_soon(7, 8, taking(-1))
    await buckets.change_soon(7, 8, taking(-1))
    await buckets.close()
    assert await other.change(7, 8, taking(0)) == 95
    await other.close()
    await database.close()


async def test_points_are_given_back_without_another_change(databases: Databases) -> None:
    database = await open_database(databases.new("postgresql"))
    buckets, other = TableBuckets(database, soon=0.001), TableBuckets(database)
    assert await buckets.change(7, 8, taking(10)) == 100
    assert await buckets.change_soon(7, 8, taking(-4)) == 90
    async with asyncio.timeout(60):
        while await other.change(7, 8, taking(0)) != 94:  # noqa: ASYNC110 - the other writes it at some time
            await asyncio.sleep(0.005)
    for each in (buckets, other):
        await each.close()
    await database.close()


async def test_points_are_taken_before_the_table_knows_while_there_are_many(databases: Databases) -> None:
    database = await open_database(databases.new("postgresql"))
    buckets, other = TableBuckets(database, soon=3600), TableBuckets(database)
    # The bucket was not seen yet.
    assert buckets.take_soon(7, 8, taking(1), least=50, most=20) is None
    assert await buckets.change(7, 8, taking(10)) == 100
    assert [buckets.take_soon(7, 8, taking(10), least=50, most=20) for _ in range(3)] == [90, 80, None]
    assert await other.change(7, 8, taking(0)) == 90
    # Both are written with the next change, to the state that the other process left.
    assert await other.change(7, 8, taking(5)) == 90
    assert await buckets.change(7, 8, taking(0)) == 65
    assert [buckets.take_soon(7, 8, taking(points), least=50, most=20) for points in (10, 10)] == [65, None]
    assert await buckets.change_soon(7, 8, taking(-4)) == 55
    assert buckets.take_soon(7, 8, taking(9), least=50, most=20) == 59
    await buckets.close()
    assert await other.change(7, 8, taking(0)) == 50
    await other.close()
    await database.close()


async def test_points_are_not_taken_from_a_bucket_that_was_written_long_ago(databases: Databases) -> None:
    database = await open_database(databases.new("postgresql"))
    buckets = TableBuckets(database, soon=0)
    assert await buckets.change(7, 8, taking(10)) == 100
    await asyncio.sleep(0.001)
    assert buckets.take_soon(7, 8, taking(1), least=0, most=100) is None
    await buckets.close()
    await database.close()
