"""The cost of a report for a shop with 100,000 checkouts, or as many as the argument says.

    .venv/bin/python -m tests.benchmarks.reports [1000000]

CPU is that of the whole process, with the driver's threads: the median of seven reports over 7, 30 and 90 days, each
without a cache. The counts are written as intake writes them. "Waiting for a CPU" is the time in which the process
could run and other programs had the CPUs, as Linux counts it.
"""

import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from abandoned_checkouts.checkouts.moment import DAY, HOUR
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.reports.days import period_named
from abandoned_checkouts.reports.facts import CheckoutFacts, ProductShare
from abandoned_checkouts.store.engine.database import Connection, Database, open_database
from abandoned_checkouts.store.reports.changes import add_changes
from abandoned_checkouts.store.reports.cohort_rows import cohort_figures
from abandoned_checkouts.store.reports.note_facts import note_checkouts
from abandoned_checkouts.store.tenants.shops import create_shop
from abandoned_checkouts.work.report import ReportQuery, Reports, product_rows, slot_rows, step_rows

NOW = 1_790_000_000_000_000
_BATCH, _PRODUCTS, _TIMES = 1000, 500, 7


def facts(chance: random.Random, age: float) -> CheckoutFacts:
    """A checkout of the last 365 days: `age` 1 began a year ago. Every fourth was recovered, half were mailed."""
    begun = NOW - round(age * 364 * DAY) - chance.randint(0, DAY)
    recovered = begun + chance.randint(HOUR, 20 * DAY) if chance.random() < 0.25 else None
    total = chance.randint(5_0000, 900_0000)
    return CheckoutFacts(
        begun_at=begun,
        has_contact=True,
        currency="USD",
        presentment_currency=chance.choice(["USD", "USD", "EUR", "GBP"]),
        total=total,
        presentment_total=total,
        abandoned_at=begun + 10 * 60_000_000,
        recovered_at=recovered,
        mailed_at=begun + HOUR if chance.random() < 0.5 else None,
        visited_at=begun + 2 * HOUR if chance.random() < 0.2 else None,
        shopper=chance.randint(1, 600_000) * 7_919_000_000_001,
        products=tuple(
            ProductShare(str(chance.randint(1, _PRODUCTS)), 1, total // 2) for _ in range(chance.randint(1, 3))
        ),
    )


async def fill(store: Database, shop: Shop, count: int) -> None:
    chance = random.Random(0)
    spent = 0.0
    for start in range(0, count, _BATCH):
        made = {
            number: facts(chance, 1 - number / count) for number in range(start + 1, min(start + _BATCH, count) + 1)
        }
        before = time.process_time()
        async with store.begin() as connection:
            await note_checkouts(connection, shop, made)
        await add_changes(store)
        spent += time.process_time() - before
    while await add_changes(store):
        pass
    print(f"counting: {1e6 * spent / count:.0f} µs of CPU for each checkout")


async def measured(store: Database, work: Callable[[Connection], Awaitable[object]]) -> tuple[float, ...]:
    """The medians of the times in milliseconds: CPU, elapsed, and waiting for a CPU."""
    cpu, elapsed, waiting = [], [], []
    for _ in range(_TIMES):
        async with store.read() as connection:
            start, started, waited = time.process_time(), time.perf_counter(), run_delay()
            await work(connection)
            cpu.append(time.process_time() - start)
            elapsed.append(time.perf_counter() - started)
            waiting.append(run_delay() - waited)
    return tuple(1000 * statistics.median(each) for each in (cpu, elapsed, waiting))


def run_delay() -> float:
    """The seconds for which threads of this process waited for a CPU so far; 0 if the system does not count them."""
    found = 0
    for file in Path("/proc/self/task").glob("*/schedstat"):
        found += int(file.read_text().split()[1])
    return found / 1e9


async def main(count: int) -> None:
    os.environ.setdefault("ABANDONED_CHECKOUTS_SECRET_KEY", "the key of the benchmarks is not secret")
    with tempfile.TemporaryDirectory() as folder:
        store = await open_database(f"sqlite+aiosqlite:///{folder}/store.sqlite3")
        async with store.begin() as connection:
            shop = await create_shop(
                connection, "acme.myshopify.com", now=NOW, currency="USD", timezone="America/New_York"
            )
        await fill(store, shop, count)
        for name in ("7", "30", "90"):
            query = ReportQuery(period_named(name, NOW, shop.timezone))
            reports = Reports()
            async with store.read() as connection:
                # Fills the cache of shoppers and medians.
                await reports.overview(connection, shop, query, NOW)
            kinds: dict[str, Callable[[Connection], Awaitable[object]]] = {
                "counts and sums by day": lambda c, q=query, r=reports: r.overview(c, shop, q, NOW),  # type: ignore[misc]
                "value and hour": lambda c, q=query: slot_rows(c, shop, q),  # type: ignore[misc]
                "top products": lambda c, q=query: product_rows(c, shop, q, 10),  # type: ignore[misc]
                "steps": lambda c, q=query: step_rows(c, shop, q),  # type: ignore[misc]
                "shoppers, medians": lambda c, q=query: cohort_figures(c, shop, q.period),  # type: ignore[misc]
            }
            for kind, work in kinds.items():
                cpu, elapsed, waiting = await measured(store, work)
                print(
                    f"{count:,} checkouts, {name} days, {kind}: {cpu:.1f} ms of CPU, {elapsed:.1f} ms elapsed, "
                    f"{waiting:.1f} ms of them waiting for a CPU"
                )
        await store.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
