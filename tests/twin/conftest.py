"""A twin over one shop, in this process; its real time is a clock of the test."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from abandoned_checkouts.config import Settings
from abandoned_checkouts.server import create_app
from abandoned_checkouts.store.engine.database import open_database
from abandoned_checkouts.store.tenants.access_tokens import issue_token
from abandoned_checkouts.store.tenants.shops import create_shop
from tests.databases import Databases
from tests.intake.messages import START, Clock

Json = dict[str, Any]
DOMAIN = "acme.myshopify.com"
TOKEN = "shpat_twin"
BASE = "http://127.0.0.1:8000"


@dataclass
class TwinUser:
    """What a test does with a twin. `real` is its real time."""

    client: httpx.AsyncClient
    real: Clock

    async def ask(self, method: str, path: str, body: Any = None, status: int | None = None) -> Json:
        """The JSON of a response of /__twin. The status must be `status`, or one of success."""
        response = await self.client.request(method, f"/__twin{path}", json=body)
        fits = response.is_success if status is None else response.status_code == status
        assert fits, f"{method} {path} {body} → {response.status_code} {response.text}"
        found: Json = response.json() if response.content else {}
        return found

    async def freeze(self, instant: str | None = None) -> Json:
        return await self.ask("PUT", "/clock", {"action": "freeze", **({"instant": instant} if instant else {})})

    async def advance(self, duration: str) -> Json:
        return await self.ask("PUT", "/clock", {"action": "advance", "duration": duration})

    async def checkout(self, **body: Any) -> Json:
        made: Json = (await self.ask("POST", "/checkouts", body))["checkout"]
        return made

    async def graphql(self, document: str, **variables: Any) -> Json:
        response = await self.client.post(
            "/admin/api/2026-10/graphql.json",
            json={"query": document, "variables": variables},
            headers={"X-Shopify-Access-Token": TOKEN},
        )
        found: Json = response.json()
        return found

    async def count(self, query: str = "") -> int:
        found = await self.graphql("query($q:String){abandonedCheckoutsCount(query:$q){count}}", q=query)
        number: int = found["data"]["abandonedCheckoutsCount"]["count"]
        return number


@pytest.fixture
def database_kind() -> str:
    """SQLite only, because snapshots need it."""
    return "sqlite"


@pytest.fixture
async def twin_url(databases: Databases, database_kind: str) -> AsyncIterator[str]:
    url = databases.new(database_kind)
    database = await open_database(url)
    async with database.begin() as connection:
        shop = await create_shop(connection, DOMAIN, now=START, currency="USD", timezone="America/New_York")
        scopes = ["write_orders", "write_customers", "read_products", "write_checkouts", "write_customer_data_erasure"]
        await issue_token(connection, shop, scopes, now=START, token=TOKEN)
    await database.close()
    yield url
    databases.give_back(url)


@pytest.fixture
async def twin(twin_url: str, tmp_path: Path) -> AsyncIterator[TwinUser]:
    real = Clock()
    settings = Settings(
        database_url=twin_url, twin=True, allow_private_targets=True, bulk_folder=str(tmp_path / "bulk")
    )
    app = create_app(settings, clock=real)
    transport = httpx.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield TwinUser(client, real)
