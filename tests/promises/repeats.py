"""A server that is killed while it delivers events: which deliveries are repeated, and how many?

    python -m tests.promises.repeats --kills 20

Promised: only deliveries whose answer was not stored are sent again, after each kill at most as many as the limit of
deliveries at once, each under its id and with its body. One whose success is stored is never sent again.
"""

import argparse
import asyncio
import random
import sqlite3
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from sqlalchemy import insert

from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.outbox.deliveries import add_deliveries
from abandoned_checkouts.store.tables import webhook_subscriptions
from abandoned_checkouts.store.tenants.shops import create_shop, register_app
from tests.cli.serving import serving
from tests.ports import free_port
from tests.promises.sender import present
from tests.work.receiver import Behaviour, Receiver

LIMITS = (1, 4, 16)


@dataclass
class Outcome:
    limit: int
    deliveries: int
    repeats: list[int] = field(default_factory=list)
    repeated_after_store: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    undelivered: int = 0
    not_expected: int = 0
    # Kills before the server sent anything, which would prove nothing.
    too_early: int = 0
    seconds: float = 0

    @property
    def is_kept(self) -> bool:
        broken = self.repeated_after_store or self.changed or self.undelivered or self.not_expected or self.too_early
        return not broken and max(self.repeats, default=0) <= self.limit

    def __str__(self) -> str:
        kills = len(self.repeats)
        return (
            f"| {self.limit} | {kills} | {self.deliveries} | {sum(self.repeats)} | "
            f"{sum(self.repeats) / max(1, kills):.1f} | {max(self.repeats, default=0)} | "
            f"{len(self.repeated_after_store)} | {self.undelivered} |"
        )


async def prove(file: Path, limit: int, kills: int, deliveries: int, seed: int = 1) -> Outcome:
    chance, began = random.Random(seed), time.monotonic()
    outcome = Outcome(limit, deliveries)
    url, port = f"sqlite+aiosqlite:///{file}", free_port()

    def answer(*_: object) -> Behaviour:
        return 200

    async with Receiver(answer) as receiver:
        await _fill(url, receiver, deliveries)
        settings = {"deliveries_at_once": limit, "allow_private_targets": True}
        stored: set[str] = set()
        seen = 0
        expected: set[str] = set()
        for _ in range(kills):
            with await asyncio.to_thread(_started, url, port, settings) as server:
                outcome.too_early += not await _has_sent(receiver, chance.randint(1, max(1, deliveries // kills // 2)))
                await asyncio.sleep(chance.uniform(0, 0.02))
                server.process.kill()
                await asyncio.to_thread(server.process.wait)
                seen = _check_new(receiver, seen, stored, outcome)
                stored = await asyncio.to_thread(_stored, file)
                answered = {each.headers["x-shopify-webhook-id"] for each in receiver.received}
                # A request that the server sent and whose answer it had no time to store.
                left = answered - stored - expected
                outcome.repeats.append(len(left))
                expected |= left
        with await asyncio.to_thread(_started, url, port, settings):
            until = time.monotonic() + 120
            while len(await asyncio.to_thread(_stored, file)) < deliveries and time.monotonic() < until:  # noqa: ASYNC110
                await asyncio.sleep(0.5)
        _check_new(receiver, seen, stored, outcome)
        _judge(receiver, deliveries, expected, outcome)
    outcome.seconds = time.monotonic() - began
    return outcome


async def _has_sent(receiver: Receiver, more: int) -> bool:
    """Wait until the receiver has so many more requests. False if they do not arrive."""
    least, until = len(receiver.received) + more, time.monotonic() + 120
    while len(receiver.received) < least and time.monotonic() < until:  # noqa: ASYNC110
        await asyncio.sleep(0.002)
    return len(receiver.received) >= least


def _started(url: str, port: int, settings: dict[str, object]):  # type: ignore[no-untyped-def]
    context = serving(url, port=port, **settings)

    class Running:
        def __enter__(self):  # type: ignore[no-untyped-def]
            return server

        def __exit__(self, *problem: object) -> None:
            context.__exit__(None, None, None)

    server = context.__enter__()
    return Running()


async def _fill(url: str, receiver: Receiver, count: int) -> None:
    """Deliveries to eight subscriptions, each about another checkout."""
    database = await open_database(url)
    now = present()
    async with database.begin() as connection:
        shop = await create_shop(connection, "repeats.myshopify.com", now=now)
        app_id = await register_app(connection, shop, now=now, title="Receiver", client_secret="s")
        for number in range(1, 9):
            row = {"shop_id": shop.id, "app_id": app_id, "uri": receiver.url(f"/{number}"), "api_version": "2026-07"}
            row |= {"created_at": now, "updated_at": now, "id": number, "topic": "CHECKOUTS_UPDATE"}
            await connection.execute(insert(webhook_subscriptions).values(row))
        rows = [
            {
                "shop_id": shop.id,
                "event_id": number,
                "dialect": "shopify",
                "subscription_id": number % 8 + 1,
                "subject": f"checkout/{number}",
                "topic": "CHECKOUTS_UPDATE",
                "webhook_id": (webhook_id := str(uuid4())),
                "address": receiver.url(f"/{number % 8 + 1}"),
                "headers": f'{{"X-Shopify-Webhook-Id": "{webhook_id}"}}',
                "body": f'{{"number": {number}}}',
                "body_hash": str(number),
                "created_at": now,
                "owner_id": app_id,
            }
            for number in range(count)
        ]
        await add_deliveries(connection, rows)
    await database.close()


def _stored(file: Path) -> set[str]:
    """The ids of the deliveries whose success is in the store."""
    with closing(sqlite3.connect(file)) as store:
        return {name for (name,) in store.execute("SELECT webhook_id FROM deliveries WHERE state = 'delivered'")}


def _check_new(receiver: Receiver, seen: int, stored: set[str], outcome: Outcome) -> int:
    """`stored` was stored before the requests from number `seen` on were received."""
    ids = [each.headers["x-shopify-webhook-id"] for each in receiver.received[seen:]]
    outcome.repeated_after_store += [each for each in ids if each in stored]
    return len(receiver.received)


def _judge(receiver: Receiver, deliveries: int, expected: set[str], outcome: Outcome) -> None:
    bodies: dict[str, set[bytes]] = {}
    counts: dict[str, int] = {}
    for each in receiver.received:
        name = each.headers["x-shopify-webhook-id"]
        bodies.setdefault(name, set()).add(each.body)
        counts[name] = counts.get(name, 0) + 1
    outcome.changed = [name for name, found in bodies.items() if len(found) > 1]
    outcome.undelivered = deliveries - len(bodies)
    outcome.not_expected = len({name for name, count in counts.items() if count > 1} - expected)


async def main(limits: list[int], kills: int, deliveries: int) -> bool:
    print("| limit | kills | deliveries | repeats | a kill | most a kill | after its success was stored | lost |")
    print("|---|---|---|---|---|---|---|---|")
    kept = True
    for limit in limits:
        with tempfile.TemporaryDirectory() as folder:
            outcome = await prove(Path(folder) / "repeats.sqlite3", limit, kills, deliveries)
        print(outcome, flush=True)
        kept &= outcome.is_kept
    return kept


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--deliveries", type=int, default=6000)
    parser.add_argument("--limits", type=int, nargs="+", default=list(LIMITS))
    given = parser.parse_args()
    raise SystemExit(not asyncio.run(main(given.limits, given.kills, given.deliveries)))
