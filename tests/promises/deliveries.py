"""Events to a receiver that fails at random, by a sender that is killed again and again.

    python -m tests.promises.deliveries --events 5000 --kills 100 --database sqlite+aiosqlite:////tmp/deliveries.sqlite3

Promised: every event is delivered at least once, under one id in all its attempts, those of one checkout in order.
"""

import argparse
import asyncio
import itertools
import random
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import orjson
from sqlalchemy import insert

from abandoned_checkouts.checkouts.checkout import Checkout
from abandoned_checkouts.checkouts.shop import Shop
from abandoned_checkouts.store.checkouts.take import take_checkout
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.tables import webhook_subscriptions
from abandoned_checkouts.store.tenants.shops import create_shop, register_app
from tests.promises.child import Child
from tests.promises.sender import present
from tests.work.receiver import RESET, TIMEOUT, Behaviour, Receiver

# How the receiver answers, with how many of a hundred.
ANSWERS: dict[Behaviour, int] = {200: 60, 429: 10, 500: 12, 410: 6, TIMEOUT: 4, RESET: 8}
CHANGES = 10


@dataclass
class Outcome:
    events: int
    kills: int
    attempts: int
    repeated: int
    seconds: float
    undelivered: list[str] = field(default_factory=list)
    changed_ids: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)

    @property
    def is_kept(self) -> bool:
        return not (self.undelivered or self.changed_ids or self.out_of_order)

    def __str__(self) -> str:
        return (
            f"{self.events} events, {self.kills} kills, {self.attempts} attempts, {self.repeated} repeated after "
            f"success, in {self.seconds:.0f} s: undelivered {len(self.undelivered)}, "
            f"ids changed {len(self.changed_ids)}, out of order {len(self.out_of_order)}"
        )


async def prove(url: str, events: int, kills: int, seed: int = 1) -> Outcome:
    chance = random.Random(seed)
    database = await open_database(url)
    began = time.monotonic()
    try:
        async with Receiver(lambda *_: chance.choices(list(ANSWERS), list(ANSWERS.values()))[0]) as receiver:
            shop = await _shop(database, receiver.url())
            sender = Child("tests.promises.sender", url)
            writing = asyncio.create_task(_write(database, shop, events, kills))
            try:
                await _kill(sender, kills, chance)
                await writing
                await sender.start()
                await _all_delivered(receiver, events)
            finally:
                writing.cancel()
                await sender.kill()
            return _judged(receiver, events, sender.kills - 1, time.monotonic() - began)
    finally:
        await database.close()


async def _shop(database: Database, address: str) -> Shop:
    now = present()
    async with database.begin() as connection:
        shop = await create_shop(connection, "deliveries.myshopify.com", now=now)
        app_id = await register_app(connection, shop, now=now, title="Receiver", client_secret="s")
        row = {"shop_id": shop.id, "app_id": app_id, "uri": address, "api_version": "2026-07"}
        row |= {"created_at": now, "updated_at": now, "id": 1, "topic": "CHECKOUTS_UPDATE"}
        await connection.execute(insert(webhook_subscriptions).values(row))
    return shop


async def _write(database: Database, shop: Shop, events: int, kills: int) -> None:
    """All events over the time of the kills: each checkout is begun once and then changed ten times."""
    started = present()
    for first in range(0, events, CHANGES):
        async with database.begin() as connection:
            await take_checkout(connection, shop, _checkout(first, 0, started), present())
        for change in range(1, CHANGES + 1):
            async with database.begin() as connection:
                await take_checkout(connection, shop, _checkout(first, change, started), present())
        await asyncio.sleep(kills * CHANGES / events)


def _checkout(first: int, change: int, started: int) -> Checkout:
    return Checkout(
        platform="shopify",
        token=f"checkout-{first}",
        created_at=started,
        updated_at=started + change,
        currency="USD",
        note=str(change),
    )


async def _kill(sender: Child, kills: int, chance: random.Random) -> None:
    for _ in range(kills):
        await sender.start()
        await asyncio.sleep(chance.uniform(0.02, 1.2))
        await sender.kill()


async def _all_delivered(receiver: Receiver, events: int) -> None:
    async with asyncio.timeout(600):
        # The receiver has no signal for new deliveries.
        while len({each.body for each in receiver.received if each.answered == 200}) < events:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    # Repeated deliveries arrive within a lease.
    await asyncio.sleep(2)


def _judged(receiver: Receiver, events: int, kills: int, seconds: float) -> Outcome:
    ids: dict[str, set[str]] = defaultdict(set)
    arrivals: dict[str, list[int]] = defaultdict(list)
    successes: Counter[str] = Counter()
    for each in receiver.received:
        body = orjson.loads(each.body)
        event = f"{body['token']}/{body['note']}"
        ids[event].add(each.headers["x-shopify-webhook-id"])
        arrivals[body["token"]].append(int(body["note"]))
        successes[event] += each.answered == 200
    expected = [f"checkout-{first}/{change}" for first in range(0, events, CHANGES) for change in range(1, CHANGES + 1)]
    return Outcome(
        events=events,
        kills=kills,
        attempts=len(receiver.received),
        repeated=sum(count - 1 for count in successes.values() if count > 1),
        seconds=seconds,
        undelivered=[event for event in expected if not successes[event]],
        changed_ids=[event for event, known in ids.items() if len(known) > 1],
        out_of_order=[
            token
            for token, changes in arrivals.items()
            if any(earlier > later for earlier, later in itertools.pairwise(changes))
        ],
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        address = given.database or f"sqlite+aiosqlite:///{Path(folder) / 'deliveries.sqlite3'}"
        outcome = asyncio.run(prove(address, given.events, given.kills, given.seed))
    print(outcome)
    raise SystemExit(not outcome.is_kept)
