"""A process that runs bulk operations slowly, which a test kills: `bulk_child URL FOLDER NOW`."""

import asyncio
import sys
from pathlib import Path
from typing import Any

from abandoned_checkouts.shopify.bulk.rules.files import Results
from abandoned_checkouts.shopify.bulk.runs import run as running
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.work.bulk_runner import BulkRunner, Pace


async def main(url: str, folder: str, now: str) -> None:
    real = running.BulkRun._planned

    async def slowly(self: Any, run: Any, root: Any) -> Any:
        async for portion in real(self, run, root):
            yield portion
            await asyncio.sleep(1)

    running.PORTION = 1
    running.BulkRun._planned = slowly  # type: ignore[method-assign,assignment]
    database = await open_database(url)
    runner = BulkRunner(database, lambda: int(now), Results(Path(folder)), pace=Pace(report=0.02))
    await runner.turn()
    await runner.finish()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
