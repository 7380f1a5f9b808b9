"""A sender in a separate process, which tests kill: `python -m tests.promises.sender URL`. Prints "ready" first."""

import asyncio
import sys
import time

from abandoned_checkouts.checkouts.moment import SECOND
from abandoned_checkouts.checkouts.reach import Reach
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.work.deliver import Timing
from abandoned_checkouts.work.retry import Schedule
from abandoned_checkouts.work.workers import Workers

# A short time limit for a response, but many retries, so that no delivery is lost by chance.
HURRIED = Timing(seconds=0.3, schedule=Schedule(30, 60 * SECOND))


def present() -> int:
    return time.time_ns() // 1000


async def main(url: str) -> None:
    database = await open_database(url)
    async with Workers(database, present, reach=Reach.PRIVATE, timing=HURRIED):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
