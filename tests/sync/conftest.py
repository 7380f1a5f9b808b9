"""A source: another server of this program with its twin, and a store whose shop is a copy of it."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from abandoned_checkouts.checkouts.moment import SECOND
from abandoned_checkouts.pytest_plugin.in_process import in_process
from abandoned_checkouts.pytest_plugin.serving import TwinServer, client_of
from abandoned_checkouts.store.engine.database import Database, open_database
from abandoned_checkouts.store.sync.syncs import Sync, add_sync
from abandoned_checkouts.store.tenants.shops import create_shop
from abandoned_checkouts.sync.open_source import open_source
from abandoned_checkouts.sync.run import RunResult
from abandoned_checkouts.sync.run_sync import run_sync, sync_and_shop
from abandoned_checkouts.sync.shopify_source import Sizes
from abandoned_checkouts.sync.verify import Report, verify
from tests.databases import Databases

Json = dict[str, Any]
START = "2026-06-01T08:00:00Z"
NOW = 1_780_300_800_000_000
# Small, so that a few checkouts are several pages and batches, and have more lines and discounts than a page.
SIZES = Sizes(page=7, lines=2, allocations=1, batch=5, bulk_from=20)
LINE = {"title": "Mug", "quantity": 2, "price": "24.00", "sku": "MUG"}


class SourceShop:
    """A shop of the server that is copied. The methods change it through the twin of that server."""

    def __init__(self, server: TwinServer) -> None:
        self.server = server
        self._client = client_of(server.url, server.transport, timeout=120)

    def ask(self, method: str, path: str, body: object = None) -> Json:
        response = self._client.request(method, f"/__twin{path}", json=body)
        assert response.is_success, f"{method} {path} {body} → {response.status_code} {response.text}"
        found: Json = response.json() if response.content else {}
        return found

    def checkout(self, **body: object) -> Json:
        made: Json = self.ask("POST", "/checkouts", {"line_items": [LINE], **body})["checkout"]
        return made

    def advance(self, seconds: float) -> None:
        self.ask("PUT", "/clock", {"action": "advance", "durationMillis": round(seconds * 1000)})

    def graphql(self, document: str, token: str | None = None, **variables: object) -> Json:
        headers = {"X-Shopify-Access-Token": token or self.server.token}
        body = {"query": document, "variables": variables}
        found: Json = self._client.post("/admin/api/2026-07/graphql.json", json=body, headers=headers).json()
        return found

    def post(self, path: str, body: object) -> Json:
        response = self._client.post(path, json=body)
        assert response.is_success, response.text
        found: Json = response.json()
        return found

    def fill(self, count: int) -> None:
        """Checkouts of the last hundred days, the first ones with many lines and discounts."""
        for place in range(count):
            lines = [{**LINE, "title": f"Mug {place}-{line}"} for line in range(1 + place % 4)]
            codes = [{"code": f"CODE{place}", "amount": "3.00", "type": "fixed_amount"}] if place % 3 == 0 else []
            self.checkout(
                email=f"buyer{place}@example.com",
                note=f"note {place}",
                ago=f"{place * 100 // count} days {1 + place % 20} hours",
                line_items=lines,
                discount_codes=codes,
            )


@dataclass
class Copy:
    """The shop that is a copy of the source. `clock` is the time of this side, `waited` the seconds of all pauses."""

    database: Database
    source: SourceShop
    clock: int = NOW
    waited: float = 0.0
    # The seconds of pauses after which a run is interrupted.
    limit: float | None = None
    sizes: Sizes = SIZES
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def now(self) -> int:
        return self.clock

    async def sleep(self, seconds: float) -> None:
        """Time passes on both sides."""
        self.waited += seconds
        if self.limit is not None and self.waited > self.limit:
            raise TimeoutError
        self.clock += round(seconds * SECOND)
        self.source.advance(seconds)

    def client(self) -> httpx.AsyncClient:
        transport = self.source.server.transport
        assert isinstance(transport, httpx.AsyncBaseTransport)
        return httpx.AsyncClient(transport=transport)

    async def run(self, name: str = "main") -> RunResult:
        return await run_sync(self.database, name, self.now, new_client=self.client, sleep=self.sleep, sizes=self.sizes)

    async def verify(self, name: str = "main") -> Report:
        sync, shop = await sync_and_shop(self.database, name)
        source = open_source(sync, self.now, new_client=self.client, sleep=self.sleep, sizes=self.sizes)
        try:
            return await verify(self.database, shop, name, source, self.now)
        finally:
            await source.close()

    async def sync(self) -> Sync:
        return (await sync_and_shop(self.database, "main"))[0]


@pytest.fixture(scope="session")
def source_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SourceShop]:
    settings = {"ABANDONED_CHECKOUTS_TWIN_INSTANT": START}
    with in_process(tmp_path_factory.mktemp("source"), demo=None, settings=settings) as server:
        source = SourceShop(server)
        source.fill(40)
        source.ask("PUT", "/snapshots/filled")
        yield source


@pytest.fixture
def source(source_server: SourceShop) -> SourceShop:
    """The source with 40 checkouts."""
    source_server.ask("POST", "/snapshots/filled/restore")
    return source_server


async def new_copy(databases: Databases, kind: str, source: SourceShop) -> Copy:
    database = await open_database(databases.new(kind))
    credentials = {"access_token": source.server.token}
    async with database.begin() as connection:
        shop = await create_shop(connection, "copy.myshopify.com", now=NOW)
        sync = Sync(shop.id, "main", "shopify", source.server.url, "", credentials, run_every=300 * SECOND)
        await add_sync(connection, shop, sync, NOW)
    return Copy(database, source)


@pytest.fixture
async def copy(databases: Databases, source: SourceShop) -> AsyncIterator[Copy]:
    made = await new_copy(databases, "sqlite", source)
    yield made
    await made.database.close()


@pytest.fixture
async def copy_on(databases: Databases, database_kind: str, source: SourceShop) -> AsyncIterator[Copy]:
    """On each of the two databases."""
    made = await new_copy(databases, database_kind, source)
    yield made
    await made.database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path
