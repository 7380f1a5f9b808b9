"""python -m tests.benchmarks.intake: signed `checkouts/create` webhooks that a server takes in a second.

`serve` runs as a process, with one worker, its background work, and a store in a SQLite file (synchronous=FULL). Each
message is a new checkout with three lines and a customer; 16 connections are kept alive and send a message after each
response. There is no subscription. The second figure is CPU time of the server for each message, which depends less on
what else the machine does.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path

import psutil

from abandoned_checkouts.shopify.formats.webhooks.signature import signature
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.change_settings import change_settings
from abandoned_checkouts.store.tenants.shops import create_shop
from tests.cli.serving import serving
from tests.intake.messages import SECRET, checkout

DOMAIN = "intake.myshopify.com"
CONNECTIONS = 16


def message(number: int) -> bytes:
    """The request with one webhook, as bytes for the connection."""
    person = {"id": 1_000_000 + number, "email": f"buyer-{number}@example.com", "first_name": "Ada"}
    lines = [
        {"key": f"k{place}", "title": "Teapot", "sku": f"POT-{place}", "quantity": 2, "price": "19.50", "product_id": 7}
        for place in range(3)
    ]
    at = (time.time_ns() // 1000) - 60_000_000
    body = json.dumps(
        checkout(f"token-{number}", at=at, id=number + 1, email=person["email"], customer=person, line_items=lines)
    ).encode()
    head = (
        f"POST /intake/shopify HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nX-Shopify-Topic: checkouts/create\r\nX-Shopify-Shop-Domain: {DOMAIN}\r\n"
        f"X-Shopify-Hmac-Sha256: {signature(body, SECRET)}\r\nX-Shopify-Webhook-Id: webhook-{number}\r\n\r\n"
    )
    return head.encode() + body


async def send(port: int, messages: list[bytes]) -> None:
    """Send all messages, each on the first connection that is free."""
    waiting = iter(messages)

    async def one_connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for text in waiting:
            writer.write(text)
            head = await reader.readuntil(b"\r\n\r\n")
            size = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
            body = await reader.readexactly(size)
            assert body == b'{"outcome":"created"}', body
        writer.close()

    await asyncio.gather(*(one_connection() for _ in range(CONNECTIONS)))


async def prepare(url: str) -> None:
    database = await open_database(url)
    async with database.begin() as connection:
        now = time.time_ns() // 1000
        shop = await create_shop(connection, DOMAIN, now=now)
        await change_settings(connection, shop, {"webhook_secrets": [SECRET]}, now)
    await database.close()


def measure(count: int, rounds: int) -> tuple[list[float], list[float]]:
    """Messages a second, and milliseconds of the server's CPU for each, in each round."""
    rates, spent = [], []
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'store.sqlite3'}"
        asyncio.run(prepare(url))
        with serving(url) as server:
            process = psutil.Process(server.process.pid)
            for round_ in range(rounds):
                messages = [message(round_ * count + number) for number in range(count)]
                started, before = time.perf_counter(), sum(process.cpu_times()[:2])
                asyncio.run(send(server.port, messages))
                rates.append(count / (time.perf_counter() - started))
                spent.append((sum(process.cpu_times()[:2]) - before) / count * 1000)
    return rates, spent


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.intake", description=__doc__)
    parser.add_argument("--messages", type=int, default=2_000, help="messages in a round (2,000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds (5)")
    given = parser.parse_args()
    rates, spent = measure(given.messages, given.rounds)
    print(f"{statistics.median(rates):,.0f} messages/s, {statistics.median(spent):.2f} ms CPU each")
    print("rounds: " + ", ".join(f"{rate:,.0f}/s" for rate in rates))


if __name__ == "__main__":
    main()
