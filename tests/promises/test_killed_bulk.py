"""kill -9 of a process during a bulk operation: another process repeats the operation, and no file is incomplete."""

import asyncio
import sys
from pathlib import Path

import psutil

from abandoned_checkouts.checkouts.moment import SECOND
from abandoned_checkouts.work.bulk_runner import Pace
from tests.shopify.asker import NOW
from tests.work.bulk_house import House, house

__all__ = ["house"]


async def test_killed_in_the_middle(house: House, tmp_path: Path) -> None:
    gid = await house.start()
    url = house.ask.database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.work.bulk_child", url, str(house.results.folder), str(NOW)]
    child = await asyncio.create_subprocess_exec(*command)
    try:
        async with asyncio.timeout(60):
            while int((await house.read(gid))["objectCount"]) == 0:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    finally:
        psutil.Process(child.pid).kill()
        await child.wait()
    number = gid.rpartition("/")[2]
    (left,) = house.files()
    assert left.startswith(f"{number}-") and left.endswith(".jsonl.part")
    runner = house.runner(Pace(report=0.02))
    await house.settle(runner)
    assert (await house.read(gid))["status"] == "RUNNING", "the lease still holds"
    house.ask.now += 16 * SECOND
    await house.settle(runner)
    done = await house.read(gid)
    assert (done["status"], done["rootObjectCount"]) == ("COMPLETED", "30")
    (file,) = house.files()
    assert file.endswith(".jsonl") and file != left.removesuffix(".part")
    fetched = await house.get(done["url"])
    assert len(fetched.text.splitlines()) == int(done["objectCount"])
    assert len(await house.events()) == 1
