"""Many simultaneous writers in several processes. Each reads before it writes.

    python -m tests.promises.writers --writers 64 --transactions 20000 --processes 4

Guarantee: no request fails with "database is locked", and no change is lost.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.tables import shops
from abandoned_checkouts.store.tenants.shops import create_shop
from tests.promises.child import ROOT


@dataclass
class Outcome:
    writers: int
    transactions: int
    processes: int
    errors: int
    counted: int
    seconds: float

    @property
    def is_kept(self) -> bool:
        return not self.errors and self.counted == self.transactions

    def __str__(self) -> str:
        return (
            f"{self.writers} writers in {self.processes} processes, {self.transactions} read-then-write transactions "
            f"in {self.seconds:.0f} s: {self.errors} refused, {self.transactions - self.counted} lost"
        )


async def prove(url: str, writers: int, transactions: int, processes: int) -> Outcome:
    database = await open_database(url)
    try:
        async with database.begin() as connection:
            await create_shop(connection, "writers.myshopify.com", now=0)
        began = time.monotonic()
        each = (str(writers // processes), str(transactions // processes))
        made = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.promises.writers", "--part", url, *each, stdout=PIPE, cwd=ROOT
            )
            for _ in range(processes)
        ]
        reported = [(await process.communicate())[0] for process in made]
        seconds = time.monotonic() - began
        async with database.read() as connection:
            counted = (await connection.execute(select(shops.c.last_checkout_id))).scalar_one()
        return Outcome(writers, transactions, processes, sum(map(int, reported)), counted, seconds)
    finally:
        await database.close()


async def part(url: str, writers: int, transactions: int) -> int:
    """One process's share; returns how many transactions were refused."""
    database = await open_database(url)
    left, errors = transactions, 0

    async def write() -> None:
        nonlocal left, errors
        while left > 0:
            left -= 1
            try:
                await _count(database)
            except DBAPIError as problem:
                errors += 1
                sys.stderr.write(f"{problem}\n")

    try:
        await asyncio.gather(*(write() for _ in range(writers)))
    finally:
        await database.close()
    return errors


async def _count(database: Database) -> None:
    async with database.begin() as connection:
        seen = select(shops.c.last_checkout_id).with_for_update()
        number = (await connection.execute(seen)).scalar_one()
        await asyncio.sleep(0)
        await connection.execute(update(shops).values(last_checkout_id=number + 1))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--part"]:
        print(asyncio.run(part(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))))
        raise SystemExit
    parser = argparse.ArgumentParser()
    parser.add_argument("--writers", type=int, default=64)
    parser.add_argument("--transactions", type=int, default=20_000)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--database")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        address = given.database or f"sqlite+aiosqlite:///{Path(folder) / 'writers.sqlite3'}"
        outcome = asyncio.run(prove(address, given.writers, given.transactions, given.processes))
    print(outcome)
    raise SystemExit(not outcome.is_kept)
