"""A small demo shop on each database, and bulk queries run over it."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from abandoned_checkouts.access.endpoints import Endpoint
from abandoned_checkouts.checkouts.moment import parse_moment
from abandoned_checkouts.demo.demo_token import TOKEN
from abandoned_checkouts.demo.fill import fill
from abandoned_checkouts.shopify.bulk.runs.run import BulkRequest, BulkRun, Progress
from abandoned_checkouts.store.engine.database import Database
from abandoned_checkouts.store.reading.streams import open_stream
from abandoned_checkouts.store.tenants.access_tokens import Access, find_access

NOW = parse_moment("2026-11-21T12:00:00Z")
RunBulk = Callable[..., Awaitable[tuple[str, Progress]]]


@pytest.fixture
async def access(store: Database) -> Access:
    await fill(store, checkouts=40, seed=3, now=NOW)
    async with store.read() as connection:
        found = await find_access(connection, TOKEN, NOW, Endpoint.GRAPHQL)
    assert found is not None
    return found


@pytest.fixture
def bulk(store: Database, access: Access, tmp_path: Path) -> RunBulk:
    """Run a query into a file: its text, and how far it says it came."""

    async def run(
        query: str, executor: str = "plan", access: Access = access, group_objects: bool = True
    ) -> tuple[str, Progress]:
        file = tmp_path / "result.jsonl"
        async with open_stream(store) as stream:
            asked = BulkRequest(query, access, "2026-10", NOW, "https://here.test", False, executor, group_objects)
            run = BulkRun(asked, stream)
            await run.write(file, count_first=True)
        text = file.read_text()
        assert run.progress.bytes == len(text.encode())
        assert run.progress.objects == text.count("\n")
        return text, run.progress

    return run
