"""Bulk operations: they run, are cancelled, fail, are restarted by another process, expire, and end once."""

import asyncio
import json
import threading
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select, update

from abandoned_checkouts.checkouts.moment import DAY, SECOND
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.shopify.bulk.runs.run import BulkRun
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tables import bulk_operations
from abandoned_checkouts.work.bulk_runner import MOST_ATTEMPTS, Pace
from tests.pace import slack
from tests.shopify.asker import NOW, Asker
from tests.work.bulk_house import CANCEL, READ, RUN, House, house

__all__ = ["house"]


async def test_a_result_can_be_downloaded_until_it_expires(house: House) -> None:
    gid = await house.start()
    runner = house.runner()
    house.ask.now += SECOND
    await house.settle(runner)
    done = await house.read(gid)
    url = done.pop("url")
    fetched = await house.get(url)
    lines = fetched.text.splitlines()
    roots = sum("__parentId" not in json.loads(line) for line in lines)
    assert done == {
        "status": "COMPLETED",
        "errorCode": None,
        "objectCount": str(len(lines)),
        "rootObjectCount": str(roots),
        "fileSize": str(len(fetched.content)),
        "partialDataUrl": None,
        "completedAt": "2026-11-21T12:00:01Z",
    }
    assert roots == 30
    assert fetched.headers["content-type"].startswith("application/jsonl")
    number = gid.rpartition("/")[2]
    assert fetched.headers["content-disposition"] == f'attachment; filename="bulk-{number}.jsonl"'
    compressed = await house.get(url, **{"Accept-Encoding": "gzip"})
    assert compressed.headers["content-encoding"] == "gzip" and compressed.content == fetched.content
    part = await house.get(url, Range="bytes=10-29", **{"Accept-Encoding": "gzip"})
    assert (part.status_code, part.content) == (206, fetched.content[10:30])
    assert part.headers["content-range"] == f"bytes 10-29/{len(fetched.content)}"
    assert (await house.get(url, Range="bytes=99999999-")).status_code == 416
    assert await house.events() == [
        {
            "admin_graphql_api_id": gid,
            "completed_at": "2026-11-21T07:00:01-05:00",
            "created_at": "2026-11-21T07:00:00-05:00",
            "error_code": None,
            "status": "completed",
            "type": "query",
        }
    ]
    house.ask.now += 7 * DAY - SECOND
    assert (await house.get(url)).status_code == 200
    house.ask.now += 2 * SECOND
    assert (await house.get(url)).status_code == 403
    assert (await house.read(gid))["url"] is None
    assert await runner.forget() == 1
    assert house.files() == []
    assert (await house.read(gid))["status"] == "EXPIRED"


async def test_only_signed_urls_of_this_server_are_served(house: House) -> None:
    gid = await house.start()
    await house.settle(house.runner())
    url = (await house.read(gid))["url"]
    address, _, parameters = url.partition("?")
    expires = parameters.split("&")[0]
    later = f"Expires={int(expires.split('=')[1]) + 1}"
    other = address.replace("/bulk-operations/", "/bulk-operations/9")
    for forged in (
        address,
        f"{address}?{expires}",
        url[:-1] + ("0" if url[-1] != "0" else "1"),
        url.replace(expires, later),
        f"{other}?{parameters}",
        url.replace(".jsonl", ".jsonl.part"),
        url.replace(address.rpartition("/")[2], "..%2F..%2Fsecret"),
    ):
        answer = await house.get(forged)
        assert answer.status_code in (403, 404), forged
        assert "gid" not in answer.text


async def test_an_empty_result_has_no_file(house: House) -> None:
    gid = await house.start('{ abandonedCheckouts(query: "nobody-has-this") { edges { node { id } } } }')
    await house.settle(house.runner())
    done = await house.read(gid)
    assert (done["status"], done["objectCount"], done["url"], done["fileSize"]) == ("COMPLETED", "0", None, None)
    assert house.files() == []


async def test_scopes_are_those_of_the_caller(house: House) -> None:
    stranger = await house.ask.stranger(shop=False)
    started = await stranger(RUN, query="{ abandonedCheckouts { edges { node { id customer { id } } } } }")
    gid = started["bulkOperationRunQuery"]["bulkOperation"]["id"]
    await house.settle(house.runner())
    done = (await stranger(READ, id=gid))["bulkOperation"]
    assert (done["status"], done["errorCode"], done["partialDataUrl"]) == ("FAILED", "ACCESS_DENIED", None)
    assert [event["error_code"] for event in await house.events()] == ["access_denied"]
    assert await house.read(gid) is None


async def test_a_failed_operation_keeps_its_partial_result(house: House) -> None:
    gid = await house.start(
        "{ abandonedCheckouts { edges { node { id } } } later: abandonedCheckouts(savedSearchId: "
        '"gid://shopify/SavedSearch/1") { edges { node { id } } } }'
    )
    await house.settle(house.runner())
    done = await house.read(gid)
    assert (done["status"], done["errorCode"], done["url"]) == ("FAILED", "INTERNAL_SERVER_ERROR", None)
    assert len((await house.get(done["partialDataUrl"])).text.splitlines()) == 30 == int(done["objectCount"])


async def test_a_waiting_operation_that_is_canceled_sends_one_event(house: House) -> None:
    gid = await house.start()
    assert (await house.ask(CANCEL, id=gid))["bulkOperationCancel"]["bulkOperation"] == {"status": "CANCELED"}
    await house.settle(house.runner())
    assert [event["status"] for event in await house.events()] == ["canceled"]
    assert (await house.read(gid))["status"] == "CANCELED"


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Runs pause after their first checkout until the gate opens or the run is stopped."""
    opened = threading.Event()
    real = BulkRun._planned

    async def waiting(self: Any, run: Any, root: Any) -> Any:
        async for portion in real(self, run, root):
            yield portion
            while not (opened.is_set() or self.progress.stopped):  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    monkeypatch.setattr("abandoned_checkouts.shopify.bulk.runs.run.PORTION", 1)
    monkeypatch.setattr(BulkRun, "_planned", waiting)
    return opened


async def _until_running(house: House, gid: str) -> None:
    for _ in range(6000):
        if int((await house.read(gid))["objectCount"]) > 0:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it does not get going")


@pytest.mark.usefixtures("gate")
async def test_a_running_operation_is_canceled_within_a_second(house: House) -> None:
    gid = await house.start()
    runner = house.runner()
    await runner.turn()
    await _until_running(house, gid)
    assert (await house.read(gid))["status"] == "RUNNING"
    assert (await house.ask(CANCEL, id=gid))["bulkOperationCancel"]["bulkOperation"] == {"status": "CANCELING"}
    # A second on a machine that has nothing else to do.
    await asyncio.wait_for(runner.finish(), 5 * slack())
    assert ((await house.read(gid))["status"], house.files()) == ("CANCELED", [])
    assert [event["status"] for event in await house.events()] == ["canceled"]


@pytest.mark.usefixtures("gate")
async def test_an_operation_of_a_stopped_server_is_restarted_by_another(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    gid = await house.start()
    first = house.runner()
    await first.turn()
    await _until_running(house, gid)
    await first.stop()
    assert ((await house.read(gid))["status"], house.files()) == ("RUNNING", [])
    monkeypatch.undo()
    await house.settle(house.runner())
    assert (await house.read(gid))["rootObjectCount"] == "30"
    assert len(await house.events()) == 1


@pytest.mark.usefixtures("gate")
async def test_a_runner_that_lost_its_lease_cannot_end_the_operation(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a jump of the clock or a sleep of the machine, another runner may have claimed the operation."""
    gid = await house.start()
    first = house.runner(Pace(report=0.02, lease=0.5))
    await first.turn()
    await _until_running(house, gid)
    first._clock = lambda: NOW - DAY
    await asyncio.sleep(0.1)
    monkeypatch.undo()
    await house.settle(house.runner())
    await first.finish()
    done = await house.read(gid)
    assert (done["status"], done["rootObjectCount"]) == ("COMPLETED", "30")
    assert len((await house.get(done["url"])).text.splitlines()) == int(done["objectCount"])
    assert len(await house.events()) == 1
    assert len(house.files()) == 1


async def test_an_earlier_run_cannot_end_a_restarted_operation(house: House, gate: threading.Event) -> None:
    """A person's data may have been erased since the earlier run read it, so its result must not be used."""
    gid = await house.start("{ abandonedCheckouts { edges { node { id note } } } }")
    runner = house.runner(Pace(report=0.2))
    await runner.turn()
    await _until_running(house, gid)
    await house.ask.write("UPDATE abandoned_checkouts SET note = 'erased'")
    await house.ask.write("UPDATE bulk_operations SET status = 'CREATED', worker = NULL")
    await runner.turn()
    await asyncio.sleep(0.3)
    gate.set()
    await runner.finish()
    done = await house.read(gid)
    assert (done["status"], done["objectCount"]) == ("COMPLETED", "30")
    assert (await house.get(done["url"])).text.count("erased") == 30
    assert len(house.files()) == len(await house.events()) == 1


async def test_an_operation_is_retried_after_a_full_disk(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    gid = await house.start()
    runner = house.runner()

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(BulkRun, "_put", full)
    await house.settle(runner)
    assert ((await house.read(gid))["status"], house.files()) == ("RUNNING", [])
    monkeypatch.undo()
    house.ask.now += 16 * SECOND
    await house.settle(runner)
    assert (await house.read(gid))["status"] == "COMPLETED"


async def test_an_operation_whose_runners_die_fails(house: House) -> None:
    gid = await house.start()
    progress = json.dumps({"base": "", "attempts": MOST_ATTEMPTS})
    await house.ask.write("UPDATE bulk_operations SET progress = :progress", progress=progress)
    await house.settle(house.runner())
    done = await house.read(gid)
    assert (done["status"], done["errorCode"]) == ("FAILED", "INTERNAL_SERVER_ERROR")


@pytest.mark.usefixtures("gate")
async def test_an_operation_fails_after_ten_days(house: House) -> None:
    gid = await house.start()
    runner = house.runner()
    await runner.turn()
    await _until_running(house, gid)
    house.ask.now += 10 * DAY
    await runner.finish()
    done = await house.read(gid)
    assert (done["status"], done["errorCode"]) == ("FAILED", "TIMEOUT")
    assert (await house.get(done["partialDataUrl"])).status_code == 200


async def test_a_result_is_a_consistent_snapshot(house: House, gate: threading.Event) -> None:
    """Changes during the run are not in the file."""
    gid = await house.start("{ abandonedCheckouts { edges { node { id note } } } }")
    runner = house.runner()
    await runner.turn()
    await _until_running(house, gid)
    await house.ask.write("UPDATE abandoned_checkouts SET note = 'changed meanwhile'")
    await house.ask.write("DELETE FROM abandoned_checkouts WHERE id % 2 = 0")
    gate.set()
    await runner.finish()
    done = await house.read(gid)
    assert (done["status"], done["rootObjectCount"]) == ("COMPLETED", "30")
    assert "meanwhile" not in (await house.get(done["url"])).text


async def test_a_store_in_memory_runs_operations(tmp_path: Path) -> None:
    """It has one connection, so the operation runs without a thread."""
    database = await open_database("sqlite+aiosqlite:///:memory:")
    try:
        await fill(database, checkouts=10, seed=1, now=NOW)
        house = House(Asker(database), tmp_path)
        gid = await house.start()
        runner = house.runner()
        await house.settle(runner)
        done = await house.read(gid)
        assert (done["status"], done["rootObjectCount"]) == ("COMPLETED", "10")
        await runner.stop()
    finally:
        await database.close()


async def test_permissions_are_those_of_the_user_who_started_it(house: House) -> None:
    gid = await house.start()
    async with house.ask.database.begin() as connection:
        row = (await connection.execute(select(bulk_operations.c.progress))).scalar_one()
        progress = {**orjson.loads(row), "permissions": ["edit_customers"]}
        await connection.execute(update(bulk_operations).values(progress=orjson.dumps(progress).decode()))
    await house.settle(house.runner())
    assert (await house.read(gid))["status"] == "FAILED"
    assert [event["error_code"] for event in await house.events()] == ["access_denied"]
