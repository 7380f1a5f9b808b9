"""A shop with a folder for bulk results, and bulk runners on it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import text
from starlette.applications import Starlette

from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.shopify.bulk.rules.files import Results
from abandoned_checkouts.shopify.http.bulk_download import download_routes
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.work.bulk_runner import BulkRunner, Pace
from tests.shopify.asker import NOW, Asker

QUERY = "{ abandonedCheckouts { edges { node { id lineItems { edges { node { id title } } } } } } }"
RUN = (
    "mutation($query: String!) { bulkOperationRunQuery(query: $query) { bulkOperation { id } userErrors { message } } }"
)
READ = (
    "query($id: ID!) { bulkOperation(id: $id) { status errorCode objectCount rootObjectCount fileSize url "
    "partialDataUrl completedAt } }"
)
CANCEL = "mutation($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } userErrors { message } } }"


class House:
    def __init__(self, ask: Asker, folder: Path) -> None:
        self.ask, self.results = ask, Results(folder)
        self.runners: list[BulkRunner] = []

    def runner(self, pace: Pace | None = None) -> BulkRunner:
        runner = BulkRunner(self.ask.database, lambda: self.ask.now, self.results, pace=pace or Pace(report=0.02))
        self.runners.append(runner)
        return runner

    async def start(self, query: str = QUERY) -> str:
        answer = (await self.ask(RUN, query=query))["bulkOperationRunQuery"]
        assert answer["userErrors"] == []
        return str(answer["bulkOperation"]["id"])

    async def read(self, gid: str) -> Any:
        return (await self.ask(READ, id=gid))["bulkOperation"]

    async def settle(self, runner: BulkRunner) -> None:
        while await runner.turn():
            await runner.finish()

    async def events(self) -> list[Any]:
        statement = text("SELECT document FROM events WHERE kind = 'bulk_operation_finished' ORDER BY id")
        async with self.ask.database.read() as connection:
            return [orjson.loads(row[0]) for row in (await connection.execute(statement)).all()]

    async def get(self, url: str, **headers: str) -> httpx.Response:
        routes = download_routes(self.ask.database, lambda: self.ask.now, self.results)
        transport = httpx.ASGITransport(app=Starlette(routes=routes))
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.get(url, headers={"Accept-Encoding": "identity", **headers})

    def files(self) -> list[str]:
        return sorted(path.name for path in self.results.folder.rglob("*") if path.is_file())


@pytest.fixture
async def house(store: Database, tmp_path: Path) -> AsyncIterator[House]:
    await fill(store, checkouts=30, seed=1, now=NOW)
    made = House(Asker(store), tmp_path / "results")
    yield made
    for runner in made.runners:
        await runner.stop()
