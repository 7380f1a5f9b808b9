"""Measures requests to a server with and without the twin, and the twin's operations. In one process, without HTTP.

    python -m tests.benchmarks.twin [--restores 1000]

The store is the demo shop of 500 checkouts in a SQLite file. The first table is CPU time of a small GraphQL query, the
median of alternating rounds: `respond` is the server without the one comparison that asks whether there is a twin, so
its difference to "without the twin" is what the twin costs a server that does not have it. The second table has elapsed
and CPU time: on a busy machine, the elapsed time is mostly waiting. --restores repeats a restore, and shows that
memory, files and open files do not grow.
"""

import argparse
import asyncio
import os
import resource
import statistics
import tempfile
import time
from pathlib import Path

from starlette.types import ASGIApp, Message, Scope

from abandoned_checkouts.config import Settings
from abandoned_checkouts.demo.demo_token import TOKEN
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.server import Server, create_app
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.twin.asgi_call import call

CHECKOUTS = 500
ROUNDS, REQUESTS, TIMES = 15, 150, 100
QUERY = b'{"query":"{abandonedCheckoutsCount{count}}"}'


def now() -> int:
    return time.time_ns() // 1000


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.twin", description=__doc__)
    parser.add_argument("--restores", type=int, default=0, help="repeat a restore this often, and watch the growth")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load average {load:.1f}: elapsed times are longer than on a machine at rest")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain, twin = await opened(folder / "plain", twin=False), await opened(folder / "twin", twin=True)
        async with plain.router.lifespan_context(plain), twin.router.lifespan_context(twin):
            await requests(plain, twin)
            await operations(twin)
            if given.restores:
                await growth(twin, given.restores, folder)


async def opened(folder: Path, *, twin: bool) -> Server:
    await asyncio.to_thread(folder.mkdir)
    url = f"sqlite+aiosqlite:///{folder / 'store.sqlite3'}"
    database = await open_database(url)
    await fill(database, checkouts=CHECKOUTS, seed=1, now=now())
    await database.close()
    # Without background work in either: it would run in between.
    settings = Settings(database_url=url, twin=twin, work=twin, throttle=False, bulk_folder=str(folder / "bulk"))
    found = create_app(settings)
    assert isinstance(found, Server)
    return found


async def requests(plain: Server, twin: Server) -> None:
    contenders: list[tuple[str, ASGIApp]] = [
        ("respond, without asking for a twin", plain.respond),
        ("without the twin", plain),
        ("with the twin", twin),
    ]
    spent: dict[str, list[float]] = {title: [] for title, _ in contenders}
    for _, app in contenders:
        await many(app, REQUESTS)
    for number in range(ROUNDS):
        for title, app in contenders if number % 2 else reversed(contenders):
            spent[title].append(await many(app, REQUESTS))
    print(f"\n{'a request':<38}{'CPU µs':>8}{'lowest':>8}")
    for title, figures in spent.items():
        print(f"{title:<38}{statistics.median(figures):>8.1f}{min(figures):>8.1f}")


async def many(app: ASGIApp, count: int) -> float:
    """CPU microseconds per request."""
    started = time.process_time_ns()
    for _ in range(count):
        await ask(app)
    return (time.process_time_ns() - started) / 1000 / count


async def ask(app: ASGIApp) -> None:
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/admin/api/2026-10/graphql.json",
        "raw_path": b"/admin/api/2026-10/graphql.json",
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"host", b"127.0.0.1"),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(QUERY)).encode()),
            (b"x-shopify-access-token", TOKEN.encode()),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    status = 0

    async def receive() -> Message:
        return {"type": "http.request", "body": QUERY, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    await app(scope, receive, send)
    assert status == 200, status


async def operations(twin: Server) -> None:
    """Measures each operation alone. Background work of the previous operation is done first."""
    assert twin.twin is not None
    print(f"\n{'an operation, milliseconds':<38}{'median':>8}{'p95':>8}{'lowest':>8}{'CPU':>8}")
    for title, method, path, body in (
        # First the snapshots, because the checkouts below make the store larger than the demo shop.
        ("take a snapshot", "PUT", "/__twin/snapshots/s", {}),
        ("restore a snapshot after a change", "POST", "/__twin/snapshots/s/restore", {}),
        ("restore a snapshot without a change", "POST", "/__twin/snapshots/s/restore", {}),
        ("create an abandoned checkout", "POST", "/__twin/checkouts", {"state": "abandoned"}),
    ):
        elapsed, busy = [], []
        for _ in range(TIMES):
            if title.endswith("after a change"):
                await call(twin, "POST", "/__twin/checkouts", {"state": "abandoned"})
            await twin.twin.travel.settle()
            started, spent = time.perf_counter(), time.process_time()
            status, answer = await call(twin, method, path, body)
            elapsed.append((time.perf_counter() - started) * 1000)
            busy.append((time.process_time() - spent) * 1000)
            assert status < 300, answer
        elapsed.sort()
        p95, median = elapsed[int(TIMES * 0.95)], statistics.median(elapsed)
        print(f"{title:<38}{median:>8.1f}{p95:>8.1f}{elapsed[0]:>8.1f}{statistics.median(busy):>8.1f}")


async def growth(twin: Server, restores: int, folder: Path) -> None:
    print(f"\n{'restores':<12}{'resident MiB':>14}{'files':>8}{'open files':>12}{'bytes of files':>16}")
    for number in range(restores + 1):
        if number % max(1, restores // 10) == 0:
            print(f"{number:<12}{await asyncio.to_thread(used, folder)}", flush=True)
        # A change that the restore must undo.
        status, answer = await call(twin, "POST", "/__twin/checkouts", {"state": "abandoned"})
        assert status == 201, answer
        status, answer = await call(twin, "POST", "/__twin/snapshots/s/restore", {})
        assert status == 200, answer


def used(folder: Path) -> str:
    """Memory of this process, files in the folder, open files, bytes of the files."""
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    files = [path for path in folder.rglob("*") if path.is_file()]
    size, open_files = sum(path.stat().st_size for path in files), len(list(Path("/proc/self/fd").iterdir()))
    return f"{resident / 2**20:>14.1f}{len(files):>8}{open_files:>12}{size:>16,}"


if __name__ == "__main__":
    asyncio.run(main())
