"""python -m tests.benchmarks.deliveries: deliveries that a server sends in a second.

`serve` runs as a process, with one worker and a store in a SQLite file (synchronous=FULL). The deliveries, with bodies
of 3 kB and each about another checkout, wait when it starts. The receiver is another process on this machine. The
second figure is CPU time of the server for each delivery, which depends less on what else the machine does.
"""

import argparse
import asyncio
import multiprocessing
import tempfile
import time
from multiprocessing.synchronize import Event
from pathlib import Path

import psutil
from sqlalchemy import insert

from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.outbox.deliveries import add_deliveries
from abandoned_checkouts.store.tables import webhook_subscriptions
from abandoned_checkouts.store.tenants.shops import create_shop, register_app
from abandoned_checkouts.work.sender import body_hash
from tests.cli.serving import serving
from tests.ports import free_port

BODY = '{"note":"' + "x" * 3_000 + '"}'
RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
# The figures leave out the first deliveries, while the server starts.
FIRST = 200


class Receiver(asyncio.Protocol):
    """Responds to each request with 200. A request ends with the last character of its body."""

    def __init__(self, count: "Counter") -> None:
        self._count, self._end = count, BODY[-2:].encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if data.endswith(self._end):
            self._count.add()
            self._transport.write(RESPONSE)  # type: ignore[attr-defined]


class Counter:
    def __init__(self, all_: int, begun: Event, ended: Event) -> None:
        self._left, self._first, self._begun, self._ended = all_, all_ - FIRST, begun, ended

    def add(self) -> None:
        self._left -= 1
        if self._left == self._first:
            self._begun.set()
        if self._left == 0:
            self._ended.set()


def receive(port: int, all_: int, begun: Event, ended: Event) -> None:
    async def run() -> None:
        counter = Counter(all_, begun, ended)
        server = await asyncio.get_running_loop().create_server(lambda: Receiver(counter), "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(run())


async def prepare(url: str, port: int, count: int) -> None:
    database, now = await open_database(url), time.time_ns() // 1000
    async with database.begin() as connection:
        shop = await create_shop(connection, "deliveries.myshopify.com", now=now)
        app_id = await register_app(connection, shop, now=now, title="Receiver", client_secret="s")
        hook = {"shop_id": shop.id, "app_id": app_id, "uri": f"http://127.0.0.1:{port}/", "api_version": "2026-07"}
        hook |= {"created_at": now, "updated_at": now, "id": 1, "topic": "CHECKOUTS_CREATE"}
        await connection.execute(insert(webhook_subscriptions).values(hook))
        row = {"shop_id": shop.id, "dialect": "shopify", "subscription_id": 1, "topic": hook["topic"]}
        row |= {"address": hook["uri"], "headers": "{}", "body": BODY, "body_hash": body_hash(BODY), "created_at": now}
        rows = [
            {**row, "event_id": number, "subject": f"checkout/{number}", "webhook_id": str(number)}
            for number in range(count)
        ]
        await add_deliveries(connection, rows)
    await database.close()


def measure(count: int) -> tuple[float, float]:
    """Deliveries a second, and milliseconds of the server's CPU for each."""
    context, port = multiprocessing.get_context("spawn"), free_port()
    begun, ended = context.Event(), context.Event()
    receiver = context.Process(target=receive, args=(port, count + FIRST, begun, ended), daemon=True)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'store.sqlite3'}"
        asyncio.run(prepare(url, port, count + FIRST))
        receiver.start()
        try:
            with serving(url, allow_private_targets="true") as server:
                process = psutil.Process(server.process.pid)
                assert begun.wait(60)
                started, before = time.perf_counter(), sum(process.cpu_times()[:2])
                assert ended.wait(600)
                seconds, spent = time.perf_counter() - started, sum(process.cpu_times()[:2]) - before
        finally:
            receiver.terminate()
            receiver.join()
    return count / seconds, spent / count * 1000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.deliveries", description=__doc__)
    parser.add_argument("--deliveries", type=int, default=3_000, help="deliveries to send (3,000)")
    given = parser.parse_args()
    rate, spent = measure(given.deliveries)
    print(f"{rate:,.0f} deliveries/s, {spent:.2f} ms CPU each")


if __name__ == "__main__":
    main()
