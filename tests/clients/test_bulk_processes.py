"""Bulk operations of several server processes over one store: five at once, the sixth refused, each run once."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
from sqlalchemy import text

from abandoned_checkouts.config import PREFIX
from abandoned_checkouts.demo.demo_token import TOKEN
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.store.engine.database import open_database
from tests.clients.bulk_documents import BULK_QUERY, RUN
from tests.databases import Databases
from tests.ports import free_port

CHECKOUTS = 60
QUERIES = 8
ALL = "{ bulkOperations(first: 20) { nodes { id status errorCode rootObjectCount objectCount url } } }"


@asynccontextmanager
async def serving(url: str, folder: Path, **settings: str) -> AsyncIterator[str]:
    """Starts the installed `serve --workers 2`; returns its address when it responds."""
    port = free_port()
    given = {"bulk_folder": str(folder), "log_level": "warning", **settings}
    environment = {**os.environ, **{PREFIX + name.upper(): value for name, value in given.items()}}
    command = [
        sys.executable,
        "-m",
        "abandoned_checkouts",
        "serve",
        "--workers",
        "2",
        "--port",
        str(port),
        "--database",
        url,
    ]
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient() as http, asyncio.timeout(60):
            while True:
                assert process.returncode is None, "the server ended"
                try:
                    await http.get(f"{base}/healthz")
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
        yield base
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def ask(base: str, document: str, **variables: Any) -> Any:
    """Send a request on a new connection, so that either process may respond."""
    async with httpx.AsyncClient(timeout=30) as http:
        answer = await http.post(
            f"{base}/admin/api/2026-10/graphql.json",
            json={"query": document, "variables": variables},
            headers={"X-Shopify-Access-Token": TOKEN},
        )
    found = answer.json()
    assert "errors" not in found, found
    return found["data"]


async def finished_events(url: str) -> list[str]:
    database = await open_database(url)
    statement = text("SELECT document FROM events WHERE kind = 'bulk_operation_finished' ORDER BY id")
    async with database.read() as connection:
        documents = [orjson.loads(row[0]) for row in (await connection.execute(statement)).all()]
    await database.close()
    return [document["admin_graphql_api_id"] for document in documents]


async def test_five_at_once_and_each_run_once(databases: Databases, tmp_path: Path) -> None:
    """On PostgreSQL, because there a lock on the rows can delay the end of every run until all are requested."""
    store_url = databases.new("postgresql")
    database = await open_database(store_url)
    await fill(database, checkouts=CHECKOUTS, seed=1, now=time.time_ns() // 1000)
    async with serving(store_url, tmp_path / "results") as base:
        async with database.begin() as connection:
            await connection.execute(text("LOCK TABLE line_items IN ACCESS EXCLUSIVE MODE"))
            answers = await asyncio.gather(*(ask(base, RUN, query=BULK_QUERY) for _ in range(QUERIES)))
        await database.close()
        results = [answer["bulkOperationRunQuery"] for answer in answers]
        taken = sorted(result["bulkOperation"]["id"] for result in results if not result["userErrors"])
        assert len(set(taken)) == 5, results
        for refused in (result for result in results if result["userErrors"]):
            (error,) = refused["userErrors"]
            assert (refused["bulkOperation"], error["field"], error["code"]) == (None, None, "OPERATION_IN_PROGRESS")
            named = error["message"].removesuffix(".").partition("already in progress: ")[2]
            assert sorted(named.split(", ")) == taken
        until = time.monotonic() + 60
        while True:
            operations = (await ask(base, ALL))["bulkOperations"]["nodes"]
            if not any(each["status"] in ("CREATED", "RUNNING") for each in operations):
                break
            assert time.monotonic() < until, operations
            await asyncio.sleep(0.1)
        assert sorted(each["id"] for each in operations) == taken
        assert {(each["status"], each["errorCode"]) for each in operations} == {("COMPLETED", None)}
        async with httpx.AsyncClient(timeout=30) as http:
            files = [(await http.get(each["url"])).content for each in operations]
        again = (await ask(base, RUN, query=BULK_QUERY))["bulkOperationRunQuery"]
        assert again["userErrors"] == [], "there is room again when they are over"
    assert len(set(files)) == 1, [len(file) for file in files]
    lines = [orjson.loads(line) for line in files[0].splitlines()]
    assert {(each["objectCount"], each["rootObjectCount"]) for each in operations} == {
        (str(len(lines)), str(CHECKOUTS))
    }
    finished = await finished_events(store_url)
    # The last operation may have run before its server ended, or not.
    assert sorted(each for each in finished if each != again["bulkOperation"]["id"]) == taken
